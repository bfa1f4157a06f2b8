"""What each form asks for, and how its fields are checked by the rooms below.

A field never has rules of its own: it calls the function that the deed calls, so that what
the form lets pass the deed takes. Start reading in `fields.py`.
"""
