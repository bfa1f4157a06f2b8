"""Delete a member's account at their request, as they could themselves.

Says what would go, and changes nothing, unless told --yes. Also for authors of an imported
archive, who have no account: their name and address go, and the posts stay, unsigned.
"""

from __future__ import annotations

import argparse

from rejoinder.config import installation

NAME = "erase-member"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the handle, what becomes of the posts, and `--yes`."""
    parser.add_argument("handle", help="the member's handle, as their page's address has it")
    parser.add_argument(
        "--posts",
        choices=["keep", "withdraw"],
        default="keep",
        help="they stay, signed “former member” (the default), or are withdrawn",
    )
    parser.add_argument("--yes", action="store_true", help="do it; it can't be taken back")


def run(arguments: argparse.Namespace) -> int:
    """Say what goes, and with `--yes` erase it."""
    installation.open_data(arguments.data, may_be_new=False)
    with installation.starting(arguments.data):
        installation.migrate(print)
    from rejoinder.members.accounts import find_member
    from rejoinder.members.leave import check_leave, leave, what_goes
    from rejoinder.policy.principals import system
    from rejoinder.threads import outages

    operator = system("erasing a member at their request")
    member = find_member(arguments.handle)
    check_leave(operator, member)
    print(f"{member.name} ({member.handle_id})")
    for belonging, count in what_goes(member):
        print(f"{count:7,}  {belonging.name.replace('_', ' ')}")
    kept = "stay, signed “former member”" if arguments.posts == "keep" else "are withdrawn"
    if not arguments.yes:
        print(f"The posts {kept}. Nothing is changed yet: give --yes to do it.")
        return 0
    with outages.told():
        leave(operator, member, withdraws=arguments.posts == "withdraw")
    print(f"Erased. The posts {kept}.")
    return 0
