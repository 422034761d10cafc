"""Texts of the papers that the office writes itself, with named fields; a field is filled in, nothing is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import TemplatePlace
from app.models.errors import InvalidInput, NotFound
from app.models.papers import TextTemplate
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import save_row
from app.services.reports.characters import require_printable
from app.services.wording.texts import LANGUAGES, N_, Translator, translator

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_BETWEEN = "|"

FIELD_NAMES: Mapping[str, str] = {
    "committee": N_("committee"),
    "number": N_("number"),
    "day": N_("day"),
    "month": N_("month"),
    "year": N_("year"),
    "time": N_("time"),
    "place": N_("place"),
    "notice": N_("notice"),
    "title": N_("title"),
    "call": N_("call"),
    "lead": N_("lead"),
    "amount": N_("amount"),
}
"""What fields are called in the texts, by key; in the language of the text."""

FIELDS: Mapping[TemplatePlace, tuple[str, ...]] = {
    TemplatePlace.CONVOCATION_OPENING: ("committee", "number", "day", "time", "place"),
    TemplatePlace.CONVOCATION_CLOSING: ("committee", "number", "day", "notice"),
    TemplatePlace.MINUTES_OPENING: ("committee", "number", "day", "month", "year", "time", "place"),
    TemplatePlace.MINUTES_CLOSING: ("committee", "number", "day", "time"),
    TemplatePlace.OUTCOME_OPENING: ("number", "title", "call", "lead", "amount"),
    TemplatePlace.OUTCOME_CLOSING: ("number", "title", "call", "lead", "amount"),
}
"""Fields that each text may have, by key."""

USUAL: Mapping[TemplatePlace, str] = {
    TemplatePlace.CONVOCATION_OPENING: N_("The body named “{committee}” is convened for {day} at {time}, at: {place}."),
    TemplatePlace.CONVOCATION_CLOSING: N_(
        "Who cannot come is asked to say so in time, so that an alternate may be called."
    ),
    TemplatePlace.MINUTES_OPENING: N_(
        "In the year {year}, on the {day} day of {month}, at {time}, the body named “{committee}” met."
    ),
    TemplatePlace.MINUTES_CLOSING: N_("These minutes are drawn up of what precedes, and signed."),
    TemplatePlace.OUTCOME_OPENING: "",
    TemplatePlace.OUTCOME_CLOSING: N_(
        "The records of the procedure may be seen at this office. Against this outcome an appeal may be brought"
        " before the regional administrative court (TAR) within 60 days, or before the Head of State within 120"
        " days, of receiving this letter."
    ),
}
"""What papers say while the office wrote nothing of its own; nothing, where it adds words."""


@dataclass(frozen=True)
class TemplateDraft:
    """A text of the office as it is typed.

    Attributes:
        id: place and language, «minutes_opening|it».
        own: whether the office wrote it; shown only.
        fields: what it may name, as it is typed; shown only.
    """

    id: str | None = None
    place: TemplatePlace = TemplatePlace.CONVOCATION_OPENING
    language: str = LANGUAGES[0]
    text: str = ""
    own: bool = False
    fields: str = ""


@dataclass(frozen=True)
class TemplateRow:
    """A text in the list of them; `text` is the office's own or the usual one."""

    id: str
    place: TemplatePlace
    language: str
    text: str
    own: bool


def template_rows(store: Store) -> tuple[TemplateRow, ...]:
    """Every text that the office may write, by place and language."""
    with store.read() as session:
        own = own_texts(session)
    return tuple(
        TemplateRow(
            f"{place.value}{_BETWEEN}{language}",
            place,
            language,
            own.get((place, language)) or usual_text(place, translator(language)),
            (place, language) in own,
        )
        for place in TemplatePlace
        for language in LANGUAGES
    )


def own_texts(session: Session) -> dict[tuple[TemplatePlace, str], str]:
    """The texts that the office wrote itself, by place and language."""
    rows = session.scalars(sa.select(TextTemplate))
    return {(TemplatePlace(row.place), row.language): row.text for row in rows}


