"""docs/security/asvs.md says what is true: each requirement once, each test there; and what
of it no other test shows."""

from __future__ import annotations

import ast
import re
import ssl
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.mail.backends.smtp import EmailBackend
from django.test import Client
from django.utils import timezone

from rejoinder.config import logs, options
from rejoinder.errors import Conflict
from rejoinder.members.models import Member
from rejoinder.web.accounts import passwords, sealing
from tests.factories import make_member

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "rejoinder"
FOLDER = ROOT / "docs" / "security"
PAGE = (FOLDER / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+) \| (.*) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE)
# Levels 1 and 2 of version 5.0.0 have 70 and 183 requirements.
REQUIREMENTS = 253
SCRIPTS = {path.name: path.read_text() for path in (SOURCE / "web" / "static").glob("*.js")}
MODULES = {
    path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in SOURCE.rglob("*.py")
    if "migrations" not in path.parts
}


def listed() -> list[str]:
    """Return the numbers of the page's own list, `1.2.1-3` as three."""
    (block,) = re.findall(r"```ids\n(.*?)```", PAGE, re.DOTALL)
    found = []
    for entry in block.split():
        section, _dot, numbers = entry.rpartition(".")
        first, _to, last = numbers.partition("-")
        found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def status(how: str) -> str:
    """Return which of the four a line says."""
    begins = re.match(r"(open|not applicable|operator):", how)
    return begins[1] if begins else "met"


def importing(*names: str) -> set[str]:
    """Return the modules that import any of these, or from them."""
    return {
        module
        for module, tree in MODULES.items()
        for imported in _imported(tree)
        if any(imported == name or imported.startswith(f"{name}.") for name in names)
    }


def _imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def calls() -> Counter[str]:
    """Return how often each bare name is called in the source."""
    return Counter(
        node.func.id
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )


def test_every_requirement_stands_there_once_and_no_other() -> None:
    assert len(listed()) == len(set(listed())) == REQUIREMENTS
    assert Counter(number for number, _how, _tests in ROWS) == Counter(listed())


def test_every_test_that_is_named_is_there() -> None:
    named = {name for _number, _how, tests in ROWS for name in re.findall(r"`([^`]+)`", tests)}
    assert len(named) > 100
    for name in named:
        path, _colons, function = name.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^ *def {function}\(", text, re.MULTILINE), name


def test_what_is_met_has_a_test_and_the_page_counts_right() -> None:
    counts = Counter(status(how) for _number, how, _tests in ROWS)
    untested = [n for n, how, tests in ROWS if status(how) == "met" and not tests.strip()]
    # What the program doesn't do can't be tried.
    assert untested == ["4.1.2"]
    found = re.search(r"Of (\d+): (\d+) met, (\d+) not applicable, (\d+) .*?, (\d+) open", PAGE)
    assert found
    said = [int(number) for number in found.groups()]
    kinds = ("met", "not applicable", "operator", "open")
    assert said == [REQUIREMENTS, *(counts[kind] for kind in kinds)]


def test_the_documents_that_are_named_are_there() -> None:
    for page in FOLDER.glob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
    for title in ("Every way in", "Guessing", "Passwords", "Sessions"):
        assert f"## {title}" in (FOLDER / "accounts.md").read_text(encoding="utf-8")
    for title in ("Each by itself", "Together", "How often", "Files"):
        assert f"## {title}" in (FOLDER / "input.md").read_text(encoding="utf-8")
    for title in ("Connections", "What costs much", "Libraries"):
        assert f"## {title}" in (FOLDER / "data.md").read_text(encoding="utf-8")


def test_the_words_that_no_password_is_made_of_are_documented() -> None:
    text = (FOLDER / "accounts.md").read_text(encoding="utf-8")
    for word in passwords.ALWAYS:
        assert f"`{word}`" in text


def test_no_code_is_made_of_data() -> None:
    assert not {"eval", "exec", "compile", "__import__"} & set(calls())
    assert importing("pickle", "shelve", "marshal", "yaml", "xml.etree") == set()
    # Run this program itself, its drawing of pictures, and PostgreSQL's programs, with words of
    # their own and the operator's paths; no shell.
    assert importing("subprocess") == {
        "config/commands/move.py", "files/redraw.py", "operations/backup/dumps.py",
    }  # fmt: skip
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")


def test_scripts_write_text_and_no_html() -> None:
    assert SCRIPTS
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    for name, script in SCRIPTS.items():
        assert not re.search(unsafe, script), name
        assert not re.search(r"postMessage|__proto__|prototype", script), name


def test_scripts_keep_nothing_in_the_browser() -> None:
    for name, script in SCRIPTS.items():
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", script), (
            name
        )


