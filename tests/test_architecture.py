"""The house keeps its shape: who may import whom, how long files get, what pages hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = {"app": 3, "pages": 2, "components": 1, "data": 0}
DRAWING = {"streamlit", "altair", "folium", "streamlit_folium"}
PURE = (
    "workdays",
    "workflow",
    "scoring",
    "ranking",
    "rates",
    "periods",
    "ledger",
    "metrics",
    "listings",
    "privacy",
    "entry_forms",
    "drafts",
    "withdrawal",
    "quality",
    "service_rules",
    "reporting",
    "directing",
)
LONGEST_FILE = 300
LONGEST_PAGE = 150
LONGEST_FUNCTION = 40
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sources(*folders: str) -> list[Path]:
    files = [ROOT / "app.py"] if "app" in folders else []
    return files + [f for name in folders for f in sorted((ROOT / name).rglob("*.py"))]


def imports(file: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    from_ = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    return plain | from_


def layer(file: Path) -> str:
    first = file.relative_to(ROOT).parts[0]
    return "app" if first == "app.py" else first


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


PRODUCT = sources("app", "pages", "components", "data")


@pytest.mark.parametrize("file", PRODUCT, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_point_down_only(file: Path) -> None:
    mine = LAYERS[layer(file)]
    above = {n for n in imports(file) if LAYERS.get(n.split(".")[0], -1) > mine}
    assert above == set()


@pytest.mark.parametrize("file", sources("data"), ids=lambda f: str(f.relative_to(ROOT)))
def test_data_draws_nothing(file: Path) -> None:
    assert {n.split(".")[0] for n in imports(file)} & (DRAWING | {"branca"}) == set()


@pytest.mark.parametrize("name", PURE)
def test_rules_know_no_database(name: str) -> None:
    roots = {n.split(".")[0] for n in imports(ROOT / "data" / f"{name}.py")}
    assert "sqlalchemy" not in roots


@pytest.mark.parametrize("name", ["charts", "maps", "palette", "map_legend", "chart_theme"])
def test_chart_and_map_builders_know_no_data(name: str) -> None:
    roots = {n.split(".")[0] for n in imports(ROOT / "components" / f"{name}.py")}
    assert roots & {"data", "streamlit", "sqlalchemy"} == set()


@pytest.mark.parametrize("file", sources("pages"), ids=lambda f: f.name)
def test_pages_hold_no_query_and_no_caching(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not any(n.split(".")[0] in {"sqlalchemy", "altair", "folium"} for n in imports(file))
    assert "cache_data" not in text
    assert "cache_resource" not in text


def test_only_the_loaders_cache() -> None:
    users = [f.name for f in PRODUCT if "st.cache_" in f.read_text(encoding="utf-8")]
    assert users == ["loaders.py"]


@pytest.mark.parametrize("file", sources("pages"), ids=lambda f: f.name)
def test_pages_take_their_words_from_the_texts(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {ast.get_docstring(tree, clean=False)}
    said = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)} - docstrings
    assert [s for s in said if isinstance(s, str) and CHINESE.search(s)] == []


@pytest.mark.parametrize("file", PRODUCT, ids=lambda f: str(f.relative_to(ROOT)))
def test_files_and_functions_stay_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    limit = LONGEST_PAGE if layer(file) in ("app", "pages") else LONGEST_FILE
    assert "versions" in file.parts or len(text.splitlines()) <= limit
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    if "migrations" not in file.parts:
        long = [f.name for f in functions if body_lines(f) > LONGEST_FUNCTION]
        assert long == []


def test_nothing_else_stands_at_the_top() -> None:
    agreed = {"app.py", "pages", "data", "components", "tests", "pyproject.toml", "README.md"}
    found = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    assert found - agreed - {"uv.lock", "LICENSE", "__pycache__"} == set()
