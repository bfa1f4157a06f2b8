"""Importers: archives of other programs read into boards.

Owns finding the messages in files (mbox, maildir, folders) and bringing them to the deeds of
`posts`. May import any room below the doors, never another door.

Start reading in `sources.py`; `found.py` says what a source yields.
"""
