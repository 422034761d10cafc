"""Persons of households, each once: the tax code compared with name, birth and sex; who looks alike is shown.

Nobody is matched silently: two that may be one are told, and a person says what they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from app.models.enums import CodeState, ConsentKind, Sex
from app.models.errors import InvalidInput, RuleBroken
from app.models.households import Consent, DistinctIndividuals, Household, HouseholdMember, Individual
from app.models.store import Store
from app.models.vouchers import VoucherRequest
from app.services.changes import Changes
from app.services.checks import refuse_used, require_in_order, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.network.codes import SENTENCES, WRONG, bare_code
from app.services.vouchers.days import today_of
from app.services.vouchers.tax_codes import birth_of, check_code
from app.services.wording.folding import fold
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

NEAR = 85.0
"""How alike the letters of two names must be to be told, out of 100."""
OLDEST = 120
"""Nobody is older, in years."""


class WhyAlike(StrEnum):
    """Why two persons may be one; the first is the strongest reason."""

    CODE = "code"
    NAME_AND_BIRTH = "name_and_birth"
    NAME = "name"  # homonyms, of whom one has no day of birth
    LETTERS = "letters"  # born on one day, with nearly the same name


WHY_WORDS: Mapping[WhyAlike, str] = {
    WhyAlike.CODE: N_("same tax code"),
    WhyAlike.NAME_AND_BIRTH: N_("same name and day of birth"),
    WhyAlike.NAME: N_("same name; of one the day of birth is not known"),
    WhyAlike.LETTERS: N_("born on the same day, with nearly the same name"),
}


@dataclass(frozen=True)
class ConsentDraft:
    """That a person was told something, or agreed to it."""

    id: str | None = None
    kind: ConsentKind = ConsentKind.INFORMATION
    version: str = ""
    day: date | None = None
    date_withdrawn: date | None = None


@dataclass(frozen=True)
class IndividualDraft:
    """A person; fields are those of the record.

    Attributes:
        code_state: how the tax code was found; shown only.
        keep_code: a person looked at a code that differs, and keeps it.
    """

    id: str | None = None
    surname: str = ""
    given_name: str = ""
    tax_code: str = ""
    code_state: CodeState = CodeState.NONE
    keep_code: bool = False
    birth_date: date | None = None
    birth_place: str = ""
    sex: Sex | None = None
    disabled: bool = False
    phone: str = ""
    mail: str = ""
    consents: tuple[ConsentDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class IndividualRow:
    """A person in a list.

    Attributes:
        alike: names of those that may be the same person, and were not told apart.
        informed: whether the information sheet was given.
    """

    id: str
    name: str
    tax_code: str
    code_state: CodeState
    birth_date: date | None
    households: str
    informed: bool
    alike: str
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class Known:
    """By what a person is known."""

    id: str
    name: str
    tax_code: str
    birth: date | None


@dataclass(frozen=True)
class Alike:
    """Two persons that may be one."""

    one: Known
    other: Known
    why: WhyAlike


# --- who looks alike ---------------------------------------------------------------------


def why_alike(one: Known, other: Known) -> WhyAlike | None:
    """Why two persons may be one; None when nothing says so. Symmetric."""
    if one.tax_code and one.tax_code == other.tax_code:
        return WhyAlike.CODE
    same = sorted(fold(one.name).split()) == sorted(fold(other.name).split())
    if one.birth is not None and other.birth is not None:
        if one.birth != other.birth:
            return None
        near = fuzz.token_sort_ratio(fold(one.name), fold(other.name)) >= NEAR
        return WhyAlike.NAME_AND_BIRTH if same else WhyAlike.LETTERS if near else None
    return WhyAlike.NAME if same else None


def alike_pairs(known: Iterable[Known], apart: frozenset[frozenset[str]]) -> tuple[Alike, ...]:
    """All pairs of persons that may be one and were not told apart; they share a birth or a name."""
    by_mark: dict[object, list[Known]] = defaultdict(list)
    for each in known:
        if each.birth is not None:
            by_mark[each.birth].append(each)
        by_mark[" ".join(sorted(fold(each.name).split()))].append(each)
    found: dict[frozenset[str], Alike] = {}
    for group in by_mark.values():
        for one, other in combinations(group, 2):
            key = frozenset((one.id, other.id))
            why = None if key in found or key in apart else why_alike(one, other)
            if why is not None:
                found[key] = Alike(one, other, why)
    return tuple(found.values())


def similar_individuals(store: Store, draft: IndividualDraft) -> tuple[Alike, ...]:
    """Who in the archive may be the person that is being typed."""
    name = f"{draft.surname.strip()} {draft.given_name.strip()}".strip()
    if not (draft.surname.strip() and draft.given_name.strip()):
        return ()
    own = Known(draft.id or "", name, bare_code(draft.tax_code), draft.birth_date)
    with store.read() as session:
        apart = _apart(session)
        query = sa.select(Individual).where(Individual.id != own.id)
        if own.birth is not None:
            query = query.where(
                sa.or_(
                    Individual.birth_date == own.birth,
                    Individual.birth_date.is_(None),
                    sa.and_(Individual.tax_code != "", Individual.tax_code == own.tax_code),
                )
            )
        known = [_known(row) for row in session.scalars(query)]
    found = ((other, why_alike(own, other)) for other in known if frozenset((own.id, other.id)) not in apart)
    return tuple(Alike(own, other, why) for other, why in found if why is not None)


def _known(row: Individual) -> Known:
    return Known(row.id, f"{row.surname} {row.given_name}", row.tax_code, row.birth_date)


def _apart(session: Session) -> frozenset[frozenset[str]]:
    rows = session.execute(sa.select(DistinctIndividuals.one_id, DistinctIndividuals.other_id))
    return frozenset(frozenset(pair) for pair in rows.tuples())


def tell_apart(store: Store, one_id: str, other_id: str, reason: str = "") -> Changes:
    """Say that two persons that look alike are two: twins, homonyms.

    Raises:
        InvalidInput: "individual.two_persons".
        NotFound: "record.gone".
        RuleBroken: "individual.apart_already".
    """
    if not other_id or one_id == other_id:
        raise InvalidInput("individual.two_persons", field="other_id")
    with store.write("tell_apart") as session:
        for key in (one_id, other_id):
            get_row(session, Individual, key)
        if frozenset((one_id, other_id)) in _apart(session):
            raise RuleBroken("individual.apart_already")
        session.add(DistinctIndividuals(one_id=one_id, other_id=other_id, reason=reason.strip()))
    return Changes.of("vouchers", ids=(one_id, other_id))


# --- reading -----------------------------------------------------------------------------


def individual_rows(store: Store) -> tuple[IndividualRow, ...]:
    """All persons, by name; a fixed number of queries."""
    with store.read() as session:
        people = list(session.scalars(sa.select(Individual).order_by(Individual.surname, Individual.given_name)))
        homes: dict[str, list[str]] = defaultdict(list)
        for key, name in session.execute(
            sa.select(HouseholdMember.individual_id, Household.name).join(Household).order_by(Household.name)
        ):
            homes[key].append(name)
        informed = set(
            session.scalars(
                sa.select(Consent.individual_id).where(
                    Consent.kind == ConsentKind.INFORMATION.value, Consent.date_withdrawn.is_(None)
                )
            )
        )
        alike: dict[str, list[str]] = defaultdict(list)
        for pair in alike_pairs((_known(row) for row in people), _apart(session)):
            alike[pair.one.id].append(pair.other.name)
            alike[pair.other.id].append(pair.one.name)
        return tuple(
            IndividualRow(
                id=row.id,
                name=f"{row.surname} {row.given_name}",
                tax_code=row.tax_code,
                code_state=CodeState(row.code_state),
                birth_date=row.birth_date,
                households=", ".join(homes[row.id]),
                informed=row.id in informed,
                alike=", ".join(alike[row.id]),
                sample=row.sample,
                source_line=row.source_line,
            )
            for row in people
        )


def individual_names(store: Store) -> tuple[tuple[str, str], ...]:
    """(key, name and day of birth) of every person: homonyms are told apart by it."""
    with store.read() as session:
        rows = session.execute(
            sa.select(Individual.id, Individual.surname, Individual.given_name, Individual.birth_date).order_by(
                Individual.surname, Individual.given_name, Individual.birth_date
            )
        )
        return tuple(
            (key, f"{surname} {given}" if birth is None else f"{surname} {given} · {birth:%d/%m/%Y}")
            for key, surname, given, birth in rows
        )


def load_individual(store: Store, individual_id: str) -> IndividualDraft:
    """A person as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Individual, individual_id)
        consents = session.scalars(sa.select(Consent).filter_by(individual_id=row.id).order_by(Consent.position))
        return IndividualDraft(
            id=row.id,
            surname=row.surname,
            given_name=row.given_name,
            tax_code=row.tax_code,
            code_state=CodeState(row.code_state),
            keep_code=row.code_state == CodeState.DIFFERS,
            birth_date=row.birth_date,
            birth_place=row.birth_place,
            sex=None if row.sex is None else Sex(row.sex),
            disabled=row.disabled,
            phone=row.phone,
            mail=row.mail,
            consents=tuple(
                ConsentDraft(each.id, ConsentKind(each.kind), each.version, each.day, each.date_withdrawn)
                for each in consents
            ),
            source_line=row.source_line,
        )


