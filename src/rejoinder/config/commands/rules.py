"""Try a rule on past posts: shows what it would have held, and changes nothing.

The rule is tried as the site has set it, whether it is on or not.
"""

from __future__ import annotations

import argparse

from rejoinder.config import installation
from rejoinder.errors import BadInput

NAME = "rules"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `try` with the rule's name, the board and how many posts."""
    parser.add_argument("what", choices=["try"], help="what to do with the rule")
    parser.add_argument("name", metavar="NAME", help="the rule, as in the address of its page")
    parser.add_argument("--board", metavar="NAME", help="only posts of this board")
    parser.add_argument(
        "--last", type=int, default=1000, metavar="N", help="how many of the last posts (1000)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each post that the rule would have fired on, and how many there were."""
    installation.open_data(arguments.data, may_be_new=False)
    from django.db.models import Q

    from rejoinder.boards.models import Board
    from rejoinder.moderation.rules.registry import RULES, rule_named
    from rejoinder.moderation.rules.settings import settings_of
    from rejoinder.moderation.rules.try_out import MOST, try_rule
    from rejoinder.policy import gate
    from rejoinder.policy.principals import system

    if (rule := rule_named(arguments.name)) is None:
        names = ", ".join(rule.name for rule in RULES)
        raise BadInput(f"There is no rule “{arguments.name}”. There are: {names}.")
    if not 1 <= arguments.last <= MOST:
        raise BadInput(f"Give --last a number from 1 to {MOST}.")
    operator, board = system("rules"), None
    if arguments.board:
        named = Q(handle=arguments.board.lower()) | Q(name__iexact=arguments.board)
        board = gate.visible(operator, Board.objects.filter(named)).first()
        if board is None:
            raise BadInput(f"There is no board “{arguments.board}”.")
    trial = try_rule(operator, settings_of([rule])[0], board=board, last=arguments.last)
    for caught in trial.caught:
        finding = caught.finding
        print(f"{finding.verdict.name.lower():6}  /p/{caught.post.public_id}  {caught.post.title}")
        print(f"        {finding.explanation}")
    print(f"{len(trial.caught)} of {trial.tried_count} posts.")
    return 0
