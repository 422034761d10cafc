"""A day of an office with vouchers: whatever is written while it works is the archive's own, or was asked for."""

from __future__ import annotations

import builtins
import io
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtGui import QDesktopServices

from app.models.enums import PayTo
from app.models.errors import AppError
from app.models.households import Household, Individual
from app.models.slots import keys_path
from app.services.documents.documents import DocumentOwner, add_document
from app.services.exchange.workbook import import_workbook
from app.services.keeping.persons import Sought
from app.services.network.merging import merge_organisations
from app.services.network.registry import ContactDraft, OrganisationDraft, save_organisation
from app.services.papers.prints import remember_print
from app.services.reports.catalogue import build_document
from app.services.reports.person_papers import person_document
from app.services.reports.writer import Format, export_document
from app.services.signing.package import write_package
from app.services.signing.papers import prepare_paper
from app.services.users.keys import UserDraft, encrypt_archive
from app.services.vouchers.bank_report import read_bank_report, take_bank_report
from app.services.vouchers.given import voucher_rows
from app.services.vouchers.payments import make_payment_file, save_payment_file
from app.services.vouchers.report_workbook import read_report
from app.services.vouchers.settlement import SettlementDraft, check_settlement, release_settlement, save_settlement
from app.services.vouchers.using import UseDraft, record_use
from app.services.wording.texts import translator
from app.ui.crash import CrashHook
from tests.services.builders import a_proposal
from tests.services.test_bank_report import payment, report
from tests.services.test_voucher_settlement import book
from tests.services.voucher_world import IBAN, build_vouchers, give, set_today
from tests.services.world import new_store
from tests.ui.test_people import CODE, Desktop, cheap, desktop  # noqa: F401

KEEPER = UserDraft("Zefirino Quirinetta", "zefirino.q", "frase planetaria")
PLANTED = ("Mirabolini", "Nascostina", "Zefirino", "Quirinetta", "frase planetaria", IBAN)
PAID = date(2015, 7, 1)
IT = translator("it")


def families_paid_back(folder: Path) -> tuple[Path, str]:
    """An archive with a password, families of one name that were paid back, and the key of their settlement."""
    with new_store(folder, "piano.concilia") as store:
        world = build_vouchers(store, pay_to=PayTo.FAMILY.value)
        give(store, world, 100_00, 80_00)
        set_today(store, PAID)
        with store.write("save_household") as session:
            for person in session.scalars(sa.select(Individual)):
                person.surname = "Mirabolini"
            for family in session.scalars(sa.select(Household)):
                family.name, family.address = "Mirabolini", "via Nascostina 7"
                family.iban, family.iban_holder = IBAN, "Ugo Mirabolini"
        for row in voucher_rows(store):
            record_use(store, UseDraft(row.code, PAID, Fraction(8), world.provider, "R"))
        key = save_settlement(store, SettlementDraft(programme_id=world.programme, day=PAID, act="Determina 7")).id
        check_settlement(store, key)
        release_settlement(store, key, PAID)
        make_payment_file(store, key, date(2015, 7, 3), validated=False)
        store.safeguard = None
        encrypt_archive(store, KEEPER, CODE)
        return store.path, key


