"""Rotating the keys that seal secrets in the database, while the product runs.

Reading order: `places` (which columns hold secrets), `rotation` (seal every one anew), `queries`.
"""
