"""The arrangements of a thread, one file each.

An arrangement is one new file with an `ARRANGEMENT`, and one line in `registry.py`.
Start reading in `arrangement.py`.
"""
