"""Limits: how often each thing may be done, counted in the database for all workers and nodes.

Owns the one table of limits, the counts, and the log of security events. May import `events`,
`text` and `errors`. Start reading in `table.py`, then `take.py`; `security_log.py` and
`asked_from.py` (where a request comes from) stand alone.
"""
