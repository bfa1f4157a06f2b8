"""What has changed, noted by the transaction that changed it.

Owns: the table of changes, and the triggers that fill it. Every room that owns rows which
guests' pages show says so in its `changes.py`; so nothing that writes needs to remember, and
what is written past the program, by SQL, is noted too.
May import: `statements`. Start reading: noted.py.
"""
