"""Fuzz, for a bounded time and the same every time: packs, uploads, and garbage into every form of every face."""

from __future__ import annotations

import io
import random
import shutil
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from madoguchi.kernel import packs, vault
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault.tests import make as files
from tests.house.tree import ROOT

from . import walk
from .conftest import browser_of

BOUNDED = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}

# ------------------------------------------------------------------ packs

MINIMAL = ROOT / "packs" / "minimal"
PARTS = sorted(path.relative_to(MINIMAL).as_posix() for path in MINIMAL.rglob("*") if path.is_file())
TOKENS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"- ",
    b"&a ",
    b"*a",
    b"!!python/object:os.system ",
    b"|\n",
    b"\t",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"---\n",
    b'"',
    b"'",
    b",",
    b"\r",
    b"null",
    b"1e999",
    b"2026-13-45",
    b"<<: ",
    "\u202e".encode(),
    b"=1+1",
    b"{{ x }}",
    b"a.b.c > ",
    b"size(",
    b"\n  ",
    b"yes",
    b"~",
    b"%YAML 1.1\n",
    b"? ",
    b"@",
    b"`",
    b"9" * 400,
]


@st.composite
def changes(draw):
    """Which file, and up to four cuts, doublings and insertions in it."""
    name = draw(st.sampled_from(PARTS))
    content = (MINIMAL / name).read_bytes()
    for _turn in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 40))
        new = draw(st.sampled_from([b"", content[at : at + length] * 2, *TOKENS]))
        content = content[:at] + new + content[at + (length if draw(st.booleans()) else 0) :]
    return name, content


@pytest.fixture
def pack(tmp_path, db):
    shutil.copytree(MINIMAL, tmp_path / "minimal")
    return tmp_path / "minimal"


@pytest.mark.slow
@settings(max_examples=60, **BOUNDED)
@given(change=changes())
def test_no_broken_pack_breaks_its_reader(pack, change):
    """Whatever was done to a file: no exception, and every problem names a file and a line of it."""
    name, content = change
    path = pack / name
    kept = path.read_bytes()
    try:
        path.write_bytes(content)
        for problem in packs.check(pack):
            assert Path(problem.file).name and not Path(problem.file).name.startswith("<"), problem
            assert 0 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 300, problem
            assert problem.message
    finally:
        path.write_bytes(kept)


def test_a_sound_pack_still_reads_as_one(pack):
    assert packs.check(pack) == []


# ------------------------------------------------------------------ uploads


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (24, 24), "white").save(out, kind)
    return out.getvalue()


SOUND = {"a.png": picture("PNG"), "a.jpg": picture("JPEG"), "a.pdf": files.pdf(files.paper())}


@st.composite
def spoilt(draw):
    name = draw(st.sampled_from(sorted(SOUND)))
    content = bytearray(SOUND[name])
    for _turn in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content) - 1))
        match draw(st.sampled_from(["flip", "cut", "insert", "huge"])):
            case "flip":
                content[at] ^= draw(st.integers(1, 255))
            case "cut":
                del content[at : at + draw(st.integers(1, 60))]
            case "insert":
                content[at:at] = draw(st.binary(max_size=40))
            case "huge":
                content[at : at + 4] = b"\xff\xff\xff\x7f"
        if not content:
            content = bytearray(b"x")
    return name, bytes(content)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=25, **BOUNDED)
@given(sent=spoilt())
def test_no_spoilt_file_breaks_its_judge(db, sent):
    """A refusal with a sentence, or a file that opens again as what it says it is."""
    name, content = sent
    about = Ref("forms", "draft", walk.NOBODYS)
    try:
        kept = vault.take_file(upload=io.BytesIO(content), name=name, about=about, by=SYSTEM)
    except Refusal as refusal:
        assert str(refusal)
    else:
        shown = vault.open_file(kept)
        assert shown.startswith((b"\x89PNG", b"\xff\xd8\xff", b"%PDF"))


# ------------------------------------------------------------------ forms


WORDS = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "a" * 9000,
    "あ\u202eい",
    "' OR 1=1--",
    "<svg/onload=alert(1)>",
    "{{7*7}}",
    "../../x",
    "\r\nX: y",
    "2026-02-30",
    "null",
    "[]",
    "%00",
    "1e309",
    "\ufffd\U0010ffff",
    "=cmd|' /C calc'!A0",
    walk.NOBODYS,
]
NAMES = [
    "value",
    "login",
    "password",
    "code",
    "reason",
    "seen",
    "version",
    "next",
    "q",
    "name",
    "to",
    "division",
    "role",
    "since",
    "until",
    "on",
    "key",
    "case",
    "cases",
    "family",
    "given",
    "y",
    "m",
    "d",
    "kind",
    "way",
    "language",
    "text",
    "title",
    "file",
    "scope",
    "client_id",
    "redirect_uri",
    "state",
    "credential",
    "pin",
    "number",
    "label",
    "again",
    "answer",
    "outcome",
    "grounds",
    "purpose",
    "years",
    "class",
    "basis",
    "agent",
    "principal",
]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["nobody", "resident", "staff"])
def test_garbage_sent_to_every_address_is_never_a_fault(people, settings, who):
    settings.PACE = {}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    browser, chance = people[who], random.Random(who)
    turn = ["nobody", "resident", "staff"].index(who)
    theirs = {"nobody": "anyone", "resident": "resident", "staff": "staff"}[who]

    faults = {}
    for number, (address, guard) in enumerate(walk.addresses(uuid=walk.NOBODYS)):
        # Everybody tries their own doors, and between the three of them every other one.
        if not guard.startswith(theirs) and number % 3 != turn:
            continue
        garbage = {name: chance.choice(WORDS) for name in chance.sample(NAMES, 12)}
        if number % 5 == 0:
            garbage["file"] = SimpleUploadedFile("a.png", b"\x89PNG")
        response = browser.post(address, garbage)
        if not walk.is_whole(response):
            faults[address] = (response.status_code, garbage)

    assert faults == {}
    assert browser_of().get("/").status_code == 200, "the city still stands"
