"""The one command that sets everything up: what it may lean on, and how it fails."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def locked() -> dict[str, str]:
    """The versions that the lock names."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", LOCK, re.MULTILINE))


def test_run_needs_only_the_standard_library() -> None:
    imported = set()
    for node in ast.walk(ast.parse((ROOT / "run.py").read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported
    assert imported <= set(sys.stdlib_module_names)


def test_run_keeps_platform_modules_out_of_its_import() -> None:
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"))
    top = {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
    assert not top & {"fcntl", "msvcrt", "ensurepip", "tomllib"}


def test_lock_is_hashed_and_names_no_host() -> None:
    assert "://" not in LOCK
    requirements = [part for part in re.split(r"\n(?=[a-z])", LOCK) if "==" in part]
    assert len(requirements) > 20
    assert [part.split("==")[0] for part in requirements if "--hash=sha256:" not in part] == []


def test_lock_holds_every_declared_library() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.match(r"[\w-]+", line)[0].lower().replace("_", "-") for line in declared}  # type: ignore[index]
    assert names - locked().keys() == set()


def test_lock_avoids_the_broken_qt() -> None:
    assert locked()["pyside6-essentials"] == locked()["shiboken6"] == "6.11.3"


def test_libraries_name_sonames_and_packages() -> None:
    table = {**run.LIBRARIES_QT, **run.LIBRARIES_X11}
    assert len(table) == len(run.LIBRARIES_QT) + len(run.LIBRARIES_X11)
    assert [soname for soname in table if not re.fullmatch(r"lib[\w.+-]+\.so\.\d+", soname)] == []
    assert [package for package in table.values() if not re.fullmatch(r"lib[a-z0-9.+-]+", package)] == []


def test_missing_packages_are_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_loadable", lambda soname: soname not in ("libEGL.so.1", "libGL.so.1", "libX11.so.6"))
    assert [name for name in run.missing_packages() if name != "python3-venv"] == ["libegl1", "libgl1"]


def test_missing_packages_without_root_are_only_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "ON_LINUX", True)
    monkeypatch.setattr(run, "missing_packages", lambda: ["libegl1"])
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(run, "run_step", lambda *_: pytest.fail("nothing may be installed"))
    run.install_packages()
    assert "sudo apt-get install -y -q --no-install-recommends libegl1" in capsys.readouterr().err


def test_run_step_fails_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(run.SetupFailed, match="try again"):
        run.run_step([sys.executable, "-c", "print('no space left'); raise SystemExit(1)"], "Please try again.")
    assert "no space left" in capsys.readouterr().err
    with pytest.raises(run.SetupFailed, match="try again"):
        run.run_step(["/nowhere/at/all"], "Please try again.")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A project in another folder, whose steps are only remembered."""
    venv = tmp_path / ".venv"
    places = {
        "VENV": venv,
        "STAMP": venv / "set-up.stamp",
        "PYTHON": venv / "python",
        "SCRIPT": venv / "concilia",
        "SETUP_LOCK": tmp_path / ".venv.lock",
    }
    for name, path in places.items():
        monkeypatch.setattr(run, name, path)
    monkeypatch.setattr(run, "missing_packages", list)
    return tmp_path


def pretend(steps: list[list[str]], fail_at: int | None = None) -> object:
    """A `run_step` that makes what the real steps make, and fails at one of them."""

    def step(command: Sequence[str | Path], sentence: str) -> None:
        steps.append([str(word) for word in command])
        if fail_at == len(steps):
            raise run.SetupFailed(sentence)
        run.VENV.mkdir(exist_ok=True)
        run.PYTHON.touch()
        run.SCRIPT.touch()

    return step


def test_setup_is_done_once(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[list[str]] = []
    monkeypatch.setattr(run, "run_step", pretend(steps))
    assert run.main(["setup"]) == 0
    assert len(steps) == 4
    assert "--require-hashes" in steps[1]
    assert run.main(["setup"]) == 0
    assert len(steps) == 4


@pytest.mark.parametrize("fail_at", [1, 2, 3, 4])
def test_interrupted_setup_says_so_and_is_taken_up_again(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fail_at: int
) -> None:
    monkeypatch.setattr(run, "run_step", pretend([], fail_at))
    assert run.main(["setup"]) == run.EXIT_ENVIRONMENT
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("[set-up] The ")
    again: list[list[str]] = []
    monkeypatch.setattr(run, "run_step", pretend(again))
    assert run.main(["setup"]) == 0
    assert "--clear" in again[0]
    assert len(again) == 4


def test_changed_lock_makes_the_environment_again(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[list[str]] = []
    monkeypatch.setattr(run, "run_step", pretend(steps))
    run.main(["setup"])
    changed = elsewhere / "requirements.lock"
    changed.write_text(LOCK + "# another\n", "utf-8")
    monkeypatch.setattr(run, "REQUIREMENTS", changed)
    run.main(["setup"])
    assert len(steps) == 8


def test_second_setup_waits_for_the_first(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, run\nfile = open(sys.argv[1], 'ab'); print(run.try_lock(file), flush=True); sys.stdin.read()",
            str(run.SETUP_LOCK),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    with run.SETUP_LOCK.open("ab") as file:
        assert not run.try_lock(file)
    monkeypatch.setattr(run, "SETUP_WAIT_SECONDS", 0.0)
    with pytest.raises(run.SetupFailed), run.only_one_setup():
        pytest.fail("two set-ups at once")
    holder.kill()  # the system drops the lock of a killed set-up
    holder.communicate()
    with run.only_one_setup():
        pass


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_other_pythons_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], version: tuple[int, int]
) -> None:
    monkeypatch.setattr(run.sys, "version_info", (*version, 0))
    assert run.main(["setup"]) == run.EXIT_ENVIRONMENT
    assert "Python 3.11 to 3.14 is needed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected", "offscreen"),
    [
        ([], ("-P", "-m", "app"), True),
        (["verify", "x.concilia"], ("-P", "-m", "app", "verify", "x.concilia"), True),
        (["test", "-q"], ("-m", "pytest", "-q"), True),
        (["test"], ("-m", "pytest", *run.WHOLE_SUITE), True),
    ],
)
def test_words_go_where_they_belong(
    monkeypatch: pytest.MonkeyPatch, words: list[str], expected: tuple[str, ...], offscreen: bool
) -> None:
    started: list[tuple[tuple[str, ...], bool]] = []

    def start(*arguments: str, folder: Path | None = None, offscreen: bool = False) -> int:
        started.append((arguments, offscreen))
        return 7

    monkeypatch.setattr(run, "install_packages", lambda: None)
    monkeypatch.setattr(run, "make_environment", lambda: None)
    monkeypatch.setattr(run, "has_display", lambda: False)
    monkeypatch.setattr(run, "start", start)
    assert run.main(words) == 7
    assert started == [(expected, offscreen)]


def test_one_failed_check_fails_all_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []

    def start(_m: str, name: str, *_rest: str, **_options: object) -> int:
        seen.append(name)
        return int(name == "mypy")

    monkeypatch.setattr(run, "start", start)
    assert run.lint() == 1
    assert seen == ["ruff", "ruff", "mypy", "tools.i18n"]
    assert capsys.readouterr().err == "[set-up] Failed: mypy --no-error-summary\n"


def test_what_runs_side_by_side_speaks_in_one_piece(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    assert run.run_all(("platform", "--terse"), ("this",), ("nothing_of_this_name",), abreast=2) == 1
    out, err = capfd.readouterr()
    assert "Namespaces are one honking great idea" in out
    assert "No module named nothing_of_this_name" in out
    assert err == "[set-up] Failed: nothing_of_this_name\n"
