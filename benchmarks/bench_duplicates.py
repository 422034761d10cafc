"""What it costs to look for duplicates: among all organisations, while a name is typed, while many are written.

    python -m benchmarks.bench_duplicates [--quick] [--json FILE]

Limits: 3,000 organisations in 3 s, with the archive read; the same search in three times what the bare library takes to
compare the letters of each name with each; a name being typed in 50 ms; an organisation of the last quarter of 1,000
written in one gesture in twice the time of one of the first quarter. Ratios are of the least times.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from app.models.store import Store, create_archive, open_archive
from app.services.exchange.gesture import JoinedStore
from app.services.network.duplicates import duplicate_rows
from app.services.network.likeness import NEAR, Body, alike_pairs
from app.services.network.names import names_of
from app.services.network.organisation_drafts import AliasDraft, OrganisationDraft
from app.services.network.registry import save_organisation, similar_organisations
from app.services.wording.folding import fold
from benchmarks._figures import Report, seconds
from benchmarks._processes import workshop

SEARCH_SECONDS, FLOOR_RATIO, TYPED_MILLISECONDS, LINEAR_RATIO = 3.0, 3.0, 50.0, 2.0
SYLLABLES = ("ba", "be", "co", "da", "do", "fa", "ga", "le", "ma", "mo", "na", "no", "pe", "ra", "ri", "sa", "to", "ve")
FORMS = (
    "Cooperativa sociale {} onlus",
    "Associazione {} di {}",
    "Comune di {}",
    "{} s.r.l.",
    "{} e {} snc",
    "Fondazione {} {}",
    "Consorzio {} per i servizi alla persona di {}",
    "Istituto comprensivo {} di {}",
    "Ambito territoriale di {}",
)
"""How bodies of a network are called."""


def make_names(count: int, seed: int = 1) -> list[tuple[str, ...]]:
    """Names of so many bodies, two in five with another spelling, one in twenty a misprint of one before it."""
    rng = random.Random(seed)
    made: dict[str, tuple[str, ...]] = {}

    def word() -> str:
        return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))).capitalize()

    while len(made) < count:
        form = rng.choice(FORMS)
        name = form.format(*(word() for _ in range(form.count("{}"))))
        if made and rng.random() < 0.05:
            letters = list(rng.choice(list(made)))
            letters[rng.randrange(len(letters))] = rng.choice("aeiou")
            name = "".join(letters)
        if name not in made:
            made[name] = (name, f"{name} {word()}") if rng.random() < 0.4 else (name,)
    return list(made.values())


def write_all(store: Store, names: Sequence[tuple[str, ...]]) -> list[float]:
    """Write organisations in one gesture; seconds of each of four quarters."""
    taken = []
    with store.write("import_workbook") as session:
        joined = JoinedStore.of(store, session)
        quarter = max(len(names) // 4, 1)
        for start in range(0, len(names), quarter):
            part = names[start : start + quarter]

            def write(part: Sequence[tuple[str, ...]] = part) -> None:
                for own in part:
                    aliases = tuple(AliasDraft(name=name) for name in own[1:])
                    similar_organisations(joined, own[0])
                    save_organisation(joined, OrganisationDraft(name=own[0], aliases=aliases))

            taken.append(seconds(write))
    return taken


def compare_all(texts: Sequence[str]) -> None:
    """The naive floor: the letters of each name with those of each after it, and nothing told of why."""
    for at, text in enumerate(texts):
        process.extract(text, texts[at + 1 :], scorer=fuzz.ratio, processor=None, score_cutoff=NEAR, limit=None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few organisations, once, nothing judged")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    report = Report(judges=not options.quick)
    count, turns = (200, 1) if options.quick else (3000, 5)
    names = make_names(count)
    with workshop() as folder:
        written = []
        for turn in range(turns):
            create_archive(folder / f"rete-{turn}.concilia")
            with open_archive(folder / f"rete-{turn}.concilia") as store:
                written.append(write_all(store, names[: count // 3]))
        least = [min(quarters) for quarters in zip(*written, strict=True)]
        report.times("organisations written in one gesture, each quarter", least)
        report.limit("last quarter against the first", least[3] / least[0], LINEAR_RATIO, "×")
        with open_archive(folder / "rete-0.concilia") as store:
            write_all(store, names[count // 3 :])
            measure_search(report, store, turns)
    report.write(options.json)


def measure_search(report: Report, store: Store, turns: int) -> None:
    """The whole list, its floor, and a name being typed."""
    with store.read() as session:
        bodies: tuple[Body, ...] = tuple(names_of(session).bodies.values())
    texts = [fold(name) for body in bodies for name in body.names]
    print(f"{len(bodies)} organisations with {len(texts)} spellings, {len(duplicate_rows(store))} pairs found")
    whole, floor, alone = [], [], []
    for _turn in range(turns):
        floor.append(seconds(lambda: compare_all(texts)))
        alone.append(seconds(lambda: alike_pairs(bodies)))
        whole.append(seconds(lambda: duplicate_rows(store)))
    typed = [seconds(lambda name=body.names[0]: similar_organisations(store, f"{name}x")) for body in bodies[:40]]
    report.times("possible duplicates, read and found", whole)
    report.times("found, without reading", alone)
    report.times("letters of each name with each, bare library", floor)
    report.times("near to a name that is typed", typed)
    report.limit("possible duplicates of all organisations", min(whole), SEARCH_SECONDS, "s")
    report.limit("found against the bare library", min(alone) / min(floor), FLOOR_RATIO, "×")
    report.limit("near to a name that is typed, least", min(typed) * 1000, TYPED_MILLISECONDS, "ms")


if __name__ == "__main__":
    main()
