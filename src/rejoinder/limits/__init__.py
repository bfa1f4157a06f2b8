"""Rate limits: what is counted against them, in the database, for all workers and nodes.

May import `events`, `text` and `errors`. Start reading in `models.py`.
"""
