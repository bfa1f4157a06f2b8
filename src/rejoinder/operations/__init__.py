"""What an operator does with an installation: check it, move it, back it up.

May import every room below the doors. Start reading in `findings.py` (what a check
tells) and `checks.py` (the list of them);
`moving/` and `backup/` have docstrings of their own.
"""
