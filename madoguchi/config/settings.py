"""Every setting of an installation, from environment variables (table: docs/settings.md)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .addresses import LINKS, PAGES  # noqa: F401  part of the settings, set by no variable
from .keys import kept_key

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("MADO_VAR", ROOT / "var"))


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0") not in {"0", "", "no", "false"}


def _list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _paces(said: str) -> dict[str, tuple[int, int]]:
    """`kind=for a person/for an address`, so many a minute."""
    read = [part.replace("=", "/").split("/") for part in said.split(",")]
    try:
        return {kind.strip(): (int(person), int(address)) for kind, person, address in read}
    except ValueError:
        raise ImproperlyConfigured(f"MADO_PACE={said}: write kind=person/address,…") from None


# Tracebacks in the browser and static files without collecting: for builders only.
DEBUG = _flag("MADO_DEBUG", False)
SECRET_KEY = kept_key(VAR / "secret.key", os.environ.get("MADO_SECRET_KEY"))
# The host names this installation answers to; that of MADO_PUBLIC_URL is always among them.
ALLOWED_HOSTS = _list("MADO_HOSTS", "127.0.0.1,localhost,[::1]")
# Which faces this installation shows.
FACES = _list("MADO_FACES", "portal,desk,kiosk,api")
# The pack that `mado run` and `mado prepare` apply.
PACK = Path(os.environ.get("MADO_PACK", ROOT / "packs" / "nerima"))
# A folder of published results documents that planners may load on the desk; without it the action is not offered.
SEEDS = os.environ.get("MADO_SEEDS", str(ROOT.parent / "shared" / "seeds"))
# Demo: sign-in by choosing a fictional person, a week in the city, 「見本」 on every paper and mail.
DEMO = _flag("MADO_DEMO", False)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    *(
        f"madoguchi.kernel.{course}"
        for course in ("refs", "jobs", "audit", "packs", "vault", "metrics", "search", "identity", "access")
    ),
    *(
        f"madoguchi.engines.{shelf}"
        for shelf in (
            "directory",
            "knowledge",
            "forms",
            "documents",
            "approvals",
            "councils",
            "messaging",
            "records",
            "lottery",
            "booking",
            "queue",
            "procedures",
            "lessons",
            "authoring",
            "plan",
            "consultation",
        )
    ),
    *(f"madoguchi.faces.{face}" for face in ("shared", "portal", "desk", "kiosk", "api", "cli")),
]

MIDDLEWARE = [
    "madoguchi.faces.shared.hardening.AnswerHeaders",
    "madoguchi.faces.shared.middleware.BehindProxy",
    "django.middleware.security.SecurityMiddleware",
    "madoguchi.faces.api.middleware.OnlyProblems",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "madoguchi.faces.shared.middleware.OnlyText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "madoguchi.faces.shared.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "madoguchi.faces.shared.middleware.WhoIsAsking",
    "madoguchi.faces.shared.hardening.OnlyOurVerbs",
    "madoguchi.faces.shared.pace.Pace",
    "madoguchi.faces.shared.practising.PracticeDoor",
    "madoguchi.faces.shared.middleware.PoliteRefusals",
]

ROOT_URLCONF = "madoguchi.config.urls"
WSGI_APPLICATION = "madoguchi.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "madoguchi.faces.shared.context.everywhere",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# The database: sqlite:///path or postgresql://user@host/name.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("MADO_DATABASE", f"sqlite:///{VAR / 'madoguchi.sqlite3'}"), conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # recursive_triggers: without it INSERT OR REPLACE takes a row away past the triggers of kernel.db.only_added.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        # secure_delete: what is deleted or written over is zeros in the file, not a free page that still reads.
        "PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON;",
    }
    # A real file in tests too, so that threads and processes share it as in life.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / f"test-{os.getpid()}.sqlite3")}
else:
    # What kernel.db asks often is planned once a connection. Behind a pooler that keeps no prepared statements:
    # postgresql://…?prepare_threshold=none
    _options = DATABASES["default"].setdefault("OPTIONS", {})
    _threshold = str(_options.get("prepare_threshold", 0))
    _options["prepare_threshold"] = int(_threshold) if _threshold.isdecimal() else None

# How often a minute, "kind=for a person/for an address", 0 = uncounted: forms sent, searches, papers drawn and files judged.
PACE = _paces(os.environ.get("MADO_PACE", "change=300/3000,search=120/1200,costly=60/600"))

# How many requests a minute one app may make for one resident; a machine's key has its own number.
API_PER_MINUTE = int(os.environ.get("MADO_API_PER_MINUTE", "240"))

# After how many seconds without a touch a screen at a counter asks; 20 more, and what was written is wiped.
KIOSK_IDLE = int(os.environ.get("MADO_KIOSK_IDLE", "90"))

AUTH_USER_MODEL = "identity.Account"
# A login is unique in its realm (resident, staff, machine), which a constraint keeps; Django asks for more.
SILENCED_SYSTEM_CHECKS = ["auth.E003"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "madoguchi.faces.shared.views.form_too_old"
# Where residents reach us: the address in mails, the one whose forms we take, and the host passkeys are bound to.
PUBLIC_URL = os.environ.get("MADO_PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
_public = urlsplit(PUBLIC_URL)
if _public.hostname and _public.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_public.hostname)
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if _public.netloc else []
# Whether residents reach us by https: secure cookies and HSTS.
SECURE_TLS = _flag("MADO_TLS", False)
# Addresses of the web servers in front, whose X-Forwarded-For and -Proto we believe; with MADO_TLS this machine.
TRUSTED_PROXIES = _list("MADO_TRUSTED_PROXY", "127.0.0.1,::1" if SECURE_TLS else "")
# BehindProxy drops the header when anybody else sends it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
# With this beginning a browser takes them from this host alone, by https: no neighbour's subdomain can plant one.
_host = "__Host-" if SECURE_TLS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_host}sessionid", f"{_host}csrftoken"
SECURE_HSTS_SECONDS = 31536000 if SECURE_TLS else 0
# HSTS also for every host below, and in the browsers' own list: only when the whole domain speaks https.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_TLS and _flag("MADO_HSTS_PRELOAD", False)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        **({"upgrade-insecure-requests": True} if SECURE_TLS else {}),
    }
}
# What every answer carries unless it says something of its own (faces.shared.hardening).
ANSWER_HEADERS = {
    # Pages have theirs by then; this one is for static files, which are no pages even when opened as one.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [
            "publickey-credentials-get=(self)",
            "publickey-credentials-create=(self)",
            *(
                f"{power}=()"
                for power in (
                    "accelerometer",
                    "autoplay",
                    "browsing-topics",
                    "camera",
                    "display-capture",
                    "geolocation",
                    "gyroscope",
                    "hid",
                    "magnetometer",
                    "microphone",
                    "midi",
                    "payment",
                    "screen-wake-lock",
                    "serial",
                    "usb",
                )
            ),
        ]
    ),
    # Otherwise the web server tells its own name.
    "Server": "madoguchi",
    "X-Frame-Options": X_FRAME_OPTIONS,
}
# The most one request may carry, in MB: refused by its length before anything is read.
LARGEST_BODY = int(os.environ.get("MADO_LARGEST_BODY", "40"))

LANGUAGE_CODE = "ja"
LANGUAGES = [
    ("ja", "日本語"),
    ("ja-easy", "やさしい日本語"),
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("ko", "한국어"),
]
LOCALE_PATHS = [ROOT / "madoguchi" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
# Numbers are printed as they are; thousands are set where a page wants them.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
# MADO_PLAIN_STATIC: static files under their own names, for tests.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or _flag("MADO_PLAIN_STATIC", False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Residents' sign-in by OIDC (デジタル認証アプリ: https://auth-and-sign.go.jp/api/realms/main): the issuer; "" = not offered.
OIDC_RESIDENT_ISSUER = os.environ.get("MADO_OIDC_RESIDENT_ISSUER", "")
# … the client id the provider gave us.
OIDC_RESIDENT_CLIENT_ID = os.environ.get("MADO_OIDC_RESIDENT_CLIENT_ID", "")
# … the file with our key, made by `mado oidc key resident`.
OIDC_RESIDENT_KEY = os.environ.get("MADO_OIDC_RESIDENT_KEY", str(VAR / "oidc" / "resident.json"))
# … what its button calls it.
OIDC_RESIDENT_NAME = os.environ.get("MADO_OIDC_RESIDENT_NAME", "マイナアプリ")
# … what we ask for.
OIDC_RESIDENT_SCOPE = os.environ.get("MADO_OIDC_RESIDENT_SCOPE", "openid name address birthdate gender")
# … how sure we ask it to be; the first of these that its answer names is written down.
OIDC_RESIDENT_ACR = os.environ.get("MADO_OIDC_RESIDENT_ACR", "aal3 crl")
# The city's own sign-in for staff (OIDC): the issuer; "" = not offered.
OIDC_STAFF_ISSUER = os.environ.get("MADO_OIDC_STAFF_ISSUER", "")
# … the client id it gave us.
OIDC_STAFF_CLIENT_ID = os.environ.get("MADO_OIDC_STAFF_CLIENT_ID", "")
# … the file with our key, made by `mado oidc key staff`.
OIDC_STAFF_KEY = os.environ.get("MADO_OIDC_STAFF_KEY", str(VAR / "oidc" / "staff.json"))
# … what its button calls it.
OIDC_STAFF_NAME = os.environ.get("MADO_OIDC_STAFF_NAME", "庁内認証")
# … what we ask for.
OIDC_STAFF_SCOPE = os.environ.get("MADO_OIDC_STAFF_SCOPE", "openid profile")
# … which words in its acr or amr mean that it asked for two factors; without one of them we ask for the second ourselves.
OIDC_STAFF_ACR = os.environ.get("MADO_OIDC_STAFF_ACR", "")
# … the algorithms it may sign with: ES256, RS256, PS256.
OIDC_STAFF_ALGORITHMS = _list("MADO_OIDC_STAFF_ALGORITHMS", "ES256")
# … the claim that holds the login of staff here, such as preferred_username; "" = each is linked by `mado oidc link`.
OIDC_STAFF_CLAIM = os.environ.get("MADO_OIDC_STAFF_CLAIM", "")
OIDC: dict[str, dict[str, Any]] = {
    "resident": {
        "issuer": OIDC_RESIDENT_ISSUER,
        "client_id": OIDC_RESIDENT_CLIENT_ID,
        "key": OIDC_RESIDENT_KEY,
        "name": OIDC_RESIDENT_NAME,
        "scope": OIDC_RESIDENT_SCOPE,
        "acr": OIDC_RESIDENT_ACR,
    },
    "staff": {
        "issuer": OIDC_STAFF_ISSUER,
        "client_id": OIDC_STAFF_CLIENT_ID,
        "key": OIDC_STAFF_KEY,
        "name": OIDC_STAFF_NAME,
        "scope": OIDC_STAFF_SCOPE,
        "acr": OIDC_STAFF_ACR,
        "algorithms": OIDC_STAFF_ALGORITHMS,
        "claim": OIDC_STAFF_CLAIM,
    },
}

# What the vault keeps, and the keys that open it.
VAULT_ROOT = VAR / "vault"
VAULT_KEYS = VAR / "keys"
# Master keys from the outside, "k2:BASE64,k1:BASE64", the highest number current; without it they lie in var/keys.
VAULT_MASTER_KEY = os.environ.get("MADO_MASTER_KEY", "")
# Where the list of what was erased grows (vault/retention): on another disk than the copies of the database.
VAULT_ERASED = Path(os.environ.get("MADO_ERASED", VAR / "erased"))
# Where cases of historical value are laid down before they are erased; "" = they wait until there is a place.
VAULT_ARCHIVES = os.environ.get("MADO_ARCHIVES", "")
# Where the heads of sealed audit blocks are written, one line each: best a disk that the database cannot reach.
AUDIT_HEADS = Path(os.environ.get("MADO_AUDIT_HEADS", VAR / "audit-heads"))
# Who gets the newest head by mail each day; nobody when empty.
AUDIT_MAIL = os.environ.get("MADO_AUDIT_MAIL", "")
# ClamAV: unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310. While it does not answer, files wait; "" = nobody looks.
VAULT_CLAMAV = os.environ.get("MADO_CLAMAV", "")
# A scanner of one's own as a dotted path, beside ClamAV or instead: takes the bytes, answers "" when they are clean and a name otherwise.
VAULT_SCAN = os.environ.get("MADO_SCAN", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# How mail leaves: Django's name of a back end.
EMAIL_BACKEND = os.environ.get("MADO_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
# The mail server.
EMAIL_HOST = os.environ.get("MADO_SMTP_HOST", "127.0.0.1")
# The mail server's port; the demo's mail sink listens there.
EMAIL_PORT = int(os.environ.get("MADO_SMTP_PORT", "8025"))
EMAIL_TIMEOUT = 10
# The sender of our mails.
DEFAULT_FROM_EMAIL = os.environ.get("MADO_MAIL_FROM", "madoguchi@mihon.invalid")

# Draws: the servers asked for rounds of drand, in this order; each answer's signature is checked. "" = none is asked.
DRAND_URLS = _list("MADO_DRAND", "" if DEMO else "https://api.drand.sh,https://drand.cloudflare.com")

# Opinions by e-mail: the IMAP server of the mailbox they come to; "" = none is asked.
MAIL_IN_HOST = os.environ.get("MADO_MAIL_IN_HOST", "")
# … its port.
MAIL_IN_PORT = int(os.environ.get("MADO_MAIL_IN_PORT", "993"))
# … tls, starttls, or none: none only for a server on this machine.
MAIL_IN_TLS = os.environ.get("MADO_MAIL_IN_TLS", "tls")
# … the user.
MAIL_IN_USER = os.environ.get("MADO_MAIL_IN_USER", "")
# … the file with the password, readable by us alone.
MAIL_IN_PASSWORD_FILE = os.environ.get("MADO_MAIL_IN_PASSWORD_FILE", str(VAR / "mail-in.password"))
# … the folder opinions lie in.
MAIL_IN_FOLDER = os.environ.get("MADO_MAIL_IN_FOLDER", "INBOX")
# … the folder each is moved to once it is received.
MAIL_IN_DONE = os.environ.get("MADO_MAIL_IN_DONE", "Taken")
# … the most one mail may be, in MB: of a larger one only the head is taken, and staff are told.
MAIL_IN_LARGEST = int(os.environ.get("MADO_MAIL_IN_LARGEST", "25"))
MAIL_IN: dict[str, Any] = {
    "host": MAIL_IN_HOST,
    "port": MAIL_IN_PORT,
    "tls": MAIL_IN_TLS,
    "user": MAIL_IN_USER,
    "password_file": MAIL_IN_PASSWORD_FILE,
    "folder": MAIL_IN_FOLDER,
    "done": MAIL_IN_DONE,
    "largest": MAIL_IN_LARGEST * 1024 * 1024,
}
# The folder a FAX server drops what it received into (TIFF or PDF); a folder in it named as a call is that call's; "" = none.
FAX_FOLDER = os.environ.get("MADO_FAX_FOLDER", "")

# The least important level that is logged: DEBUG, INFO, WARNING or ERROR.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": os.environ.get("MADO_LOG", "WARNING")},
    # A row that breaks a constraint ends its pipeline (kernel.db.together); that error we raise, this one only repeats it.
    "loggers": {"psycopg": {"level": "ERROR"}},
}
