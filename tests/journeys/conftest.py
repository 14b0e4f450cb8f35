"""A city hall that is really open, and a browser to walk in with."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from madoguchi.faces.cli.places import ROOT, free_port

WAIT_FOR_DOORS = 120.0
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class City:
    """A running installation with its own data: web, worker and mail sink, as `mado run` starts them."""

    folder: Path
    port: int
    database: str | None = None
    process: subprocess.Popen[bytes] | None = None
    env: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[str]:
        """What the mail sink received, oldest first, as raw text."""
        letters = sorted((self.folder / "mail/new").glob("*"), key=lambda path: path.stat().st_mtime)
        return [letter.read_text(encoding="utf-8", errors="replace") for letter in letters]

    def open(self, verb: str = "run") -> None:
        """Start it and wait until the portal answers."""
        env = {**os.environ, "PYTHONPATH": str(ROOT), "MADO_VAR": str(self.folder), "PORT": str(self.port)}
        env |= {"MADO_DEMO": "1", "MADO_LOG": "ERROR", "MADO_SMTP_PORT": str(free_port()), **self.env}
        for name in ("MADO_PLAIN_STATIC", "MADO_EMAIL_BACKEND", "MADO_DATABASE"):
            env.pop(name, None)
        if self.database:
            env["MADO_DATABASE"] = self.database
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "madoguchi", verb],
                env=env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_open()

    def wait_until_open(self) -> None:
        until = time.monotonic() + WAIT_FOR_DOORS
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url + "/", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as error:
                if error.code >= 500:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        pytest.fail(f"the city hall did not open:\n{(self.folder / 'server.log').read_text()[-4000:]}")

    def close(self) -> None:
        """Ask it to stop, as Ctrl-C does, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def kill(self) -> None:
        """Pull the plug: SIGKILL for the supervisor and everything it started, with no time to finish anything."""
        assert self.process is not None
        for pid in [*descendants(self.process.pid), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(30)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the city's database, read from outside with %s places: for what no page shows."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(query, values).fetchall()  # type: ignore[call-overload]
        import sqlite3

        with sqlite3.connect(self.folder / "madoguchi.sqlite3", timeout=20) as connection:
            return connection.execute(query.replace("%s", "?"), values).fetchall()


def descendants(pid: int) -> list[int]:
    """Every process under `pid`, children first."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [*descendants(int(child)), int(child)]
    return found


@contextmanager
def city(folder: Path, database: str | None = None, **env: str) -> Iterator[City]:
    """Open a city hall in `folder` and close it afterwards."""
    hall = City(folder, free_port(), database, env=env)
    try:
        hall.open()
        yield hall
    finally:
        hall.close()


@pytest.fixture(scope="session")
def _prepared_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo data, prepared once per session; each city that needs its own starts from a copy."""
    folder = tmp_path_factory.mktemp("city")
    with city(folder):
        pass
    return folder


@pytest.fixture(scope="session")
def live_city(_prepared_city: Path) -> Iterator[City]:
    """One city hall for all journeys of the session: for errands that do not disturb each other."""
    with city(_prepared_city) as hall:
        yield hall


@pytest.fixture
def own_city(_prepared_city: Path, tmp_path: Path) -> Iterator[City]:
    """A city hall of this test's own: for pulling plugs and for changing the pack."""
    folder = tmp_path / "own"
    for name in ("serving.lock", "server.log"):
        (_prepared_city / name).unlink(missing_ok=True)
    shutil.copytree(_prepared_city, folder)
    with city(folder) as hall:
        yield hall


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """A real PostgreSQL for a live city; the address names an empty database."""
    from madoguchi.faces.cli.testing import postgres

    with postgres() as address:
        yield address


# ------------------------------------------------------------------ browsers


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; journeys are skipped where it is missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is missing: apt install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Opens a page of its own visitor: `new_page(360, 740)`; a page error or a refused script fails the test."""
    contexts, complaints = [], []

    def open_page(width: int = 360, height: int = 740, **options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo", **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    if not request.session.testsfailed:
        assert complaints == []


def is_complaint(line: Any) -> bool:
    """A refused style or script (CSP) is our fault; a 4xx answer to a deliberate mistake is not."""
    return line.type == "error" and "Failed to load resource" not in line.text


@pytest.fixture
def phone(new_page: Callable[..., Any]) -> Any:
    """A page in a window 360 px wide, as on a phone."""
    return new_page(360, 740, has_touch=True)


@pytest.fixture
def browser(new_page: Callable[..., Any]) -> Any:
    """A page in a window 1280 px wide, as on a clerk's desk."""
    return new_page(1280, 900)


@pytest.fixture
def assert_accessible() -> Callable[[Any], None]:
    """`assert_accessible(page)`: axe-core finds nothing against WCAG 2.2 A and AA, and nothing is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

    def check(page: Any) -> None:
        found = axe.run(page, options=options).response["violations"]
        told = [
            f"{one['id']}: {one['help']}: {node['target']} {node['html'][:120]}"
            for one in found
            for node in one["nodes"][:3]
        ]
        assert told == [], f"{page.url}\n" + "\n".join(told)
        spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert spill <= 0, f"{page.url} is {spill} px wider than its window"

    return check


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