# --- writing -----------------------------------------------------------------------------


def save_individual(store: Store, draft: IndividualDraft) -> Changes:
    """Write a person; birth and sex that are not typed are taken from the tax code.

    Raises:
        InvalidInput: "field.required", "date.in_future", "date.end_before_start", "individual.too_old",
            "individual.code_differs" with what differs, "individual.code_wrong", "individual.code_taken",
            "individual.health_consent" when a disability is noted without consent.
        NotFound: "record.gone".
    """
    today = today_of(store)
    with store.write("save_individual") as session:
        row = write_individual(session, draft, today)
    return Changes.of("vouchers", ids=(row.id,))


def write_individual(session: Session, draft: IndividualDraft, today: date) -> Individual:
    """As `save_individual`, in a session of the caller's."""
    code = bare_code(draft.tax_code)
    said = birth_of(code, today)
    birth = draft.birth_date or (said[0] if said else None)
    sex = draft.sex or (said[1] if said else None)
    surname, given = require_text(draft.surname, "surname"), require_text(draft.given_name, "given_name")
    if birth is not None and birth > today:
        raise InvalidInput("date.in_future", field="birth_date", day=birth, today=today)
    if birth is not None and today.year - birth.year > OLDEST:
        raise InvalidInput("individual.too_old", field="birth_date", day=birth)
    check = check_code(code, surname, given, birth, sex)
    if check.state is CodeState.DIFFERS and not draft.keep_code:
        if check.differs:
            raise InvalidInput("individual.code_differs", field="tax_code", differs=check.differs)
        raise InvalidInput("individual.code_wrong", field="tax_code")
    _refuse_taken(session, code, draft.id)
    values = {
        "surname": surname,
        "given_name": given,
        "tax_code": code,
        "code_state": check.state.value,
        "birth_date": birth,
        "birth_place": draft.birth_place.strip(),
        "sex": None if sex is None else sex.value,
        "disabled": draft.disabled,
        "phone": draft.phone.strip(),
        "mail": draft.mail.strip(),
        "source_line": draft.source_line,
    }
    consents = _consents(draft, today)
    row = save_row(session, Individual, draft.id, values)
    reconcile(session, Consent, {"individual_id": row.id}, consents)
    return row


