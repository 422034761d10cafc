"""Heading, logo, foot and signatories of the papers: set once, with who signs what while in office."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import SignedPaper
from app.models.errors import EnvironmentFailed, InvalidInput
from app.models.papers import Letterhead, Signatory
from app.models.plan import Plan
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_in_order, require_text
from app.services.children import get_row, reconcile, save_row
from app.services.plan.plan import present_plan
from app.services.reports.characters import require_printable
from app.services.reports.spec import Document, Logo, Paragraph, Signatures
from app.services.wording.texts import Translator

LOGO_BYTES = 8_000_000
LOGO_SIDE = 6_000
"""Pixels of a side of the picture that is chosen, at most; larger ones are not read."""
KEPT_SIZE = (900, 300)
"""Pixels that a kept logo fits into: sharp on paper at the size it is printed."""


@dataclass(frozen=True)
class SignatoryDraft:
    """Who signs a kind of paper, under which title, from when to when."""

    id: str | None = None
    paper: SignedPaper = SignedPaper.LETTER
    title: str = ""
    name: str = ""
    date_from: date | None = None
    date_to: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class LetterheadDraft:
    """The heading of the papers as it is typed.

    Attributes:
        id: None while nobody set it: papers then have the office and the plan at their top.
        logo: PNG in base64; `logo_text` says what it shows.
    """

    id: str | None = None
    lines: str = ""
    logo: str = ""
    logo_text: str = ""
    footer: str = ""
    signatories: tuple[SignatoryDraft, ...] = ()
    source_line: int | None = None

    @property
    def has_logo(self) -> bool:
        """Whether there is one."""
        return bool(self.logo)


def load_letterhead(store: Store, letterhead_id: str) -> LetterheadDraft:
    """The heading as it stands; `letterhead_id` is that of the plan while none is set.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = session.scalar(sa.select(Letterhead).where(Letterhead.id == letterhead_id))
        if row is None:
            get_row(session, Plan, letterhead_id)
            return LetterheadDraft(lines="\n".join(usual_lines(session)))
        signatories = session.scalars(sa.select(Signatory).filter_by(letterhead_id=row.id).order_by(Signatory.position))
        return LetterheadDraft(
            row.id,
            row.lines,
            row.logo,
            row.logo_text,
            row.footer,
            tuple(
                SignatoryDraft(
                    each.id,
                    SignedPaper(each.paper),
                    each.title,
                    each.name,
                    each.date_from,
                    each.date_to,
                    each.source_line,
                )
                for each in signatories
            ),
            row.source_line,
        )


def letterhead_key(store: Store) -> str | None:
    """Key to load the heading by: its own, or that of the plan; None in an archive without a plan."""
    with store.read() as session:
        return session.scalar(sa.select(Letterhead.id)) or session.scalar(sa.select(Plan.id))


def usual_lines(session: Session) -> tuple[str, ...]:
    """What stands at the top of papers while nobody set a heading: the office, and the plan."""
    plan = session.scalars(sa.select(Plan)).first()
    return (*plan.office.splitlines(), plan.name) if plan else ()


def save_letterhead(store: Store, draft: LetterheadDraft) -> Changes:
    """Write the heading of all papers that are made from now on.

    Raises:
        InvalidInput: "field.required", "logo.text_missing", "text.character_missing", "date.end_before_start".
        RuleBroken: "plan.missing".
        NotFound: "record.gone".
    """
    for key in ("lines", "footer", "logo_text"):
        _printable(getattr(draft, key), key)
    if draft.logo and not draft.logo_text.strip():
        raise InvalidInput("logo.text_missing", field="logo_text")
    signatories = [_signatory(each, f"signatories.{i}") for i, each in enumerate(draft.signatories)]
    with store.write("save_letterhead") as session:
        plan = present_plan(session)
        present = session.scalar(sa.select(Letterhead.id).filter_by(plan_id=plan.id))
        values = {
            "plan_id": plan.id,
            "lines": draft.lines.strip(),
            "logo": draft.logo,
            "logo_text": draft.logo_text.strip() if draft.logo else "",
            "footer": " ".join(draft.footer.split()),
            "source_line": draft.source_line,
        }
        row = save_row(session, Letterhead, draft.id or present, values)
        reconcile(session, Signatory, {"letterhead_id": row.id}, signatories)
    return Changes.of("plan", "meetings", ids=(row.id,))


def _signatory(draft: SignatoryDraft, field: str) -> dict[str, Any]:
    require_in_order(draft.date_from, draft.date_to, f"{field}.date_to")
    values = {
        "id": draft.id,
        "paper": draft.paper.value,
        "title": require_text(draft.title, f"{field}.title"),
        "name": require_text(draft.name, f"{field}.name"),
        "date_from": draft.date_from,
        "date_to": draft.date_to,
        "source_line": draft.source_line,
    }
    for key in ("title", "name"):
        _printable(str(values[key]), f"{field}.{key}")
    return values


