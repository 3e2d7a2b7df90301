"""Presets are read, borrow from one another, and say which line or file is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from data.method.loading import (
    PRESET_DIR,
    MethodError,
    load_preset,
    method_from_document,
    parse_method,
    preset_keys,
)
from tests.data.method.mistakes import CHECKUP, DEMO, POINTS, changed


def test_further_mistakes_are_counted():
    text = changed(POINTS, 'version = "1"', "version = 1").replace("hours = 4 }", "hours = 0 }", 1)
    with pytest.raises(MethodError, match=r"另有 1 处错误") as caught:
        parse_method(text, f"{POINTS}.toml")
    assert caught.value.others == 1


SYNTAX = {
    "no value": ("key = ", "第 1 行", "值写得不对"),
    "no equals sign": ('key = "a"\nname', "第 2 行", "缺少等号"),
    "key twice": ('key = "a"\nkey = "b"', "第 2 行", "同一个键写了两次"),
    "table twice": ("[points]\n[points]", "第 2 行", "同一张表写了两次"),
    "list left open": ('levels = [\n  "a"\n', "第 2 行", "列表没有写完"),
    "inline table left open": ("a = { b = 1", "第 1 行", "内联表没有写完"),
    "quote left open": ('key = "a\nname = "b"', "第 1 行", "引号"),
    "Chinese quotes": ("key = “a”", "第 1 行", "值写得不对"),
    "key in Chinese": ('名称 = "a"', "第 1 行", "不是键、表或注释"),
    "two on a line": ('key = "a" name = "b"', "第 1 行", "多余"),
    "backslash": ('key = "C:\\x"', "第 1 行", "反斜杠"),
}


@pytest.mark.parametrize("case", SYNTAX.values(), ids=SYNTAX.keys())
def test_a_bad_line_is_named_with_its_number(case):
    text, place, reason = case
    with pytest.raises(MethodError) as caught:
        parse_method(text, "street.toml")
    assert (caught.value.file, caught.value.key) == ("street.toml", place)
    assert reason in caught.value.reason


def test_an_empty_file_lacks_everything():
    with pytest.raises(MethodError, match=r"street.toml：key：缺少这一项（另有 \d+ 处错误）"):
        parse_method("", "street.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of presets to spoil: the three that come with the product."""
    for key in (POINTS, CHECKUP, DEMO):
        text = (PRESET_DIR / f"{key}.toml").read_text("utf-8")
        (tmp_path / f"{key}.toml").write_text(text, "utf-8")
    return tmp_path


def spoil(folder: Path, key: str, old: str, new: str) -> None:
    (folder / f"{key}.toml").write_text(changed(key, old, new), "utf-8")


BORROWING = {
    "lender missing": (
        'points = "duerping_points"',
        'points = "nowhere"',
        "borrow.points",
        "被借用的工作法 “nowhere” 不存在",
    ),
    "section missing": (
        'checkup = "quannan_1234"',
        'checkup = "duerping_points"',
        "borrow.checkup",
        "“duerping_points” 里没有 “checkup”",
    ),
    "own name": (
        "[borrow]\n",
        '[borrow]\nname = "quannan_1234"\n',
        "borrow.name",
        "没有可借用的部分",
    ),
    "unknown section": (
        "[borrow]\n",
        '[borrow]\nsongs = "quannan_1234"\n',
        "borrow.songs",
        "没有可借用的部分 “songs”",
    ),
    "borrowed and written": (
        "[borrow]\n",
        '[borrow]\nworkflows = "quannan_1234"\n',
        "borrow.workflows",
        "不能再自己写一份",
    ),
    "from itself": (
        'points = "duerping_points"',
        'points = "demo_street"',
        "borrow.points",
        "借用绕成了圈：demo_street → demo_street",
    ),
    "lender is no text": ('points = "duerping_points"', "points = 3", "borrow.points", "文字"),
    "no table": ("[borrow]\n", "borrow = 3\n[other]\n", "borrow", "须是一张表"),
}


@pytest.mark.parametrize("case", BORROWING.values(), ids=BORROWING.keys())
def test_borrowing_that_cannot_be_is_named(folder, case):
    old, new, place, reason = case
    spoil(folder, DEMO, old, new)
    with pytest.raises(MethodError) as caught:
        load_preset(DEMO, folder)
    assert (caught.value.file, caught.value.key) == ("demo_street.toml", place)
    assert reason in caught.value.reason


