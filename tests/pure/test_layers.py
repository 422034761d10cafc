"""The floors of the house: what each may import, and how long a piece may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"

UPPER = ("app.ui", "app.cli", "app.commands")
FORBIDDEN = {
    "models": ("PySide6", "shiboken6", "app.services", *UPPER),
    "services": ("PySide6", "shiboken6", *UPPER),
    "ui": ("sqlalchemy", "sqlcipher3", "sqlite3", "app.models"),
    "cli.py": ("sqlalchemy", "sqlcipher3", "sqlite3", "app.models"),
    "commands": ("sqlalchemy", "sqlcipher3", "sqlite3", "app.models"),
}
LEAVES = ("app.models.money", "app.models.enums", "app.models.errors")
BY_NAME = {"commands": ("app.models.store",)}  # the opaque store in signatures
ONLY_STORE = ("sqlcipher3", "sqlite3")
FUNCTION_LINES_MAX, FILE_LINES_MAX = 70, 500


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a piece of code imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def is_under(module: str, parents: tuple[str, ...]) -> bool:
    """True when the module is one of the parents or stands inside one."""
    return any(module == parent or module.startswith(parent + ".") for parent in parents)


def breaches(floor: str, source: str) -> list[str]:
    """The imports that code of this floor must not have."""
    allowed = (*LEAVES, *BY_NAME.get(floor, ())) if "app.models" in FORBIDDEN[floor] else ()
    return [
        module
        for module in imported(ast.parse(source))
        if is_under(module, FORBIDDEN[floor]) and not is_under(module, allowed)
    ]


def files_of(floor: str) -> list[Path]:
    """The Python files of a floor."""
    place = APP / floor
    return [place] if place.suffix else sorted(place.rglob("*.py"))


@pytest.mark.parametrize("floor", FORBIDDEN)
def test_floor_imports_only_downwards(floor: str) -> None:
    files = files_of(floor)
    assert files
    found = {str(path.relative_to(ROOT)): breaches(floor, path.read_text("utf-8")) for path in files}
    assert not {name: modules for name, modules in found.items() if modules}


def test_only_the_store_and_the_glance_know_the_engine() -> None:
    models = APP / "models"
    allowed = {models / "store.py", models / "glance.py", *(models / "migrations").rglob("*.py")}
    users = {
        path
        for path in APP.rglob("*.py")
        if any(is_under(module, ONLY_STORE) for module in imported(ast.parse(path.read_text("utf-8"))))
    }
    assert users <= allowed


@pytest.mark.parametrize(
    ("floor", "source", "modules"),
    [
        ("models", "import PySide6.QtCore", ["PySide6.QtCore"]),
        ("models", "from app import services", ["app.services"]),
        ("services", "def f():\n    from app.ui import desk", ["app.ui.desk"]),
        ("services", "from app.models import plan", []),
        ("ui", "from sqlalchemy.orm import Session", ["sqlalchemy.orm.Session"]),
        ("ui", "from app.models import plan", ["app.models.plan"]),
        ("ui", "from app.models.plan import Plan", ["app.models.plan.Plan"]),
        ("ui", "from app.models import enums\nfrom app.models.money import Cents", []),
        ("cli.py", "import app.models.store", ["app.models.store"]),
    ],
)
def test_breaches_finds_forbidden_imports(floor: str, source: str, modules: list[str]) -> None:
    assert breaches(floor, source) == modules


def test_files_and_functions_stay_short() -> None:
    long = []
    for path in [*APP.rglob("*.py"), ROOT / "run.py"]:
        text = path.read_text("utf-8")
        name = path.relative_to(ROOT)
        if text.count("\n") > FILE_LINES_MAX:
            long.append(f"{name}: {text.count(chr(10))} lines")
        long += [
            f"{name}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno is not None
            and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
        ]
    assert not long
