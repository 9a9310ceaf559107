"""The one numbered line of migrations: expand, migrate, contract."""
