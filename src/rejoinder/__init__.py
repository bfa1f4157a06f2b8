"""Rejoinder: a threaded discussion server.

Start reading in ARCHITECTURE.md; each room's docstring says what it owns.
"""

__version__ = "0.1.0.dev0"
