"""What the table and the mix of loads both need: servers, generators, filled sites, meters.

Start reading in `served.py` (Rejoinder, nginx and PostgreSQL, each on the server's core) and
`wrk.py` (one run of the load generator, and when it's void). `filled.py` fills a site,
`furnish.py` adds what is measured: threads of 30 posts, members, their sessions.
"""
