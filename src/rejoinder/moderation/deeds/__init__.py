"""What moderators do: one module for each kind of thing done. Start reading in `record.py`."""
