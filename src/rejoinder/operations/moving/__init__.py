"""Moving a site from SQLite to PostgreSQL while it is served.

Owns: how rows are read, sent and compared (wire.py), what is kept on either side meanwhile
(source.py, target.py), and the order of it all (move.py: start reading there).
May import: what operations may.
"""
