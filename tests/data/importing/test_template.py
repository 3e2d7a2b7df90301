"""Templates: what they say, and that their example row goes in as it stands."""

from __future__ import annotations

from typing import Any

import pytest

from data.check import check
from data.engines import open_engines
from data.importing.apply import apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import best_table, guess_mapping
from data.importing.plan import blank_reading
from data.importing.sources import read_source
from data.importing.template import template_workbook
from data.method.loading import load_preset, preset_keys
from data.migrate import upgrade
from data.writes.units import set_up_street
from tests import builders
from tests.data.importing.test_report import sheets_of
from tests.data.writes.world import NOW, STAMP, TODAY, World

MINE = ("units", "buildings", "people", "members", "indicators", "calendar")


def template(engines: Any, key: str) -> bytes:
    with engines.read() as connection:
        reading = blank_reading(connection, KINDS[key], now=NOW, actor=STAMP["actor"])
        return template_workbook(connection, KINDS[key], reading)


@pytest.mark.parametrize("key", KINDS)
def test_a_templates_example_row_imports(town: World, key: str) -> None:
    kind = KINDS[key]
    source = read_source("模板.xlsx", template(town.engines, key))
    index = best_table(kind, source)
    assert source.tables[index].name.startswith("填写")
    mapping = guess_mapping(kind, source.tables[index].header)
    assert mapping.columns == {one.key: one.label for one in kind.fields}
    done = apply_import(town.engines, kind, source, index, mapping, **STAMP)
    assert done.counts == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    assert check(town.engines) == []


@pytest.mark.parametrize("key", MINE)
@pytest.mark.parametrize("preset", preset_keys())
def test_examples_follow_the_method_in_force(engines: Any, preset: str, key: str) -> None:
    method = load_preset(preset)
    outline = [("幸福社区", ["第一网格"])]
    given = {"method": method, "starts_on": TODAY, "street_name": "云杉街道"}
    set_up_street(engines, communities=outline, **given, **STAMP)
    kind = KINDS[key]
    source = read_source("模板.xlsx", template(engines, key))
    index = best_table(kind, source)
    mapping = guess_mapping(kind, source.tables[index].header)
    done = apply_import(engines, kind, source, index, mapping, **STAMP)
    wanted = "refused" if key == "indicators" and not method.indicators else "new"
    assert done.plan is not None
    assert done.plan.states == [wanted], done.plan.reasons


def test_the_first_unit_of_an_empty_database_is_the_example(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    upgrade(url)
    engines = open_engines(url)
    with engines.write() as connection:
        builders.create_method(connection, load_preset("demo_street"))
    source = read_source("模板.xlsx", template(engines, "units"))
    mapping = guess_mapping(KINDS["units"], source.tables[0].header)
    done = apply_import(engines, KINDS["units"], source, 0, mapping, **STAMP)
    assert done.counts["new"] == 1
    engines.dispose()


@pytest.mark.parametrize("key", KINDS)
def test_a_template_says_the_rules_of_every_column(town: World, key: str) -> None:
    said = "\n".join(str(row[0]) for row in sheets_of(template(town.engines, key))["说明"])
    for one in KINDS[key].fields:
        assert f"{one.label}：" in said
        assert not one.required or f"{one.label}：必填" in said
    for note in KINDS[key].notes:
        assert note in said
