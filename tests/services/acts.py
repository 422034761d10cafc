"""Every kind of act that writes an archive, ready to be done on a copy: for kills, full disks and power cuts.

An act is prepared once, in a folder that is copied for each trial; after whatever happened `whole` opens what is left
and proves that the act was done wholly or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from app.models.enums import UserState
from app.models.errors import RuleBroken
from app.models.journal import Edit
from app.models.slots import open_slot, read_keys
from app.models.store import Store, file_faults
from app.services.archive import new_archive, open_archive
from app.services.calls.calls import CallDraft, save_call
from app.services.decisions.decisions import load_decision, save_decision
from app.services.exchange.workbook import import_workbook
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.keeping.copies import Occasion, copy_files, make_copy, newest_good
from app.services.keeping.erasing import erasure_list
from app.services.keeping.kept_drafts import OpenForm, keep_drafts
from app.services.keeping.persons import Sought, erase_person
from app.services.keeping.restoring import copy_key, examine, restore_copy, restore_over
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.network.registry import ContactDraft, OrganisationDraft, save_organisation
from app.services.plan.plan import find_plan, save_plan
from app.services.settings import settings_folder
from app.services.users.facts import list_users
from app.services.users.key_files import is_encrypted
from app.services.users.keys import (
    UserDraft,
    add_user,
    change_password,
    encrypt_archive,
    remove_encryption,
    remove_user,
    renew_key,
    renew_sheet,
)
from app.services.wording.texts import translator
from tests.services.acting import ANNA, AS_ANNA, NAME, Act, archive, opened
from tests.services.acts_of_money import KEYS, MONEY_ACTS
from tests.services.builders import a_plan, an_area
from tests.services.filling import proposal_form
from tests.services.sitting import DAY, build_sitting, first_meeting

BRUNO = UserDraft("Bruno", "bruno", "una frase di bruno")
CODE = "0" * 32
PERSON = Sought("Ersilia Quaranta")
NEW_PASSWORD = "un'altra frase di bruno"
ARCHIVES = Path(__file__).resolve().parents[1] / "archives"


# --- archives -----------------------------------------------------------------------------------


def _meeting(folder: Path) -> None:
    new_archive(archive(folder))
    with opened(folder) as store:
        meeting = first_meeting(store, build_sitting(store)).id or ""
        (folder / "meeting").write_text(meeting)


def _closed_meeting(folder: Path) -> None:
    _meeting(folder)
    with opened(folder) as store:
        store.safeguard = None
        close_meeting(store, _key(folder), "12:30")


def _key(folder: Path) -> str:
    return (folder / "meeting").read_text()


def _plan(folder: Path) -> None:
    new_archive(archive(folder))
    with opened(folder) as store:
        a_plan(store)


def _guarded(folder: Path) -> None:
    _plan(folder)
    with opened(folder) as store:
        store.safeguard = None
        encrypt_archive(store, ANNA, CODE)
        add_user(store, BRUNO)


def _office(folder: Path) -> None:
    _plan(folder)
    with opened(folder) as store:
        an_area(store, title="Nuove modalità di lavoro")
        save_call(store, CallDraft(title="Avviso 2014"))
        proposal_form(store, folder / "modulo.xlsx")


def spoken_of(folder: Path) -> None:
    """An archive that speaks of a person, in its free room too."""
    _plan(folder)
    with opened(folder) as store:
        contact = ContactDraft(name=PERSON.name, phone="02 1234567")
        draft = OrganisationDraft(name="Ente di prova", note="…" * 3000, contacts=(contact,))
        keep_drafts(store, (OpenForm("network.organisations", "", draft.name, draft, OrganisationDraft()),))
        save_organisation(store, replace(draft, note=""))
        keep_drafts(store, (("network.organisations", ""),))  # it lies in the free room of the file now


def _copied(folder: Path) -> None:
    _plan(folder)
    with opened(folder) as store:
        make_copy(store, Occasion.REQUEST)
        rename(store, "Dopo la copia")


def _copied_under_another_key(folder: Path) -> None:
    _guarded(folder)
    with opened(folder) as store:
        made = make_copy(store, Occasion.REQUEST).path
        store.safeguard = None
        renew_key(store)
        assert newest_good(archive(folder)) is not None
        rename(store, f"Dopo {made.name}")


def _damaged(folder: Path) -> None:
    _copied(folder)
    with archive(folder).open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)


def _older(folder: Path) -> None:
    shutil.copy(ARCHIVES / "schema-2.concilia", archive(folder))


# --- acts ---------------------------------------------------------------------------------------


def rename(store: Store, office: str) -> None:
    """Save the plan's form with another office."""
    plan = find_plan(store)
    assert plan is not None
    save_plan(store, replace(plan, office=office))


