"""What a form is made of, as data: fields, sections, grids of child rows, acts. `forms.RecordForm` draws it.

    PLACE = FormSpec(
        key="place", title=N_("Place"),
        sections=(Section(N_("Seat"), (
            FieldSpec("name", N_("Name"), FieldKind.TEXT, required=True),
            FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=enum_choices(OrganisationKind), width=Width.HALF),
            FieldSpec("opened", N_("Open since"), FieldKind.DATE, width=Width.HALF),
        )),),
        blank=lambda store: PlaceDraft(id=None, name="", kind=OrganisationKind.OTHER, opened=None),
        load=load_place, save=save_place,
    )

A draft is a frozen dataclass whose attributes have the names of the keys, with `id: str | None`; a grid is a tuple of
frozen dataclasses. Titles, hints and sentences are source texts marked with `N_`; they are translated when shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from app.services.changes import Changes
from app.services.reports.spec import RIGHT_ALIGNED, Kind
from app.services.wording.formats import display
from app.services.wording.labels import label
from app.services.wording.points import format_points
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.editors import (
    ChoiceEdit,
    Choices,
    CountEdit,
    DateEdit,
    FlagEdit,
    MoneyEdit,
    NoteEdit,
    ParsedEdit,
    PercentTextEdit,
    PointsEdit,
    ReferenceEdit,
    TextEdit,
    TimeEdit,
)

Editor = ParsedEdit | NoteEdit | FlagEdit | ChoiceEdit


class FieldKind(Enum):
    """What a field holds, and with which value it is written in the draft."""

    TEXT = Kind.TEXT  # str
    NOTE = Kind.NOTE  # str of several lines
    MONEY = Kind.MONEY  # Cents
    DATE = Kind.DATE  # datetime.date
    TIME = Kind.TIME  # "HH:MM"
    COUNT = Kind.COUNT  # int
    NUMBER = "number"  # int that names something: a year, a line of the paper
    CHOICE = "choice"  # one key of `choices`, usually a StrEnum
    REFERENCE = "reference"  # key of a record among `choices`
    FLAG = Kind.FLAG  # bool
    PERCENT_TEXT = "percent_text"  # str as declared, «3,86 %»
    POINTS = Kind.POINTS  # Fraction of three decimals at most

    @property
    def shown_as(self) -> Kind:
        """Kind of the column of a table that shows such values."""
        return self.value if isinstance(self.value, Kind) else Kind.TEXT


class Width(Enum):
    """Share of the line that a field takes where there is room (in a narrow form each has its own line)."""

    FULL = 12
    HALF = 6
    THIRD = 4


class _Unset(Enum):
    """No value was given."""

    UNSET = "unset"


_EMPTY = {FieldKind.TEXT: "", FieldKind.NOTE: "", FieldKind.PERCENT_TEXT: "", FieldKind.FLAG: False}


@dataclass(frozen=True)
class FieldSpec:
    """One field of a form, or one column of a grid.

    Attributes:
        key: attribute of the draft; also the name that `InvalidInput.field` carries.
        choices: for CHOICE and REFERENCE: gives the (key, shown text) pairs; called each time the record is shown.
        hint: a sentence under the field.
        empty: value of the draft when nothing is typed; "" for texts, None otherwise unless given.
        read_only: shown, never edited.
        when: shown only if this is true of the draft (forms only).
        aside: `aside(store, draft)` gives a translated line under the field that follows what is typed anywhere in the
            form, for example what the records give beside what is declared (forms only; a read under 50 ms).
        lines: height of a NOTE.
        width_mm: of a grid's column, as a share of the width.
    """

    key: str
    title: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: Callable[[Any], Choices] | None = None
    hint: str = ""
    width: Width = Width.FULL
    empty: Any = _Unset.UNSET
    read_only: bool = False
    when: Callable[[Any], bool] | None = None
    aside: Callable[[Any, Any], str] | None = None
    lines: int = 4
    width_mm: float = 30

    def __post_init__(self) -> None:
        listed = self.kind in (FieldKind.CHOICE, FieldKind.REFERENCE)
        assert listed == (self.choices is not None), f"{self.key}: choices go with CHOICE and REFERENCE"

    @property
    def empty_value(self) -> Any:
        """Value of the draft when nothing is typed."""
        return _EMPTY.get(self.kind) if self.empty is _Unset.UNSET else self.empty

    @property
    def right_aligned(self) -> bool:
        """Whether values stand at the right, as numbers do."""
        return self.kind.shown_as in RIGHT_ALIGNED or self.kind in (FieldKind.PERCENT_TEXT, FieldKind.NUMBER)


@dataclass(frozen=True)
class GridSpec:
    """Child rows of a record, edited as in a spreadsheet.

    Attributes:
        key: attribute of the draft that holds the tuple of rows.
        blank: gives a new row; not needed when `fixed`.
        totals: keys of the MONEY and COUNT columns that are summed under the grid.
        summary: more pairs of (translated caption, text) computed from the rows, for example sums by section.
        fixed: rows are neither added nor removed.
    """

    key: str
    title: str
    columns: tuple[FieldSpec, ...]
    blank: Callable[[], Any] | None = None
    totals: tuple[str, ...] = ()
    summary: Callable[[tuple[Any, ...]], tuple[tuple[str, str], ...]] | None = None
    hint: str = ""
    fixed: bool = False
    when: Callable[[Any], bool] | None = None
    rows_shown: int = 6

    def __post_init__(self) -> None:
        assert self.fixed or self.blank is not None, f"{self.key}: rows can be added, so a blank one is needed"


@dataclass(frozen=True)
class Section:
    """Fields under a title (none when the title is empty), and the grids that follow them."""

    title: str
    fields: tuple[FieldSpec, ...] = ()
    grids: tuple[GridSpec, ...] = ()


@dataclass(frozen=True)
class Act:
    """Something done to a saved record beside saving it: present, admit, close, print.

    Attributes:
        run: `run(store, id)`, or `run(store, id, values)` when there are `fields`; returns `Changes` or anything.
        confirm: sentence asked before, for what cannot be taken back; it may name the record as {title}.
        fields: asked in a dialog before; `values` maps their keys to what was entered.
        when: shown only if this is true of the draft.
        primary: drawn as the main thing to do next.
        removes: the record is gone afterwards; `removal` makes such an act.
        done: takes the result (for example a document to show) on the thread of the window, with the form.
    """

    title: str
    icon: str
    run: Callable[..., Any]
    confirm: str = ""
    fields: tuple[FieldSpec, ...] = ()
    when: Callable[[Any], bool] | None = None
    primary: bool = False
    removes: bool = False
    done: Callable[[Any, Any], None] | None = None


@dataclass(frozen=True)
class FormSpec:
    """A record's form.

    Attributes:
        key: stable name.
        title: of a new record («New organisation»'s noun: «Organisation»).
        blank: `blank(store)` gives the draft of a new record.
        load: `load(store, id)` gives the draft of a saved one.
        save: `save(store, draft)` writes it and returns `Changes`, whose `id` is the record's; None: only looked at.
        heading: translated title of a loaded record, from its draft.
        subtitle: translated line under it.
        locked: source sentence why the record can no longer be edited, or "".
        grids: those that stand after all sections.
    """

    key: str
    title: str
    sections: tuple[Section, ...]
    blank: Callable[[Any], Any]
    load: Callable[[Any, str], Any]
    save: Callable[[Any, Any], Changes] | None
    grids: tuple[GridSpec, ...] = ()
    acts: tuple[Act, ...] = ()
    heading: Callable[[Any], str] | None = None
    subtitle: Callable[[Any], str] | None = None
    locked: Callable[[Any], str] | None = None

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """All fields, in the order of the screen."""
        return tuple(field for section in self.sections for field in section.fields)

    @property
    def all_grids(self) -> tuple[GridSpec, ...]:
        """All grids, in the order of the screen."""
        return (*(grid for section in self.sections for grid in section.grids), *self.grids)


def enum_choices(members: type[StrEnum] | tuple[StrEnum, ...]) -> Callable[[Any], Choices]:
    """Choices of a field that holds one of these members, by their labels in the window's language."""
    return lambda _store: tuple((member, label(member, i18n.current())) for member in members)


def removal(run: Callable[[Any, str], Changes]) -> Act:
    """The act that deletes a record by `run(store, id)`, after asking with its name."""
    sentence = N_("Delete «{title}»? It goes to the bin of the archive, and can be restored from there.")
    return Act(N_("Delete"), "trash-2", run, confirm=sentence, removes=True)


def make_editor(field: FieldSpec, choices: Choices = ()) -> Editor:
    """The editor of a field."""
    empty = field.empty_value
    match field.kind:
        case FieldKind.NOTE:
            editor: Editor = NoteEdit(lines=field.lines)
        case FieldKind.MONEY:
            editor = MoneyEdit(empty=empty)
        case FieldKind.DATE:
            editor = DateEdit(empty=empty)
        case FieldKind.TIME:
            editor = TimeEdit(empty=empty)
        case FieldKind.COUNT:
            editor = CountEdit(empty=empty)
        case FieldKind.NUMBER:
            editor = CountEdit(empty=empty, plain=True)
        case FieldKind.CHOICE:
            editor = ChoiceEdit(choices=choices, optional=not field.required)
        case FieldKind.REFERENCE:
            editor = ReferenceEdit(choices=choices, empty=empty)
        case FieldKind.FLAG:
            editor = FlagEdit()
        case FieldKind.PERCENT_TEXT:
            editor = PercentTextEdit(empty=empty)
        case FieldKind.POINTS:
            editor = PointsEdit(empty=empty)
        case _:
            editor = TextEdit(empty=empty)
    return editor


def shown_text(field: FieldSpec, value: Any, labels: Mapping[Any, str]) -> str:
    """Text of a value where it is not being edited; of one that is chosen, that of its key among `labels`."""
    if field.choices is not None:
        return labels.get(value, "") if value is not None else ""
    if field.kind is FieldKind.POINTS:
        return "" if value is None else format_points(value)
    return display(field.kind.shown_as, value, i18n.current())


def is_missing(field: FieldSpec, value: Any) -> bool:
    """Whether a needed field has nothing in it."""
    return field.required and (value is None or (isinstance(value, str) and not value.strip()))
