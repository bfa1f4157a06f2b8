"""Backups of a site while it is served, and the way back.

Owns: the folder of backups, in which each piece is kept once (store.py, seal.py), how things are
cut into pieces (cut.py), what goes into a backup (take.py: start reading there), how it comes
back (give_back.py), how it is shown that it would (prove.py), and which are kept (retention.py).
May import: what operations may; asks the database by its own connections, not by the ORM.
"""
