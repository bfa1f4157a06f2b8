"""Fills a fresh site with a million posts and more, of the shapes that real sites have.

    PYTHONPATH=src python -m benchmarks.scale --posts 1000000 DATA_OR_URL

Everything follows from the seed and the number of posts. What is written is what `posts.add`
would have written, row by row, and tests/benchmarks/ compares the two; it's only written by the
engine's bulk path, in batches that each leave a whole site or nothing behind.

Start reading in `fill.py` (the order of work); then `plan.py` (what a batch holds: threads,
times, authors, states), `shapes.py` (the distributions), `rows.py` (rows of a plan) and
`bulk.py` (the two engines). `languages.py`, `bodies.py` and `people.py` make words, texts that
are rendered once each, and members.
"""
