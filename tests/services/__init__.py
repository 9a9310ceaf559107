"""What the tests stand on: real PostgreSQL and Valkey, and the product itself, in this process or in one of its own.

Reading order: `processes` (start, wait, stop), `postgres`, `valkey`, `databases` (settings for either mode), `product`.
"""
