"""The command `concilia`: what each command answers, how it refuses, and what it leaves untouched."""

from __future__ import annotations

import contextlib
import gettext
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from app import __version__
from app.cli import main
from app.commands.demo import DEMO_DOCUMENTS
from app.commands.table import COMMANDS
from app.models.lock import user_name
from app.models.store import open_archive
from app.services import integrity
from app.services.archive import new_archive
from app.services.exchange.plan_workbook import PLAN_WORKBOOK, write_blank_plan
from app.services.network.registry import OrganisationDraft, organisation_rows, save_organisation
from app.services.plan.plan import find_plan, load_plan, save_plan
from app.services.wording.texts import LANGUAGES, translator
from tests.services.filling import fill

ROOT = Path(__file__).resolve().parents[1]
DONE, FINDINGS, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3
MONEY = re.compile(r"-?\d+\.\d\d")
PDF, XLSX = b"%PDF-", b"PK\x03\x04"


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    def refused(self, code: int) -> str:
        """The one line that says why, checked to be one and no trace."""
        assert (self.code, self.out) == (code, "")
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1
        assert "Traceback" not in self.err
        return self.err.strip()


@pytest.fixture
def concilia(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """`concilia("tables", file)`: the command in this process, without a display."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "it")  # the command sets it: put back afterwards
    domain = gettext.textdomain()

    def call(*words: str | Path) -> Answer:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or DONE)
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    yield call
    gettext.textdomain(domain)


def process(*words: str | Path, folder: Path | None = None) -> Answer:
    """The same command in a process of its own, without a display."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "app", *map(str, words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    """The sample archive; never written to."""
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("sample") / "piano.concilia"))


@pytest.fixture
def sample(made: Path, tmp_path: Path) -> Path:
    """A sample archive of the test's own."""
    return Path(shutil.copy(made, tmp_path))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An archive with nothing in it."""
    path = tmp_path / "vuoto.concilia"
    new_archive(path)
    return path


def files(folder: Path) -> list[str]:
    """Names of what is in a folder, but for the settings."""
    return sorted(path.name for path in folder.iterdir() if path.name != "config")


# --- help and wrong use ---------------------------------------------------------------------


def test_commands_are_those_of_the_contract() -> None:
    expected = ["demo", "new", "users", "import", "call", "tables", "export", "check", "accept", "attach", "bin"]
    expected += ["person", "retention", "rank", "letters"]
    expected += ["papers", "prints", "erratum", "heading", "projects", "pay", "vouchers"]
    expected += [
        "verify",
        "sign",
        "verify-document",
        "package",
        "backup",
        "copies",
        "restore",
        "duplicates",
        "merge",
        "allocate",
        "screenshots",
    ]
    assert list(COMMANDS) == expected


def test_version_is_the_one_of_the_package(concilia: Any) -> None:
    assert concilia("--version") == Answer(DONE, f"concilia {__version__}\n", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lists_every_command_in_the_words_of_its_reader(concilia: Any, language: str) -> None:
    answer = concilia("--lang", language, "--help")
    tr, text = translator(language), " ".join(answer.out.split())
    assert (answer.code, answer.err) == (DONE, "")
    for name, command in COMMANDS.items():
        assert f" {name} {tr(command.help)}" in text
    assert ("Che cosa" if language == "it" else "il file") not in text
    assert ("uso:" in text, "usage:" in text) == (language == "it", language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_is_in_one_language(concilia: Any, name: str, language: str) -> None:
    answer = concilia(name, "--help", f"--lang={language}")
    if name == "screenshots":  # its own --lang is about the pictures
        answer = concilia("--lang", language, name, "--help")
    text = " ".join(answer.out.split())
    assert (answer.code, answer.err) == (DONE, "")
    assert translator(language)(COMMANDS[name].help) in text
    foreign = {
        "it": r"\b(the|of|usage|options|arguments|show|written|archive|else)\b",
        "en": r"\b(il|di|uso|opzioni|argomenti|mostra|scritto|archivio|altrimenti)\b",
    }
    assert re.findall(foreign[language], text) == []
    assert not re.search(r"\b(sql|json schema|traceback|path)\b", text, re.IGNORECASE)


def test_every_option_is_explained(concilia: Any) -> None:
    for name in COMMANDS:
        text = concilia(name, "--help").out
        words = text.partition(":\n")[2]
        bare = [line for line in words.splitlines() if re.fullmatch(r" {2}\S+", line)]
        following = words.splitlines()
        for line in bare:
            assert following[following.index(line) + 1].startswith(" " * 4), f"{name}: {line} is not explained"


def test_language_of_the_settings_is_taken_when_none_is_named(concilia: Any, config_folder: Path) -> None:
    assert concilia("tables", "none.concilia").refused(WRONG_USE).startswith("L’archivio")
    assert concilia("--lang", "en", "tables", "none.concilia").refused(WRONG_USE).startswith("There is no archive")
    assert concilia("tables", "none.concilia", "--lang", "en").refused(WRONG_USE).startswith("There is no archive")


WRONG_WORDS = {
    "unknown command": (["bogus"], "«bogus» non è un comando"),
    "unknown option": (["--bogus"], "--bogus"),
    "unknown language": (["--lang", "de", "tables", "x"], "'de'"),
    "no file": (["tables"], "FILE"),
    "too much": (["tables", "a", "b"], "b"),
    "no output": (["export", "x.concilia", "T04"], "-o/--output"),
    "unknown format": (["export", "x.concilia", "T04", "-o", "x", "--format", "doc"], "'doc'"),
    "format of the suffix": (["export", "x.concilia", "T04", "-o", "x.doc"], "«doc»"),
    "no suffix": (["export", "x.concilia", "T04", "-o", "x"], "--format"),
    "no rule": (["allocate", "--total", "1.00", "--weights", "a=1"], "--rule"),
    "unknown rule": (["allocate", "--total", "1.00", "--weights", "a=1", "--rule", "by_hand"], "'by_hand'"),
    "no total": (["allocate", "--rule", "equal", "--weights", "a=1"], "--total"),
    "share that is no number": (
        ["allocate", "--rule", "mixed", "--weights", "a=1", "--total", "1.00", "--equal-share", "x"],
        "--equal-share",
    ),
    "unknown theme": (["screenshots", "x", "--theme", "blue"], "«blue»"),
    "zero byte in a name": (["verify", "a\0b.concilia"], "«a\\0b.concilia» non è un nome"),
    "half a letter in a name": (["tables", "\ud800.concilia"], "«\\ud800.concilia» non è un nome"),
    "name without end": (["users", "x" * 5000], "troppo lungo"),
    "name of a sheet without end": (["import", "a.concilia", "x" * 300], "troppo lungo"),
    "name of an archive to open": (["a\0b.concilia"], "non è un nome"),
    "unknown language of pictures": (["screenshots", "x", "--lang", "it,fr"], "«it,fr»"),
}


@pytest.mark.parametrize("case", WRONG_WORDS)
def test_wrong_use_is_one_line_and_writes_nothing(
    concilia: Any, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words, named = WRONG_WORDS[case]
    assert named in concilia(*words).refused(WRONG_USE)
    assert files(tmp_path) == []


def test_window_without_a_display_is_refused(concilia: Any, sample: Path) -> None:
    assert "concilia --help" in concilia(sample).refused(ENVIRONMENT)


@pytest.mark.expects_log
def test_bug_is_one_line_and_its_trace_is_in_the_log(
    concilia: Any, sample: Path, monkeypatch: pytest.MonkeyPatch, config_folder: Path
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError("of our own making")

    monkeypatch.setattr("app.services.reports.catalogue.listing", broken)
    line = concilia("tables", sample).refused(ENVIRONMENT)
    log = next(config_folder.rglob("concilia.log"))
    assert str(log) in line
    kept = log.read_text("utf-8")
    assert "ZeroDivisionError\n  cli.py:" in kept
    assert "of our own making" not in kept  # what an error says may be about people


def test_reader_that_goes_away_is_no_failure(sample: Path) -> None:
    words = [sys.executable, "-P", "-m", "app", "check", str(sample), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()


# --- archives that cannot be opened ----------------------------------------------------------

READING = {
    "tables": ("tables", "FILE"),
    "export": ("export", "FILE", "T04", "-o", "OUT"),
    "check": ("check", "FILE"),
    "verify": ("verify", "FILE"),
    "duplicates": ("duplicates", "FILE"),
}


def words_for(command: str, file: Path, folder: Path) -> list[str | Path]:
    """A reading command on a file."""
    known: dict[str, str | Path] = {"FILE": file, "OUT": folder / "t04.pdf"}
    return [known.get(word, word) for word in READING[command]]


def spoil(kind: str, path: Path) -> tuple[int, str]:
    """Make `path` bad; the exit code and the words that are due."""
    not_ours = "non è un archivio di questo programma"
    match kind:
        case "missing":
            path.unlink()
            return WRONG_USE, "non c’è"
        case "text":
            path.write_text("Buoni di conciliazione\n", encoding="utf-8")
            return WRONG_USE, not_ours
        case "empty":
            path.write_bytes(b"")
            return WRONG_USE, not_ours
        case "folder":
            path.unlink()
            path.mkdir()
            return WRONG_USE, not_ours
        case "other database":
            path.unlink()
            with contextlib.closing(sqlcipher.connect(str(path))) as other:
                other.execute("create table plan (id)")
            return WRONG_USE, not_ours
        case "newer":
            with contextlib.closing(sqlcipher.connect(str(path), isolation_level=None)) as raw:
                raw.execute("pragma user_version = 99")
            return ENVIRONMENT, "versione più recente"
        case _:
            whole = path.read_bytes()
            path.write_bytes(whole[: len(whole) // 2])
            return ENVIRONMENT, "danneggiato"


@pytest.mark.parametrize("kind", ["missing", "text", "empty", "folder", "other database", "newer", "damaged"])
@pytest.mark.parametrize("command", READING)
def test_bad_archive_is_refused_and_left_as_it_is(concilia: Any, command: str, kind: str, sample: Path) -> None:
    code, words = spoil(kind, sample)
    before = sample.read_bytes() if sample.is_file() else None
    line = concilia(*words_for(command, sample, sample.parent)).refused(code)
    assert sample.name in line
    assert words in line
    assert (sample.read_bytes() if sample.is_file() else None) == before
    assert files(sample.parent) == ([] if kind == "missing" else [sample.name])


HOLDER = """
import sys
from pathlib import Path
from app.models.store import open_archive
with open_archive(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(sample: Path) -> Iterator[Path]:
    """A sample archive that another process has open for writing."""
    words = [sys.executable, "-P", "-c", HOLDER, str(sample)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "open\n"
        yield sample
        holder.stdin.close()
        assert holder.wait() == 0


def test_locked_archive_names_machine_and_user(concilia: Any, held: Path, tmp_path: Path) -> None:
    write_blank_plan(tmp_path / "piano.xlsx", translator("it"))
    line = concilia("import", held, tmp_path / "piano.xlsx").refused(ENVIRONMENT)
    assert held.name in line
    assert user_name() in line
    assert platform.node() in line


@pytest.mark.parametrize("command", READING)
def test_reading_commands_work_beside_a_writer(concilia: Any, command: str, held: Path, tmp_path: Path) -> None:
    answer = concilia(*words_for(command, held, tmp_path))
    assert (answer.code, answer.err) == (FINDINGS if command == "check" else DONE, "")
    assert answer.out


# --- places that cannot be written to --------------------------------------------------------


def test_output_into_no_folder_is_refused(concilia: Any, sample: Path, tmp_path: Path) -> None:
    line = concilia("export", sample, "T04", "-o", tmp_path / "none" / "t04.pdf").refused(WRONG_USE)
    assert "«t04.pdf»" in line
    for command in ("demo", "new"):
        line = concilia(command, tmp_path / "none" / "nuovo.concilia").refused(WRONG_USE)
        assert str(tmp_path / "none") in line
    assert files(tmp_path) == [sample.name]


def test_output_over_a_folder_or_below_a_file_is_refused(concilia: Any, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "cartella.pdf").mkdir()
    assert "è una cartella" in concilia("export", sample, "T04", "-o", tmp_path / "cartella.pdf").refused(WRONG_USE)
    (tmp_path / "testo").write_text("testo")
    concilia("export", sample, "T04", "-o", tmp_path / "testo" / "t04.pdf").refused(WRONG_USE)
    concilia("screenshots", tmp_path / "testo").refused(WRONG_USE)
    assert files(tmp_path) == ["cartella.pdf", sample.name, "testo"]
    assert files(tmp_path / "cartella.pdf") == []


@pytest.fixture
def fixed_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder where nothing can be written."""
    folder = tmp_path / "fixed"
    folder.mkdir()
    if sys.platform == "win32":
        pytest.skip("a folder cannot be made read-only by its mode on Windows")
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(folder)], capture_output=True).returncode:
        pytest.skip("root here may not mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("command", ["demo", "new", "export", "screenshots"])
def test_read_only_place_is_refused(concilia: Any, command: str, made: Path, fixed_folder: Path) -> None:
    words = {
        "demo": ("demo", fixed_folder / "x.concilia"),
        "new": ("new", "--open", fixed_folder / "x.concilia"),
        "export": ("export", made, "T04", "-o", fixed_folder / "x.pdf"),
        "screenshots": ("screenshots", fixed_folder / "x"),
    }
    assert "sola lettura" in concilia(*words[command]).refused(ENVIRONMENT)
    assert files(fixed_folder) == []


def test_main_job_in_a_read_only_place_is_refused(
    concilia: Any, fixed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fixed_folder)
    assert "sola lettura" in concilia().refused(ENVIRONMENT)


@pytest.mark.parametrize("suffix", ["", ".pdf"])
def test_document_is_never_written_over_an_archive(concilia: Any, sample: Path, suffix: str) -> None:
    archive = sample.rename(sample.with_name(f"piano{suffix or '.concilia'}"))
    before = archive.read_bytes()
    line = concilia("export", archive, "T04", "-o", archive, "--format", "pdf").refused(WRONG_USE)
    assert archive.name in line
    other = archive.with_name("altro.concilia")
    concilia("export", archive, "T04", "-o", other, "--format", "pdf").refused(WRONG_USE)
    assert archive.read_bytes() == before
    assert files(archive.parent) == [archive.name]


# --- demo, new, the main job -----------------------------------------------------------------


@pytest.mark.parametrize("command", ["demo", "new --open"])
def test_archive_is_written_once_and_never_over_another(concilia: Any, command: str, tmp_path: Path) -> None:
    file = tmp_path / "nuovo.concilia"
    assert concilia(*command.split(), file) == Answer(DONE, f"Scritto: {file}\n", "")
    before = file.read_bytes()
    assert file.name in concilia(*command.split(), file).refused(WRONG_USE)
    assert file.read_bytes() == before
    assert files(tmp_path) == [file.name]
    with open_archive(file) as store:
        assert (find_plan(store) is not None) == (command == "demo")


def test_demo_refuses_any_file_that_is_there(concilia: Any, tmp_path: Path) -> None:
    (tmp_path / "appunti.txt").write_text("appunti")
    concilia("demo", tmp_path / "appunti.txt").refused(WRONG_USE)
    assert (tmp_path / "appunti.txt").read_text() == "appunti"


def test_main_job_writes_the_documents_and_says_so_in_five_lines(tmp_path: Path) -> None:
    first = process(folder=tmp_path)
    folder = tmp_path / "concilia-demo"
    assert (first.code, first.err, files(tmp_path)) == (DONE, "", ["concilia-demo"])
    lines = first.out.splitlines()
    assert len(lines) == 5
    assert "concilia-demo/piano-asl-milano-1.concilia" in lines[0]
    assert lines[1].endswith(": " + ", ".join(DEMO_DOCUMENTS))
    documents = [name for name in files(folder) if not name.endswith(".concilia")]
    assert lines[2].startswith(f"{len(documents)} file")
    stems = {name.rpartition(".")[0] for name in documents}
    assert sorted(documents) == sorted(f"{stem}.{suffix}" for stem in stems for suffix in ("pdf", "xlsx"))
    kinds = [re.match(r"(verbale|t\d\d)", stem) for stem in sorted(stems)]
    assert all(kinds)
    assert [kind[0] for kind in kinds if kind] == [
        "t01",
        "t02",
        "t03",
        "t04",
        "t08",
        "t08",
        "t17",
        "verbale",
        "verbale",
    ]
    for name in documents:
        assert (folder / name).read_bytes().startswith(PDF if name.endswith(".pdf") else XLSX)
    before = {name: (folder / name).read_bytes() for name in files(folder)}
    second = process(folder=tmp_path)
    assert (second.code, second.err) == (DONE, "")
    assert len(second.out.splitlines()) == 5
    assert second.out.splitlines()[1:] == lines[1:]
    assert {name: (folder / name).read_bytes() for name in files(folder)} == before


def test_main_job_keeps_what_was_done_in_its_archive(
    concilia: Any, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "concilia-demo" / "piano-asl-milano-1.concilia"
    file.parent.mkdir()
    shutil.copy(made, file)
    with open_archive(file) as store:
        plan = find_plan(store)
        assert plan is not None
        before = json.dumps(str(load_plan(store, plan.id)))
        save_plan(store, load_plan(store, plan.id))
    assert concilia().code == DONE
    with open_archive(file) as store:
        assert json.dumps(str(load_plan(store, plan.id))) == before


# --- import ----------------------------------------------------------------------------------

PLAN = {"plan": {"name": "Piano di prova", "territory": "Valle", "office": "Ufficio di piano"}}


@pytest.fixture
def plan_sheet(tmp_path: Path) -> Path:
    """A plan workbook with its least."""
    path = tmp_path / "piano.xlsx"
    write_blank_plan(path, translator("it"))
    return fill(path, PLAN_WORKBOOK, translator("it"), PLAN)


def test_import_prints_its_receipt(concilia: Any, empty: Path, plan_sheet: Path) -> None:
    answer = concilia("import", empty, plan_sheet)
    assert (answer.code, answer.err) == (DONE, "")
    assert answer.out.startswith("Importato: Piano di prova\n")
    assert "SHA-256" in answer.out
    with open_archive(empty) as store:
        plan = find_plan(store)
        assert plan is not None
        assert plan.name == "Piano di prova"


def test_import_receipt_as_json(concilia: Any, empty: Path, plan_sheet: Path) -> None:
    answer = concilia("import", empty, plan_sheet, "--json")
    receipt = json.loads(answer.out)
    assert (answer.code, answer.err) == (DONE, "")
    assert {"file", "sha256", "at", "form", "title", "rows", "totals"} <= set(receipt)
    assert (receipt["file"], receipt["form"], receipt["title"]) == ("piano.xlsx", "plan", "Piano di prova")
    assert all(MONEY.fullmatch(amount) for amount in receipt["totals"].values())


def test_import_of_a_second_plan_is_refused(concilia: Any, sample: Path, plan_sheet: Path) -> None:
    before = concilia("verify", sample, "--json").out
    concilia("import", sample, plan_sheet).refused(WRONG_USE)
    assert concilia("verify", sample, "--json").out == before


def test_import_names_every_wrong_cell_and_writes_nothing(concilia: Any, empty: Path, tmp_path: Path) -> None:
    path = tmp_path / "piano.xlsx"
    write_blank_plan(path, translator("it"))
    answer = concilia("import", empty, path)  # nothing was filled in
    assert (answer.code, answer.out) == (WRONG_USE, "")
    first, *cells = answer.err.splitlines()
    assert "piano.xlsx" in first
    assert cells
    assert "Traceback" not in answer.err
    with open_archive(empty) as store:
        assert find_plan(store) is None


@pytest.mark.parametrize("content", [None, b"", b"Buoni", b"PK\x03\x04 cut off"])
def test_import_of_what_is_no_workbook_is_refused(
    concilia: Any, empty: Path, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "foglio.xlsx"
    if content is not None:
        path.write_bytes(content)
    assert "foglio.xlsx" in concilia("import", empty, path).refused(WRONG_USE)


# --- tables and export -----------------------------------------------------------------------


def test_tables_json_has_its_stable_shape(concilia: Any, sample: Path) -> None:
    answer = concilia("tables", sample, "--json")
    value = json.loads(answer.out)
    assert (answer.code, answer.err, list(value)) == (DONE, "", ["tables"])
    for entry in value["tables"]:
        assert {"code", "title", "kind"} <= set(entry) <= {"code", "title", "kind", "items", "by_part"}
        assert entry["kind"] in ("table", "document", "form")
        assert all(set(item) == {"id", "name"} for item in entry.get("items", ()))
    assert {"T01", "T02", "T03", "T04", "T08", "T17", "VERBALE"} <= {entry["code"] for entry in value["tables"]}


def test_tables_lists_codes_and_titles(concilia: Any, sample: Path) -> None:
    assert re.search(r"^T04 +Valore economico", concilia("tables", sample).out, re.MULTILINE)
    assert re.search(r"^T04 +Economic value", concilia("tables", sample, "--lang", "en").out, re.MULTILINE)


def test_tables_of_an_empty_archive(concilia: Any, empty: Path) -> None:
    entries = json.loads(concilia("tables", empty, "--json").out)["tables"]
    assert not any(entry.get("items") for entry in entries)


@pytest.mark.parametrize(("form", "start"), [("pdf", PDF), ("xlsx", XLSX), ("csv", b"\xef\xbb\xbf"), ("json", b"{")])
def test_export_writes_each_form(concilia: Any, made: Path, tmp_path: Path, form: str, start: bytes) -> None:
    by_suffix, by_name = tmp_path / f"t04.{form}", tmp_path / "t04"
    assert concilia("export", made, "T04", "-o", by_suffix) == Answer(DONE, f"Scritto: {by_suffix}\n", "")
    assert concilia("export", made, "t04", "-o", by_name, "--format", form).code == DONE
    assert by_suffix.read_bytes().startswith(start)
    assert by_name.read_bytes() == by_suffix.read_bytes()


def test_export_json_has_its_stable_shape(concilia: Any, made: Path, tmp_path: Path) -> None:
    out = tmp_path / "t04.json"
    assert concilia("export", made, "T04", "-o", out).code == DONE
    value = json.loads(out.read_text("utf-8"))
    assert {"code", "title", "as_at", "columns", "rows", "totals"} <= set(value)
    assert value["code"] == "T04"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", value["as_at"])
    assert all({"key", "title", "kind"} <= set(column) for column in value["columns"])
    assert all(len(row) == len(value["columns"]) for row in value["rows"])
    money = [n for n, column in enumerate(value["columns"]) if column["kind"] == "money"]
    assert money
    amounts = [row[n] for row in value["rows"] for n in money if row[n] is not None]
    assert amounts
    assert all(MONEY.fullmatch(amount) for amount in [*amounts, *value["totals"].values()])


def test_export_keeps_its_keys_in_both_languages(concilia: Any, made: Path, tmp_path: Path) -> None:
    shapes = []
    for language in LANGUAGES:
        out = tmp_path / f"t03-{language}.json"
        assert concilia("export", made, "T03", "-o", out, "--lang", language).code == DONE
        value = json.loads(out.read_text("utf-8"))
        shapes.append((value["code"], [(c["key"], c["kind"]) for c in value["columns"]], value["totals"]))
        assert value["title"]
    assert shapes[0] == shapes[1]


def test_export_replaces_its_own_file_with_the_same_bytes(concilia: Any, made: Path, tmp_path: Path) -> None:
    out = tmp_path / "t04.pdf"
    out.write_bytes(b"older")
    concilia("export", made, "T04", "-o", out)
    first = out.read_bytes()
    concilia("export", made, "T04", "-o", out)
    assert out.read_bytes() == first
    assert first.startswith(PDF)
    assert files(tmp_path) == ["t04.pdf"]


def test_export_of_one_record_needs_and_takes_its_key(concilia: Any, made: Path, tmp_path: Path) -> None:
    listed = {entry["code"]: entry for entry in json.loads(concilia("tables", made, "--json").out)["tables"]}
    out = tmp_path / "verbale.pdf"
    assert "--item" in concilia("export", made, "VERBALE", "-o", out).refused(WRONG_USE)
    assert "--item" in concilia("export", made, "T02", "-o", out, "--item", "x").refused(WRONG_USE)
    concilia("export", made, "VERBALE", "-o", out, "--item", "none").refused(WRONG_USE)
    assert not out.exists()
    key = listed["VERBALE"]["items"][0]["id"]
    assert concilia("export", made, "VERBALE", "-o", out, "--item", key).code == DONE
    assert out.read_bytes().startswith(PDF)


def test_unknown_table_is_refused_with_those_that_are_there(concilia: Any, made: Path, tmp_path: Path) -> None:
    line = concilia("export", made, "T99", "-o", tmp_path / "t99.pdf").refused(WRONG_USE)
    assert "«T99»" in line
    assert "T04" in line
    assert files(tmp_path) == []


# --- check and verify ------------------------------------------------------------------------


def test_check_json_has_its_stable_shape(concilia: Any, made: Path) -> None:
    answer = concilia("check", made, "--json")
    value = json.loads(answer.out)
    assert (answer.code, answer.err, list(value)) == (FINDINGS, "", ["findings"])
    stable = {"code", "severity", "status", "declared", "computed", "difference", "where", "sentence"}
    for finding in value["findings"]:
        assert stable <= set(finding)
        assert isinstance(finding["where"], list)
        assert all(isinstance(finding[key], str) for key in stable - {"where"})


def test_check_says_the_award_that_differs_by_three_euro(concilia: Any, made: Path) -> None:
    findings = json.loads(concilia("check", made, "--json").out)["findings"]
    pairs = {(finding["declared"], finding["computed"]) for finding in findings}
    assert {("69803.00", "69800.00"), ("69800.00", "69803.00")} & pairs
    lines = concilia("check", made).out.splitlines()
    assert len(lines) == len(findings) + 1
    assert lines[-1].startswith(f"{len(findings)} ")


def test_a_finding_is_accepted_and_opened_again(concilia: Any, made: Path) -> None:
    before = json.loads(concilia("check", made, "--json").out)["findings"]
    key = before[0]["key"]
    assert concilia("accept", made, key, "--reason", "Vale la tabella").code == 0
    after = json.loads(concilia("check", made, "--json").out)["findings"]
    accepted = [finding for finding in after if finding["status"] == "accepted"]
    assert [(finding["key"], finding["accepted"]["reason"]) for finding in accepted] == [(key, "Vale la tabella")]
    assert concilia("check", made).out.splitlines()[-1].startswith(f"{len(before) - 1} ")
    assert concilia("accept", made, key, "--withdraw").code == 0
    assert json.loads(concilia("check", made, "--json").out)["findings"] == before
    wrong = concilia("accept", made, "altro", "--reason", "x")
    assert (wrong.code, len(wrong.err.splitlines())) == (2, 1)


def test_a_call_is_added_with_the_rules_of_a_template(concilia: Any, made: Path) -> None:
    listed = json.loads(concilia("call", made, "--json").out)["templates"]
    assert {"code", "title", "year", "body"} == set(listed[0])
    key = json.loads(concilia("call", made, listed[-1]["code"], "--title", "Avviso nuovo", "--json").out)["call"]
    tables = json.loads(concilia("tables", made, "--json").out)["tables"]
    rules = next(table for table in tables if table["code"] == "REGOLE")
    assert any(item["name"].startswith("Avviso nuovo, ") for item in rules["items"])
    assert key
    assert concilia("call", made, "altro").code == 2


def test_check_of_an_archive_without_findings_ends_well(concilia: Any, empty: Path) -> None:
    assert json.loads(concilia("check", empty, "--json").out) == {"findings": []}
    assert concilia("check", empty).code == DONE


def test_verify_json_has_its_stable_shape(concilia: Any, made: Path) -> None:
    answer = concilia("verify", made, "--json")
    value = json.loads(answer.out)
    assert (answer.code, answer.err) == (DONE, "")
    assert set(value) == {"ok", "invariants", "journal_head"}
    assert value["ok"] is True
    assert [found["code"] for found in value["invariants"]][:10] == [f"I{n}" for n in range(1, 11)]
    assert all({"code", "ok", "broken"} <= set(found) for found in value["invariants"])
    assert all(found["ok"] and found["broken"] == [] for found in value["invariants"])
    assert isinstance(value["journal_head"], str)
    assert value["journal_head"]


def test_verify_names_what_is_broken(concilia: Any, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = integrity.verify

    def broken(store: Any, *args: Any, **options: Any) -> integrity.Verification:
        result = sound(store, *args, **options)
        first = integrity.InvariantResult("I1", result.invariants[0].title, False, ("Una riga non torna.",))
        return integrity.Verification(False, (first, *result.invariants[1:]), result.journal_head)

    monkeypatch.setattr(integrity, "verify", broken)
    answer = concilia("verify", made)
    assert (answer.code, answer.err) == (FINDINGS, "")
    assert "Una riga non torna." in answer.out
    value = json.loads(concilia("verify", made, "--json").out)
    assert (value["ok"], value["invariants"][0]["broken"]) == (False, ["Una riga non torna."])


@pytest.mark.parametrize("language", LANGUAGES)
def test_verify_of_an_empty_archive_finds_nothing_broken(concilia: Any, empty: Path, language: str) -> None:
    answer = concilia("verify", empty, "--lang", language)
    assert (answer.code, answer.err) == (DONE, "")
    assert len(re.findall(r"^I\d+ ", answer.out, re.MULTILINE)) >= 10


# --- allocate --------------------------------------------------------------------------------


def shares(answer: Answer) -> dict[str, Any]:
    """The parts of an answer by their keys, with the sum checked."""
    value = json.loads(answer.out)
    assert (answer.code, answer.err) == (DONE, "")
    assert set(value) == {"total", "rule", "tie", "shares", "left", "leftover", "rounds"}
    for share in value["shares"]:
        proof = {"key", "amount", "exact", "floor", "remainder", "odd_cent"}
        assert set(share) == proof | {"minimum", "cap", "bound", "round"}
        exact, floor = Fraction(share["exact"]), int(share["floor"].replace(".", ""))
        assert "/" in share["exact"]
        assert "/" in share["remainder"]
        assert exact - floor == Fraction(share["remainder"])
        assert int(share["amount"].replace(".", "")) == floor + share["odd_cent"]
    cents = [int(share["amount"].replace(".", "")) for share in value["shares"]]
    assert sum(cents) + int(value["left"].replace(".", "")) == int(value["total"].replace(".", ""))
    return {share["key"]: share for share in value["shares"]}


def test_allocate_shares_the_residue_in_equal_parts(concilia: Any) -> None:
    value = shares(concilia("allocate", "--total", "54182.62", "--rule", "equal", "--weights", "a=1,b=1", "--json"))
    assert {key: share["amount"] for key, share in value.items()} == {"a": "27091.31", "b": "27091.31"}
    assert value["a"] == {
        "key": "a",
        "amount": "27091.31",
        "exact": "2709131/1",
        "floor": "27091.31",
        "remainder": "0/1",
        "odd_cent": False,
        "minimum": None,
        "cap": None,
        "bound": None,
        "round": 1,
    }


def test_allocate_within_limits_tells_the_rounds(concilia: Any) -> None:
    words = ("allocate", "--total", "100.00", "--rule", "equal", "--weights", "a=1,b=1,c=1", "--caps", "c=10.00")
    answer = concilia(*words, "--minimums", "a=50.00", "--json")
    value = shares(answer)
    assert {key: share["amount"] for key, share in value.items()} == {"a": "50.00", "b": "40.00", "c": "10.00"}
    assert [(share["bound"], share["round"]) for share in value.values()] == [("minimum", 2), (None, 3), ("cap", 1)]
    rounds = json.loads(answer.out)["rounds"]
    assert [(row["pot"], row["parts"]) for row in rounds] == [("100.00", 3), ("90.00", 2), ("40.00", 1)]
    assert rounds[0]["settled"] == [{"key": "c", "bound": "cap", "exact": "10000/3"}]
    stays = concilia(*words, "--leftover", "stays", "--json")
    assert [share["amount"] for share in shares(stays).values()] == ["33.34", "33.33", "10.00"]
    assert json.loads(stays.out)["left"] == "23.33"
    told = concilia(*words, "--leftover", "stays", "--lang", "en").out
    assert "at the cap" in told
    assert "Left: 23,33" in told
    assert "Round 2" in concilia(*words, "--lang", "en").out


def test_allocate_gives_the_odd_cent_to_the_part_listed_first_or_named_by_tie(concilia: Any) -> None:
    words = ("allocate", "--total", "54182.62", "--rule", "equal", "--weights", "x=1,y=1,z=1", "--json")
    assert [key for key, share in shares(concilia(*words)).items() if share["odd_cent"]] == ["x"]
    assert [key for key, share in shares(concilia(*words, "--tie", "z,x,y")).items() if share["odd_cent"]] == ["z"]
    assert json.loads(concilia(*words).out)["tie"] == "listed"
    assert json.loads(concilia(*words, "--tie", "z,x,y").out)["tie"] == "z,x,y"


def test_allocate_by_weights_and_mixed(concilia: Any) -> None:
    words = ("allocate", "--total", "100.00", "--weights", "a=3,b=1", "--json")
    by_weight = shares(concilia(*words, "--rule", "weights"))
    assert (by_weight["a"]["amount"], by_weight["b"]["amount"]) == ("75.00", "25.00")
    mixed = shares(concilia(*words, "--rule", "mixed", "--equal-share", "30"))
    assert (mixed["a"]["amount"], mixed["b"]["amount"]) == ("67.50", "32.50")


def test_allocate_weights_may_have_decimals(concilia: Any) -> None:
    words = ("allocate", "--total", "1.00", "--rule", "weights", "--json", "--weights")
    assert concilia(*words, "a=0.5,b=1.5").out == concilia(*words, "a=1,b=3").out


def test_allocate_speaks_to_people(concilia: Any) -> None:
    words = ("allocate", "--total", "0.05", "--rule", "equal", "--weights", "a=1,b=1,c=1")
    italian, english = concilia(*words).out, concilia(*words, "--lang", "en").out
    assert len(italian.splitlines()) == len(english.splitlines()) == 3
    assert "0,02\u00a0€" in italian
    assert "5/3" in italian
    assert "odd cent" in english
    assert italian != english


BAD_SPLITS = {
    "decimal comma": (["--total", "54182,62"], "54182,62"),
    "both separators": (["--total", "54,182.62"], "54,182.62"),
    "one decimal": (["--total", "10.5"], "10.5"),
    "words": (["--total", "dieci"], "dieci"),
    "not a number": (["--total", "nan"], "nan"),
    "exponent": (["--total", "1e3"], "1e3"),
    "too large": (["--total", "9" * 30 + ".00"], ""),
    "zero": (["--total", "0.00"], "maggiore di zero"),
    "negative": (["--total", "-1.00"], "maggiore di zero"),
    "empty": (["--total", ""], ""),
    "no weight": (["--weights", "a,b"], "«a»"),
    "no key": (["--weights", "=1"], "«=1»"),
    "negative weight": (["--weights", "a=-1"], "«a=-1»"),
    "weight of letters": (["--weights", "a=x"], "«a=x»"),
    "twice": (["--weights", "a=1,a=2"], "«a»"),
    "all zero": (["--weights", "a=0,b=0", "--rule", "weights"], "zero"),
    "tie of others": (["--tie", "a,c"], "--tie"),
    "tie of some": (["--tie", "a"], "--tie"),
    "cap of another": (["--caps", "z=1.00"], "z=1.00"),
    "cap below minimum": (["--caps", "a=1.00", "--minimums", "a=2.00"], "«a»"),
    "cap of letters": (["--caps", "a=x"], "x"),
    "minimums above the total": (["--minimums", "a=6.00,b=6.00"], "12,00"),
    "equal share above 100": (["--rule", "mixed", "--equal-share", "101"], "101"),
    "equal share below 0": (["--rule", "mixed", "--equal-share", "-1"], "-1"),
    "equal share left out": (["--rule", "mixed"], "--equal-share"),
    "equal share of another rule": (["--equal-share", "30"], "--rule equal"),
    "no parts": (["--weights", ""], "nessuno"),
}


@pytest.mark.parametrize("case", BAD_SPLITS)
def test_bad_amounts_and_weights_are_refused(concilia: Any, case: str) -> None:
    changed, named = BAD_SPLITS[case]
    good = {"--total": "10.00", "--rule": "equal", "--weights": "a=1,b=1"}
    given = good | dict(zip(changed[::2], changed[1::2], strict=True))
    line = concilia("allocate", *(f"{option}={value}" for option, value in given.items())).refused(WRONG_USE)
    assert named in line


# --- lists with nothing in them --------------------------------------------------------------

EMPTY_LISTS = {
    ("prints",): "Nothing was printed yet.",
    ("projects",): "No project with money yet.",
    ("bin",): "The bin is empty.",
    ("copies",): "No copy yet.",
    ("duplicates",): "0 pairs to be looked at",
    ("check",): "0 open findings",
    ("retention",): "Nothing in the bin is due.",
    ("users",): "The archive has no password, and no users.",
    ("vouchers", "programmes"): "No programme of vouchers yet.",
    ("vouchers", "requests"): "No request yet.",
    ("vouchers", "list"): "No voucher yet.",
    ("vouchers", "settlements"): "No settlement yet.",
}
NOTHING_THERE = {
    ("rank",): "no call yet",
    ("heading",): "no plan yet",
    ("papers", "1/2014", "-o", "papers"): "that number or key",
    ("prints", "--again", "1"): "--output",
}


def test_list_with_nothing_in_it_says_so(concilia: Any, tmp_path: Path) -> None:
    archive = tmp_path / "empty.concilia"
    new_archive(archive)
    told = {words: concilia(*words, archive, "--lang", "en").out.strip() for words in EMPTY_LISTS}
    assert told == EMPTY_LISTS
    for words, said in NOTHING_THERE.items():
        assert said in concilia(words[0], archive, *words[1:], "--lang", "en").refused(WRONG_USE)


# --- the process -----------------------------------------------------------------------------


def test_process_ends_with_the_code_and_one_line(tmp_path: Path) -> None:
    assert "bogus" in process("bogus", folder=tmp_path).refused(WRONG_USE)
    assert "none.concilia" in process("check", "none.concilia", folder=tmp_path).refused(WRONG_USE)
    assert process("--version", folder=tmp_path) == Answer(DONE, f"concilia {__version__}\n", "")


def test_simple_commands_import_neither_the_archive_nor_the_window() -> None:
    code = (
        "import sys\nfrom app.cli import main\n"
        "main(['allocate', '--total', '1.00', '--rule', 'equal', '--weights', 'a=1'])\n"
        "print(sorted({'sqlalchemy', 'PySide6', 'reportlab', 'openpyxl', 'babel'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_commands_on_archives_import_no_window(sample: Path) -> None:
    code = (
        "import sys\nfrom app.cli import main\n"
        f"main(['tables', {str(sample)!r}])\nmain(['check', {str(sample)!r}])\n"
        "print('PySide6' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "False"


# --- duplicates and merge --------------------------------------------------------------------


@pytest.fixture
def twins(empty: Path) -> tuple[Path, str, str]:
    """An archive with a body that is there twice, and the keys of both."""
    with open_archive(empty) as store:
        drafts = (OrganisationDraft(name="Stripes Coop. Soc. Onlus"), OrganisationDraft(name="STRIPES", seat="Rho"))
        keep, gone = (save_organisation(store, draft).id for draft in drafts)
    return empty, keep, gone


def test_duplicates_are_listed_with_their_reason(concilia: Any, twins: tuple[Path, str, str]) -> None:
    path, keep, gone = twins
    answer = concilia("--lang", "en", "duplicates", path)
    assert (answer.code, answer.err) == (FINDINGS, "")
    words = "Same words, but for legal form, order or spaces: «Stripes Coop. Soc. Onlus» and «STRIPES»"
    said = ["Stripes Coop. Soc. Onlus · STRIPES", f"    {keep} {gone}  {words}", "1 pair to be looked at"]
    assert answer.out.splitlines() == said
    value = json.loads(concilia("duplicates", path, "--json").out)
    assert value == {
        "duplicates": [
            {
                "one": {"id": keep, "name": "Stripes Coop. Soc. Onlus"},
                "other": {"id": gone, "name": "STRIPES"},
                "why": "words",
                "likeness": 100,
                "judged_distinct": False,
            }
        ]
    }


def test_sample_has_no_duplicates(concilia: Any, made: Path) -> None:
    assert concilia("duplicates", made) == Answer(DONE, "0 coppie da esaminare\n", "")


def test_merge_says_what_it_changes_and_does_it_once(concilia: Any, twins: tuple[Path, str, str]) -> None:
    path, keep, gone = twins
    before = path.read_bytes()
    shown = concilia("--lang", "en", "merge", path, keep, gone, "--take", "name", "--dry-run")
    assert (shown.code, shown.err) == (DONE, "")
    assert "  Name (name): Stripes Coop. Soc. Onlus | STRIPES → STRIPES" in shown.out.splitlines()
    assert path.read_bytes() == before
    assert concilia("merge", path, keep, gone, "--take", "name").code == DONE
    with open_archive(path, writing=False) as store:
        (row,) = organisation_rows(store)
        assert (row.id, row.name, row.seat, row.aliases) == (keep, "STRIPES", "Rho", ("Stripes Coop. Soc. Onlus",))
    concilia("merge", path, keep, gone).refused(WRONG_USE)
    assert "colore" in concilia("merge", path, keep, keep, "--take", "colore").refused(WRONG_USE)
    concilia("merge", path, keep, keep).refused(WRONG_USE)
