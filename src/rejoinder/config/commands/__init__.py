"""The command line: one file per command, each registered in `main.py`.

A command is a module with NAME, a docstring that opens the help, `add_arguments`, and
`run`, which returns the exit status.
"""

from rejoinder.config.commands.main import COMMANDS, main

__all__ = ["COMMANDS", "main"]
