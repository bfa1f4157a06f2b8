"""The API answers as its own description says, whatever it is sent: schemathesis, for each role.

`pytest tests/api/test_schema.py -m slow --cases 20000` tries as many for each role; CI fewer.
Half of the cases are what the description allows, half what it doesn't; the world that they meet
is the matrix's, with things in every state, and is put back after each.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from rejoinder.api import reference
from rejoinder.members.models import Member
from rejoinder.moderation.models import Case, Deed, Report, Statement
from rejoinder.posts.models import Attachment
from rejoinder.threads.models import Post
from tests.api.asking import secret_of
from tests.policy import conftest as of_policy
from tests.policy import world as of_world
from tests.policy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

world = of_policy.world
ROLES = {"guest": "", "member": "author", "moderator": "site moderator",
         "administrator": "administrator"}  # fmt: skip
# No description says which titles, names and moments a deed takes: those answers are right, too.
POSITIVE = ["2xx", "304", "400", "401", "403", "404", "409", "412", "422", "428", "429"]
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": POSITIVE}}}
)


def names(there: World) -> dict[str, dict[str, list[str]]]:
    """Return what stands in addresses, by the beginning of the address and the parameter."""
    posts = {"id": [post.public_id for post in there.posts.values()]}
    members = {"handle": [m.handle_id for m in Member.objects.all()]}
    return {
        "/api/v1/boards": {"handle": [board.handle_id for board in there.boards.values()]},
        "/api/v1/posts": posts,
        "/api/v1/threads": posts,
        "/api/v1/members": members,
        "/api/v1/me/ignored": members,
        "/api/v1/files": {"id": list(Attachment.unscoped.values_list("public_id", flat=True))},
        "/api/v1/deeds": {"id": list(Deed.unscoped.values_list("public_id", flat=True))},
        "/api/v1/desk": {"id": list(Case.unscoped.values_list("public_id", flat=True))},
        "/api/v1/statements": {"token": list(Statement.unscoped.values_list("token", flat=True))},
        "/api/v1/reports": {"token": list(Report.unscoped.values_list("token", flat=True))},
    }


def known(path: str, found: dict[str, dict[str, list[str]]]) -> dict[str, list[str]]:
    """Return the parameters of an operation's address that there are names for."""
    beginning = max((b for b in found if path.startswith(b)), key=len, default="")
    named = found.get(beginning, {})
    return {name: values for name, values in named.items() if values and f"{{{name}}}" in path}


def authorization(there: World, role: str) -> dict[str, str]:
    """Return the headers by which a role says who it is."""
    if not ROLES[role]:
        return {}
    member = there.roles[ROLES[role]].member
    assert member is not None
    return {"Authorization": f"Bearer {secret_of(member)}"}


def operations() -> Iterator[Any]:
    """Yield the operations of the description."""
    schema = schemathesis.openapi.from_dict(reference.described(), config=CONFIG)
    schema.app = get_wsgi_application()
    for found in schema.get_all_operations():
        yield found.ok()


def tried(
    operation: Any, cases: int, headers: dict[str, str], of: dict[str, list[str]]
) -> tuple[Callable[[], None], Counter[int]]:
    """Return what sends an operation so many cases, and what counts the answers."""
    answers: Counter[int] = Counter()
    wrong = st.just(operation).flatmap(lambda o: o.as_strategy(GenerationMode.NEGATIVE))
    either = operation.as_strategy(GenerationMode.POSITIVE)
    if operation.body or operation.query:
        either = st.one_of(either, wrong)
    named = st.one_of(
        st.none(), st.fixed_dictionaries({n: st.sampled_from(v) for n, v in of.items()})
    )

    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=either, put=named)
    def one(case: Any, put: dict[str, str] | None) -> None:
        if put:
            case.path_parameters.update(put)
        with of_world.undone():
            response = case.call(headers=headers)
        answers[response.status_code] += 1
        case.validate_response(response, headers=headers)

    return one, answers


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's connection and its transaction, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("role", ROLES)
def test_the_api_answers_as_it_is_described(
    world: World,
    role: str,
    pytestconfig: pytest.Config,
) -> None:
    found, headers, every = names(world), authorization(world, role), list(operations())
    cases = -(-int(pytestconfig.getoption("--cases")) // len(every))
    answers: Counter[int] = Counter()
    wrong: list[str] = []
    for operation in every:
        run, counted = tried(operation, cases, headers, known(operation.full_path, found))
        try:
            run()
        except (Exception, BaseExceptionGroup) as error:
            wrong.append(f"{operation.label}: {error}")
        answers += counted
    told = f"{role}: {answers.total()} cases, {dict(sorted(answers.items()))}"
    sys.stderr.write(f"{told}\n")
    assert wrong == [], "\n\n".join(wrong)
    assert Post.unscoped.count() >= len(world.posts)
