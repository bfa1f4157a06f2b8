"""The deeds: add, edit, withdraw, and restore from an archive. Every door calls these.

What moderators do to posts stands in `graft.py` and `states.py`: they ask no gate, for the
deeds of the moderation room do, which call them within their transaction.

May import `threads` and lower rooms. Start reading in `add.py`; what all deeds share
when a post is kept stands in `keep.py`.
"""
