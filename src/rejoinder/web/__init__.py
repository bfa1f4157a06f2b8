"""The pages: plain HTML first, every action a link or a form.

May import every room below the doors. Start reading in `urls.py`, then `views/`.
"""
