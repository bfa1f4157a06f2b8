"""Importers: archives of other programs read into boards.

Owns finding the posts in files (mbox, maildir, folders of messages) and bringing them to the
deeds of `posts`. May import any room below the doors, never another door.

Start reading in `frame.py`, which every format shares: posts in, report out. A format is a
source (`mail.py`), made of a reader (`mbox.py`, `maildir.py`) and one line of registration in
the command `rejoinder import`.
"""
