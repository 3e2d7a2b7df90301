"""Choosing people of a grid: names as buttons, and a whole group at one tap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import identity
from components.entry_grid import Grid
from components.forms.common import names_of
from components.forms.sheet import Sheet
from components.loaders import engines, load
from components.markup import escape, literal
from components.problems import show_empty
from data.queries.entries import fetch_last_people
from data.queries.members import fetch_members_of
from data.queries.personal import fetch_member_names, fetch_volunteer_names
from data.queries.volunteers import fetch_volunteers_of

AS_BUTTONS = 40  # more people than this stand in a list to search
TEAMS = 4  # so many of the grid's teams get a button of their own
HELD = timedelta(minutes=4)  # as long as a second look is not told to the log again


@dataclass(frozen=True)
class Roster:
    """People of a grid to choose from, by id, and groups of them by name."""

    kind: str  # member or volunteer
    names: dict[int, str]
    groups: dict[str, list[int]]

    def without(self, gone: set[int]) -> Roster:
        """The same people but for some."""
        left = {one: name for one, name in self.names.items() if one not in gone}
        return Roster(
            self.kind, left, {n: [i for i in g if i in left] for n, g in self.groups.items()}
        )


def members(grid: Grid) -> Roster:
    """Members of the grid; their names in full for those who may see them."""
    people = load(fetch_members_of, grid.path)
    names = _full_names("fetch_member_names", grid.path, _member_names)
    return Roster("member", _labels(people, names), {})


def volunteers(grid: Grid) -> Roster:
    """Volunteers of the grid, with their teams as groups."""
    people = load(fetch_volunteers_of, grid.path)
    names = _full_names("fetch_volunteer_names", grid.path, _volunteer_names)
    teams = {team: list(group["id"]) for team, group in people.groupby("team_name", sort=False)}
    largest = sorted(teams, key=lambda team: -len(teams[team]))[:TEAMS]
    groups = {team: teams[team] for team in largest}
    return Roster("volunteer", _labels(people, names), groups)


def pick_one(sheet: Sheet, name: str, label: str, people: Mapping[int, str]) -> int | None:
    """One person."""
    return _picked(sheet, name, label, people, "single")  # type: ignore[return-value]


def pick_many(sheet: Sheet, name: str, label: str, roster: Roster) -> list[int]:
    """Any number of people; everybody, a team or last time's people at one tap."""
    if not roster.names:
        show_empty(e.NO_PEOPLE.format(label))
        return []
    key = sheet.begin(name, [])
    st.session_state[key] = [one for one in st.session_state[key] or [] if one in roster.names]
    _quick(sheet, name, roster)
    return _picked(sheet, name, e.PICK_MANY.format(label), roster.names, "multi") or []  # type: ignore[return-value]


def _picked(sheet: Sheet, name: str, label: str, people: Mapping[int, str], mode: str) -> object:
    many = mode == "multi"
    key = sheet.begin(name, [] if many else None)
    if not many and st.session_state[key] not in people:
        st.session_state[key] = None
    if len(people) <= AS_BUTTONS:
        words = {one: literal(text) for one, text in people.items()}
        return st.pills(
            label,
            list(people),
            format_func=names_of(words),
            key=key,
            selection_mode="multi" if many else "single",
        )
    if many:
        return st.multiselect(
            label, list(people), format_func=names_of(people), key=key, placeholder=e.PICK_NONE
        )
    return st.selectbox(
        label,
        list(people),
        format_func=names_of(people),
        key=key,
        index=None,
        placeholder=e.PICK_NONE,
    )


def _quick(sheet: Sheet, name: str, roster: Roster) -> None:
    """Buttons that choose a group of people."""
    groups = {e.EVERYBODY.format(len(roster.names)): list(roster.names)}
    again = [one for one in _last_people(sheet.form, roster.kind) if one in roster.names]
    if again and len(again) < len(roster.names):
        groups[e.LAST_TIME.format(len(again))] = again
    if len(roster.groups) > 1:
        teams = {team: ids for team, ids in roster.groups.items() if len(ids) > 1}
        groups |= {e.TEAM.format(team, len(ids)): ids for team, ids in teams.items()}
    groups[e.NOBODY] = []
    with st.container(key=f"{sheet.key(name)}_quick", horizontal=True, gap="small"):
        for number, (words, ids) in enumerate(groups.items()):
            key = f"{sheet.key(name)}_quick_{number}"
            st.button(literal(words), key=key, on_click=sheet.put, args=(name, ids))
        count = len(st.session_state[sheet.key(name)])
        st.html(f'<p class="picked" role="status">{escape(e.PICKED.format(count))}</p>')


def _last_people(form: str, kind: str) -> list[int]:
    me = identity.me()
    return load(fetch_last_people, me.account_id, form, kind) if me else []


def _member_names(path: str) -> dict[int, str]:
    return fetch_member_names(engines(), path=path, actor=identity.actor(), at=datetime.now(UTC))


def _volunteer_names(path: str) -> dict[int, str]:
    return fetch_volunteer_names(engines(), path=path, actor=identity.actor(), at=datetime.now(UTC))


def _full_names(action: str, path: str, fetch: Callable[[str], dict[int, str]]) -> dict[int, str]:
    """Full names for whoever may see them, asked anew on every run; {} for everybody else.

    The names themselves stay with the session for a moment, as they stay on its screen.
    """
    if not identity.may(action, path):
        return {}
    held_at, owner = f"names_{action}", (identity.actor().session_id, path)
    at, whose, names = st.session_state.get(held_at, (None, None, {}))
    if whose != owner or datetime.now(UTC) - at > HELD:
        names = fetch(path)
        st.session_state[held_at] = (datetime.now(UTC), owner, names)
    return names


def _labels(people: pd.DataFrame, full: Mapping[int, str]) -> dict[int, str]:
    """A name to know each by: with the code where it is masked or shared."""
    ids, codes = people["id"].tolist(), people["code"].tolist()
    names = [full.get(one, name) for one, name in zip(ids, people["name"], strict=True)]
    taken = Counter(names)
    return {
        one: name if one in full and taken[name] == 1 else f"{name}（{code}）"
        for one, name, code in zip(ids, names, codes, strict=True)
    }