def _form(folder: Path) -> None:
    with opened(folder) as store:
        rename(store, "Ufficio nuovo")


def _import(folder: Path) -> None:
    with opened(folder) as store:
        import_workbook(store, folder / "modulo.xlsx")


def _decision(folder: Path) -> None:
    with opened(folder) as store:
        with store.read() as session:
            key = session.execute(sa.text("select id from decision order by id limit 1")).scalar_one()
        save_decision(store, replace(load_decision(store, key), subject="Altro oggetto"))


def _close(folder: Path) -> None:
    with opened(folder) as store:
        close_meeting(store, _key(folder), "12:30")


def _approve(folder: Path) -> None:
    with opened(folder) as store:
        approve_minutes(store, _key(folder), DAY)


def _undo(folder: Path) -> None:
    with opened(folder) as store:
        last = last_undoable(store)
        assert last is not None
        undo(store, last.number)


def erase(folder: Path) -> None:
    """Erase the person of whom an archive speaks."""
    with opened(folder) as store:
        erase_person(store, PERSON, "richiesta dell'interessato")


def _new_key(folder: Path) -> None:
    with opened(folder) as store:
        renew_key(store)


def _bruno(store: Store) -> str:
    return next(row.id for row in list_users(store) if row.name == BRUNO.name)


def _add(folder: Path) -> None:
    with opened(folder) as store:
        add_user(store, UserDraft("Carla", "carla", "una frase di carla"))


def _password(folder: Path) -> None:
    with opened(folder) as store:
        change_password(store, _bruno(store), NEW_PASSWORD)


def _sheet(folder: Path) -> None:
    with opened(folder) as store:
        renew_sheet(store, CODE)


def _remove(folder: Path) -> None:
    with opened(folder) as store:
        remove_user(store, _bruno(store))


def _encrypt(folder: Path) -> None:
    with opened(folder) as store:
        encrypt_archive(store, ANNA, CODE)


def _decrypt(folder: Path) -> None:
    with opened(folder) as store:
        remove_encryption(store, "prova")


def _backup(folder: Path) -> None:
    with opened(folder) as store:
        make_copy(store, Occasion.REQUEST)


def _restore(folder: Path) -> None:
    last = copy_files(archive(folder))[-1]
    with opened(folder) as store:
        restore_copy(store, last.path, copy_key(store, last.path, AS_ANNA))


def _rescue(folder: Path) -> None:
    last = newest_good(archive(folder))
    assert last is not None
    restore_over(archive(folder), last.path)


def _open(folder: Path) -> None:
    opened(folder).close()


ACTS = (
    Act("form", _plan, _form),
    Act("import", _office, _import),
    Act("decision", _meeting, _decision),
    Act("closing", _meeting, _close),
    Act("approval", _closed_meeting, _approve),
    *MONEY_ACTS,
    Act("undo", _office, _undo),
    Act("erasing", spoken_of, erase),
    Act("new user", _guarded, _add),
    Act("password", _guarded, _password),
    Act("new sheet", _guarded, _sheet),
    Act("new key", _guarded, _new_key),
    Act("removal of a user", _guarded, _remove),
    Act("encryption", _plan, _encrypt),
    Act("decryption", _guarded, _decrypt),
    Act("upgrade", _older, _open),
    Act("backup", _plan, _backup, writes=False),
    Act("backup with a password", _guarded, _backup, writes=False),
    Act("restore", _copied, _restore),
    Act("restore under another key", _copied_under_another_key, _restore),
    Act("rescue of a damaged archive", _damaged, _rescue),
)


QUICK = tuple(act for act in ACTS if act.name in ("closing", "new key", "restore", "rescue of a damaged archive"))
"""Acts that stand for all where time is short: a transaction, another key, a copy in the place, one over damage."""


@dataclass(frozen=True)
class Ready:
    """An act, the folder that it is done on copies of, and what that holds; None where that cannot be told."""

    act: Act
    base: Path
    before: Left | None

    def trial(self, folder: Path) -> Path:
        """A copy of the folder, to do the act in; what was erased in another one is not known."""
        forget_erasures()
        return Path(shutil.copytree(self.base, folder))


