"""`python -m rejoinder.config.commands` is the command `rejoinder`."""

import sys

from rejoinder.config.commands import main

if __name__ == "__main__":
    sys.exit(main())
