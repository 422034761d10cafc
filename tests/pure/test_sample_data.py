"""The sample plan as data: whole, consistent with itself, and faithful to what the plan declares."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.models import enums
from app.models.errors import InvalidInput
from app.models.money import parse_cents

FOLDER = Path(__file__).parents[2] / "resources" / "sample"
FILES = {path.relative_to(FOLDER).as_posix(): tomllib.loads(path.read_text("utf-8")) for path in FOLDER.rglob("*.toml")}
LAST_LINE = 2652
MARKS = ("line", "sample")
PHASES = ["design", "coordination", "delivery", "verification"]

plan = FILES["plan.toml"]
territory = FILES["territory.toml"]
alliances = FILES["alliances.toml"]["alliances"]
organisations = FILES["organisations.toml"]["organisations"]
proposals = {number: FILES[f"proposals/{number}.toml"] for number in range(1, 5)}
results = FILES["results.toml"]["results"]
declared = {row["key"]: row for row in FILES["declared.toml"]["declared"]}
members = {row["key"]: row for row in FILES["committee.toml"]["members"]}
meetings = FILES["meetings.toml"]["meetings"]

organisation_keys = {row["key"] for row in organisations}
area_keys = {row["key"] for row in plan["areas"]}
source_keys = {row["key"] for row in plan["sources"]}
act_keys = {row["key"] for row in plan["acts"]}


def records(node: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Every table below `node` that holds a plain value, with its path."""
    if isinstance(node, list):
        return [found for i, child in enumerate(node) for found in records(child, f"{path}[{i}]")]
    if not isinstance(node, dict):
        return []
    own = [(path, node)] if any(not isinstance(value, dict | list) for value in node.values()) else []
    return own + [found for key, value in node.items() for found in records(value, f"{path}.{key}")]


ALL_RECORDS = [found for name, doc in sorted(FILES.items()) for found in records(doc, name)]


def cents(rows: list[dict[str, Any]]) -> int:
    return sum(parse_cents(row["amount"]) for row in rows)


def decisions() -> list[dict[str, Any]]:
    return [item["decision"] for meeting in meetings for item in meeting["items"] if "decision" in item]


def moves() -> list[dict[str, Any]]:
    return [move for decision in decisions() for move in decision.get("moves", [])]


# ------------------------------------------------------------------------------------------------------ every file


def test_files_are_those_of_the_readme():
    assert set(FILES) == {
        *(f"{name}.toml" for name in ("plan", "territory", "figures", "organisations", "alliances", "results")),
        "retention.toml",
        *(
            f"{name}.toml"
            for name in (
                "declared",
                "checks",
                "committee",
                "meetings",
                "scenarios",
                "spending",
                "vouchers",
                "retention",
            )
        ),
        *(f"proposals/{number}.toml" for number in range(1, 5)),
    }


def test_every_record_says_where_it_comes_from():
    unmarked = [path for path, record in ALL_RECORDS if not any(mark in record for mark in MARKS)]
    assert len(ALL_RECORDS) > 600
    assert unmarked == []


def test_no_record_is_both_from_the_plan_and_invented():
    assert [path for path, record in ALL_RECORDS if all(mark in record for mark in MARKS)] == []
    assert {record["sample"] for _path, record in ALL_RECORDS if "sample" in record} == {True}


def test_lines_are_lines_of_the_text():
    lines = [
        (path, key, value)
        for path, record in ALL_RECORDS
        for key, value in record.items()
        if key == "line" or key.endswith("_line")
    ]
    assert [found for found in lines if type(found[2]) is not int or not 1 <= found[2] <= LAST_LINE] == []


def test_amounts_are_read_strictly():
    amounts = [record[key] for _path, record in ALL_RECORDS for key in ("amount", "ceiling") if key in record]
    amounts += [row["value"] for row in declared.values() if row.get("unit") == "EUR"]
    assert len(amounts) > 120
    assert all(parse_cents(amount) > 0 for amount in amounts)


def test_texts_are_whole_lines_without_layout():
    texts = [
        (path, key)
        for path, record in ALL_RECORDS
        for key, value in record.items()
        if isinstance(value, str) and (value != value.strip() or "  " in value or not value)
    ]
    assert texts == []


