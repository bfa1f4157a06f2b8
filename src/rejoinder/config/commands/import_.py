"""Bring an archive's posts to a board.

A board that doesn't exist is made. The same archive can be imported again: what is here
already is left as it is. An import that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.config.commands.django_setup import set_up

if TYPE_CHECKING:
    from rejoinder.importers.frame import Source

NAME = "import"
SHOWN_SKIPPED = 20
