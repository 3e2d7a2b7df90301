"""党员积分: one rule, one or more members of the grid."""

from __future__ import annotations

from components import entry_texts as e
from components import texts as t
from components.entry_grid import Grid
from components.forms import people
from components.forms.common import signature
from components.forms.fields import choose, entered_day, line, need, number, send_button, which_day
from components.forms.sheet import Sheet, last_used, open_sheet, place
from components.loaders import engines
from data.method import Method, PointsRule
from data.writes.points import record_points

FORM = "points"
MOST_VALUES = 8  # more values than this are typed in
STEP = 0.5
SIGNS = {"deduction": "−"}


def points_form(grid: Grid, method: Method) -> None:
    """Draw the form; the rules and their ranges are the method's."""
    sheet = open_sheet(FORM, grid)
    if sheet is None or not method.points:
        return
    rule = _choose_rule(sheet, method.points.rules)
    with place("entry_points_value"):
        if rule:
            _value_field(sheet, rule)
    people.pick_many(sheet, "members", e.MEMBERS, people.members(grid))
    line(sheet, "note", e.POINTS_NOTE)
    which_day(sheet, e.POINTS_DATE)

    def write(request_id: str) -> str:
        key = need(sheet, "rule", e.POINTS_RULE)
        done = record_points(
            engines(),
            member_ids=list(sheet.get("members", [])),
            rule_key=key,
            points=sheet.get(f"value_{key}"),
            happened_on=entered_day(sheet, e.POINTS_DATE),
            note=sheet.get("note", ""),
            unit_id=grid.id,
            **signature(request_id),
        )
        pending = e.POINTS_PENDING if done[0].status == "pending" else ""
        return e.POINTS_SAVED.format(len(done), done[0].rule_name, pending)

    send_button(sheet, write)


def _choose_rule(sheet: Sheet, rules: list[PointsRule]) -> PointsRule | None:
    """Few rules side by side; many by their group first.  The last used one comes first."""
    last = next((r for r in rules if r.key == last_used(FORM).get("rule_key")), None)
    offered = rules
    if len(rules) > MOST_VALUES:
        groups = {_group(r): _group(r) for r in ([last] if last else []) + rules}
        usual = next(iter(groups))
        group = choose(sheet, "group", e.POINTS_GROUP, groups, usual=usual, required=True)
        offered = [r for r in rules if _group(r) == group]
    ordered = ([last] if last in offered and last else []) + offered
    words = {r.key: _words(r) for r in ordered}
    key = choose(sheet, "rule", e.POINTS_RULE, words)
    return next((r for r in rules if r.key == key), None)


def _group(rule: PointsRule) -> str:
    return rule.group or t.ENTRY_KINDS[rule.kind]


def _words(rule: PointsRule) -> str:
    low, high = rule.allowed
    size = f"{low:g}" if low == high else f"{low:g}～{high:g}"
    waits = e.POINTS_WAITS if rule.needs_approval else ""
    return e.POINTS_RULE_TEXT.format(rule.name, SIGNS.get(rule.kind, "+") + size, waits)


def _value_field(sheet: Sheet, rule: PointsRule) -> None:
    """The number of points: fixed by the rule, or to be chosen within its range."""
    low, high = rule.allowed
    if low == high:
        return
    values = [low + STEP * n for n in range(int((high - low) / STEP) + 1)]
    name = f"value_{rule.key}"
    if len(values) <= MOST_VALUES:
        options = {v: f"{v:g}" for v in values}
        choose(sheet, name, e.POINTS_VALUE, options, usual=rule.points, required=True)
        return
    label = e.POINTS_RANGE.format(f"{low:g}", f"{high:g}")
    number(sheet, name, f"{e.POINTS_VALUE}：{label}", usual=rule.points, step=STEP, format="%.1f")