def usual_text(place: TemplatePlace, tr: Translator) -> str:
    """What a paper says by itself, with its fields as an office would write them."""
    return _TOKEN.sub(lambda found: f"{{{tr(FIELD_NAMES[found[1]])}}}", tr(USUAL[place]))


def field_names(place: TemplatePlace, tr: Translator) -> dict[str, str]:
    """Key by name of the fields that a text may have, in its language."""
    return {tr(FIELD_NAMES[key]): key for key in FIELDS[place]}


def load_template(store: Store, template_id: str) -> TemplateDraft:
    """A text as it stands.

    Raises:
        NotFound: "record.gone".
    """
    row = next((row for row in template_rows(store) if row.id == template_id), None)
    if row is None:
        raise NotFound("record.gone")
    names = field_names(row.place, translator(row.language))
    told = " ".join(f"{{{name}}}" for name in names)
    return TemplateDraft(row.id, row.place, row.language, row.text, row.own, told)


def save_template(store: Store, draft: TemplateDraft) -> Changes:
    """Write a text of the office.

    Raises:
        InvalidInput: "field.required", "template.field_unknown", "template.brace", "text.character_missing".
    """
    text = require_text(draft.text, "text")
    check_template(draft.place, text, translator(draft.language))
    with store.write("save_template") as session:
        query = sa.select(TextTemplate.id).filter_by(place=draft.place.value, language=draft.language)
        values = {"place": draft.place.value, "language": draft.language, "text": text}
        save_row(session, TextTemplate, session.scalar(query), values)
    return Changes.of("plan", "meetings", ids=(f"{draft.place.value}{_BETWEEN}{draft.language}",))


def delete_template(store: Store, template_id: str) -> Changes:
    """Go back to the usual text.

    Raises:
        NotFound: "record.gone".
    """
    draft = load_template(store, template_id)
    with store.write("delete_template") as session:
        query = sa.select(TextTemplate).filter_by(place=draft.place.value, language=draft.language)
        row = session.scalar(query)
        if row is None:
            raise NotFound("record.gone")
        session.delete(row)
    return Changes.of("plan", "meetings", ids=(template_id,))


def check_template(place: TemplatePlace, text: str, tr: Translator) -> None:
    """Refuse a text that could not be filled in or printed.

    Raises:
        InvalidInput: "template.field_unknown", "template.brace", "text.character_missing"; field "text".
    """
    names = field_names(place, tr)
    for found in _TOKEN.finditer(text):
        if found[0] in ("{", "}"):
            raise InvalidInput("template.brace", field="text", place=found.start() + 1)
        if found[1] is not None and found[1].strip().casefold() not in names:
            known = tuple(f"{{{name}}}" for name in names)
            raise InvalidInput("template.field_unknown", field="text", name=found[0], known=known)
    try:
        require_printable(text)
    except InvalidInput as problem:
        raise InvalidInput(problem.code, field="text", **problem.values) from None


def filled(place: TemplatePlace, text: str, values: Mapping[str, str], tr: Translator) -> str:
    """A text with its fields filled in; pure. A value stays as it is, whatever it looks like."""
    names = field_names(place, tr)
    return "".join(_pieces(text, names, values))


def _pieces(text: str, names: Mapping[str, str], values: Mapping[str, str]) -> Iterator[str]:
    place = 0
    for found in _TOKEN.finditer(text):
        yield text[place : found.start()]
        place = found.end()
        if found[0] in ("{{", "}}"):
            yield found[0][0]
        else:
            key = names.get((found[1] or "").strip().casefold(), "")
            yield values.get(key, found[0])
    yield text[place:]


class OfficeTexts:
    """The texts of the office in one language; the usual ones where it wrote none.

    Args:
        own: as `own_texts` gives them.
    """

    def __init__(self, own: Mapping[tuple[TemplatePlace, str], str], tr: Translator) -> None:
        self._own, self._tr = own, tr

    def __call__(self, place: TemplatePlace, /, **values: str) -> str:
        """What a paper says in a place; empty where the office adds no words."""
        own = self._own.get((place, self._tr.language))
        text = usual_text(place, self._tr) if own is None else own
        return filled(place, text, values, self._tr)
