"""What every wing stands on: settings, database, events, jobs, errors. No business nouns.

Reading order: `settings`, `errors`, `db`, `events` and `bus` (the log and its fan-out), `realtime` (what a client sees
of it), `jobs` (durable work), `web` (how a request meets all of these).
"""
