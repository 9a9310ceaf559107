"""Running the house: back-up and restore, retention, rotating secrets, and what an operator looks at.

What it shows or tidies of higher floors is handed in by `app.py` as small typed objects; it never imports them.
"""
