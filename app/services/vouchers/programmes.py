"""Programmes of vouchers: what a project gives to families, firms or bodies; opened with money, closed at any time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ProgrammeState, VoucherAsker, VoucherRequestState
from app.models.errors import InvalidInput, RuleBroken
from app.models.ledger import Account, AccountState
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.models.voucher_ledger import Voucher
from app.models.vouchers import FirmBudget, ProgrammeRules, VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.checks import refuse_used, require_key, require_not_negative, require_positive, require_text
from app.services.children import get_row, save_row
from app.services.network.codes import WRONG, iban_note
from app.services.vouchers.accounts import give_back, left_of, provide_programme
from app.services.vouchers.days import past_day
from app.services.vouchers.rules import current_rules, delete_rules, newest

_CODE = re.compile(r"[A-Z]{2,8}")


@dataclass(frozen=True)
class ProgrammeDraft:
    """A programme; fields are those of the record.

    Attributes:
        state, date_opened, date_closed, left: shown only; `left` is what it may still give.
    """

    id: str | None = None
    proposal_id: str | None = None
    action_id: str | None = None
    code: str = ""
    name: str = ""
    state: ProgrammeState = ProgrammeState.DRAFT
    ceiling: Cents | None = None
    decision_id: str | None = None
    date_opened: date | None = None
    date_closed: date | None = None
    payer_name: str = ""
    payer_iban: str = ""
    payer_bic: str = ""
    note: str = ""
    left: Cents | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme in a list.

    Attributes:
        left: cents that are free; `given` vouchers, `asked` requests, `waiting` those of them that wait.
    """

    id: str
    code: str
    name: str
    project: str
    proposal_id: str
    asker: VoucherAsker | None
    state: ProgrammeState
    ceiling: Cents
    left: Cents
    given: int
    asked: int
    waiting: int
    date_opened: date | None
    date_closed: date | None
    sample: bool
    source_line: int | None

    @property
    def title(self) -> str:
        """«GAR · Campus»: the programme in a line."""
        return f"{self.code} · {self.name}"


# --- reading -----------------------------------------------------------------------------


