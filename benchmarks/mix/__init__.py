"""Two hours of a site's life: guests, members, posts, and robots from ten thousand addresses.

    PYTHONPATH=src:. python -m benchmarks.mix --minutes 120 --out FOLDER

Requests come when they come, whether or not the server keeps up, and their time counts from
when they were due. Start reading in `__main__.py`; `traffic.py` says who asks for what,
`figures.py` keeps what came of it, `plot.py` draws it.
"""