@pytest.fixture
def opened_to_write(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that the program opens for writing from now on, be it gone a moment later."""
    found: list[Path] = []

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, how: Any = "r", *rest: Any, **more: Any) -> Any:
            writes = how & (os.O_WRONLY | os.O_RDWR) if isinstance(how, int) else set(how) & set("wax+")
            if writes and isinstance(file, str | os.PathLike):
                found.append(Path(file))
            return real(file, how, *rest, **more)

        return call

    for module, name in ((builtins, "open"), (io, "open"), (os, "open")):
        monkeypatch.setattr(module, name, watched(getattr(module, name)))
    return found


@pytest.mark.expects_log
def test_a_day_of_work_leaves_no_name_outside_what_was_asked_for(
    desktop: Desktop,  # noqa: F811
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    opened_to_write: list[Path],
) -> None:
    made, settlement = families_paid_back(tmp_path_factory.mktemp("made"))
    home, asked = tmp_path / "home", tmp_path_factory.mktemp("asked")
    temporary = home / "tmp"
    temporary.mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    path = Path(shutil.copy(made, home / "piano.concilia"))
    shutil.copy(keys_path(made), keys_path(path))
    workbook = book(asked / "rendiconto Mirabolini.xlsx", ("CRE-1", "03/06/2015", 8, 40, "Mirabolini"))
    answer = asked / "esito.xml"
    answer.write_text(report(payment(2)))
    scan = asked / "delega Mirabolini.pdf"
    opened_to_write.clear()

    assert desktop.open(path, KEEPER.login, KEEPER.password)
    store = desktop.desk.store
    # what leaves by a name that somebody chose
    save_payment_file(store, settlement, asked / "bonifici.xml")
    voucher = build_document(store, "BUONO", IT, item=voucher_rows(store)[0].id)
    export_document(voucher, Format.PDF, asked / f"{voucher.slug}.pdf", IT)
    prepare_paper(store, build_document(store, "T10", IT), store.replica_id)
    write_package(store, asked / "pacchetto")
    remember_print(store, person_document(store, IT, Sought("Ada Mirabolini")), "pdf")
    # what comes in
    assert read_report(workbook).lines
    assert read_bank_report(store, settlement, answer).lines[0].name
    take_bank_report(store, settlement, answer)
    with pytest.raises(AppError):
        import_workbook(store, workbook)
    # bodies that are one, and a document that another program shows
    people = (ContactDraft(name="Ada Mirabolini"),)
    one, other = (save_organisation(store, OrganisationDraft(name=name, contacts=people)).id for name in ("Uno", "Due"))
    merge_organisations(store, one, other)
    scan.write_bytes((asked / f"{voucher.slug}.pdf").read_bytes())
    document = add_document(store, DocumentOwner(proposal_id=a_proposal(store, title="Mirabolini")), scan).id
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    copy = desktop.desk.copies.open(store, document)
    assert copy.is_relative_to(temporary)
    assert copy.parent.parent.stat().st_mode & 0o077 == 0, "only this user enters"
    # a list that somebody looked through, and a bug while a form with names is open
    for room, kind in (("plan", ""), ("archive", "people"), ("vouchers", "households")):
        desktop.window.go(room)
        if kind:
            desktop.window.current_view().show_kind(kind)
        desktop.rest()
    page = desktop.window.current_view().page("households")
    page.list.search.setText("Mirabolini")
    page.list.views.save("Famiglia Mirabolini")
    page.list.table.selectRow(0)
    desktop.rest()
    hook = CrashHook(desktop.window)
    hook._is_kept = True
    said: list[str] = []
    desktop.answers.append(lambda dialog: (said.append(dialog._text.toPlainText()), dialog.accept()))
    hook.tell(ValueError("Mirabolini"))
    assert "ValueError" in said[0]
    assert not [word for word in PLANTED if word in said[0]]

    assert {name for name, _word in found_on_disk(asked, PLANTED)} > {"bonifici.xml"}, "the eyes can see"
    assert {name for name, _word in found_on_disk(tmp_path, PLANTED)} <= {copy.name}
    desktop.desk.close_archive()
    assert found_on_disk(tmp_path, PLANTED) == [], "what another program was shown went with the archive"
    ours = (path.name, f".{path.name}", "settings.json", "concilia.log")
    strange = [
        each
        for each in opened_to_write
        if not each.is_relative_to(asked) and not each.name.startswith(ours) and each != copy
    ]
    assert strange == []


def found_on_disk(folder: Path, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """(file, word) for each of these words in each file below a folder, in the spellings of both encodings."""
    found = []
    for name, _folders, files in os.walk(folder):
        for file in files:
            data = Path(name, file).read_bytes().lower()
            text = file.lower()
            for word in words:
                spelt = word.lower()
                if spelt.encode() in data or spelt.encode("utf-16-le") in data or spelt in text:
                    found.append((file, word))
    return found
