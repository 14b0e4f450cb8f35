"""An installation in order, to plant faults in."""

from __future__ import annotations

import base64

import pytest


@pytest.fixture
def folder(tmp_path, monkeypatch, settings):
    """A var/ as `mado prepare` leaves it."""
    var = tmp_path / "var"
    (var / "keys").mkdir(mode=0o700, parents=True)
    var.chmod(0o700)
    for path in (var / "secret.key", var / "keys" / "k1.key"):
        path.write_text("x" * 60 if path.name == "secret.key" else base64.b64encode(b"k" * 32).decode())
        path.chmod(0o600)
    monkeypatch.setenv("MADO_VAR", str(var))
    monkeypatch.delenv("MADO_SECRET_KEY", raising=False)
    settings.VAULT_KEYS = var / "keys"
    settings.VAULT_ROOT = var / "vault"
    return var


@pytest.fixture
def earnest(settings, folder):
    """A city in earnest: outside, behind TLS, everything set as it should be."""
    settings.DEMO = settings.DEBUG = False
    settings.PUBLIC_URL = "https://mado.example.jp"
    settings.SECURE_TLS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.ALLOWED_HOSTS = ["mado.example.jp"]
    settings.TRUSTED_PROXIES = ["10.0.0.5"]
    settings.VAULT_SCAN = "tests.hostile.installation.finds_nothing"
    settings.VAULT_MASTER_KEY = "k1:" + "A" * 43 + "="
    settings.AUDIT_HEADS = folder.parent / "elsewhere"
    settings.VAULT_ERASED = folder.parent / "elsewhere"
    settings.DEFAULT_FROM_EMAIL = "mado@example.jp"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def finds_nothing(content: bytes) -> str:
    return ""


def finds_no_way(content: bytes) -> str:
    raise OSError("down")


def marks(lines) -> dict[str, str]:
    return {line.code: line.mark for line in lines}
