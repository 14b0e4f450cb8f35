"""Files in and out: a zip of one procedure, and what was made on the screen as files for a pack."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from django.utils.translation import gettext as _

from madoguchi.kernel.packs import Problem
from madoguchi.kernel.packs.models import Definition, Origin

from ..errors import SourceUnreadable
from ..models import Blueprint, Revision
from ..source import MOST_BYTES, MOST_FILES, slug, text_of

# A letter's file is named like its key, and a key is kept in 60 characters.
_NAME = re.compile(
    r"(?:[a-z0-9_.-]+/)?((?:procedures/[a-z0-9_.-]{1,120}|documents/[a-z][a-z0-9_]{0,59})\.yaml)", re.ASCII
)
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What Python's zipfile says to bytes that are no zip, or a damaged one.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, NotImplementedError),
    *(OSError, ValueError, EOFError, LookupError, OverflowError),
)


def archive(files: dict[str, str]) -> bytes:
    """The files as a zip one can lay over a pack. The same files make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), files[name].encode())
    return out.getvalue()


def unpacked(blueprint: Blueprint, content: bytes, name: str) -> dict[str, str]:
    """What was sent in: one YAML file of the procedure, or a zip as `archive` makes it. Raises SourceUnreadable."""
    if not content.startswith(b"PK"):
        path = f"procedures/{blueprint.key}.yaml"
        letter = f"documents/{name.removesuffix('.yaml')}.yaml"
        own = name.startswith(f"{slug(blueprint.key)}_") and _NAME.fullmatch(letter)
        return {letter: text_of(letter, content)} if own else {path: text_of(path, content)}
    if len(content) > 4 * MOST_BYTES:
        raise _unfit(name, _("大きすぎます。"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = [one for one in packed.infolist() if not one.is_dir()]
            if len(entries) > MOST_FILES or any(one.file_size > MOST_BYTES for one in entries):
                raise _unfit(name, _("ファイルが多すぎるか、大きすぎます。"))
            if any(one.compress_type not in _PACKED for one in entries):
                raise zipfile.BadZipFile
            return dict(_entry(blueprint, packed, one) for one in entries)
    except _DAMAGED:
        raise _unfit(name, _("zip として読めません。")) from None


def _entry(blueprint: Blueprint, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[str, str]:
    found = _NAME.fullmatch(entry.filename)
    own = found and (
        re.fullmatch(rf"procedures/{re.escape(blueprint.key)}(\.[a-z-]+)?\.yaml", found[1])
        or found[1].startswith(f"documents/{slug(blueprint.key)}_")
    )
    if not found or not own:
        raise _unfit(entry.filename[:120], _("この手続きのファイルではありません。"))
    with packed.open(entry) as file:
        # The size in the directory of a zip is only what its maker says.
        content = file.read(MOST_BYTES + 1)
    return found[1], text_of(found[1], content)


def _unfit(name: str, message: str) -> SourceUnreadable:
    return SourceUnreadable(problems=[Problem(name or "file", 0, "", message)])


def written_on_screen() -> dict[str, str]:
    """Every procedure that was made on the screen and is in force, as the files of a pack."""
    files: dict[str, str] = {}
    keys = (
        Definition.objects.in_force()
        .filter(kind="procedure", origin=Origin.DESK)
        .values_list("key", flat=True)
    )
    published = Blueprint.objects.filter(key__in=list(keys), published_revision__isnull=False)
    for blueprint in published.order_by("key"):
        row = Revision.objects.filter(blueprint=blueprint, number=blueprint.published_revision or 0).first()
        files |= row.files if row else {}
    return files