def test_borrowing_in_a_circle_is_named(folder):
    text = changed(CHECKUP, 'grid_level = "grid"\n', "").replace(
        "[targets]", f'[borrow]\ngrid_level = "{DEMO}"\n\n[targets]'
    )
    (folder / f"{CHECKUP}.toml").write_text(text, "utf-8")
    spoil(folder, DEMO, 'grid_level = "grid"\n', "")
    text = (folder / f"{DEMO}.toml").read_text("utf-8")
    text = text.replace("[borrow]\n", f'[borrow]\ngrid_level = "{CHECKUP}"\n')
    (folder / f"{DEMO}.toml").write_text(text, "utf-8")
    with pytest.raises(MethodError, match="绕成了圈：demo_street → quannan_1234 → demo_street"):
        load_preset(DEMO, folder)


def test_a_section_borrowed_on_is_followed_to_who_wrote_it(folder):
    spoil(folder, DEMO, 'party_day = "quannan_1234"', 'party_day = "between"')
    text = changed(CHECKUP, 'key = "quannan_1234"', 'key = "between"')
    steps = 'party_day = ["交纳党费", "组织学习", "交流心得", "民主议事", "志愿服务"]\n'
    assert steps in text
    text = text.replace(steps, "").replace(
        "[targets]", f'[borrow]\nparty_day = "{CHECKUP}"\n[targets]'
    )
    (folder / "between.toml").write_text(text, "utf-8")
    assert load_preset(DEMO, folder).party_day[0] == "交纳党费"


def test_a_mistake_in_a_borrowed_section_is_laid_to_its_lender(folder):
    spoil(folder, CHECKUP, "weight = 10", "weight = 20")
    with pytest.raises(MethodError) as caught:
        load_preset(DEMO, folder)
    assert str(caught.value) == (
        "quannan_1234.toml：checkup.parts：各项 weight 之和应为 100，现为 110"
    )


def test_a_lender_that_is_no_toml_is_named(folder):
    (folder / f"{CHECKUP}.toml").write_text("key = \n", "utf-8")
    with pytest.raises(MethodError, match=r"^quannan_1234.toml：第 1 行："):
        load_preset(DEMO, folder)


def test_a_changed_lender_is_read_again(folder):
    before = load_preset(DEMO, folder)
    spoil(folder, CHECKUP, 'name = "党员自评"', 'name = "自己评"')
    later = (folder / f"{CHECKUP}.toml").stat().st_mtime + 5
    os.utime(folder / f"{CHECKUP}.toml", (later, later))
    after = load_preset(DEMO, folder)
    assert before.checkup
    assert after.checkup
    assert (before.checkup.parts[0].name, after.checkup.parts[0].name) == ("党员自评", "自己评")


def test_an_unchanged_preset_is_read_once(folder):
    assert load_preset(DEMO, folder) is load_preset(DEMO, folder)


def test_a_preset_that_is_not_there_names_those_that_are(folder):
    with pytest.raises(MethodError, match=r"nowhere.toml：没有这个工作法文件；现有：demo_street、"):
        load_preset("nowhere", folder)


@pytest.mark.parametrize("key", ["../presets/quannan_1234", "/etc/passwd", ""])
def test_a_key_cannot_lead_out_of_the_folder(folder, key):
    with pytest.raises(MethodError, match="没有这个工作法文件"):
        load_preset(key, folder)


def test_a_file_in_another_encoding_is_refused(folder):
    text = (folder / f"{CHECKUP}.toml").read_text("utf-8")
    (folder / f"{CHECKUP}.toml").write_bytes(text.encode("gb18030"))
    with pytest.raises(MethodError, match="UTF-8"):
        load_preset(CHECKUP, folder)


def test_a_byte_order_mark_does_no_harm(folder):
    path = folder / f"{CHECKUP}.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_preset(CHECKUP, folder).key == CHECKUP


def test_keys_are_the_names_of_the_files(folder):
    (folder / "note.txt").write_text("不是工作法", "utf-8")
    assert preset_keys(folder) == [DEMO, POINTS, CHECKUP]


@pytest.mark.parametrize(
    ("document", "reason"),
    [("{", "已损坏"), ("[]", "须是一张表"), ('{"key": "a"}', "缺少这一项")],
)
def test_a_kept_document_that_is_spoilt_is_refused(document, reason):
    with pytest.raises(MethodError, match=r"^数据库里保存的工作法：") as caught:
        method_from_document(document)
    assert reason in caught.value.reason