@pytest.mark.parametrize("key", ["source_fixed_text", "source_residues_text"])
def test_mixed_separators_are_kept_as_printed_and_refused_by_the_reader(key):
    row = declared[key]
    with pytest.raises(InvalidInput):
        parse_cents(row["printed"])
    assert row["printed"] in {"254,510,00", "169.672.62"}
    assert parse_cents(row["value"]) == parse_cents(declared[key.replace("_text", "_table")]["printed"])


# ----------------------------------------------------------------------------------------------- plan and territory


def test_words_of_the_plan_are_those_of_the_models():
    assert {row["kind"] for row in plan["acts"]} <= set(enums.ActKind)
    assert {row["kind"] for row in plan["sources"]} <= set(enums.SourceKind)
    assert {row["level"] for row in plan["areas"]} == set(enums.PriorityLevel)
    assert [row["key"] for row in plan["cost_categories"]] == list(enums.CostCategory)
    assert {row["kind"] for row in organisations} <= set(enums.OrganisationKind)
    assert {row["legal_form"] for row in organisations if "legal_form" in row} <= set(enums.LegalForm)


def test_sources_name_their_act_and_add_up_to_the_totals():
    amounts = {row["key"]: parse_cents(row["amount"]) for row in plan["sources"]}
    totals = {row["key"]: parse_cents(row["amount"]) for row in plan["totals"]}
    assert {row["act"] for row in plan["sources"]} | {plan["call"]["act"]} <= act_keys
    assert totals["regional"] == amounts["fixed_quota"] + amounts["premium"]
    assert totals["initial"] == amounts["fixed_quota"] + amounts["residues"]
    assert totals["with_premium"] == totals["initial"] + amounts["premium"]
    assert totals["value"] == totals["grants"] + totals["cofinancing"]
    assert [row["key"] for row in plan["sources"] if not row["due"]] == ["premium"]


def test_ceilings_and_residue_use_up_the_initial_resources():
    ceilings = [parse_cents(row["ceiling"]) for row in plan["areas"] if "ceiling" in row]
    totals = {row["key"]: parse_cents(row["amount"]) for row in plan["totals"]}
    low = next(row for row in plan["area_groups"] if row["key"] == "low")
    assert [row["key"] for row in plan["areas"]] == ["A.1", "A.2", "A.3", "B.1", "B.2", "B.3", "B.4"]
    assert [row["key"] for row in plan["areas"] if "ceiling" in row] == ["A.1", "A.2", "A.3"]
    assert parse_cents(low["amount"]) == totals["residue"] == totals["initial"] - sum(ceilings)


def test_counts_of_the_plan():
    assert (plan["agreement"]["signatories"], plan["agreement"]["first_promoters"]) == (44, 10)
    assert plan["agreement"]["date_counted"] == date(2014, 3, 31)
    assert plan["plan"]["months"] == 24
    assert len(plan["training_modules"]) == 6
    assert len(plan["needs"]) == 3


def test_acts_have_a_number_and_the_date_they_are_printed_with():
    dates = {row["key"]: row["date_issued"] for row in plan["acts"] if "date_issued" in row}
    assert dates == {
        "dgr-1081-2013": date(2013, 12, 12),
        "decreto-2058-2014": date(2014, 3, 11),
        "dgr-ix-381-2010": date(2010, 8, 5),
        "dgr-ix-1576-2011": date(2011, 4, 20),
        "dgr-x-1845-2014": date(2014, 5, 16),
    }
    assert declared["act_x_1845"]["printed"] == "X71845"


def test_territory_adds_up():
    call = territory["call_2013"]
    districts = territory["districts"]
    funded = Counter[str]()
    for row in districts:
        funded[row["zone"]] += row["funded"]
    assert [row["number"] for row in districts] == list(range(1, 8))
    assert funded == {row["key"]: row["funded"] for row in territory["zones"]}
    assert funded == {"ticino-olona": 6, "sub-metropolitana": 15}
    assert (call["received"], call["admitted"], call["funded"]) == (61, 57, 21)
    assert funded.total() == call["funded"] == call["funded_total"]


