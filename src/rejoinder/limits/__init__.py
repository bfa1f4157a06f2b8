"""Limits: how often each thing may be done, counted in the database for all workers and nodes.

Owns the one table of limits and the counts. May import `events`, `text` and `errors`. Start
reading in `table.py`, then `take.py`.
"""
