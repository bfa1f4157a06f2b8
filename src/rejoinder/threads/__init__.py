"""The rows of threads and posts: outlines, order, arrangements, tallies.

May import `boards` and lower rooms. Start reading in `models.py`, then `labels.py` (how
the order of a thread is kept) and `tree.py` (where a post hangs).
"""
