from __future__ import annotations

import codecs

import pandas as pd
import pytest

from data.exporting.csv_files import to_csv


def exported(value: object) -> str:
    text = to_csv(pd.DataFrame({"列": [value, "末行"]})).decode("utf-8-sig")
    return text.split("\r\n", 1)[1].rsplit("\r\n", 2)[0]


def test_a_byte_order_mark_lets_spreadsheets_read_chinese() -> None:
    raw = to_csv(pd.DataFrame({"单位": ["第1网格"]}))
    assert raw == codecs.BOM_UTF8 + "单位\r\n第1网格\r\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\tx", "-1+2", "=-5", "--1"])
def test_text_that_looks_like_a_formula_is_neutralised(text: str) -> None:
    assert exported(text) == f"'{text}"


def test_a_carriage_return_is_neutralised() -> None:
    assert exported("\r=1") == '"\'\r=1"'


@pytest.mark.parametrize("text", ["-5", "-3.5", "+2.5", "-4%", "王*", "a=b", "1-2"])
def test_plain_numbers_and_other_text_stay(text: str) -> None:
    assert exported(text) == text


@pytest.mark.parametrize(("value", "text"), [(-5, "-5"), (-2.5, "-2.5"), (None, "")])
def test_numbers_and_gaps_stay(value: object, text: str) -> None:
    frame = pd.DataFrame({"甲": ["x"], "列": [value]})
    assert to_csv(frame).decode("utf-8-sig").split("\r\n")[1] == f"x,{text}"


def test_column_names_are_neutralised_too() -> None:
    assert to_csv(pd.DataFrame({"=A1": [1]})).decode("utf-8-sig").startswith("'=A1")


def test_a_frame_without_rows_exports_its_columns() -> None:
    assert to_csv(pd.DataFrame(columns=["甲", "乙"])).decode("utf-8-sig") == "甲,乙\r\n"
