"""The territory: districts with their municipalities, and how an earlier call ended in each district."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MunicipalityDraft:
    """A municipality; within a district's draft its district is that one."""

    id: str | None = None
    name: str = ""
    district_id: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality in a list; `district` is the name of its district, empty when it is not known."""

    id: str
    name: str
    district_id: str | None
    district: str
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class DistrictDraft:
    """A district as it is typed; `number` None takes the next free one."""

    id: str | None = None
    number: int | None = None
    name: str = ""
    zone: str = ""
    municipalities: tuple[MunicipalityDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class DistrictRow:
    """A district in a list; `municipalities` are names in alphabetical order."""

    id: str
    number: int
    name: str
    zone: str
    municipalities: tuple[str, ...]
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class EarlierCallResultDraft:
    """Projects of an earlier call funded in one district."""

    id: str | None = None
    district_id: str | None = None
    funded: int | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class EarlierCallDraft:
    """A call of an earlier cycle, with the counts that the plan reports."""

    id: str | None = None
    title: str = ""
    year: int | None = None
    received: int | None = None
    admitted: int | None = None
    funded: int | None = None
    results: tuple[EarlierCallResultDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class EarlierCallRow:
    """An earlier call in a list; `funded_by_district` is the sum over its districts."""

    id: str
    title: str
    year: int
    received: int
    admitted: int
    funded: int
    funded_by_district: int
    sample: bool
    source_line: int | None
