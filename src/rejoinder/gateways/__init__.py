"""The ways in and out for other programs than browsers, each in a package of its own.

None imports another, nor the doors `web` and `api`; what they share stands in lower rooms. Start
reading in the docstring of the one that you look for.
"""
