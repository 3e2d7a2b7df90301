from __future__ import annotations

from collections.abc import Callable

import pytest

from data.listings import LISTINGS, Rules, standard_of
from data.method import Method
from data.metrics import METRICS


@pytest.mark.parametrize("key", LISTINGS)
def test_a_definition_begins_with_what_it_defines(key: str) -> None:
    listing = LISTINGS[key]
    assert listing.key == key
    assert listing.formula.startswith(f"{listing.name} = ")
    assert listing.rows_text.startswith("每行一")


def test_no_listing_is_mistaken_for_a_metric() -> None:
    assert not {x.name for x in LISTINGS.values()} & {m.name for m in METRICS.values()}
    assert not set(LISTINGS) & set(METRICS)


@pytest.mark.parametrize(
    ("section", "standard"),
    [
        (
            lambda m: m.workflow("prompt_response"),
            "接诉即办：受理 → 派单 → 签收 → 办理 → 回复 → 回访 → 评价 → 归档",
        ),
        (
            lambda m: m.checkup,
            "80分及以上为党性健康，60分至不满80分为亚健康，不满60分为不健康；"
            "黄线：60分至不满70分；红线：不满60分",
        ),
        (
            lambda m: m.points,
            "100分及以上为优秀，85分至不满100分为良好，72分至不满85分为一般，不满72分为差",
        ),
        (
            lambda m: m.volunteering,
            "100小时为一星志愿者、300小时为二星志愿者、600小时为三星志愿者、"
            "1000小时为四星志愿者、1500小时为五星志愿者",
        ),
    ],
)
def test_the_standard_is_told_in_words(
    method: Method, section: Callable[[Method], Rules], standard: str
) -> None:
    assert standard_of(section(method)) == standard
