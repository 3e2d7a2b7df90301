"""Drafts come back exactly as they were typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.drafts import LONGEST, check_form, draft_owner, pack, unpack
from data.errors import RuleError
from data.identity import Actor, system

PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
)
FIELD = st.text(max_size=8).filter(lambda name: name != "$time")
# as deep as a form goes (a list of rows of fields); deeper is more of the same recursion
LISTED = st.lists(PLAIN | st.dictionaries(FIELD, PLAIN, max_size=2), max_size=3)
CONTENT = st.dictionaries(FIELD, PLAIN | LISTED | st.dictionaries(FIELD, LISTED, max_size=2))


@given(CONTENT)
def test_a_draft_comes_back_as_it_was_from_plain_ascii(content):
    text = pack(content)
    assert text.isascii()  # so that nothing in it can spoil the database
    assert "\x00" not in text
    assert unpack(text) == content


def test_a_draft_may_be_as_deep_as_it_likes():
    content = {"x": [[{"y": [[{"z": [date(2026, 11, 20), "\x00字"]}]]}]]}
    assert unpack(pack(content)) == content


def test_kinds_of_time_are_kept_apart():
    content = {
        "day": date(2026, 11, 20),
        "clock": time(9, 5),
        "at": datetime(2026, 11, 20, 1, tzinfo=UTC),
    }
    restored = unpack(pack(content))
    assert [type(v) for v in restored.values()] == [datetime, time, date]
    assert restored == content


@pytest.mark.parametrize(
    "content",
    [{"x": object()}, {"x": float("nan")}, {"x": b"1"}, {1: "x"}, {"x": {"$time": ["date", "1"]}}],
)
def test_what_no_form_holds_is_refused(content):
    with pytest.raises(RuleError) as caught:
        pack(content)
    assert caught.value.field == "草稿"


def test_a_draft_has_a_greatest_size():
    pack({"x": "长" * 6000})
    with pytest.raises(RuleError, match="太长"):
        pack({"x": "长" * LONGEST})


@pytest.mark.parametrize(
    "text", ["", "null", "[1]", "{", '{"a": {"$time": ["date", "x"]}}', '{"a": {"$time": 3}}']
)
def test_a_spoiled_draft_is_an_empty_one(text):
    assert unpack(text) == {}


def test_a_draft_belongs_to_an_account_whatever_it_is_called_today():
    phone = Actor(7, "小王", "account", "entry", session_id=1)
    desk = Actor(7, "王小明", "account", "admin", session_id=2)
    assert draft_owner(phone) == draft_owner(desk) == "account:7"
    assert draft_owner(phone) != draft_owner(Actor(8, "小王", "account", "entry"))
    assert draft_owner(system("小王", "test")) != draft_owner(phone)


def test_only_forms_that_there_are_have_drafts():
    assert check_form("visit") == "visit"
    with pytest.raises(RuleError, match="没有名为"):
        check_form("visits")
