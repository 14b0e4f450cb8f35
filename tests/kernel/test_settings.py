"""Settings of an installation, as a process of its own reads them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

READ = "from madoguchi.config import settings; import json; print(json.dumps({names}))"


def start(folder: Path, *names: str, **env: str) -> subprocess.Popen[str]:
    wanted = f"[{', '.join(f'settings.{name}' for name in names)}]"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MADO_")}
    return subprocess.Popen(
        [sys.executable, "-c", READ.format(names=wanted)],
        env={**kept, "MADO_VAR": str(folder), **env},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def read(folder: Path, *names: str, **env: str) -> list[object]:
    out, _err = start(folder, *names, **env).communicate(timeout=60)
    return json.loads(out)


@pytest.mark.slow
def test_processes_that_start_at_once_share_one_whole_key(tmp_path):
    starting = [start(tmp_path / "var", "SECRET_KEY") for _process in range(8)]
    keys = {process.communicate(timeout=60)[0] for process in starting}

    assert len(keys) == 1
    assert len(keys.pop()) > 50
    kept = tmp_path / "var/secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret.key"]


@pytest.mark.slow
def test_a_key_is_never_seen_half_written(tmp_path):
    """A process that dies while it makes the key leaves no empty file that the next would take for one."""
    code = "import os; os.fsync = lambda handle: os._exit(9); import madoguchi.config.settings"
    env = {**os.environ, "MADO_VAR": str(tmp_path)}
    env.pop("MADO_SECRET_KEY", None)
    died = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, check=False)

    assert died.returncode == 9
    assert not (tmp_path / "secret.key").exists()
    assert len(read(tmp_path, "SECRET_KEY")[0]) > 50


@pytest.mark.slow
def test_a_city_behind_tls_needs_its_public_address_and_no_more(tmp_path):
    names = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "TRUSTED_PROXIES")

    hosts, origins, proxies = read(
        tmp_path, *names, MADO_PUBLIC_URL="https://city.example/", MADO_TLS="1", MADO_HOSTS="inside.example"
    )
    assert hosts == ["inside.example", "city.example"]
    assert origins == ["https://city.example"]
    assert proxies == ["127.0.0.1", "::1"]

    hosts, origins, proxies = read(tmp_path, *names, PORT="8000")
    assert hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert origins == ["http://127.0.0.1:8000"]
    assert proxies == [], "nobody is believed unless there is somebody in front"


@pytest.mark.slow
def test_behind_tls_cookies_are_of_this_host_alone_and_browsers_are_told_to_stay_with_https(tmp_path):
    names = (
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_PRELOAD",
    )

    plain = read(tmp_path / "var", *names, MADO_HSTS_PRELOAD="1")
    tls = read(tmp_path / "var", *names, "CONTENT_SECURITY_POLICY", MADO_TLS="1")
    preloaded = read(tmp_path / "var", "SECURE_HSTS_PRELOAD", MADO_TLS="1", MADO_HSTS_PRELOAD="1")

    assert plain == ["sessionid", "csrftoken", False, 0, False]
    assert tls[:-1] == ["__Host-sessionid", "__Host-csrftoken", True, 31536000, False]
    assert tls[-1]["DIRECTIVES"]["upgrade-insecure-requests"] is True
    assert preloaded == [True]
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700, "a new var/ is its owner's alone"


@pytest.mark.slow
def test_the_pace_is_read_from_one_line(tmp_path):
    assert read(tmp_path, "PACE", MADO_PACE="change=1/2, search=0/0") == [
        {"change": [1, 2], "search": [0, 0]}
    ]
    broken = start(tmp_path, "PACE", MADO_PACE="a lot")
    broken.communicate(timeout=60)
    assert broken.returncode != 0
