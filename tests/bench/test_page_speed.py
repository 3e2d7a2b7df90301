"""How long a person waits, as a ratio to an empty Streamlit page in the same run.

`uv run pytest -m bench -n 0 -s` prints the figures beside their targets.  Times are
never asserted: the machine's load decides them as much as the code does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit.runtime.scriptrunner.script_runner as script_runner
from playwright.sync_api import Page
from streamlit.testing.v1 import AppTest

from data import boot
from tests.bench.timing import open_until, show
from tests.browser.conftest import ROOT, served

ROUNDS = 9
RERUNS = 60
EMPTY_PAGE = 'import streamlit as st\n\nst.write("空")\n'
EMPTY_APP = 'import streamlit as st\n\napp = st.App("page.py")\n'

EMPTY_DRAWN = "() => [...document.querySelectorAll('p')].some(p => p.textContent === '空')"
# The figures, the charts and the map as they are drawn; null while one of them is missing.
LOOK = """(() => {
  const text = (place) => document.querySelector(place)?.textContent || '';
  const shapes = [...document.querySelectorAll('[data-key=panel_overview_map] path.shape')];
  const parts = [
    text('[data-key=card_overview_hours] .card-value'),
    text('[data-key=panel_overview_funnel] .funnel'),
    shapes.length > 60 ? shapes.map(shape => shape.getAttribute('fill')).join() : '',
  ];
  const others = document.querySelectorAll('.card').length === 6 && text('.grades') &&
    text('[data-key=panel_overview_volunteers] table');
  return others && parts.every(part => part) ? parts : null;
})()"""
ALL_DRAWN = f"() => {LOOK} !== null"
WATCH_CHANGE = f"""() => {{
  const before = {LOOK};
  window.pressed = new Promise((done) => addEventListener(
    'pointerdown', () => done(performance.now()), {{ once: true, capture: true }}));
  window.changed = until(() => {{
    const now = {LOOK};
    return now !== null && now.every((part, i) => part !== before[i]);
  }});
}}"""
# How long each script run takes as the browser is told of its start and end.
WATCH_RUNS = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  window.runs = [];
  let began = null;
  new MutationObserver(() => {
    const running = app.getAttribute('data-test-script-state') === 'running';
    if (running) began ??= performance.now();
    else if (began !== null) { window.runs.push(performance.now() - began); began = null; }
  }).observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
}"""


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[str]:
    """The emptiest page that the same Streamlit serves under the same configuration."""
    (tmp_path / "page.py").write_text(EMPTY_PAGE, encoding="utf-8")
    (tmp_path / "app.py").write_text(EMPTY_APP, encoding="utf-8")
    (tmp_path / ".streamlit").mkdir()
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    (tmp_path / ".streamlit" / "config.toml").write_text(config, encoding="utf-8")
    with served({}, tmp_path / "log.txt", tmp_path / "app.py") as address:
        yield address


def change_period(page: Page, name: str) -> float:
    """Milliseconds from pressing a period until figures, charts and map are the new ones."""
    page.evaluate(WATCH_CHANGE)
    page.get_by_role("radio", name=name, exact=True).click()
    pressed, changed = page.evaluate("Promise.all([window.pressed, window.changed])")
    return float(changed - pressed)


def test_page_load_and_filter_change_against_an_empty_page(
    site: str, empty_site: str, page: Page
) -> None:
    overview = f"{site}/?period=year"
    empties, loads, changes, runs = [], [], [], []
    for round_ in range(ROUNDS + 2):
        empty = open_until(page, empty_site, EMPTY_DRAWN)
        load = open_until(page, overview, ALL_DRAWN)
        page.evaluate(WATCH_RUNS)
        change = change_period(page, "本月")
        if round_ >= 2:  # the first rounds fill the caches on both sides
            empties.append(empty)
            loads.append(load)
            changes.append(change)
            runs += page.evaluate("window.runs")
    base, load, change = (statistics.median(x) for x in (empties, loads, changes))
    print(f"\n空白页 {base:.0f} ms，总览 {load:.0f} ms，换期间 {change:.0f} ms")
    show("总览打开 ÷ 空白页", load / base, 1.6)
    show("换期间 ÷ 空白页", change / base, 0.6)
    print(f"换期间时服务器运行（浏览器所见）: {statistics.median(runs):.0f} ms")
    assert len(empties) == len(loads) == len(changes) == ROUNDS
    assert runs


@pytest.mark.parametrize("page_file", ["overview.py", "map.py", "members.py", "appeals.py"])
def test_server_time_of_a_rerun_with_nothing_new(
    page_file: str, sample_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_DATABASE", sample_url)
    while boot.status().kind == "building":
        time.sleep(0.05)
    taken: list[float] = []
    run_script = script_runner.exec_func_with_error_handling

    def timed(*arguments: Any) -> Any:
        start = time.perf_counter()
        try:
            return run_script(*arguments)
        finally:
            taken.append(time.perf_counter() - start)

    monkeypatch.setattr(script_runner, "exec_func_with_error_handling", timed)
    app = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60).run()
    if page_file != "overview.py":
        app.switch_page(page_file).run()
    app.run()
    taken.clear()
    for _ in range(RERUNS):
        app.run()
    print(f"\n{page_file}", end=" ")
    show("重跑用时（中位数）", statistics.median(taken) * 1000, 30, " ms")
    show("　其中最快", min(taken) * 1000, 30, " ms")
    assert len(taken) == RERUNS
    assert not app.exception