def forget_erasures() -> None:
    """Leave no list among the settings of what was erased in an earlier trial: it would be erased in the next too."""
    shutil.rmtree(settings_folder() / "erased", ignore_errors=True)


def ready(act: Act, place: Path) -> Ready:
    """An act and its folder, which is made once in `place` for all acts that begin alike."""
    base = place / act.prepare.__name__
    if not base.exists():
        base.mkdir(parents=True)
        act.prepare(base)
        looked = Path(shutil.copytree(base, place / "looked"))
        LOOKED[base] = None if act.prepare in (_older, _damaged) else whole(looked)
        shutil.rmtree(looked)
    return Ready(act, base, LOOKED[base])


LOOKED: dict[Path, Left | None] = {}
"""What each folder that was made holds; an older archive is read as it will be, a damaged one is not."""


# --- what is left ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Left:
    """What an archive holds: enough to tell whether an act was done."""

    edits: int
    gestures: int
    replica: str
    encrypted: bool
    copies: int
    office: str


def whole(folder: Path) -> Left:
    """Open what is left and prove it, its pages and its keys too; and every copy that has its name."""
    with opened(folder) as store:
        result = verify(store, translator("en"))
        broken = [line for each in result.invariants for line in each.broken if each.code not in OLD_FAULTS]
        assert not broken, broken
        if store.key is not None:
            _keys_fit(store)
        plan = find_plan(store)
        with store.read() as session:
            edits = session.scalar(sa.select(sa.func.count()).select_from(Edit)) or 0
            gestures = session.scalar(sa.select(sa.func.count()).where(Edit.seq == Edit.gesture)) or 0
        left = Left(
            edits,
            gestures,
            store.replica_id,
            store.key is not None,
            len(copy_files(store.path)),
            plan.office if plan is not None else "",
        )
        erased = erasure_list(store)["erasures"]
    left_behind = archive(folder).read_bytes()
    assert not erased or PERSON.name.encode() not in left_behind, "what was erased lies in the file still"
    for copy in copy_files(archive(folder)):
        with_password = AS_ANNA if is_encrypted(copy.path) else None
        if copy.path.parent != folder:
            with open_archive(copy.path, writing=False, credentials=with_password) as store:
                assert file_faults(store) == []
    return left


def _keys_fit(store: Store) -> None:
    """Each user who may enter has a key that opens, who was removed has none, and the sheet opens."""
    file = read_keys(store.path)
    assert len(file.proofs) == 1
    open_slot(file, "", CODE)
    for row in list_users(store):
        assert row.has_key == (row.state is UserState.ACTIVE)
        if row.name == BRUNO.name:
            attempts = (partial(open_slot, file, BRUNO.login, word) for word in (BRUNO.password, NEW_PASSWORD))
            assert any(_opens(attempt) for attempt in attempts) == row.has_key


def _opens(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except RuleBroken:
        return False
    return True


OLD_FAULTS = frozenset({"I1", "I4"})
"""Invariants that the kept archive of the second schema breaks by itself: its meeting was written past the services."""


def settled(folder: Path, act: Act, *, acknowledged: bool) -> Left:
    """What is left after whatever happened; a damaged archive that is damaged still is rescued now."""
    if act.prepare is _damaged and examine(archive(folder)) is not None:
        assert not acknowledged
        act.do(folder)
    return whole(folder)


def judge(act: Act, before: Left | None, after: Left, *, acknowledged: bool) -> bool:
    """Whether the act was done; anything between is an error."""
    if act.name.startswith("backup"):
        assert before is not None
        assert (after.edits, after.office) == (before.edits, before.office)
        done = after.copies > before.copies
    elif before is None:
        done = True  # what does not open otherwise has opened
    elif act.name.startswith("restore"):
        done = after.replica != before.replica
        assert done == (after.office != before.office)
    else:
        assert after.gestures - before.gestures in (0, 1)
        done = after.gestures > before.gestures
        if act.name in ("encryption", "decryption"):
            assert done == (after.encrypted != before.encrypted)
    assert done or not acknowledged
    return done


def leftovers(folder: Path) -> set[str]:
    """Names in a folder that an archive at rest does not have; those that an act needs are left out."""
    known = {NAME, f"{NAME}.keys", "meeting", "modulo.xlsx", KEYS, f"{NAME}.copies", f"{NAME}.erased"}
    found = {entry.name for entry in folder.iterdir()} - known
    return {
        name
        for name in found
        if ".replaced-" not in name and ".before-v" not in name and not name.startswith(f"{NAME}.keys.")
    }