def test_municipalities_are_named_once_and_eight_are_of_garbagnate():
    names = [row["name"] for row in territory["municipalities"]]
    districts = {row["key"] for row in territory["districts"]}
    assert len(names) == len(set(names)) == 15
    assert {row["district"] for row in territory["municipalities"] if "district" in row} == {"garbagnate"} <= districts
    assert sum("district" in row for row in territory["municipalities"]) == 8


def test_population_adds_up():
    value = {row["key"]: int(row["value"].replace(".", "")) for row in FILES["figures.toml"]["figures"][:10]}
    assert value["residents_male"] + value["residents_female"] == value["residents"] == 926_011


def test_figures_have_a_key_of_their_own():
    keys = [row["key"] for row in FILES["figures.toml"]["figures"]]
    assert len(keys) == len(set(keys)) == 73


# -------------------------------------------------------------------------------------------------------- the network


def test_organisations_stand_once():
    names = [row["name"].casefold() for row in organisations]
    spellings = [(alias["name"].casefold(), row["key"]) for row in organisations for alias in row.get("aliases", [])]
    assert len(organisation_keys) == len(organisations) == len(set(names))
    assert len(spellings) == len(set(spellings))
    owners = {(name, row["key"]) for name, row in zip(names, organisations, strict=True)} | set(spellings)
    assert [name for name, count in Counter(name for name, _key in owners).items() if count > 1] == []


def test_alliances_have_their_partners_and_lead():
    assert [row["number"] for row in alliances] == [1, 2, 3, 4]
    assert [len(row["partners"]) for row in alliances] == [18, 12, 22, 8]
    for row in alliances:
        partners = [partner["organisation"] for partner in row["partners"]]
        assert len(partners) == len(set(partners))
        assert {row["lead"], *partners} <= organisation_keys
        assert (row["lead"] in partners) == (row["number"] != 1)


def test_organisations_of_several_alliances():
    seats = Counter(partner["organisation"] for row in alliances for partner in row["partners"])
    assert {key for key, count in seats.items() if count > 1} == {
        "redimec",
        "la-grande-casa",
        "uil-cst-ovest",
        "camera-lavoro-ticino-olona",
        "azienda-castanese",
    }
    assert len(seats) == 55
    assert not {"comune-legnano", "ambito-legnano"} - organisation_keys


def test_roles_are_those_of_the_sentences():
    roles = {
        row["number"]: {partner["organisation"]: partner["roles"] for partner in row["partners"]} for row in alliances
    }
    for partners in roles.values():
        assert all(held and held == [phase for phase in PHASES if phase in held] for held in partners.values())
    assert Counter(tuple(held) for held in roles[1].values()) == {
        tuple(PHASES): 13,
        ("delivery",): 3,
        ("coordination", "verification"): 2,
    }
    assert roles[2]["sercop"] == PHASES
    assert [key for key, held in roles[2].items() if held == ["design", "delivery"]] == ["a-e-i", "stripes"]
    assert [key for key, held in roles[3].items() if "coordination" in held] == [
        "comune-legnano",
        "provincia-milano",
        "azienda-castanese",
        "piano-zona-abbiatense",
        "irene",
    ]
    assert all("delivery" in held for number in (2, 3, 4) for held in roles[number].values())
    assert [key for key, held in roles[4].items() if "verification" not in held] == ["scuola-turbigo", "telefono-donna"]


# ---------------------------------------------------------------------------------------------------------- proposals


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_cost_tables_add_up_to_what_is_declared(number):
    doc = proposals[number]
    rows = {section: [row for row in doc["costs"] if row["section"] == section] for section in enums.BudgetSection}
    totals = {row["section"]: parse_cents(row["amount"]) for row in doc["cost_totals"]}
    resources = {key: parse_cents(doc["resources"][key]["amount"]) for key in ("grant", "cofinancing", "total")}
    assert cents(rows[enums.BudgetSection.COSTS]) == totals["costs"] == resources["grant"]
    assert cents(rows[enums.BudgetSection.CONTRIBUTION]) == totals["contribution"] == resources["cofinancing"]
    assert cents(doc["costs"]) == totals["total"] == resources["total"]
    assert {row["category"] for row in doc["costs"]} <= set(enums.CostCategory)


