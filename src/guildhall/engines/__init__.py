"""Agent runtimes behind one contract: `api.Engine`. `builtin` is the first; each yields the same typed events.

Callers hand an engine a `Turn` and iterate; stopping means closing the iterator.
"""
