from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.privacy import COMPOUND_SURNAMES, FEWEST, crowded, mask_handler, mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*"),
        ("王明", "王*"),
        ("  李 ", "李*"),
        ("欧阳修", "欧阳*"),
        ("诸葛孔明", "诸葛*"),
        ("司马光", "司马*"),
        ("欧阳", "欧*"),  # two characters: surname 欧, given name 阳
        ("买买提·艾力", "买*"),
        ("Anna", "A*"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_only_the_surname_shows(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(min_size=1, max_size=12).filter(lambda name: name.strip() != ""))
def test_at_most_a_surname_of_any_name_survives(name: str) -> None:
    masked = mask_name(name)
    surname = masked.removesuffix("*")
    assert masked.endswith("*")
    assert name.strip().startswith(surname)
    assert len(surname) == 1 or surname in COMPOUND_SURNAMES


@given(st.text(alphabet="欧阳王小明司马", min_size=2, max_size=4))
def test_masking_always_hides_part_of_a_name_of_two_characters_or_more(name: str) -> None:
    assert len(mask_name(name).removesuffix("*")) < len(name)


@pytest.mark.parametrize(
    ("handler", "shown"),
    [
        ("郑景芳", "郑*"),
        ("欧阳小红", "欧阳*"),
        ("供电所", "供电所"),
        ("和畅物业", "和畅物业"),
        ("区市政工程公司", "区市政工程公司"),
    ],
)
def test_a_handler_is_masked_only_when_it_is_a_person(handler: str, shown: str) -> None:
    assert mask_handler(handler) == shown


TREE = [f"/1/{a}/" for a in (2, 3)] + [f"/1/{a}/{b}/" for a in (2, 3) for b in (4, 5, 6)]


@pytest.mark.parametrize(
    ("people", "listed"),
    [
        ({"/1/2/": 5, "/1/3/": 6}, {"/1/2/": "/1/2/", "/1/3/": "/1/3/"}),
        # too few for a row of their own: told with the unit above
        ({"/1/2/": 5, "/1/2/4/": 1}, {"/1/2/": "/1/2/", "/1/2/4/": "/1/2/"}),
        ({"/1/2/4/": 2, "/1/2/5/": 3}, {"/1/2/4/": "/1/2/", "/1/2/5/": "/1/2/"}),
        # too few even there: the smallest of the others joins them at the top
        (
            {"/1/2/4/": 1, "/1/3/4/": 7, "/1/3/5/": 6},
            {"/1/2/4/": "/1/", "/1/3/4/": "/1/3/4/", "/1/3/5/": "/1/"},
        ),
        ({"/1/2/": 2, "/1/3/": 1}, {"/1/2/": "/1/", "/1/3/": "/1/"}),
        ({}, {}),
    ],
)
def test_too_few_are_told_with_the_unit_above(
    people: dict[str, int], listed: dict[str, str]
) -> None:
    assert crowded(people, "/1/") == listed


@given(st.dictionaries(st.sampled_from(["/1/", *TREE]), st.integers(1, 12)))
def test_nobody_stands_in_a_row_of_too_few(people: dict[str, int]) -> None:
    listed = crowded(people, "/1/")
    assert set(listed) == set(people)
    assert all(path.startswith(under) for path, under in listed.items())
    rows = dict.fromkeys(listed.values(), 0)
    for path, under in listed.items():
        rows[under] += people[path]
    assert all(n >= FEWEST for n in rows.values()) or set(rows) == {"/1/"}