def _refuse_taken(session: Session, code: str, own: str | None) -> None:
    if not code:
        return
    same = sa.select(Individual.surname, Individual.given_name)
    found = session.execute(same.where(Individual.tax_code == code, Individual.id != (own or ""))).first()
    if found is not None:
        raise InvalidInput("individual.code_taken", field="tax_code", name=" ".join(found))


def _consents(draft: IndividualDraft, today: date) -> list[dict[str, object]]:
    values: list[dict[str, object]] = []
    for at, each in enumerate(draft.consents):
        if each.day is None:
            raise InvalidInput("field.required", field=f"consents.{at}.day")
        if each.day > today:
            raise InvalidInput("date.in_future", field=f"consents.{at}.day", day=each.day, today=today)
        require_in_order(each.day, each.date_withdrawn, f"consents.{at}.date_withdrawn")
        values.append(
            {
                "id": each.id,
                "kind": each.kind.value,
                "version": require_text(each.version, f"consents.{at}.version"),
                "day": each.day,
                "date_withdrawn": each.date_withdrawn,
            }
        )
    agreed = any(each.kind is ConsentKind.HEALTH and each.date_withdrawn is None for each in draft.consents)
    if draft.disabled and not agreed:
        raise InvalidInput("individual.health_consent", field="disabled")
    return values


def delete_individual(store: Store, individual_id: str) -> Changes:
    """Delete a person who is in no household and asked for nothing.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_individual") as session:
        row = get_row(session, Individual, individual_id)
        homes = sa.select(Household.name).join(HouseholdMember).where(HouseholdMember.individual_id == row.id)
        asked = sa.select(VoucherRequest.protocol).where(
            sa.or_(VoucherRequest.individual_id == row.id, VoucherRequest.requester_id == row.id)
        )
        refuse_used(session, row.id, f"{row.surname} {row.given_name}", homes, asked)
        delete_children(session, Consent, "individual_id", (row.id,))
        for column in ("one_id", "other_id"):
            delete_children(session, DistinctIndividuals, column, (row.id,))
        session.delete(row)
    return Changes.of("vouchers", ids=(individual_id,))


def code_text(draft: IndividualDraft, tr: Translator) -> str:
    """How a tax code stands beside what is typed of the person."""
    check = check_code(draft.tax_code, draft.surname, draft.given_name, draft.birth_date, draft.sex)
    if check.differs:
        parts = ", ".join(label(part, tr) for part in check.differs)
        return tr("The code says otherwise: {parts}").format(parts=parts)
    if check.note in WRONG:
        return tr(SENTENCES[check.note])
    return "" if check.state is CodeState.NONE else label(check.state, tr)
