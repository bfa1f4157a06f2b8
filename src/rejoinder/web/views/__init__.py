"""One file per page or group of pages; `front.py` is the site's first page."""
