"""Calls of an archive of schema 1 get a version 1 of their rules, on the record; received proposals are under it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from app.models.enums import CostCategory
from app.models.journal import Edit, broken_links
from app.models.proposals import Proposal
from app.models.store import open_archive
from app.services.calls.calls import call_rows
from app.services.calls.lines import rule_lines
from app.services.calls.rules import load_current_rules, rules_rows
from app.services.wording.texts import translator

ARCHIVE = Path(__file__).resolve().parents[1] / "archives" / "schema-1.concilia"


def test_an_older_call_gets_its_days_the_seven_categories_and_nothing_else(tmp_path: Path) -> None:
    path = Path(shutil.copy(ARCHIVE, tmp_path / "piano.concilia"))
    raw = sqlcipher.connect(str(path), isolation_level=None)
    raw.execute("update call set date_opened = '2014-03-11', date_closed = '2014-04-30'")
    raw.execute("update proposal set state = 'submitted' where number = 1")
    raw.close()
    with open_archive(path) as store:
        (call,) = call_rows(store)
        (version,) = rules_rows(store)
        assert (version.version, version.received, version.current) == (1, 1, True)
        assert (call.date_opened, call.date_closed) == (date(2014, 3, 11), date(2014, 4, 30))
        rules = load_current_rules(store, call.id)
        assert [(row.code, row.name, row.costs, row.contribution) for row in rules.categories] == [
            (code.value, "", code is not CostCategory.VOLUNTEERS, True) for code in CostCategory
        ]
        fixed = [line.key for line in rule_lines(rules, {}, translator("en")) if not line.is_open]
        assert fixed == ["date_opened", "date_closed", *(f"categories.{code.value}" for code in CostCategory)]
        with store.read() as session:
            under = dict(session.execute(sa.select(Proposal.number, Proposal.rules_id)).tuples().all())
            assert under == {1: version.id, 2: None}
            assert broken_links(session) == []
            written = sa.select(sa.func.count()).select_from(Edit).where(Edit.verb == "upgrade_archive")
            assert session.scalar(written.where(Edit.table_name == "rules_category")) == 7
            assert session.scalar(written.where(Edit.table_name == "call_rules")) == 1
            assert (
                session.scalar(
                    written.where(
                        Edit.table_name == "proposal",
                        Edit.row_id.in_(sa.select(Proposal.id).where(Proposal.rules_id.is_not(None))),
                    )
                )
                == 2
            )
