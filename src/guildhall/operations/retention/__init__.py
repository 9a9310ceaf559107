"""Retention: how long each kind of row is kept, what a shorter time would remove, and removing it.

Reading order: `kinds` (what a kind is), `house` (those of the floors below), `policy` (the document that admins
change), `runs` (removing, as a scheduled job), `routes`. Higher floors hand their kinds in through `app.py`.
"""
