"""Alerts: rules over figures of the house, watched by one process at a time, told to people until they know.

Read `states.py` (when an alert begins and ends), `watch.py` (who looks, and when), `metrics.py` (at what),
`channels.py` and `senders.py` (where the word goes), `deliveries.py` (that it arrives).
"""
