"""A preset with a mistake: everybody reads what is wrong, and the method in force works on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from components.navigation import PAGES, PageEntry
from data import boot, settings
from data.method import loading
from tests.pages import people
from tests.pages.conftest import configure
from tests.pages.driver import (
    banners,
    figures,
    headings,
    html_of,
    notice,
    open_page,
    reading,
    settle,
)

READERS = (
    loading.load_preset,
    loading.preset_keys,
    loading.preset_errors,
    loading.usable_presets,
    loading.parse_method,
)
BREAKS: dict[str, Callable[[str], str]] = {
    "not TOML": lambda content: content + "\n[points",
    "an unknown entry": lambda content: 'colour = "red"\n' + content,
    "a wrong number": lambda content: content.replace("weight = 10", "weight = 20", 1),
}
BROKEN = "quannan_1234.toml"


@pytest.fixture
def presets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the presets that the product reads instead of its own."""
    folder = tmp_path / "presets"
    shutil.copytree(loading.PRESET_DIR, folder)
    for reader in READERS:
        defaults = [folder if d == loading.PRESET_DIR else d for d in reader.__defaults__ or ()]
        monkeypatch.setattr(reader, "__defaults__", tuple(defaults))
    return folder


def damage(folder: Path, how: str, name: str = BROKEN) -> None:
    file = folder / name
    content = file.read_text(encoding="utf-8")
    broken = BREAKS[how](content)
    assert broken != content
    file.write_text(broken, encoding="utf-8")


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_page_names_the_broken_file_and_works_on(
    small: str, presets: Path, entry: PageEntry
) -> None:
    before = headings(open_page(entry))
    damage(presets, "not TOML")
    page = open_page(entry)
    assert not page.exception
    assert headings(page) == before
    assert any(b.startswith("工作法文件有误") and BROKEN in b for b in banners(page))


@pytest.mark.parametrize("how", BREAKS)
def test_figures_do_not_change_when_a_preset_breaks(small: str, presets: Path, how: str) -> None:
    before = figures(open_page("总览"))
    damage(presets, how)
    page = open_page("总览")
    assert figures(page) == before
    assert any(BROKEN in banner for banner in banners(page))


def test_whole_presets_raise_no_banner(small: str, presets: Path) -> None:
    assert banners(open_page("总览")) == []


def test_only_presets_that_load_can_be_adopted(small: str, presets: Path) -> None:
    damage(presets, "not TOML")
    page = open_page("系统管理")
    assert "全南县“1234”社区工作模式" not in page.selectbox(key="admin_adopt_method").options
    assert "杜儿坪街道党员积分制" in page.selectbox(key="admin_adopt_method").options


def test_the_set_up_page_names_the_broken_file_too(
    tmp_path: Path, presets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = configure(monkeypatch, f"sqlite:///{tmp_path / 'grid.db'}")
    damage(presets, "an unknown entry")
    page = open_page("总览", token=people.first_administrator(url))
    assert not page.exception
    assert any(BROKEN in banner for banner in banners(page))
    assert "杜儿坪街道党员积分制" in page.selectbox(key="setup_method").options


@pytest.fixture
def sample_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sample database would be built if none is configured."""
    file = tmp_path / "local" / "sample.db"
    monkeypatch.delenv("GRID_DATABASE", raising=False)
    monkeypatch.setattr(settings, "SAMPLE_FILE", file)
    monkeypatch.setattr(boot, "SAMPLE_FILE", file)
    return file


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_sample_of_a_broken_preset_is_a_problem_page(
    sample_file: Path, presets: Path, monkeypatch: pytest.MonkeyPatch, entry: PageEntry
) -> None:
    monkeypatch.setenv("GRID_SAMPLE_METHOD", "quannan_1234")
    damage(presets, "an unknown entry")
    page = open_page(entry)
    title, words = notice(page)
    assert not page.exception
    assert title == "暂时不能使用"
    assert BROKEN in words
    assert "colour" in words
    assert not sample_file.exists()


def test_a_sample_of_an_unknown_method_names_those_there_are(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_SAMPLE_METHOD", "nowhere")
    words = notice(open_page("总览"))[1]
    assert "nowhere.toml" in words
    assert "demo_street" in words


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_broken_method_in_the_database_is_a_problem_page(
    own_small: str, entry: PageEntry
) -> None:
    spoil_method(own_small)
    page = open_page(entry)
    assert not page.exception
    title, words = notice(page)
    assert title == "暂时不能使用"
    assert "数据库里保存的工作法" in words


def spoil_method(url: str) -> None:
    """Damage the adopted method as a hand in the database could, and start afresh."""
    from data.engines import open_engines

    with open_engines(url).writer.begin() as connection:
        connection.execute(text("update method set document = '{\"key\": 1}'"))
    boot.forget()
    settle()


def test_the_damage_above_is_what_the_method_cannot_be_read_from(own_small: str) -> None:
    spoil_method(own_small)
    with reading(own_small) as connection:
        document = connection.scalar(text("select document from method"))
    with pytest.raises(loading.MethodError):
        loading.method_from_document(str(document))
    assert "工作法" in html_of(open_page("总览"))
