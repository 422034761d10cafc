"""Every refusal of every role, as the window says it: with the role that one has, and those that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.models.enums import UserRole
from app.models.errors import RuleBroken
from app.models.rights import RIGHTS, roles_for
from app.models.store import Store
from app.models.users import Person
from app.services.archive import new_archive, open_archive
from app.services.settings import Settings
from app.services.wording.labels import label
from app.services.wording.texts import translator
from app.ui import dialogs, i18n
from app.ui.desk import Desk
from app.ui.main_window import MainWindow

TR = translator("it")


@pytest.fixture
def office(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    i18n.set_language("it")
    path = tmp_path / "piano.concilia"
    new_archive(path)
    desk = Desk(Settings(tmp_path / "s.json"))
    desk.take(open_archive(path), path)
    window = MainWindow(desk)
    qtbot.addWidget(window)
    yield window
    desk.lanes.wait()
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    desk.close_archive()


def person(role: UserRole) -> Person:
    return Person(f"id of {role}", "Anna Bianchi", role)


def write_nothing(store: Store, verb: str) -> None:
    with store.write(verb):
        pass


def test_every_verb_that_a_role_may_not_do_is_refused_in_words(
    office: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))
    store, asked = office.desk.store, 0
    for role in UserRole:
        store.person = person(role)
        for verb in RIGHTS:
            if role in roles_for(verb):
                continue
            said.clear()
            with pytest.raises(RuleBroken) as caught:
                office.desk.do(write_nothing, verb)
            office.desk.failed(caught.value)  # as whatever asked for it in the window does
            asked += 1
            (text,) = said
            assert text.startswith(f"Anna Bianchi, con il ruolo {label(role, TR)}"), (verb, role)
            assert all(label(each, TR) in text for each in roles_for(verb)), (verb, role)
    assert asked > 300
    with store.read() as session:
        assert session.connection().exec_driver_sql("select count(*) from edit").scalar_one() == 0
