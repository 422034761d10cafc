"""Tables of one area or one district: their rows, their totals, their title, and their mark that leads back to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.cli import main
from app.models.errors import InvalidInput, NotFound
from app.models.money import Cents
from app.models.store import Store
from app.services.network.territory import district_rows, earlier_call_rows
from app.services.proposals.lists import proposal_rows
from app.services.reports import district_tables
from app.services.reports.catalogue import build_document, codes_by_part
from app.services.reports.narrowing import Part, part_named, parts_of_plan
from app.services.wording.texts import translator

IT = translator("it")


def test_areas_share_the_rows_and_totals_of_the_whole(sample: Store) -> None:
    whole = next(iter(build_document(sample, "T03", IT).tables()))
    areas = [part for part in parts_of_plan(sample) if part.kind == "area"]
    tables = {part.name: next(iter(build_document(sample, "T03", IT, part.id).tables())) for part in areas}
    assert sum(len(table.rows) for table in tables.values()) == len(whole.rows)
    totals = [table.totals()["awarded"] or 0 for table in tables.values()]
    assert sum(totals) == whole.totals()["awarded"]
    assert [row.number for row in tables["A.3"].rows] == [1, 4]
    assert tables["A.3"].totals()["awarded"] == Cents(sum(row.awarded for row in tables["A.3"].rows))
    assert not tables["B.1"].rows


def test_title_and_totals_are_those_of_the_part(sample: Store) -> None:
    area = part_named(sample, "area", "a.3")
    document = build_document(sample, "T04", IT, area.id)
    table = next(iter(document.tables()))
    assert document.title == table.title == "Valore economico complessivo del piano territoriale: Ambito A.3"
    asked = sum(row.grant for row in proposal_rows(sample) if row.area == "A.3")
    assert table.rows[-2].cells["total"] == asked
    assert document.origin is not None
    assert document.origin.item == area.id


def test_district_is_that_of_the_seats(sample: Store) -> None:
    district = part_named(sample, "district", "Garbagnate")
    for code in codes_by_part():
        document = build_document(sample, code, IT, district.id)
        assert "Distretto di Garbagnate" in document.title
        assert "in più distretti" in " ".join(next(iter(document.tables())).notes)
    assert [row.number for row in next(iter(build_document(sample, "T03", IT, district.id).tables())).rows] == [1]


def test_unknown_parts_are_refused(sample: Store) -> None:
    with pytest.raises(NotFound):
        build_document(sample, "T03", IT, "0" * 32)
    with pytest.raises(InvalidInput) as refusal:
        part_named(sample, "area", "Z.1")
    assert refusal.value.code == "export.part_unknown"


def test_command_writes_one_area(sample: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "t03.csv"
    assert main(["export", str(sample.path), "T03", "--area", "A.1", "-o", str(out)]) == 0
    assert len([line for line in out.read_text("utf-8-sig").splitlines() if "A.1" in line]) >= 1
    assert "A.3;" not in out.read_text("utf-8-sig")
    capsys.readouterr()
    assert main(["export", str(sample.path), "T01", "--district", "Rho", "-o", str(out)]) == 2
    assert "T01" in capsys.readouterr().err


def test_projects_of_an_earlier_call_are_counted_by_district(sample: Store) -> None:
    [table] = build_document(sample, "T09", IT).tables()
    assert dict(table.rows) == {
        "Garbagnate": 2,
        "Rho": 1,
        "Corsico": 3,
        "Legnano": 6,
        "Castano": 2,
        "Magenta": 6,
        "Abbiategrasso": 1,
    }
    assert table.totals()["funded"] == 21
    assert table.notes == ("Pervenuti 61, ammessi 57, finanziati 21.",)
    [call] = earlier_call_rows(sample)
    names = {row.id: row.name for row in district_rows(sample)}
    assert len(district_tables._funded_table(sample, replace(call, funded=22), names, IT).notes) == 2


def test_a_district_may_have_a_comma_in_its_name(sample: Store) -> None:
    row = replace(proposal_rows(sample)[0], district="Garbagnate, Rho, nord")
    assert Part("1", "district", "Rho, nord").holds(row)
    assert not Part("2", "district", "Bollate").holds(row)
