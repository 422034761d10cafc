"""How a ranking is settled and its money given; the other floors know these as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class AwardManner(StrEnum):
    """How money goes along a ranking."""

    FULL = "full"  # in full, as far as the next one fits
    SKIP = "skip"  # in full, passing over what does not fit
    PART = "part"  # in full, and the last one in part
    RESCALED = "rescaled"  # all that are suitable, cut to fit


class AwardKind(StrEnum):
    """What a proposal gets by a ranking."""

    FULL = "full"
    PART = "part"
    NONE = "none"


class DrawKind(StrEnum):
    """Where the order of a draw comes from."""

    NONE = "none"  # nothing was drawn
    NUMBERS = "numbers"  # drawn in public, and entered
    SEED = "seed"  # a seed said aloud


class RankingState(StrEnum):
    """Life of a ranking."""

    DRAFT = "draft"
    ADOPTED = "adopted"  # never changes again
