"""Places: every column that holds secrets sealed by the keyring, as the tables themselves declare.

A column is declared with `info={"sealed": "{id}"}`: the associated data, from the row's other columns. In a JSON column
every value of the object is sealed, and `{field}` is its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guildhall.core.db import Base
from guildhall.core.schema import load_tables
from guildhall.core.secrets import Keyring


@dataclass(frozen=True)
class Place:
    """One column that holds secrets."""

    table: str
    column: str
    aad: str
    is_json: bool

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"

    def tokens(self, row: Mapping[str, Any]) -> dict[str, str]:
        """What is sealed in a row, by its associated data."""
        value = row[self.column]
        if not value:
            return {}
        if self.is_json:
            return {self.aad.format(field=field, **row): token for field, token in value.items()}
        return {self.aad.format(**row): value}

    def sealed_anew(self, row: Mapping[str, Any], keyring: Keyring) -> Any:
        """The row's value under the newest key. Raises `UndecryptableError`."""
        anew = {
            aad: token if keyring.is_newest(token) else keyring.encrypt(keyring.decrypt(token, aad=aad), aad=aad)
            for aad, token in self.tokens(row).items()
        }
        if not self.is_json:
            return next(iter(anew.values()), row[self.column])
        return {field: anew[self.aad.format(field=field, **row)] for field in row[self.column]}


def places() -> list[Place]:
    """Every column that is declared to hold secrets, in order of its name."""
    load_tables()
    found = [
        Place(table.name, column.name, column.info["sealed"], is_json="{field}" in column.info["sealed"])
        for table in Base.metadata.tables.values()
        for column in table.columns
        if "sealed" in column.info
    ]
    return sorted(found, key=str)
