"""A municipality's file laid over a national template: a typed patch, resolved into the whole definition.

    parent: {id: common_jp/juminhyo.utsushi, version: 3, change: 1}
    patch:
      set: {division: 戸籍住民課, fields.copies.most: 20}
      add: {fields.purpose_detail: {page: purpose, after: purpose, type: text, …}}
      remove: [documents.ininjo]

Places are text paths, as in the language files. Every entry of the result remembers the file and line it was
written at, so that what is wrong is shown where somebody can mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from .problems import Problem, Severity, meant
from .shapes import Shape
from .tree import Path, Tree, shown
from .words import below, mark

# How far a municipality may go from the template (変更区分): reworded, added to, refined.
REWORDED, ADDED, REFINED = 0, 1, 2


class Patch(Shape):
    """What a municipality writes instead of the whole definition."""

    set: dict[str, Any] = Field(default={}, description="text path: what stands there instead")
    add: dict[str, Any] = Field(
        default={}, description="text path: what is new; `after` says behind what, `page` on which page"
    )
    remove: list[str] = Field(default=[], description="text paths that are left out")


@dataclass(slots=True)
class Node:
    """One entry with where it was written."""

    value: Any  # a dict or list of nodes, or a plain value
    file: str
    line: int


@dataclass(slots=True)
class Overlaid(Tree):
    """The data of a patched template; each place knows its file."""

    files: dict[Path, str] = field(default_factory=dict)

    def place(self, path: Path, file: str) -> tuple[str, int]:
        while path and path not in self.lines:
            path = path[:-1]
        return self.files.get(path, file), self.lines.get(path, 1)


@dataclass(frozen=True, slots=True)
class PatchRules:
    """What a kind of definition lets a patch do."""

    is_word: Callable[[tuple[str, ...]], bool]
    is_local: Callable[[str], bool]  # what every municipality says for itself: its division, its counters
    tables: frozenset[str] = frozenset()  # keys whose entries are words under keys of logic: options
    head: tuple[str, ...] = ()  # keys the overlay's own file states beside `patch`
    own_only: tuple[str, ...] = ("change",)  # of these, what the template says of itself is not said of us
    appended: tuple[str, ...] = ("examples",)


class Patching:
    """One overlay being laid over its template; faults go to `problems` at the line of the patch."""

    def __init__(
        self,
        parent: Tree,
        parent_file: str,
        own: Tree,
        own_file: str,
        rules: PatchRules,
        problems: list[Problem],
    ) -> None:
        self.parent, self.own, self.own_file, self.rules, self.problems = (
            parent,
            own,
            own_file,
            rules,
            problems,
        )
        self.fixed: dict[str, Any] = parent.data.get("fixed") or {}
        self.root = _nodes(
            {key: value for key, value in parent.data.items() if key != "fixed"}, (), parent, parent_file
        )
        self.change = (own.data.get("parent") or {}).get("change", REFINED)

    def resolved(self, patch: Patch) -> Overlaid:
        """The whole definition. What the patch may not do is left out and reported."""
        for path in patch.remove:
            self._remove(path, ("patch", "remove", patch.remove.index(path)))
        for path, value in patch.set.items():
            self._set(path, value)
        for path, value in patch.add.items():
            self._add(path, value)
        self.root.value = self._headed()
        for key in self.rules.appended:
            if self.own.data.get(key):
                mine = _nodes(self.own.data[key], (key,), self.own, self.own_file).value
                known = self.root.value.setdefault(key, Node([], self.own_file, self.own.line((key,))))
                known.value.extend(mine)
        whole = Overlaid(None)
        whole.data = _plain(self.root, (), whole)
        whole.lines[()], whole.files[()] = self.own.line(), self.own_file
        return whole

    def _headed(self) -> dict[str, Node]:
        """The entries with what our file says of itself, where the template says that of itself.

        The order is part of the published logic: a whole file that becomes an overlay stays the same definition.
        """
        head = {
            key: _nodes(self.own.data[key], (key,), self.own, self.own_file)
            for key in self.rules.head
            if key in self.own.data
        }
        ours = {*head, *self.rules.own_only}
        items = list(self.root.value.items())
        start = next((number for number, (key, _node) in enumerate(items) if key in ours), 0)
        after = {key: node for key, node in items[start:] if key not in ours}
        return dict(items[:start]) | head | after

    # What may be done

    def _remove(self, path: str, at: Path) -> None:
        found = self._found(path, at)
        if found is None:
            return
        if path == "basis":
            self._basis_stays(at)
            return
        place, parent, key = found
        if self._is_fixed(path, place, at) or not self._may(at, REFINED):
            return
        if isinstance(parent.value, list):
            parent.value.pop(key)
        else:
            del parent.value[key]

    def _set(self, path: str, value: Any) -> None:
        at: Path = ("patch", "set", path)
        found = self._found(path, at)
        if found is None:
            return
        place, parent, key = found
        before = parent.value[key]
        if path == "basis" and before.value and str(before.value) not in str(value):
            self._basis_stays(at)
            return
        if not self._is_words(path, value):
            is_held = self._is_fixed(path, place, at)
            if is_held or not (self.rules.is_local(path) or self._may(at, REFINED)):
                return
        new = _nodes(value, at, self.own, self.own_file)
        if isinstance(before.value, dict) and "id" in before.value and isinstance(new.value, dict):
            new.value = {"id": before.value["id"], **{k: v for k, v in new.value.items() if k != "id"}}
        parent.value[key] = new

    def _add(self, path: str, value: Any) -> None:
        at: Path = ("patch", "add", path)
        if path in dict(_index(self.root)):
            hint = _("書きかえるなら set に書きます。")
            return self._problem(at, _("「%s」はひな型にもうあります。") % path, hint)
        is_words = self._is_words(path, value) and not self._is_new_key(path)
        if not (is_words or self.rules.is_local(path) or self._may(at, ADDED)):
            return None
        new = _nodes(value, at, self.own, self.own_file)
        after = page = ""
        if isinstance(new.value, dict):
            after, page = (str(_taken(new, name)) for name in ("after", "page"))
        found = self._container(path, page, at)
        if found is None:
            return None
        into, container = found
        name = path.rpartition(".")[2]
        if not is_words and self._is_fixed(path, (*into, name), at):
            return None
        keys = (
            [_id(item) for item in container.value]
            if isinstance(container.value, list)
            else [*container.value]
        )
        if after and after not in keys:
            self._problem(at, _("after の「%s」がありません。") % after, meant(after, filter(None, keys)))
        place = _behind(keys, after)
        if isinstance(container.value, list):
            if isinstance(new.value, dict):
                new.value = {"id": Node(name, self.own_file, self.own.line(at)), **new.value}
            elif not name.isdecimal():
                return self._problem(at, _("「%s」の中身を書きます。") % path, "{title: …}")
            container.value.insert(place, new)
        else:
            items = list(container.value.items())
            container.value = dict([*items[:place], (name, new), *items[place:]])
        return None

    def _container(self, path: str, page: str, at: Path) -> tuple[Path, Node] | None:
        """Where the new entry goes, and what it stands in. A field of the form names its page."""
        into, _dot, _name = path.rpartition(".")
        index = dict(_index(self.root))
        if into == "fields":
            found = index.get(f"pages.{page}")
            if found is None:
                pages = [
                    each.removeprefix("pages.")
                    for each in index
                    if each.count(".") == 1 and each.startswith("pages.")
                ]
                self._problem(at, _("どのページに加えるかを page に書きます。"), meant(page, pages))
                return None
            place, parent, key = found
            return (*place, "fields"), parent.value[key].value["fields"]
        if not into:
            return (), self.root
        if into in index:
            place, parent, key = index[into]
            node: Node = parent.value[key]
            if isinstance(node.value, dict | list):
                return place, node
        elif into in ("documents", "cosigners", "pages", "decided", "refusal_texts"):
            empty: Any = {} if into in ("decided", "refusal_texts") else []
            node = self.root.value[into] = Node(empty, self.own_file, self.own.line(at))
            return (into,), node
        self._problem(
            at, _("「%s」がひな型にないので、その中には加えられません。") % into, meant(into, index)
        )
        return None

    def _found(self, path: str, at: Path) -> tuple[Path, Node, Any] | None:
        index = dict(_index(self.root))
        if path not in index:
            self._problem(at, _("「%s」はひな型にありません。") % path, meant(path, index))
            return None
        return index[path]

    def _is_words(self, path: str, value: Any) -> bool:
        """Whether only what people read changes: a sentence, or a list of them."""
        keys = tuple(part for part in path.split(".") if not part.isdecimal())
        said = value if isinstance(value, list) else [value]
        return self.rules.is_word(keys) and all(isinstance(one, str) for one in said)

    def _is_new_key(self, path: str) -> bool:
        """Whether the entry brings a key of its own: one more answer people may give, whatever it is called."""
        return path.rpartition(".")[0].rpartition(".")[2] in self.rules.tables

    def _is_fixed(self, path: str, place: Path, at: Path) -> bool:
        """Whether a law holds the place: it is neither left out nor given another logic.

        Places of the tree are compared: `pages.claim` holds `fields.who`, though no path says so. What a municipality
        says for itself inside of a fixed thing (the letter of a state) it may say, unless the law names just that.
        """
        index = dict(_index(self.root))
        for fixed, law in self.fixed.items():
            if self.rules.is_local(path) and not self.rules.is_local(fixed):
                continue
            held = index[fixed][0] if fixed in index else None
            if held is None:  # what the law forbids to add
                touches = path == fixed or path.startswith(f"{fixed}.")
            else:
                touches = place[: len(held)] == held or held[: len(place)] == place
            if touches:
                message = _("「%(path)s」は法令（%(law)s）で決まっているので、変えられません。")
                self._problem(
                    at,
                    message % {"path": fixed, "law": law},
                    _("言葉だけを直すときは、その言葉の道筋を書きます。"),
                )
                return True
        return False

    def _basis_stays(self, at: Path) -> None:
        before = self.root.value["basis"].value
        self._problem(at, _("根拠の法令は、加えることはできますが、消せません。"), str(before))

    def _may(self, at: Path, needs: int) -> bool:
        if self.change >= needs:
            return True
        needed = _("変更区分（parent.change）が%(change)dなので、ここはできません。") % {
            "change": self.change
        }
        self._problem(at, needed, _("1は加えること、2は変えることや省くことができます。"))
        return False

    def _problem(self, at: Path, message: str, hint: str = "") -> None:
        self.problems.append(
            Problem(self.own_file, self.own.line(at), shown(at), message, hint, Severity.ERROR)
        )


def differences(old: Any, new: Any) -> list[str]:
    """The text paths at which two versions of a template differ, the deepest that still say it, in order."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    changed = [path for path in before if path not in after or before[path] != after[path]]
    return [*changed, *(path for path in after if path not in before)]


