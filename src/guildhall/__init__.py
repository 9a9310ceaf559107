"""Guildhall: a self-hosted hall where a team puts AI to work under its own control.

Floors, lowest first: `core` (no business nouns), `accounts`, `edge`, `gateway`, `engines`, `chat`; `app` and `cli`
wire them together. Imports only point down; `simulator` stands apart and imports nothing of the rest.
"""

from importlib.metadata import version

__version__ = version("guildhall")
