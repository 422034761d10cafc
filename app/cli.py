"""The command `concilia`: the same services as the window, for the keyboard and for other programs.

What the window does not need is imported by the command that does: the parser, the log, the archive, paper.
Exit codes: 0 done, 1 findings, 2 wrong use or bad input, 3 environment. Errors are one line on standard error.
"""

from __future__ import annotations

import builtins
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from app.commands.answers import DONE, ENVIRONMENT, WRONG_USE
from app.models.errors import AppError, EnvironmentFailed, NotFound
from app.services.files import write_failure
from app.services.settings import Settings, settings_folder, settings_path
from app.services.wording.texts import LANGUAGES, Translator, translator

GARBAGE_THRESHOLD = 20_000
"""Objects made before garbage is looked for. Starting makes many and drops none: the interpreter's own figure, 700,
costs a sixth of every command."""

WRONG_NAMES = frozenset(
    {
        "archive.exists",
        "archive.folder_missing",
        "archive.missing",
        "archive.not_an_archive",
        "place.is_folder",
        "place.missing",
        "place.no_folder",
        "workbook.missing",
    }
)
"""What the disk says because the user named the wrong file or folder: wrong use, not a failure of the environment."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or open the window.

    Returns:
        The exit code.
    """
    gc.set_threshold(GARBAGE_THRESHOLD)
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    tr = translator(language)
    _use_utf8()
    try:
        code = _run(given, tr)
        print(end="", flush=True)  # a disk that is full under our output is heard of here, or by nobody
        return code
    except AppError as error:
        return _refuse(error, tr)
    except KeyboardInterrupt:
        print(tr("Stopped. Nothing more was written."), file=sys.stderr)
        return ENVIRONMENT
    except BrokenPipeError:  # the reader of our output went away: not our business
        _print_nothing_more()
        return DONE
    except OSError as error:
        refusal = write_failure(error, Path(str(error.filename or "stdout")))
        if refusal.code != "disk.full":
            return _report_bug(error, tr)
        _print_nothing_more()
        return _refuse(refusal, tr)
    except Exception as error:
        return _report_bug(error, tr)


def _refuse(error: AppError, tr: Translator) -> int:
    """Say what stands in the way, and the way out."""
    from app.ui.errors import sentence

    if error.code == "record.gone":  # nothing was there to go: the command line named it
        error = NotFound("record.not_named")
    print(sentence(error, tr), file=sys.stderr)
    return ENVIRONMENT if isinstance(error, EnvironmentFailed) and error.code not in WRONG_NAMES else WRONG_USE


def _print_nothing_more() -> None:
    """What cannot be printed is not tried again when the process ends."""
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - stands in until the process ends


def _report_bug(error: Exception, tr: Translator) -> int:
    """Keep in the log what kind of error it was and where, never on the screen, and nothing of anybody's data."""
    from app.services.bugs import places_of

    log, lines = settings_folder() / "concilia.log", "\n".join(places_of(error))
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{lines}\n")
    except OSError:  # a full disk: the places say nothing of anybody
        print(lines, file=sys.stderr)
    text = tr("Something unexpected went wrong; nothing was lost. The details are in {file}.")
    print(text.format(file=log), file=sys.stderr)
    return ENVIRONMENT


def _run(given: list[str], tr: Translator) -> int:
    if not given or _names_archive(given):
        return _open_window(Path(given[0]) if given else None, tr)
    from app.commands.parser import read_command

    command, options = read_command(given, tr)
    return _open_window(None, tr) if command is None else command.run(options, tr)


def _names_archive(given: Sequence[str]) -> bool:
    """Whether there is one word, and it is the name of a file: no command has a dot."""
    return len(given) == 1 and not given[0].startswith("-") and bool(Path(given[0]).suffix)


def _open_window(path: Path | None, tr: Translator) -> int:
    """The window; on the start page, or with the archive named."""
    if path is not None:
        from app.services.files import check_name

        check_name(path)
    if not _has_display():
        if path is not None:
            raise EnvironmentFailed("window.no_display")
        from app.commands.demo import headless_demo

        return headless_demo(Path("concilia-demo"), tr)
    import_qt()
    from app.ui.application import run_window

    return run_window(path, language=tr.language)


def import_qt() -> None:
    """Import Qt's Python without the hook that it puts on every import after its own.

    The hook reads the source of each module in search of a feature that nothing here uses: a tenth of the start, and
    twenty megabytes of source that stay in memory.
    """
    plain = builtins.__import__
    import_module("PySide6.QtCore")
    builtins.__import__ = plain


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _language(given: Sequence[str]) -> str:
    """The language asked for on the command line, else the one of the settings; Italian otherwise."""
    for position, word in enumerate(given):
        wanted = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and position + 1 < len(given):
            wanted = given[position + 1]
        if wanted in LANGUAGES:
            return wanted
    return str(Settings(settings_path()).get("language"))


def _use_utf8() -> None:
    """Accents and the euro sign, whatever the console thinks."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
