"""Whatever a pack file holds, check names it and never falls over."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.kernel import packs

from .make import SERVICE, Front, Row, write

pytestmark = pytest.mark.slow  # some hundred damaged packs

PIECES = [
    b":",
    b"-",
    b"\t",
    b"\n",
    b"\r",
    b"  ",
    b"&a",
    b"*a",
    b"!",
    b"'",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b"|",
    b">",
]
PIECES += [
    b"#",
    b"%",
    b"@",
    b"`",
    b"?",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"<<: *a",
    b"---\n",
    b"...\n",
    b"yes",
    b",",
]


@st.composite
def damaged(draw, content):
    """The content with some pieces put in, taken out or written over."""
    for _time in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 20))
        content = content[:place] + draw(st.sampled_from(PIECES)) + content[place + length :]
    return content


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged(SERVICE.encode()), damaged(b'name: city\ntitle: "x"\nextends: null\nlanguages: [ja]\n'))
def test_a_damaged_yaml_file_never_makes_check_fall_over(tmp_path, service, meta):
    folder = write(tmp_path, "city", {"services/a.yaml": service, "pack.yaml": meta})

    for problem in packs.check(folder):
        assert problem.message
        assert problem.line >= 0


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged(b'key,title,yearly\na,"x, y",1\nb,z,\n'), damaged(b"---\ntitle: x\n---\n# y\n"))
def test_a_damaged_table_or_page_never_makes_reading_fall_over(tmp_path, table, page):
    folder = packs.PackFolder(packs.read(write(tmp_path, "city", {"a/t.csv": table, "a/p.md": page})))

    folder.csv("a/t.csv", Row, unique="key")
    folder.markdown("a/p.md", Front)
