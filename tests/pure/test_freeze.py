"""A frozen document reads and draws as the one that was frozen."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import ProposalState
from app.models.money import CENTS_MAX, Cents
from app.services.reports.freeze import canonical, content_hash, dump, load
from app.services.reports.spec import (
    Audience,
    Column,
    Document,
    Facts,
    Heading,
    Items,
    Kind,
    Line,
    PageBreak,
    Paragraph,
    QrCode,
    Role,
    Signatures,
    Table,
)
from app.services.reports.text import csv_text, json_value, plain_text
from app.services.wording.texts import translator

IT = translator("it")
AT = datetime(2014, 6, 24, 10, 0, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One cell of each kind."""

    key: str
    values: tuple[Any, ...]


KINDS: tuple[tuple[Kind, Any], ...] = (
    (Kind.TEXT, "=testo «è»"),
    (Kind.NOTE, "a\nb"),
    (Kind.COUNT, 1234),
    (Kind.MONEY, Cents(1806088)),
    (Kind.PERCENT, Fraction(5418262, 30000)),
    (Kind.POINTS, Fraction(145, 2)),
    (Kind.MEASURE, Fraction(25, 2)),
    (Kind.DATE, date(2014, 6, 24)),
    (Kind.TIME, "10:30"),
    (Kind.INSTANT, AT),
    (Kind.STATE, ProposalState.ADMISSIBLE),
    (Kind.FLAG, True),
)


def table(*, with_ids: bool = True) -> Table:
    columns = tuple(
        Column(f"c{n}", f"Colonna {n}", kind, lambda row, n=n: row.values[n], width_mm=10 + n, total=kind is Kind.MONEY)
        for n, (kind, _value) in enumerate(KINDS)
    )
    full = Row("r1", tuple(value for _kind, value in KINDS))
    empty = Row("r2", (None,) * len(KINDS))
    return Table(
        code="X",
        title="Tabella",
        columns=columns,
        rows=(Line(Role.HEADING, {"c0": "Gruppo"}), full, empty, Line(Role.SUBTOTAL, {"c3": Cents(5), "c4": None})),
        subtitle="sotto",
        notes=("nota",),
        row_id=(lambda row: row.key) if with_ids else None,
        landscape=True,
        total_label="Totale",
    )


def document(*parts: Any) -> Document:
    return Document(
        code="VERBALE",
        title="VERBALE N. 1/2014",
        parts=parts,
        heading=("Ente", "Ufficio"),
        language="it",
        as_at=AT,
        reference="rif",
        subject="Comitato",
        slug="verbale-1-2014",
        audience=Audience.PUBLISHED,
        landscape=True,
        attachments={"dati.csv": b"\x00a;b"},
    )


WHOLE = document(
    Heading("Capo", 3),
    Paragraph("Testo\na capo", strong=True),
    Items(("uno", "due"), numbered=True),
    Facts((("Luogo", "Rho"),)),
    PageBreak(),
    table(),
    Signatures((("Il Presidente", "Maria Rossi"),)),
)


def test_frozen_document_draws_the_same() -> None:
    loaded = load(dump(WHOLE))
    assert plain_text(loaded, IT) == plain_text(WHOLE, IT)
    for before, after in zip(WHOLE.tables(), loaded.tables(), strict=True):
        assert csv_text(after, IT) == csv_text(before, IT)
        kept = json_value(after, AT)
        expected = json_value(before, AT)
        assert kept["rows"][1][10] == "Ammissibile"
        assert expected["rows"][1][10] == "admissible"
        for rows in (kept["rows"], expected["rows"]):
            rows[1][10:] = []
        assert kept == expected
        assert [(c.key, c.kind, c.width_mm, c.total) for c in after.columns] == [
            (c.key, c.kind, c.width_mm, c.total) for c in before.columns
        ]
        assert after.row_id is not None
        assert [after.row_id(row) for row in after.body()] == ["r1", "r2"]


def test_freezing_twice_gives_the_same_text() -> None:
    text = dump(WHOLE)
    assert dump(load(text)) == text
    assert load(text) == load(text)
    assert canonical(json.loads(text)) == text
    assert load(text).attachments == WHOLE.attachments
    assert replace(load(text), parts=()) == replace(WHOLE, parts=())


def test_table_without_keys_stays_without() -> None:
    (loaded,) = load(dump(document(table(with_ids=False)))).tables()
    assert loaded.row_id is None


def test_words_of_states_are_those_of_the_document() -> None:
    english = replace(WHOLE, language="en")
    assert "Admissible" in dump(english)
    assert "Ammissibile" in dump(WHOLE)


def test_content_hash_is_sha256_of_the_text() -> None:
    assert content_hash("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_a_float_is_never_frozen() -> None:
    wrong = replace(table(), rows=(Row("r", (0.5,) * len(KINDS)),))
    with pytest.raises(AssertionError, match="float"):
        dump(document(wrong))


@given(
    st.lists(
        st.tuples(
            st.text(max_size=20),
            st.integers(-CENTS_MAX, CENTS_MAX),
            st.fractions(min_value=-CENTS_MAX, max_value=CENTS_MAX),
            st.dates(),
            st.none() | st.booleans(),
        ),
        max_size=5,
    )
)
def test_any_row_comes_back(rows: list[tuple[Any, ...]]) -> None:
    kinds = (Kind.TEXT, Kind.MONEY, Kind.PERCENT, Kind.DATE, Kind.FLAG)
    columns = tuple(
        Column(kind.value, kind.value, kind, lambda row, n=n: row[n], total=kind is Kind.MONEY)
        for n, kind in enumerate(kinds)
    )
    before = Table("X", "Tabella", columns, tuple(rows), total_label="Totale")
    (after,) = load(dump(document(before))).tables()
    for old, new in zip(before.rows, after.rows, strict=True):
        for position, column in enumerate(after.columns[:4]):
            assert after.cell(new, column) == old[position]
    assert csv_text(after, IT) == csv_text(before, IT)
    assert after.totals() == before.totals()


def test_small_paper_and_the_words_beside_a_square_stay() -> None:
    square = QrCode("GAR-1", "Quadrato", ("Buono GAR-1", "120,00 €"))
    for document in (
        Document("buono", "Buono", (square,), (), "it", AT, small=True),
        Document("buono", "Buono", (replace(square, beside=()),), (), "it", AT),
    ):
        assert load(dump(document)) == document
    old = dump(Document("buono", "Buono", (), (), "it", AT))
    assert "small" not in json.loads(old)
