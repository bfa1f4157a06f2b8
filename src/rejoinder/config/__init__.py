"""Settings, URLs, the WSGI application and the command line.

The only room that knows every other. Start reading in `options.py` (what an
operator can set) and `commands/` (one file per command).
"""