def test_sums_over_the_proposals_are_those_of_the_plan():
    totals = {row["key"]: parse_cents(row["amount"]) for row in plan["totals"]}
    for key, total in (("grant", "grants"), ("cofinancing", "cofinancing"), ("total", "value")):
        assert cents([doc["resources"][key] for doc in proposals.values()]) == totals[total]


def test_awards_fill_the_areas_and_differ_from_the_request_of_one_project_only():
    awards: Counter[str] = Counter()
    for doc in proposals.values():
        awards[doc["proposal"]["area"]] += parse_cents(doc["award"]["amount"])
    assert awards == {row["key"]: parse_cents(row["ceiling"]) for row in plan["areas"] if "ceiling" in row}
    gaps = {
        n: parse_cents(doc["award"]["amount"]) - parse_cents(doc["resources"]["grant"]["amount"])
        for n, doc in proposals.items()
    }
    assert gaps == {1: 300, 2: 0, 3: 0, 4: 0}


@pytest.mark.parametrize(
    ("number", "objectives", "actions", "targets"), [(1, 4, 4, 3), (2, 7, 7, 5), (3, 1, 4, 2), (4, 5, 3, 6)]
)
def test_proposals_are_whole(number, objectives, actions, targets):
    doc = proposals[number]
    assert doc["proposal"]["number"] == doc["proposal"]["alliance"] == number
    assert doc["proposal"]["area"] in area_keys
    assert [row["number"] for row in doc["objectives"]] == list(range(1, objectives + 1))
    assert [row["number"] for row in doc["actions"]] == list(range(1, actions + 1))
    assert len(doc["targets"]) == targets
    assert {n for row in doc["actions"] for n in row["objectives"]} <= set(range(1, objectives + 1))
    assert all(doc[key]["text"] for key in ("context", "aims", "sustainability"))


def test_ranges_of_objectives_are_resolved():
    assert [(row["label"], row["objectives"]) for row in proposals[2]["actions"]] == [
        ("Azioni per Ob. 1", [1]),
        ("Azioni per Ob. 2-3", [2, 3]),
        ("Azioni per Ob. 3", [3]),
        ("Azioni per Ob. 4", [4]),
        ("Azioni per Ob. 5-7", [5, 6, 7]),
        ("Azioni per Ob. 6", [6]),
        ("Azioni per Ob. 6-7", [6, 7]),
    ]


def test_targets_with_a_number_say_it():
    numbers = {n: [row["number_min"] for row in doc["targets"] if "number_min" in row] for n, doc in proposals.items()}
    assert numbers == {1: [], 2: [15, 50, 120, 60, 15], 3: [], 4: []}


def test_results_and_indicators():
    per_proposal = Counter(row["proposal"] for row in results)
    indicators = [indicator for row in results for indicator in row["indicators"]]
    assert per_proposal == {1: 4, 2: 3, 3: 4, 4: 3}
    assert (len(results), len(indicators)) == (14, 21)
    assert [indicator["target"] for indicator in indicators if "target" in indicator] == [10]


# ----------------------------------------------------------------------------------------------------------- declared


def test_declared_repeats_what_the_proposals_say():
    for number, doc in proposals.items():
        for what in ("total", "grant", "cofinancing"):
            row, source = declared[f"{what}_{number}"], doc["resources"][what]
            assert (row["value"], row["line"]) == (source["amount"], source["line"])
        assert declared[f"share_{number}"]["printed"] == doc["resources"]["cofinancing"]["share"]
        assert (declared[f"award_{number}"]["value"], declared[f"award_{number}"]["line"]) == (
            doc["award"]["amount"],
            doc["award"]["line"],
        )
        titles = {(row["title"], row["line"]) for row in doc["proposal"]["title_variants"]}
        titles.add((doc["proposal"]["title"], doc["proposal"]["line"]))
        assert titles == {
            (row["printed"], row["line"])
            for row in declared.values()
            if row["check"] == "proposal.title" and row["subject"] == f"proposal:{number}"
        }