def _printable(text: str, field: str) -> None:
    try:
        require_printable(text)
    except InvalidInput as problem:
        raise InvalidInput(problem.code, field=field, **problem.values) from None


# --- the logo --------------------------------------------------------------------------------


def read_logo(path: Path) -> str:
    """A picture, drawn anew as PNG on white in the size that papers need, in base64.

    Nothing of the file is kept but its pixels.

    Raises:
        InvalidInput: "logo.not_a_picture", "logo.too_large".
        EnvironmentFailed: "file.unreadable".
    """
    from PIL import Image  # only a logo is a picture

    refusal = InvalidInput("logo.not_a_picture", field="logo", name=path.name)
    try:
        data = path.read_bytes() if path.stat().st_size <= LOGO_BYTES else b""
    except OSError as failure:
        raise EnvironmentFailed("file.unreadable", name=path.name) from failure
    too_large = InvalidInput(
        "logo.too_large", field="logo", name=path.name, most=LOGO_BYTES // 1_000_000, pixels=LOGO_SIDE
    )
    if not data and path.stat().st_size:
        raise too_large
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "TIFF")) as picture:
            if max(picture.size) > LOGO_SIDE:
                raise too_large
            drawn = picture.convert("RGBA")
    except InvalidInput:
        raise
    except Exception as failure:  # what a broken picture makes its reader raise is of no one kind
        raise refusal from failure
    ground = Image.new("RGBA", drawn.size, "white")
    ground.alpha_composite(drawn)
    flat = ground.convert("RGB")
    flat.thumbnail(KEPT_SIZE)
    kept = io.BytesIO()
    flat.save(kept, "PNG", optimize=True)
    return base64.b64encode(kept.getvalue()).decode()


def with_logo(store: Store, path: Path, text: str) -> Changes:
    """Take a picture as the logo of the papers.

    Raises:
        InvalidInput, EnvironmentFailed: as `read_logo` and `save_letterhead`.
        RuleBroken: "plan.missing".
    """
    logo = read_logo(path)
    key = letterhead_key(store)
    draft = LetterheadDraft() if key is None else load_letterhead(store, key)
    return save_letterhead(store, replace(draft, logo=logo, logo_text=text.strip()))


def without_logo(store: Store) -> Changes:
    """Print papers without a logo from now on.

    Raises:
        RuleBroken: "plan.missing".
    """
    key = letterhead_key(store)
    draft = LetterheadDraft() if key is None else load_letterhead(store, key)
    return save_letterhead(store, replace(draft, logo="", logo_text=""))


# --- on paper ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """What a paper has at its top and foot."""

    lines: tuple[str, ...]
    logo: Logo | None = None
    footer: str = ""


def read_heading(session: Session) -> Heading:
    """The heading that papers are printed with now."""
    row = session.scalars(sa.select(Letterhead)).first()
    if row is None:
        return Heading(usual_lines(session))
    lines = tuple(row.lines.splitlines()) or usual_lines(session)
    logo = Logo(base64.b64decode(row.logo), row.logo_text) if row.logo else None
    return Heading(lines, logo, row.footer)


def signers(session: Session, paper: SignedPaper, day: date | None) -> tuple[tuple[str, str], ...]:
    """(title, name) of those who sign a kind of paper for the office on a day, in order; none when nobody is named."""
    rows = session.scalars(sa.select(Signatory).filter_by(paper=paper.value).order_by(Signatory.position))
    return tuple((row.title, row.name) for row in rows if _holds(row, day))


def _holds(row: Signatory, day: date | None) -> bool:
    """Whether somebody is in office on a day; on one that is not known, who did not leave."""
    if day is None:
        return row.date_to is None
    return (row.date_from is None or row.date_from <= day) and (row.date_to is None or day <= row.date_to)


def letterhead_preview(store: Store, draft: LetterheadDraft, tr: Translator) -> Document:
    """A page with the heading as it is being written, which need not be saved."""
    from app.services.reports.frame import framed

    text = tr("This page shows how every paper of this archive begins, how it ends and who signs.")
    document = framed(store, tr, "INTESTAZIONE", tr("Heading of the papers"), (Paragraph(text),), slug="intestazione")
    parts = (*document.parts, *_preview_signers(draft))
    lines = tuple(draft.lines.splitlines()) or document.heading
    logo = Logo(base64.b64decode(draft.logo), draft.logo_text or tr("Logo")) if draft.logo else None
    return replace(document, parts=parts, heading=lines, logo=logo, footer=" ".join(draft.footer.split()))


def _preview_signers(draft: LetterheadDraft) -> Iterator[Signatures]:
    places = tuple((each.title, each.name) for each in draft.signatories)
    if places:
        yield Signatures(places)
