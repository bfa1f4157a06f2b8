"""What people write: titles, names, Markdown, plain text of mail and news. No Django here.

The room owns every rule on text and every piece of HTML made from what somebody wrote. It
imports only `rejoinder.errors`. Everything takes and returns `str`; HTML that comes from
here has passed `sanitizer.sanitize` and is safe to put on a page as it is.

Start with `markup.py` (posts written here) and `plain.py` (posts that came by mail or news).
The class names that a stylesheet needs are listed in `sanitizer.py`.
"""
