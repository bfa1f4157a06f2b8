"""The bytes of attachments and pictures, kept by their digest in the data directory.

May import only `errors` and lower rooms. Start reading in `store.py`.
"""
