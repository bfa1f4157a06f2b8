"""Which posts each member has read, exactly; and their drafts. Of guests nothing is kept here.

A member has one row: a floor (what was there when they joined counts as read) and a
compressed set of the posts that are otherwise than the floor says. Pages ask `marks_of`;
whoever keeps what it returns hands it back, and gets it again while nothing has changed.

`drafts.py` keeps what a member wrote and hasn't posted.

May import `posts`, `threads` and lower rooms. Start reading in `marks.py`; the deeds stand
in `mark.py` and `catch_up.py`, what keeps the row in `keep.py`, how its sets change in
`sets.py`. `newsrc.py` turns posts into numbers of articles and back, and nothing else does.
"""
