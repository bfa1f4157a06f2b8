"""The table of what Rejoinder reaches: measured, row by row, beside what it must reach.

    PYTHONPATH=src:. python -m benchmarks.table [--posts 20000] [--engine postgresql]

Start reading in `__main__.py` (the order of work), then `rows.py` (a row and its verdict).
Each other module measures one or a few rows.
"""
