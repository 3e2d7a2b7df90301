from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.privacy import COMPOUND_SURNAMES, mask_handler, mask_name


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
