"""Jobs as an admin sees them: what waits, runs and has failed, what runs by the clock, and what can be done about it.

How jobs work is `core.jobs`; here is who may look, who may intervene, and the audit log's entry about it.
"""
