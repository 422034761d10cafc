"""Where boxes and ribbons of a flow picture lie, on a screen and on paper alike. Pure; lengths in any unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class FlowBox:
    """A place that money went through.

    Attributes:
        column: from 0, at the left.
        value: cents, >= 0: its height.
        text: the value as it is written; `more` what else stands under the name, may be empty.
    """

    key: str
    column: int
    name: str
    value: int
    text: str
    more: str = ""

    @property
    def spoken(self) -> str:
        """The box in words."""
        return f"{self.name}: {self.text}" + (f" ({self.more})" if self.more else "")


@dataclass(frozen=True)
class FlowRibbon:
    """Cents from a box to one of a later column."""

    origin: str
    target: str
    value: int
    text: str


@dataclass(frozen=True)
class Placed:
    """Top and height of a box."""

    top: float
    height: float


@dataclass(frozen=True)
class PlacedRibbon:
    """A ribbon: where it leaves, where it ends, and how thick it is."""

    ribbon: FlowRibbon
    origin_top: float
    target_top: float
    thickness: float


@dataclass(frozen=True)
class FlowLayout:
    """A picture that is laid out."""

    boxes: Mapping[str, Placed]
    ribbons: tuple[PlacedRibbon, ...]


def lay_out(
    boxes: Sequence[FlowBox], ribbons: Sequence[FlowRibbon], height: float, slot: float, gap: float
) -> FlowLayout:
    """Columns of boxes, each as high as its value; one scale for all.

    Args:
        boxes: in order from above.
        height: of the picture, > 0.
        slot: least height that a box takes up, for its words.
        gap: between two boxes.

    Returns:
        Boxes of a column do not overlap; no ribbon lies outside the ends of its boxes.
    """
    columns: defaultdict[int, list[FlowBox]] = defaultdict(list)
    for box in boxes:
        columns[box.column].append(box)
    scale = min((_scale(column, height, slot, gap) for column in columns.values()), default=0.0)
    placed: dict[str, Placed] = {}
    for column in columns.values():
        heights = [box.value * scale for box in column]
        used = sum(max(each, slot) for each in heights) + gap * (len(column) - 1)
        top = max((height - used) / 2, 0.0)
        for box, each in zip(column, heights, strict=True):
            placed[box.key] = Placed(top, each)
            top += max(each, slot) + gap
    return FlowLayout(placed, tuple(_ribbons(ribbons, placed, scale)))


def _scale(column: Sequence[FlowBox], height: float, slot: float, gap: float) -> float:
    """Height of a cent with which a column fits: those too small for their words take a slot each."""
    room = height - gap * (len(column) - 1)
    values = sorted(box.value for box in column)
    total = sum(values)
    for small in range(len(values)):
        left = room - small * slot
        if total <= 0 or left <= 0:
            break
        scale = Fraction(left) / total
        if values[small] * scale >= slot:
            return float(scale)
        total -= values[small]
    return max(room, 0.0) / max(sum(values), 1) / 4  # nothing but small ones: they go below each other


def _ribbons(ribbons: Sequence[FlowRibbon], placed: Mapping[str, Placed], scale: float) -> list[PlacedRibbon]:
    """Each below the one before, where it leaves and where it ends."""
    leaves = {key: box.top for key, box in placed.items()}
    ends = dict(leaves)
    found = []
    for ribbon in ribbons:
        thickness = ribbon.value * scale
        found.append(PlacedRibbon(ribbon, leaves[ribbon.origin], ends[ribbon.target], thickness))
        leaves[ribbon.origin] += thickness
        ends[ribbon.target] += thickness
    return found
