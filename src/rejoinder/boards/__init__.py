"""Boards, the site's own face (title, welcome, rules), and who may read and post there.

May import `members` and lower rooms. Start reading in `models.py`.
"""
