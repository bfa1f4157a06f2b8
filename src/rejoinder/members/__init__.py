"""Accounts, and the space of permanent handles that members and boards share.

May import `policy` and lower rooms. Start reading in `models.py`.
"""
