"""Django's SQLite engine, with writers in the order in which they came (decision 54)."""