def programme_rows(store: Store) -> tuple[ProgrammeRow, ...]:
    """All programmes, by code; a fixed number of queries."""

    def counted(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        count = sa.select(sa.func.count()).where(VoucherRequest.programme_id == VoucherProgramme.id, *conditions)
        return count.scalar_subquery()

    given = sa.select(sa.func.count()).where(Voucher.programme_id == VoucherProgramme.id).scalar_subquery()
    waiting = VoucherRequest.state == VoucherRequestState.WAITING.value
    query = (
        sa.select(
            VoucherProgramme,
            Proposal.number,
            Proposal.title,
            ProgrammeRules.asker,
            sa.func.coalesce(AccountState.balance, 0),
            given,
            counted(),
            counted(waiting),
        )
        .join(Proposal, Proposal.id == VoucherProgramme.proposal_id)
        .outerjoin(ProgrammeRules, sa.and_(ProgrammeRules.programme_id == VoucherProgramme.id, newest()))
        .outerjoin(Account, Account.subject_id == VoucherProgramme.id)
        .outerjoin(AccountState, AccountState.account_id == Account.id)
        .order_by(VoucherProgramme.code)
    )
    with store.read() as session:
        return tuple(
            ProgrammeRow(
                id=row.id,
                code=row.code,
                name=row.name,
                project=f"{number} · {title}",
                proposal_id=row.proposal_id,
                asker=None if asker is None else VoucherAsker(asker),
                state=ProgrammeState(row.state),
                ceiling=row.ceiling,
                left=Cents(left),
                given=vouchers,
                asked=asked,
                waiting=waits,
                date_opened=row.date_opened,
                date_closed=row.date_closed,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, number, title, asker, left, vouchers, asked, waits in session.execute(query)
        )


def load_programme(store: Store, programme_id: str) -> ProgrammeDraft:
    """A programme as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, VoucherProgramme, programme_id)
        return ProgrammeDraft(
            id=row.id,
            proposal_id=row.proposal_id,
            action_id=row.action_id,
            code=row.code,
            name=row.name,
            state=ProgrammeState(row.state),
            ceiling=row.ceiling,
            decision_id=row.decision_id,
            date_opened=row.date_opened,
            date_closed=row.date_closed,
            payer_name=row.payer_name,
            payer_iban=row.payer_iban,
            payer_bic=row.payer_bic,
            note=row.note,
            left=left_of(session, row.id) if row.state != ProgrammeState.DRAFT else None,
            source_line=row.source_line,
        )


# --- writing -----------------------------------------------------------------------------


def save_programme(store: Store, draft: ProgrammeDraft) -> Changes:
    """Write a programme; its money comes when it is opened.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large", "number.not_positive",
            "programme.code_form", "programme.code_taken", "programme.iban_wrong".
        NotFound: "record.gone".
        RuleBroken: "programme.has_vouchers", "programme.has_money".
    """
    with store.write("save_programme") as session:
        row = add_programme(session, draft)
    return Changes.of("vouchers", ids=(row.id,))


def add_programme(session: Session, draft: ProgrammeDraft) -> VoucherProgramme:
    """As `save_programme`, in a session of the caller's."""
    proposal_id = require_key(draft.proposal_id, "proposal_id")
    code = require_text(draft.code, "code").upper()
    if not _CODE.fullmatch(code):
        raise InvalidInput("programme.code_form", field="code", text=code)
    if draft.ceiling is None:
        raise InvalidInput("field.required", field="ceiling")
    require_not_negative(draft.ceiling, "ceiling")
    require_positive(draft.ceiling, "ceiling")
    if iban_note(draft.payer_iban) in WRONG:
        raise InvalidInput("programme.iban_wrong", field="payer_iban")
    values = {
        "proposal_id": proposal_id,
        "action_id": draft.action_id,
        "code": code,
        "name": require_text(draft.name, "name"),
        "ceiling": draft.ceiling,
        "decision_id": draft.decision_id,
        **{name: getattr(draft, name).strip() for name in ("payer_name", "payer_iban", "payer_bic", "note")},
        "source_line": draft.source_line,
    }
    same = sa.select(VoucherProgramme.name).where(
        VoucherProgramme.code == code, VoucherProgramme.id != (draft.id or "")
    )
    if (name := session.scalar(same)) is not None:
        raise InvalidInput("programme.code_taken", field="code", name=name)
    if draft.id is not None:
        _keep_what_counts(session, draft.id, values)
    return save_row(session, VoucherProgramme, draft.id, values)


def _keep_what_counts(session: Session, programme_id: str, values: dict[str, object]) -> None:
    """The code stays once a voucher has it; project, decision and ceiling once money came by them."""
    row = get_row(session, VoucherProgramme, programme_id)
    given = session.scalar(sa.select(Voucher.id).where(Voucher.programme_id == row.id).limit(1))
    if given is not None and values["code"] != row.code:
        raise RuleBroken("programme.has_vouchers", field="code")
    if row.state != ProgrammeState.DRAFT:
        for field in ("proposal_id", "decision_id", "ceiling"):
            if values[field] != getattr(row, field):
                raise RuleBroken("programme.has_money", field=field)


def open_programme(store: Store, programme_id: str, day: date | None) -> Changes:
    """Open a programme: it has rules, and its money comes from the project to its own account.

    Raises:
        InvalidInput: "field.required", "date.in_future".
        NotFound: "record.gone".
        RuleBroken: "programme.move", "programme.no_rules", "programme.no_decision", "decision.not_effective",
            "voucher.too_little".
    """
    opened = past_day(store, day)
    with store.write("open_programme") as session:
        row = get_row(session, VoucherProgramme, programme_id)
        _refuse_move(row, ProgrammeState.DRAFT, ProgrammeState.OPEN)
        if current_rules(session, row.id) is None:
            raise RuleBroken("programme.no_rules", name=row.name)
        if row.decision_id is None:
            raise RuleBroken("programme.no_decision", field="decision_id", name=row.name)
        provide_programme(session, row.id, row.proposal_id, row.name, row.ceiling, opened, row.decision_id)
        row.state = ProgrammeState.OPEN.value
        row.date_opened = opened
    return Changes.of("vouchers", "ledger", ids=(programme_id,))


def raise_programme(
    store: Store, programme_id: str, cents: Cents | None, day: date | None, decision_id: str | None = None
) -> Changes:
    """Give an open programme more of its project's money; who waits is called by a gesture of its own.

    Args:
        decision_id: by which; None for the one that the programme draws on.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.not_positive", "date.in_future".
        NotFound: "record.gone".
        RuleBroken: "programme.not_open", "decision.not_effective", "voucher.too_little".
    """
    if cents is None:
        raise InvalidInput("field.required", field="amount")
    require_not_negative(cents, "amount")
    require_positive(cents, "amount")
    given_on = past_day(store, day)
    with store.write("raise_programme") as session:
        row = get_row(session, VoucherProgramme, programme_id)
        refuse_not_open(row)
        ground = decision_id or require_key(row.decision_id, "decision_id")
        provide_programme(session, row.id, row.proposal_id, row.name, cents, given_on, ground)
        row.ceiling = Cents(row.ceiling + cents)
    return Changes.of("vouchers", "ledger", ids=(programme_id,))


def refuse_not_open(row: VoucherProgramme) -> None:
    """A programme is open.

    Raises:
        RuleBroken: "programme.not_open".
    """
    if row.state != ProgrammeState.OPEN:
        raise RuleBroken("programme.not_open", name=row.name, state=ProgrammeState(row.state))


def _refuse_move(row: VoucherProgramme, needed: ProgrammeState, wanted: ProgrammeState) -> None:
    if row.state != needed:
        raise RuleBroken("programme.move", name=row.name, state=ProgrammeState(row.state), wanted=wanted)


def suspend_programme(store: Store, programme_id: str) -> Changes:
    """Stop new requests and new vouchers of a programme; those that there are go on.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "programme.move".
    """
    with store.write("suspend_programme") as session:
        row = get_row(session, VoucherProgramme, programme_id)
        _refuse_move(row, ProgrammeState.OPEN, ProgrammeState.SUSPENDED)
        row.state = ProgrammeState.SUSPENDED.value
    return Changes.of("vouchers", ids=(programme_id,))


def resume_programme(store: Store, programme_id: str) -> Changes:
    """Let a suspended programme go on.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "programme.move".
    """
    with store.write("resume_programme") as session:
        row = get_row(session, VoucherProgramme, programme_id)
        _refuse_move(row, ProgrammeState.SUSPENDED, ProgrammeState.OPEN)
        row.state = ProgrammeState.OPEN.value
    return Changes.of("vouchers", ids=(programme_id,))


def close_programme(store: Store, programme_id: str, day: date | None, reason: str) -> Changes:
    """Close a programme, be it in mid-life: what is free goes back to the project.

    Vouchers that were given go on to their end; what they do not use goes back to the programme, and from there by
    closing again. Who asked or waits is not admitted, with the reason.

    Raises:
        InvalidInput: "field.required", "date.in_future".
        NotFound: "record.gone".
        RuleBroken: "programme.move", "programme.promised" while a request is admitted and has no voucher.
    """
    why = require_text(reason, "reason")
    closed = past_day(store, day)
    with store.write("close_programme") as session:
        row = get_row(session, VoucherProgramme, programme_id)
        if row.state == ProgrammeState.DRAFT:
            raise RuleBroken("programme.move", name=row.name, state=ProgrammeState.DRAFT, wanted=ProgrammeState.CLOSED)
        _settle_requests(session, row, closed, why)
        row.state = ProgrammeState.CLOSED.value
        row.date_closed = row.date_closed or closed
        give_back(session, row.id, None, closed)
    return Changes.of("vouchers", "ledger", ids=(programme_id,))


def _settle_requests(session: Session, row: VoucherProgramme, day: date, reason: str) -> None:
    from app.services.vouchers.requests import set_request_state

    open_states = (VoucherRequestState.ASKED.value, VoucherRequestState.WAITING.value)
    admitted = sa.select(VoucherRequest.number).where(
        VoucherRequest.programme_id == row.id, VoucherRequest.state == VoucherRequestState.ADMITTED.value
    )
    promised = tuple(session.scalars(admitted.order_by(VoucherRequest.number)))
    if promised:
        raise RuleBroken("programme.promised", name=row.name, numbers=promised)
    for request in session.scalars(
        sa.select(VoucherRequest).where(VoucherRequest.programme_id == row.id, VoucherRequest.state.in_(open_states))
    ):
        set_request_state(session, request, VoucherRequestState.NOT_ADMITTED, max(day, request.day), reason)


def delete_programme(store: Store, programme_id: str) -> Changes:
    """Delete a programme that was never opened.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "programme.has_money", "record.in_use".
    """
    with store.write("delete_programme") as session:
        row = get_row(session, VoucherProgramme, programme_id)
        if row.state != ProgrammeState.DRAFT:
            raise RuleBroken("programme.has_money")
        budgets = sa.select(FirmBudget.protocol).where(FirmBudget.programme_id == row.id)
        refuse_used(session, row.id, row.name, budgets)
        for rules in session.scalars(sa.select(ProgrammeRules).filter_by(programme_id=row.id)):
            delete_rules(session, rules)
        session.delete(row)
    return Changes.of("vouchers", ids=(programme_id,))


def programme_names(store: Store) -> tuple[tuple[str, str], ...]:
    """(key, «GAR · Campus») of every programme."""
    with store.read() as session:
        rows = session.execute(
            sa.select(VoucherProgramme.id, VoucherProgramme.code, VoucherProgramme.name).order_by(VoucherProgramme.code)
        )
        return tuple((key, f"{code} · {name}") for key, code, name in rows)