def _leaves(data: Any) -> Iterator[tuple[str, Any]]:
    for path, (_path, parent, key) in _index(_nodes(data, (), Tree(data), "")):
        node = parent.value[key]
        if not isinstance(node.value, dict | list) or not node.value:
            yield path, node.value


def _nodes(data: Any, at: Path, tree: Tree, file: str) -> Node:
    line = tree.line(at)
    if isinstance(data, dict):
        return Node({key: _nodes(value, (*at, key), tree, file) for key, value in data.items()}, file, line)
    if isinstance(data, list):
        return Node([_nodes(value, (*at, n), tree, file) for n, value in enumerate(data)], file, line)
    return Node(data, file, line)


def _plain(node: Node, path: Path, whole: Overlaid) -> Any:
    whole.lines[path], whole.files[path] = node.line, node.file
    if isinstance(node.value, dict):
        return {key: _plain(value, (*path, key), whole) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(value, (*path, n), whole) for n, value in enumerate(node.value)]
    return node.value


def _index(root: Node) -> Iterator[tuple[str, tuple[Path, Node, Any]]]:
    """Every place by its text path: (path, (where it is, the node it stands in, its key there))."""
    yield from _walk(root, "", (), ())


def _walk(
    node: Node, text: str, at: Path, keys: tuple[str, ...]
) -> Iterator[tuple[str, tuple[Path, Node, Any]]]:
    if isinstance(node.value, dict):
        for key, value in node.value.items():
            path = below(text, str(key), keys)
            if path != "fields":
                yield path, ((*at, key), node, key)
            yield from _walk(value, path, (*at, key), (*keys, str(key)))
    elif isinstance(node.value, list):
        for number, value in enumerate(node.value):
            path = below(text, mark({"id": _id(value)} if _id(value) else None, number), ())
            yield path, ((*at, number), node, number)
            yield from _walk(value, path, (*at, number), keys)


def _id(node: Node) -> str:
    named = node.value.get("id") if isinstance(node.value, dict) else None
    return str(named.value) if named is not None and isinstance(named.value, str) else ""


def _taken(node: Node, name: str) -> Any:
    found = node.value.pop(name, None)
    return found.value if found is not None else ""


def _behind(keys: list[str], after: str) -> int:
    return keys.index(after) + 1 if after in keys else len(keys)
