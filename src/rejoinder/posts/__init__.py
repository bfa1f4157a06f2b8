"""The deeds: add, edit, withdraw, and restore from an archive. Every door calls these.

May import `threads` and lower rooms. Start reading in `add.py`; what all deeds share
when a post is kept stands in `keep.py`.
"""
