"""The server: connections, threads, and guests' pages answered from memory.

Owns: the bounded cache of finished pages, and the promise that none is served after a change
to it was acknowledged (members' pages never come there); what a client may send, and for how
long; the bridge from the event loop to the framework's threads; and what guests may cost.
May import: events. Start reading: front.py and freshness.py for pages; connection.py, then
bridge.py, for requests; by_cost.py for limits.
"""
