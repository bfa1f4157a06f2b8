"""Django's settings, made from the operator's options."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from rejoinder.config import engine, logs, options

engine.install_bundled_sqlite()

OPTIONS = options.load(options.default_data())
DATA = OPTIONS.data
ROOMS = Path(__file__).resolve().parent.parent


def _secret_key() -> str:
    """Return the installation's secret, made once and kept beside its data."""
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        # Whole or not at all, and by one process: `link` refuses if another was first.
        with tempfile.NamedTemporaryFile("w", dir=DATA, encoding="ascii") as unfinished:
            unfinished.write(secrets.token_urlsafe(50))
            unfinished.flush()
            os.fsync(unfinished.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(unfinished.name, path)
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()
DEBUG = OPTIONS.debug
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "rejoinder.config.urls"
WSGI_APPLICATION = "rejoinder.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "members.Member"

INSTALLED_APPS = [
    "rejoinder.files",
    "rejoinder.members",
    "rejoinder.boards",
    "rejoinder.threads",
    "rejoinder.posts",
    "rejoinder.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rejoinder.web.middleware.principal",
    "rejoinder.web.middleware.headers",
]

TEMPLATES: list[dict[str, object]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOMS / "web" / "templates"],
        "OPTIONS": {
            "environment": "rejoinder.web.jinja.environment",
            "context_processors": ["rejoinder.web.context.around"],
        },
    },
    {
        # The texts of allauth's mails.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
DATABASES = {"default": engine.database_settings(OPTIONS.database_url, DATA)}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = OPTIONS.language
TIME_ZONE = OPTIONS.time_zone
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"

LOGGING = logs.settings(OPTIONS.log_level)
