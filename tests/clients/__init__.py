"""Real clients in front of the gateway, each as the program that its users run.

Reading order: `capabilities` (what is asked of a client, and what must come of it), `catalogue` (which client does
what), `programs` (how each does it: one file a client), `line` (how a test talks with them), `book` (what came of all).
"""
