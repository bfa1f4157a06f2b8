"""Rules by which posts are screened, one file each; they find, `posts.screening` acts.

A rule is a class in a file of its own and a line in `registry.py`. It sees a proposed post
and asks `Facts` for all else, so that the dry run over past posts (`try_out.py`) runs the
very same code. Start reading in `rule.py`, then `links.py`.
"""
