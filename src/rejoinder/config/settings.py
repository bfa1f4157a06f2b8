"""Django's settings, made from the operator's options."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from rejoinder.config import addresses, engine, logs, options
from rejoinder.limits import table

engine.install_bundled_sqlite()

OPTIONS = options.load(options.default_data())
DATA = OPTIONS.data
ROOMS = Path(__file__).resolve().parent.parent


def _secret_key() -> str:
    """Return the installation's secret: told, or made once and kept beside its data."""
    if OPTIONS.secret_key:
        return OPTIONS.secret_key
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
ROOT_URLCONF = "rejoinder.config.urls"
# For requests to the API, which has its own addresses and may name all others.
API_URLCONF = "rejoinder.config.every_url"
WSGI_APPLICATION = "rejoinder.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "members.Member"

INSTALLED_APPS = [
    "rejoinder.events",
    "rejoinder.files",
    "rejoinder.limits",
    "rejoinder.members",
    "rejoinder.boards",
    "rejoinder.threads",
    "rejoinder.posts",
    "rejoinder.moderation",
    "rejoinder.reading",
    "rejoinder.importers",
    "rejoinder.web",
    "rejoinder.api",
    "rejoinder.gateways.feeds",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

MIDDLEWARE = [
    # First, so that what any other answers carries them too.
    "rejoinder.web.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "rejoinder.web.middleware.settings_held",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rejoinder.web.middleware.longest_session",
    "rejoinder.web.middleware.known_browser",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rejoinder.web.middleware.WhoAsks",
    "rejoinder.web.sittings.sittings",
    "rejoinder.web.error_pages.ErrorPages",
]

TEMPLATES: list[dict[str, object]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOMS / "web" / "templates", ROOMS / "api" / "templates"],
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
if OPTIONS.replica_url:
    # Asked by rejoinder.serving.replica alone.
    DATABASES["replica"] = engine.replica_settings(OPTIONS.replica_url, OPTIONS.database_url)

# ----- Where the site is, and its cookies -----
PUBLIC_URL = addresses.public_url(OPTIONS.url)
# Links in mails are made of PUBLIC_URL, or of a Host header that passed this list.
ALLOWED_HOSTS = addresses.allowed_hosts(PUBLIC_URL, OPTIONS.host)
USE_X_FORWARDED_HOST = False
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
HAS_TLS = PUBLIC_URL.startswith("https:")
HSTS_SUBDOMAINS = OPTIONS.hsts_subdomains
# A name with this prefix can't be set by another host of the domain (RFC 6265bis 4.1.3.2).
COOKIE_PREFIX = "__Host-" if HAS_TLS else ""
SESSION_ENGINE = "rejoinder.members.session_store"
SESSION_COOKIE_NAME = COOKIE_PREFIX + "sessionid"
SESSION_COOKIE_SECURE = HAS_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
# How a guest likes boards laid out; their pages are kept by it.
ARRANGEMENT_COOKIE_NAME = COOKIE_PREFIX + "arrangement"
CSRF_COOKIE_NAME = COOKIE_PREFIX + "csrftoken"
CSRF_COOKIE_SECURE = HAS_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# ----- Limits -----
LIMITS = table.changed(OPTIONS.limits)
# How many reverse proxies may say whom a request comes from; rejoinder.limits.asked_from asks.
PROXIES = OPTIONS.proxies

# ----- Mail -----
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if OPTIONS.mail_host
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = OPTIONS.mail_host
EMAIL_PORT = OPTIONS.mail_port
EMAIL_HOST_USER = OPTIONS.mail_user
EMAIL_HOST_PASSWORD = OPTIONS.mail_password
EMAIL_USE_TLS, EMAIL_USE_SSL = addresses.mail_encryption(OPTIONS.mail_tls)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = OPTIONS.mail_from or addresses.sender(PUBLIC_URL)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ----- Accounts: passwords, sign-in, passkeys -----
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "rejoinder.web.accounts.passwords.NoGuessableWords"},
]
# Internal: an operator's own file of breached passwords; empty: the bundled list alone.
BREACHED_PASSWORDS = OPTIONS.breached_passwords
AUTHENTICATION_BACKENDS = ["rejoinder.members.sign_in.ByNameOrAddress"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front"
LOGOUT_REDIRECT_URL = "front"
# How long the link of a password reset is good for.
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "rejoinder.web.accounts.tokens.ResetTokens"  # noqa: S105
# What is counted against limits, and codes that were used once, hold for all workers.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "limits_mark",
        # Past this many the backend throws live ones out too; nobody shall push out a count.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
# 0: X-Forwarded-For is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = OPTIONS.proxies
# What rejoinder.limits counts, allauth doesn't count once more. Two of its own stay, since
# nothing can be guessed there: the page behind a reset's link ("reset_password_from_key"),
# and the challenges of passkeys ("webauthn_login", of allauth.mfa).
ACCOUNT_RATE_LIMITS = {
    "change_password": None,
    "confirm_email": None,
    "login": None,
    "login_failed": None,
    "manage_email": None,
    "reauthenticate": None,
    "reset_password": None,
    "signup": None,
}

ACCOUNT_ADAPTER = "rejoinder.web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
# A site without mail works too: an address that nobody confirmed proves nothing.
ACCOUNT_EMAIL_VERIFICATION = "optional"
# "strict": the forms answer alike for known and unknown addresses. Any number of members
# may name an address; one may confirm it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_USER_DISPLAY = "rejoinder.web.accounts.adapter.shown_name"
ACCOUNT_FORMS = {
    "login": "rejoinder.web.accounts.forms.SignIn",
    "signup": "rejoinder.web.accounts.forms.SignUp",
    "add_email": "rejoinder.web.accounts.forms.AddAddress",
    "change_password": "rejoinder.web.accounts.forms.ChangePassword",
    "set_password": "rejoinder.web.accounts.forms.SetPassword",
    "reset_password": "rejoinder.web.accounts.forms.AskForReset",
    "reset_password_from_key": "rejoinder.web.accounts.forms.ResetPassword",
    "reauthenticate": "rejoinder.web.accounts.forms.ConfirmPassword",
}

MFA_ADAPTER = "rejoinder.web.accounts.adapter.PasskeyAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Otherwise nobody could use them on a site without mail, nor change an address afterwards.
# What that allows is mended in rejoinder.web.accounts.signals.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "rejoinder.web.accounts.forms.EnterCode",
    "reauthenticate": "rejoinder.web.accounts.forms.ConfirmCode",
    "activate_totp": "rejoinder.web.accounts.forms.ActivateApp",
    "add_webauthn": "rejoinder.web.accounts.forms.AddPasskey",
    "edit_webauthn": "rejoinder.web.accounts.forms.RenamePasskey",
    "authenticate_webauthn": "rejoinder.web.accounts.credentials.SecondStepByPasskey",
    "login_webauthn": "rejoinder.web.accounts.credentials.SignInByPasskey",
    "reauthenticate_webauthn": "rejoinder.web.accounts.credentials.ConfirmByPasskey",
}
# ----- end of accounts -----

LANGUAGE_CODE = OPTIONS.language
TIME_ZONE = OPTIONS.time_zone
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"

LOGGING = logs.settings(OPTIONS.log_level)

# ----- writing: forms that give everything back -----
CSRF_FAILURE_VIEW = "rejoinder.web.views.forgery.refused"
# A text of 256 KiB takes up to three times as much in a form, and whoever pastes a whole
# book shall hear how long it is. What is larger still ends in rejoinder.web.body_limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.csrf.CsrfViewMiddleware"), "rejoinder.web.body_limit.limit"
)
# ----- end of writing -----

# ----- the API: before anything looks at cookies or at the body -----
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware"),
    "rejoinder.api.middleware.for_programs",
)
API_ORIGINS = frozenset(OPTIONS.api_origins.split())

# ----- the way out -----
OUTBOUND_ALLOW = OPTIONS.outbound_allow
WEBSUB_HUB = OPTIONS.websub_hub

# ----- moderation -----
# Internal: the module that `rejoinder.posts.screening` asks about each post before it is
# kept. Empty: none, as in tests of what lies below the rules.
REJOINDER_SCREENING = "rejoinder.moderation.screening"
# ----- end of moderation -----