@pytest.mark.django_db
def test_no_page_is_for_scripts_of_other_sites() -> None:
    answer = Client().get("/", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    assert importing("corsheaders") == set()


@pytest.mark.django_db
def test_nothing_random_is_guessable() -> None:
    assert importing("random", "uuid") == set()
    store = SessionStore()
    key = store._get_new_session_key()
    assert re.fullmatch(r"[a-z0-9]{32}", key)


def test_recovery_codes_have_enough_digits() -> None:
    from allauth.mfa import app_settings

    assert app_settings.RECOVERY_CODE_DIGITS * 3.32 > 20


def test_codes_of_apps_live_for_thirty_seconds() -> None:
    from allauth.mfa import app_settings

    assert app_settings.TOTP_PERIOD == 30
    assert app_settings.TOTP_TOLERANCE == 0


@pytest.mark.django_db
def test_sessions_last_as_long_as_documented() -> None:
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE).days == 60
    assert "60 days after it was last written to" in (FOLDER / "accounts.md").read_text()
    client = Client()
    session = client.session
    session["kept"] = True
    session.save()
    row = Session.objects.get(pk=session.session_key)
    assert (row.expire_date - timezone.now()).days in {59, 60}


def test_a_token_of_one_kind_is_none_of_another() -> None:
    from django.core import signing

    signed = signing.dumps("x", salt="one")
    with pytest.raises(signing.BadSignature):
        signing.loads(signed, salt="other")
    from rejoinder.limits import work

    assert work.read(signed) is None


# Modules whose only use of a hash or of chance is by one of the rooms' own functions.
CRYPTOGRAPHY = (
    "hashlib", "hmac", "secrets", "cryptography", "django.core.signing", "django.utils.crypto",
)  # fmt: skip


def test_every_module_with_cryptography_is_in_the_inventory() -> None:
    text = (FOLDER / "cryptography.md").read_text(encoding="utf-8")
    modules = importing(*CRYPTOGRAPHY)
    assert len(modules) > 10
    assert [module for module in sorted(modules) if f"`{module}`" not in text] == []


def test_what_is_sealed_cant_be_changed() -> None:
    sealed = sealing.seal("secret")
    assert sealing.unseal(sealed) == "secret"
    changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    with pytest.raises(Conflict):
        sealing.unseal(changed)


def test_passwords_are_kept_by_argon2_at_full_cost(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert make_password("x").startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    first = "django.contrib.auth.hashers.Argon2PasswordHasher"
    text = (SOURCE / "config" / "settings.py").read_text(encoding="utf-8")
    assert re.search(rf'PASSWORD_HASHERS = \[\s*"{re.escape(first)}"', text)


def test_files_are_named_by_the_whole_of_sha256(settings: Any, tmp_path: Path) -> None:
    from rejoinder.files import store

    settings.DATA = tmp_path
    assert re.fullmatch("[0-9a-f]{64}", store.keep(b"x"))


def test_mail_checks_the_servers_certificate() -> None:
    context = EmailBackend(use_tls=True).ssl_context
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert options.Options(data=Path()).mail_tls == "starttls"


def test_no_secret_has_a_default() -> None:
    fresh = options.Options(data=Path())
    assert (fresh.mail_password, fresh.mail_user, fresh.database_url) == ("", "", "")


def test_only_these_modules_open_connections() -> None:
    network = (
        "socket", "ssl", "urllib.request", "urllib3", "http.client", "httpx", "httpcore", "aiohttp",
        "requests", "ftplib", "smtplib",
    )  # fmt: skip
    # The server opens the sockets that its workers listen on; the adapter names an exception.
    listening = {"config/server.py", "config/workers.py", "serving/worker.py"}
    # By HTTP there is one way out, and it asks no address that wasn't checked.
    guarded = {"outbound/connect.py", "outbound/fetch.py"}
    assert importing(*network) == listening | guarded | {"web/accounts/adapter.py"}


@pytest.mark.django_db
def test_no_form_takes_fields_that_it_doesnt_name(client: Client) -> None:
    member = make_member("Ann")
    client.force_login(member)
    more = {"is_administrator": "on", "standing": "3", "email": "x@example.org", "id": "99"}
    client.post("/account/", {"name": "Anna", "time_zone": "Asia/Tokyo", **more})
    changed = Member.objects.get()
    assert (changed.pk, changed.name, changed.email) == (member.pk, "Anna", member.email)
    assert (changed.is_administrator, changed.standing) == (False, member.standing)
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert '__all__"' not in text.replace('"__all__",', "")
    assert not re.search(r"fields = \"__all__\"|\*\*request\.(POST|GET)", text)


@pytest.mark.django_db
def test_the_body_of_a_form_isnt_read_from_the_address() -> None:
    answer = Client().post("/account/login/?login=Ann&password=guess", {})
    assert answer.status_code == 200
    assert "REQUEST" not in {
        node.attr
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }


def test_logs_go_to_stderr_alone() -> None:
    handlers = logs.settings("warning")["handlers"]
    assert {name: made["class"] for name, made in handlers.items()} == {
        "stderr": "logging.StreamHandler"
    }