def test_declared_subjects_resolve():
    known = {"plan", "territory", "call_2013", "agreement", "committee"}
    known |= {f"proposal:{n}" for n in proposals} | {f"alliance:{row['number']}" for row in alliances}
    known |= {f"source:{key}" for key in source_keys} | {f"area:{key}" for key in area_keys}
    known |= {f"act:{key}" for key in act_keys} | {f"zone:{row['key']}" for row in territory["zones"]}
    assert {row["subject"] for row in declared.values()} <= known
    assert {row["value"] for row in declared.values() if row.get("unit") == "organisation"} <= organisation_keys


def test_declared_holds_the_known_discrepancies():
    printed = {key: row["printed"] for key, row in declared.items()}
    assert (printed["award_1"], printed["grant_1"], printed["share_1"]) == ("69.803,00", "69.800,00", "3,86%")
    assert "insieme idee" in printed["title_4_683"]
    assert "in comune idee" in printed["title_4_1707"]
    assert {row["value"] for row in declared.values() if row["check"] == "zone_plan.years"} == {
        "2012-2014",
        "2011-2014",
    }
    assert printed["heading_2_4"] == "2.4 2.4 2.4 2.4"
    assert len({row["printed"].casefold() for row in declared.values() if row["check"] == "committee.name"}) == 3


# ---------------------------------------------------------------------------------------------- committee and meetings


def test_committee_is_sample_data_with_one_president_and_a_secretary_without_vote():
    roles = Counter(row["role"] for row in members.values())
    assert roles == {enums.MemberRole.PRESIDENT: 1, enums.MemberRole.MEMBER: 5, enums.MemberRole.SECRETARY: 1}
    assert all(row["sample"] for row in members.values())
    assert FILES["committee.toml"]["committee"]["rules"]["quorum"] in set(enums.QuorumRule)
    assert {row["organisation"] for row in members.values() if "organisation" in row} <= organisation_keys


def bound_to(proposal: int) -> set[str]:
    """Members whose organisation leads or is partner of the alliance of `proposal`."""
    alliance = alliances[proposal - 1]
    bodies = {alliance["lead"], *(partner["organisation"] for partner in alliance["partners"])}
    return {key for key, row in members.items() if row.get("organisation") in bodies}


def here_at(meeting: dict[str, Any], time: str) -> set[str]:
    """Voting members in the room at `time`."""
    return {
        row["member"]
        for row in meeting["attendance"]
        if row["kind"] == enums.AttendanceKind.PRESENT
        and row.get("time_in", meeting["time_opened"]) <= time < row.get("time_out", meeting["time_closed"])
        and members[row["member"]]["role"] != enums.MemberRole.SECRETARY
    }


def test_meetings_are_timed_and_someone_is_excused_late_and_early():
    attendance = [row for meeting in meetings for row in meeting["attendance"]]
    assert [(m["number"], m["date_held"]) for m in meetings] == [(1, date(2014, 6, 18)), (2, date(2014, 7, 9))]
    assert {row["kind"] for row in attendance} == {enums.AttendanceKind.PRESENT, enums.AttendanceKind.EXCUSED}
    assert any("time_in" in row for row in attendance)
    assert any("time_out" in row for row in attendance)
    for meeting in meetings:
        assert Counter(row["member"] for row in meeting["attendance"]) == Counter(members.keys())
        times = [item["time_start"] for item in meeting["items"]]
        assert times == sorted(times)
        assert meeting["time_opened"] <= times[0] <= times[-1] < meeting["time_closed"]
        assert [item["position"] for item in meeting["items"]] == list(range(1, 1 + len(meeting["items"])))
    assert [len(meeting["items"]) for meeting in meetings] == [7, 6]


@pytest.mark.parametrize("meeting", meetings, ids=lambda meeting: f"meeting-{meeting['number']}")
def test_votes_are_of_those_present_without_conflict_and_the_quorum_holds(meeting):
    voting = sum(row["role"] != enums.MemberRole.SECRETARY for row in members.values())
    for item in meeting["items"]:
        assert ("decision" in item) == ("votes" in item) == ("time_voted" in item)
        if "votes" not in item:
            continue
        out = {row["member"] for row in item.get("conflicts", [])}
        votes = {row["member"]: row["choice"] for row in item["votes"]}
        assert set(votes) == here_at(meeting, item["time_voted"]) - out
        assert len(votes) * 2 > voting
        assert set(votes.values()) <= set(enums.VoteChoice)
        counts = Counter(votes.values())
        assert counts[enums.VoteChoice.FAVOUR] * 2 > len(votes)


