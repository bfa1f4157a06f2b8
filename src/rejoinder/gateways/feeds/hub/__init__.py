"""The site's own WebSub hub: who subscribed to a feed is told what changes in it.

Nothing is queued for a subscriber: each has a position in its topic's changes, and gets what
has changed since, as one document, as soon as it can be reached. What may be told is asked of the
gate each time, as for a guest. Source: W3C WebSub, 2018. Start reading in `run.py`.
"""
