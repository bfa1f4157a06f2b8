"""The API: what the pages show and take, as JSON for programs, below /api/v1/.

May import every room below the doors, and no other door. Decides nothing: each operation asks
the gate, or a deed that does. Start reading in `urls.py`, then `reading.py`.
"""