def test_conflicts_are_declared_where_a_members_body_is_partner():
    for meeting in meetings:
        for item in meeting["items"]:
            decision = item.get("decision", {})
            targets = {move["to"] for move in decision.get("moves", [])}
            touched = {n for n in proposals if f"proposal:{n}" in targets}
            touched |= {n for part in decision.get("allocation", {}).get("within", []) for n in part["proposals"]}
            bound = {(member, n) for n in touched for member in bound_to(n)}
            assert {(row["member"], row["proposal"]) for row in item.get("conflicts", [])} == bound
            assert {row["kind"] for row in item.get("conflicts", [])} <= set(enums.ConflictKind)


def test_decisions_move_money_within_sources_and_ceilings():
    kinds = [decision["kind"] for decision in decisions()]
    assert kinds == ["allocation", "award", "award", "admission", "award", "plain", "residue", "plain"]
    assert set(kinds) <= set(enums.DecisionKind)
    given: Counter[str] = Counter()
    come: Counter[str] = Counter()
    for move in moves():
        assert move["kind"] in set(enums.TransferKind)
        given[move["from"]] += parse_cents(move["amount"])
        come[move["to"]] += parse_cents(move["amount"])
    sources = {f"source:{row['key']}": parse_cents(row["amount"]) for row in plan["sources"]}
    ceilings = {f"area:{row['key']}": parse_cents(row["ceiling"]) for row in plan["areas"] if "ceiling" in row}
    assert given["source:fixed_quota"] == sources["source:fixed_quota"]
    assert given["source:residues"] == parse_cents("115.490,00")
    assert {key: come[key] for key in ceilings} == ceilings == {key: given[key] for key in ceilings}
    assert {n: come[f"proposal:{n}"] for n in proposals} == {
        n: parse_cents(doc["award"]["amount"]) for n, doc in proposals.items()
    }


def test_ceilings_decided_are_those_of_the_plan():
    decided = {row["area"]: row["amount"] for decision in decisions() for row in decision.get("ceilings", [])}
    assert decided == {row["key"]: row["ceiling"] for row in plan["areas"] if "ceiling" in row}


def test_each_proposal_is_found_suitable_before_it_is_funded():
    outcomes = [(row["proposal"], row["state"]) for decision in decisions() for row in decision.get("outcomes", [])]
    suitable, in_part = enums.ProposalState.SUITABLE, enums.ProposalState.FUNDED_IN_PART
    assert outcomes == [(3, suitable), (2, suitable), (1, suitable), (4, suitable), (1, in_part), (4, in_part)]


def test_residue_is_shared_by_a_rule_without_computed_amounts():
    (allocation,) = [decision["allocation"] for decision in decisions() if "allocation" in decision]
    residues = next(row["amount"] for row in plan["sources"] if row["key"] == "residues")
    left = parse_cents(residues) - parse_cents("115.490,00")
    assert parse_cents(allocation["amount"]) == left
    assert (allocation["rule"], allocation["tie"]) == ("equal", "listed")
    assert allocation["parts"] == ["A.1", "A.2", "A.3"]
    assert {part["area"]: part["proposals"] for part in allocation["within"]} == {"A.1": [3], "A.2": [2], "A.3": [1, 4]}
    areas = {n: doc["proposal"]["area"] for n, doc in proposals.items()}
    assert all(areas[n] == part["area"] for part in allocation["within"] for n in part["proposals"])


def test_second_meeting_approves_the_first_minutes():
    assert [decision["approves_minutes"] for decision in decisions() if "approves_minutes" in decision] == [1]
    assert meetings[1]["items"][0]["decision"]["approves_minutes"] == meetings[0]["number"]


def test_seats_of_organisations_are_municipalities_that_the_text_names():
    towns = {row["key"]: row["name"] for row in FILES["territory.toml"]["municipalities"]}
    seated = [row for row in organisations if "municipality" in row]
    for row in seated:
        assert row.get("seat", row["name"].removeprefix("Comune di ")) == towns[row["municipality"]]
