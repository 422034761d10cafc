"""Compares money along a ranking with the greedy rule of pabutools, on files of participatory budgeting made at random.

    pip install pabutools    # not among the libraries of the program
    python -m tools.compare_greedy [COUNT]

The files are in the format of that field (.pb): projects with a cost, votes of approval, a budget. pabutools goes
through them by approvals (`Cost_Sat` by cost), the earlier number first; the ranking of the same points, passing over
what does not fit, must choose the same. Some of the files are in `tests/reference/participatory`, with what pabutools
chose.
"""

from __future__ import annotations

import random
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from app.models.enums import AwardManner
from app.models.money import Cents
from app.services.evaluation.awards import Asked, AwardRules, give


def made_file(seed: int) -> tuple[str, list[int], list[int], int]:
    """A file, with its costs, approvals and budget."""
    chance = random.Random(seed)
    count = chance.randint(1, 12)
    costs = [chance.randint(1, 60) for _project in range(count)]
    votes = [[n for n in range(count) if chance.random() < 0.4] for _voter in range(chance.randint(1, 9))]
    votes = [vote for vote in votes if vote] or [[0]]
    budget = chance.randint(1, 200)
    meta = {"description": "test", "country": "IT", "unit": "X", "instance": "1", "num_projects": count}
    meta |= {"num_votes": len(votes), "budget": budget, "vote_type": "approval", "rule": "greedy"}
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;cost", *(f"{n};{cost}" for n, cost in enumerate(costs))]
    lines += ["VOTES", "voter_id;vote", *(f"{n};{','.join(map(str, vote))}" for n, vote in enumerate(votes))]
    return "\n".join(lines) + "\n", costs, [sum(n in vote for vote in votes) for n in range(count)], budget


def ours(costs: list[int], approvals: list[int], budget: int) -> list[int]:
    """Numbers of the projects that a ranking by approvals funds."""
    order = sorted(range(len(costs)), key=lambda n: (-approvals[n], n))
    ranked = [Asked(str(n), Cents(costs[n]), Fraction(approvals[n])) for n in order]
    pot = give(Cents(budget), ranked, AwardRules(AwardManner.SKIP))
    return sorted(int(award.key) for award in pot.awards if award.amount)


def theirs(path: Path) -> list[int]:
    """Numbers of the projects that pabutools chooses."""
    from pabutools.election import Cost_Sat, parse_pabulib
    from pabutools.rules import greedy_utilitarian_welfare
    from pabutools.tiebreaking import TieBreakingRule

    instance, profile = parse_pabulib(str(path))
    order = TieBreakingRule(lambda _instance, _profile, project: int(project.name))
    chosen = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=order)
    return sorted(int(project.name) for project in chosen)


def main(count: int) -> int:
    """Compare; the exit code says whether all are the same."""
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pb"
        for seed in range(count):
            text, costs, approvals, budget = made_file(seed)
            path.write_text(text, encoding="utf-8")
            if ours(costs, approvals, budget) != theirs(path):
                differing += 1
                print(f"seed {seed}: {ours(costs, approvals, budget)} is not {theirs(path)}")
    print(f"{count} files, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
