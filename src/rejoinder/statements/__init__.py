"""Statements that are written once and used again and again.

Owns: the compiled form of the ORM's queries and inserts. Writing such a statement takes the ORM
longer than the engine to answer it, so what every post needs is written once (decision 52).
May import: nothing. Start reading: prepared.py.
"""
