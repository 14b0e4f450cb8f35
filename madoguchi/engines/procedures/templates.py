"""National templates (`procedures/templates/`) and the municipal files laid over them (ADR 0013)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.utils.translation import gettext as _

from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.kernel import packs
from madoguchi.kernel.packs import Located, PackFolder, Patch, Patching, PatchRules, differences

from .definition import DottedKey, Parent, ProcedureDef, Shape

FOLDER = "procedures"
TEMPLATES = "procedures/templates"
MOST_NAMED = 8
Words = Mapping[str, Mapping[str, str]]

# What no template can know: every municipality says it, whatever its change code.
_LOCAL = ("division", "channels", "within", "catalog", "yearly_applications", "hint_deadline", "retention")
RULES = PatchRules(
    is_word=IS_WORD,
    is_local=lambda path: (
        path.split(".")[0] in _LOCAL
        or path == "identity.minimum"
        or (path.startswith("flow.") and path.endswith(".letter"))
        or (path.startswith("documents.") and path.endswith(".form"))
    ),
    tables=frozenset({"options", "reasons", "refusal_texts"}),
    head=("version", "checked_on", "parent", "change"),
)


class TemplateDef(ProcedureDef):
    """A procedure as the law makes it for every municipality. `fixed` names what no overlay may leave out or change."""

    fixed: dict[str, str] = {}  # text path -> the law that holds it


class OverlayFile(Shape):
    """A municipality's file over a template: who it is laid over, and what differs."""

    procedure: DottedKey
    version: int
    checked_on: Any
    parent: Parent
    patch: Patch
    change: dict[str, Any] | None = None
    examples: list[dict[str, Any]] = []


def published(logic: Any) -> Any:
    """The logic as it is published: which version of its template the file was laid over stays in the file.

    So a municipality that has looked at a newer template and need change nothing says so without a new version of
    its own, and a whole file that becomes an overlay stays the definition its open cases stand on.
    """
    if not logic.get("parent"):
        return logic
    said = {key: value for key, value in logic["parent"].items() if key != "version"}
    return {key: said if key == "parent" else value for key, value in logic.items()}


@dataclass(frozen=True, slots=True)
class Written:
    """A whole definition as the pack makes it; `carried` are translations the template brings along."""

    located: Located[ProcedureDef]
    carried: Words
    template: str = ""  # the file it is laid over
    is_template: bool = False  # checked like a procedure, published by nobody


def written(folder: PackFolder) -> Iterator[Written]:
    """Every procedure of the pack, overlays resolved. What is wrong stands in the folder's problems."""
    templates = {name: folder.tree(name) for name in folder.names(TEMPLATES, ".yaml")}
    for name, tree in templates.items():
        if tree is None:
            continue
        found = folder.located(TemplateDef, tree, name)
        _words(folder, name, tree.data)
        if found is None:
            continue
        newest = f"{TEMPLATES}/{found.value.procedure}.yaml"
        if name not in {newest, newest.replace(".yaml", f".v{found.value.version}.yaml")}:
            hint = newest.rpartition("/")[2]
            found.problem("procedure", _("ファイルの名前と手続のキーがちがいます。"), hint)
        # Whoever extends the pack of a template is told what is wrong with their own files, not twice with this.
        elif name == newest and folder.pack.files[name].pack == folder.pack.name:
            yield Written(cast("Located[ProcedureDef]", found), {}, is_template=True)
    for name in folder.names(FOLDER, ".yaml", ".yml"):
        if name.startswith(TEMPLATES + "/"):
            continue
        tree = folder.tree(name)
        if tree is None:
            continue
        if isinstance(tree.data, dict) and "patch" in tree.data:
            whole = _overlaid(folder, name, tree, templates)
        else:
            plain = folder.located(ProcedureDef, tree, name)
            whole = Written(plain, {}) if plain is not None else None
        if whole is not None:
            yield whole


def _overlaid(folder: PackFolder, name: str, tree: Any, templates: Mapping[str, Any]) -> Written | None:
    own = folder.located(OverlayFile, tree, name)
    if own is None:
        return None
    found = _template(folder, own, templates)
    if found is None:
        return None
    file, template = found
    before = len(folder.problems)
    patching = Patching(template, folder.shown(file), tree, own.file, RULES, folder.problems)
    whole = patching.resolved(own.value.patch)
    if len(folder.problems) > before:
        return None
    located = folder.located(ProcedureDef, whole, name)
    if located is None:
        return None
    japanese = packs.split(located.data, IS_WORD)[1]
    theirs = packs.split(template.data, IS_WORD)[1]
    carried = {
        language: {path: text for path, text in words.items() if japanese.get(path) == theirs.get(path)}
        for language, words in _words(folder, file, template.data).items()
        if language != "ja"
    }
    return Written(located, carried, file)


def _words(folder: PackFolder, file: str, data: Any) -> Words:
    return (
        folder.texts_beside(file, packs.split(data, IS_WORD)[1], counts=False)
        if isinstance(data, dict)
        else {}
    )


def _template(
    folder: PackFolder, own: Located[OverlayFile], templates: Mapping[str, Any]
) -> tuple[str, Any] | None:
    """The template the overlay was written for: its file and tree. Says so when a newer one stands beside it."""
    parent, say = own.value.parent, partial(own.problem, "parent.version")
    key = parent.id.partition("/")[2]
    newest = templates.get(f"{TEMPLATES}/{key}.yaml")
    if newest is None:
        known = "、".join(sorted(name.rpartition("/")[2].removesuffix(".yaml") for name in templates))
        own.problem(
            "parent.id", _("「%s」というひな型がありません。") % parent.id, _("あるもの: %s") % (known or "-")
        )
        return None
    is_now = newest.data.get("version")
    if parent.version is None:
        say(_("どの版のひな型にもとづくかを parent.version に書きます。"), _("いまの版: %s") % is_now)
        return None
    if parent.version == is_now:
        return f"{TEMPLATES}/{key}.yaml", newest
    old_file = f"{TEMPLATES}/{key}.v{parent.version}.yaml"
    old = templates.get(old_file)
    if old is None:
        hint = _("version: %(now)s にして差を確かめるか、前のひな型を %(file)s に置きます。")
        say(
            _("ひな型の版%(here)sがありません（いまは版%(now)s）。")
            % {"here": parent.version, "now": is_now},
            hint % {"now": is_now, "file": old_file},
        )
        return None
    _tell_of_newer(say, newest, old)
    return old_file, old


def _tell_of_newer(say: Any, newest: Any, old: Any) -> None:
    """The template rose: the overlay still stands on the version it was written for, and somebody must look."""
    paths = [path for path in differences(old.data, newest.data) if path not in {"version", "checked_on"}]
    named = "、".join(paths[:MOST_NAMED]) + (
        _(" ほか%d件") % (len(paths) - MOST_NAMED) if len(paths) > MOST_NAMED else ""
    )
    act = (newest.data.get("change") or {}).get("act", "")
    message = _("ひな型が版%sになりました。この上書きは見直しが要ります。") % newest.data.get("version")
    if act:
        message += _("（%s）") % act
    say(message, _("変わったところ: %s") % named, is_error=False)
