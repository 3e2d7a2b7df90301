"""Where new units belong: parents by code or by name path, in any order of the file's rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.importing.plan import Plan
from data.importing.unit_index import SEPARATORS, Known, UnitIndex
from data.method import Method

TAKEN = "上级单位下已有叫 “{}” 的单位（{}），请改名或核对编码"


@dataclass
class Node:
    """A unit that is there (``unit``), or one that a row of the file would add.

    ``position``: the row that is about it.
    """

    code: str
    name: str
    position: int | None = None
    unit: Known | None = None
    level: str = ""
    parent: Node | None = None
    asked_level: str | None = None
    parent_code: str | None = None
    parent_name: str | None = None


@dataclass
class Tree:
    """All units that there would be, by code, and by name.

    ``standing``: the units that have their place, by the parent's code and their name.
    """

    plan: Plan
    method: Method
    nodes: dict[str, Node] = field(default_factory=dict)
    by_name: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    root: Node | None = None
    settled: dict[str, bool] = field(default_factory=dict)
    standing: dict[tuple[str, str], Node] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, method: Method, units: UnitIndex) -> Tree:
        """The tree as it is, before the file."""
        tree = cls(plan, method)
        for one in sorted(units.units, key=lambda u: u.path.count("/")):
            parent = units.by_id.get(one.parent_id or 0)
            above = tree.nodes[parent.code] if parent else None
            node = Node(one.code, one.name, unit=one, level=one.level, parent=above)
            tree.add(node)
            tree.settled[one.code] = True
            tree.root = tree.root or (node if above is None else None)
        return tree

    def add(self, node: Node) -> None:
        """Put a unit into the tree."""
        self.nodes[node.code] = node
        self.by_name[node.name].append(node)

    def rename(self, wanted: Mapping[str, str]) -> None:
        """Give units that are there (by code) other names, all at once: two may change theirs.

        A name that another unit below the same parent keeps or gets is refused.
        """
        there = [node for node in self.nodes.values() if node.unit is not None]
        names = {node.code: wanted.get(node.code, node.name) for node in there}
        while clashes := self._clashes(there, names):
            for node, other in clashes:
                self._refuse(node, TAKEN.format(names[node.code], other.code))
                names[node.code] = node.name
        for node in there:
            self.by_name[node.name].remove(node)
            node.name = names[node.code]
            self.by_name[node.name].append(node)

    def _clashes(self, there: list[Node], names: dict[str, str]) -> list[tuple[Node, Node]]:
        """Renamed units, each with the one that has its new name; those that stay go first."""
        self.standing, clashes = {}, []
        for node in sorted(there, key=lambda one: (names[one.code] != one.name, one.position or 0)):
            other = self.standing.setdefault(_place_of(node, names[node.code]), node)
            if other is not node and names[node.code] != node.name:
                clashes.append((node, other))
        return clashes

    def settle(self, first: Node) -> bool:
        """Find the place of a new unit, and of those above it first; False where it has none."""
        line: list[Node] = []
        node: Node | None = first
        while node is not None and node.code not in self.settled:
            if node in line:
                self._refuse_circle(line[line.index(node) :])
                break
            line.append(node)
            node.parent = self._parent(node)
            node = node.parent
        for one in reversed(line):
            if one.code not in self.settled:
                self.settled[one.code] = self._place(one)
        return self.settled[first.code]

    def _refuse_circle(self, circle: list[Node]) -> None:
        names = " → ".join(one.code for one in [*circle, circle[0]])
        for one in circle:
            self.settled[one.code] = False
            self._refuse(one, f"上级单位绕成了圈（{names}），请改正上级编码")

    def _refuse(self, node: Node, reason: str) -> bool:
        if node.position is not None:
            self.plan.refuse(node.position, reason)
        return False

    def _parent(self, node: Node) -> Node | None:
        """The parent that a row names; None where it names none that can be meant."""
        if node.parent_code:
            return self.nodes.get(node.parent_code)
        found = self._named(node.parent_name) if node.parent_name else []
        return found[0] if len(found) == 1 else None

    def _named(self, text: str) -> list[Node]:
        """Units called so: by name, or by the last names of a path such as 幸福街道/和平社区."""
        if text in self.by_name:
            return self.by_name[text]
        parts = [part.strip() for part in text.translate(SEPARATORS).split("/") if part.strip()]
        last = self.by_name.get(parts[-1], []) if parts else []
        return [node for node in last if self._ends_with(node, parts)]

    def _ends_with(self, node: Node | None, parts: list[str]) -> bool:
        for name in reversed(parts):
            if node is None or node.name != name:
                return False
            node = node.parent or self._parent(node)
        return True

    def _place(self, node: Node) -> bool:
        """Whether a unit whose parent is settled may stand there; sets its level."""
        if node.parent is None:
            return self._place_on_top(node)
        if not self.settled.get(node.parent.code, False):
            return self._refuse(node, f"上级单位 {node.parent.code} 未通过，请先改正那一行")
        keys = [level.key for level in self.method.levels]
        above = node.parent.level
        if above not in keys or above == keys[-1]:
            return self._refuse(node, f"上级单位 {node.parent.code} 已是最下一级，不能再有下级")
        node.level = node.asked_level or keys[keys.index(above) + 1]
        if keys.index(node.level) <= keys.index(above):
            return self._refuse(node, "层级须低于上级单位的层级，请改正层级或上级编码")
        return self._alone(node)

    def _alone(self, node: Node) -> bool:
        """No two units below one parent have one name: people could not tell them apart."""
        other = self.standing.setdefault(_place_of(node, node.name), node)
        return other is node or self._refuse(node, TAKEN.format(node.name, other.code))

    def _place_on_top(self, node: Node) -> bool:
        if node.parent_code:
            return self._refuse(node, f"没有编码为 {node.parent_code} 的上级单位，请核对上级编码")
        if node.parent_name:
            count = len(self._named(node.parent_name))
            said = f"有 {count} 个，请改填上级编码" if count else "没有找到，请核对或改填上级编码"
            return self._refuse(node, f"上级单位 “{node.parent_name}” {said}")
        top = self.method.levels[0]
        if node.asked_level not in (None, top.key):
            return self._refuse(node, f"没有写上级单位；只有{top.name}可以没有上级，请填上级编码")
        if self.root is not None:
            said = f"已经有最上一级的单位 {self.root.code}，请填写上级编码"
            return self._refuse(node, said)
        node.level, self.root = top.key, node
        return True


def _place_of(node: Node, name: str) -> tuple[str, str]:
    return (node.parent.code if node.parent else "", name)
