"""Guests' pages, answered from memory ahead of the framework.

Owns: the bounded cache of finished pages, and the promise that none is served after a change
to it was acknowledged. Members' pages never come here.
May import: events. Start reading: front.py, then freshness.py.
"""
