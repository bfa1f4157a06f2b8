"""What an operator does with an installation: check it; later back it up and move it.

May import every room below the doors. Start reading in `findings.py` (what a check
tells) and `checks.py` (the list of them).
"""
