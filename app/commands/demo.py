"""The sample archives, with a display and without one, and pictures of every screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.answers import DONE
from app.models.errors import InvalidInput
from app.services.wording.texts import LANGUAGES, Translator


def declare_demo(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive to be written; it must not exist yet"))
    parser.add_argument(
        "--scenario",
        choices=("valutazione",),
        help=tr("another archive: «valutazione» is an invented call, judged from end to end"),
    )


def run_demo(options: argparse.Namespace, tr: Translator) -> int:
    if options.scenario is None:
        from app.services.sample import write_sample

        write_sample(options.file)
    else:
        from app.services.sample.evaluation import write_evaluation

        write_evaluation(options.file)
    print(tr("Written: {file}").format(file=options.file))
    return DONE


DEMO_DOCUMENTS = ("VERBALE", "T01", "T02", "T03", "T04", "T08", "T17")
"""What the main job prints of the sample archive, as PDF and XLSX."""


def headless_demo(folder: Path, tr: Translator) -> int:
    """The main job without a display: the sample archive and its documents, in `folder`.

    An archive that is already there is kept, and its documents are printed anew.
    """
    from app.services.files import make_folder
    from app.services.sample import write_sample

    make_folder(folder)
    file = folder / "piano-asl-milano-1.concilia"
    if file.exists():
        print(tr("Sample archive: {file} (kept)").format(file=file))
    else:
        write_sample(file)
        print(tr("Sample archive: {file}").format(file=file))
    written = _print_documents(file, folder, tr)
    print(tr("Documents: {codes}").format(codes=", ".join(DEMO_DOCUMENTS)))
    text = tr.plural("{n} file, PDF and XLSX, in {folder}", "{n} files, PDF and XLSX, in {folder}", written)
    print(text.format(n=written, folder=folder))
    print(tr("There is no display here; with one, the same command opens the window."))
    print(tr("What else can be done: concilia --help"))
    return DONE


def _print_documents(file: Path, folder: Path, tr: Translator) -> int:
    """Write every demo document in both formats; gives the number of files."""
    from app.services.archive import open_archive
    from app.services.reports.catalogue import build_document, listing
    from app.services.reports.writer import Format, export_document

    written = 0
    with open_archive(file, writing=False) as store:
        entries = {entry.code: entry for entry in listing(store, tr)}
        for code in DEMO_DOCUMENTS:
            items: list[str | None] = [key for key, _name in entries[code].items]
            for item in items or [None]:
                document = build_document(store, code, tr, item=item)
                for fmt in (Format.PDF, Format.XLSX):
                    export_document(document, fmt, folder / f"{document.slug}.{fmt.value}", tr)
                    written += 1
    return written


def declare_screenshots(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help=tr("folder for the pictures; made when missing"))
    parser.add_argument("--lang", default="it", metavar="it,en", help=tr("languages, with a comma between"))
    parser.add_argument("--theme", default="light,dark", metavar="light,dark", help=tr("themes, with a comma between"))


def run_screenshots(options: argparse.Namespace, tr: Translator) -> int:
    from app.ui.screenshots import write_screenshots

    themes, languages = tuple(options.theme.split(",")), tuple(options.lang.split(","))
    if not set(themes) <= {"light", "dark"}:
        raise InvalidInput("theme.unknown", field="theme", text=options.theme)
    if not set(languages) <= set(LANGUAGES):
        raise InvalidInput("language.unknown", field="lang", text=options.lang)
    written = write_screenshots(options.folder, languages, themes)
    text = tr.plural("{n} picture in {folder}", "{n} pictures in {folder}", written)
    print(text.format(n=written, folder=options.folder))
    return DONE
