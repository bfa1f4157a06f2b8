"""Moderation: the desk, reports, the deeds of moderators, their log, statements and appeals.

May import posts and what lies below it, never a door. A deed (`deeds/`) first asks the gate,
then does everything in one transaction: the posts' states, its row in the log, the cases it
closes, the statement to the author, the answers to who reported. Start reading in
`models.py`, then `deeds/record.py`.
"""
