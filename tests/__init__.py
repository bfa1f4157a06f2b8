"""The tests, in the order of src; `pytest --engine=postgresql` runs them all on PostgreSQL.

Start reading in `conftest.py` (where the engine and the data directory come from),
`factories.py` (how a test makes its things) and `live.py` (a real server and a browser).
"""
