"""Who may do what: one table from verbs to roles. The store asks it at every write; the window shows it.

It is a courtesy among people who share a key, not cryptography: whoever can open the archive has its data key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.models.enums import UserRole
from app.models.errors import RuleBroken
from app.models.users import Person

_OFFICE = (UserRole.SECRETARY,)
_MEETINGS = (UserRole.SECRETARY, UserRole.PRESIDENT)
_SCORERS = (UserRole.SECRETARY, UserRole.PRESIDENT, UserRole.MEMBER)
_NETWORK = (UserRole.SECRETARY, UserRole.DISTRICT_OFFICER)
_MONEY = (UserRole.SECRETARY, UserRole.CASHIER)
_WORKERS = (
    UserRole.SECRETARY,
    UserRole.PRESIDENT,
    UserRole.MEMBER,
    UserRole.DISTRICT_OFFICER,
    UserRole.CASHIER,
)
_ALL = (*_WORKERS, UserRole.READER)
_KEEPER: tuple[UserRole, ...] = ()

# One entry for each name that a service gives to `store.write`, in alphabetical order; the keeper may do everything.
RIGHTS: Mapping[str, tuple[UserRole, ...]] = {
    "accept_finding": _MEETINGS,
    "accept_request": _OFFICE,
    "accept_voucher_report": _NETWORK,
    "add_budget_version": _NETWORK,
    "add_document": _NETWORK,
    "add_point": _MEETINGS,
    "add_user": _KEEPER,
    "admit_firm": _OFFICE,
    "admit_request": _NETWORK,
    "adopt_ranking": _MEETINGS,
    "adopt_rescaling": _OFFICE,
    "adopt_scenario": _OFFICE,
    "apply_erasures": _ALL,  # by opening an older copy
    "approve_erratum": _MEETINGS,
    "approve_minutes": _MEETINGS,
    "approve_report": _OFFICE,
    "ask_rescaled_budgets": _OFFICE,
    "authorise_amendment": _OFFICE,
    "award_by_ranking": _OFFICE,
    "begin_check": _OFFICE,
    "bind_signed": _MEETINGS,
    "call_waiting": _OFFICE,
    "change_password": _ALL,
    "check_settlement": _MONEY,
    "close_completion": _OFFICE,
    "close_firm_budget": _OFFICE,
    "close_meeting": _MEETINGS,
    "close_programme": _OFFICE,
    "close_version": _OFFICE,
    "convene_meeting": _MEETINGS,
    "copy_scenario": _OFFICE,
    "correct_use": _NETWORK,
    "delete_act": _OFFICE,
    "delete_agreement": _OFFICE,
    "delete_alliance": _NETWORK,
    "delete_amendment": _OFFICE,
    "delete_area": _OFFICE,
    "delete_call": _OFFICE,
    "delete_committee": _OFFICE,
    "delete_completion": _OFFICE,
    "delete_decision": _OFFICE,
    "delete_declaration": _OFFICE,
    "delete_district": _OFFICE,
    "delete_document": _NETWORK,
    "delete_earlier_call": _OFFICE,
    "delete_erratum": _OFFICE,
    "delete_firm_budget": _NETWORK,
    "delete_follow_up": _OFFICE,
    "delete_grid": _OFFICE,
    "delete_household": _NETWORK,
    "delete_individual": _NETWORK,
    "delete_interests": _OFFICE,
    "delete_meeting": _OFFICE,
    "delete_municipality": _OFFICE,
    "delete_organisation": _NETWORK,
    "delete_payment": _MONEY,
    "delete_pot": _OFFICE,
    "delete_programme": _OFFICE,
    "delete_programme_rules": _OFFICE,
    "delete_proposal": _NETWORK,
    "delete_ranking": _OFFICE,
    "delete_report": _OFFICE,
    "delete_request": _OFFICE,
    "delete_rescaling": _OFFICE,
    "delete_retention": _KEEPER,
    "delete_rules_version": _OFFICE,
    "delete_scenario": _OFFICE,
    "delete_settlement": _MONEY,
    "delete_source": _OFFICE,
    "delete_template": _OFFICE,
    "delete_voucher_report": _NETWORK,
    "delete_voucher_request": _NETWORK,
    "empty_bin": _KEEPER,
    "encrypt_archive": _KEEPER,
    "erase_person": _KEEPER,
    "expire_vouchers": _OFFICE,
    "found_archive": _KEEPER,
    "give_firm_budget": _OFFICE,
    "give_sheet": _SCORERS,
    "import_voucher_report": _NETWORK,
    "import_workbook": _NETWORK,
    "issue_vouchers": _NETWORK,
    "judge_distinct": _NETWORK,
    "lock_grid": _MEETINGS,
    "make_payment_file": _MONEY,
    "merge_organisations": _OFFICE,
    "move_point": _MEETINGS,
    "new_programme_rules": _OFFICE,
    "new_rules_version": _OFFICE,
    "open_meeting": _MEETINGS,
    "open_programme": _OFFICE,
    "open_scores": _SCORERS,
    "post_entries": _OFFICE,
    "prepare_paper": _MEETINGS,
    "raise_programme": _OFFICE,
    "receive_recovery": _MONEY,
    "receive_source": _MONEY,
    "record_conflict": _MEETINGS,
    "record_guest": _MEETINGS,
    "record_presence": _MEETINGS,
    "record_use": _NETWORK,
    "record_vote": _MEETINGS,
    "refuse_amendment": _OFFICE,
    "refuse_firm": _OFFICE,
    "refuse_payment": _MONEY,
    "refuse_request": _NETWORK,
    "reinstate_voucher": _OFFICE,
    "release_payment": _MONEY,
    "release_reservation": _MONEY,
    "release_settlement": _MONEY,
    "remove_encryption": _KEEPER,
    "remove_user": _KEEPER,
    "renew_key": _KEEPER,
    "renew_sheet": _KEEPER,
    "renounce_voucher": _NETWORK,
    "reopen_proposal": _OFFICE,
    "reserve": _MONEY,
    "restore_copy": _KEEPER,
    "resume_meeting": _MEETINGS,
    "resume_programme": _OFFICE,
    "return_settlement": _MONEY,
    "reverse_transfer": _MONEY,
    "revoke_voucher": _OFFICE,
    "save_act": _OFFICE,
    "save_agreement": _OFFICE,
    "save_alliance": _NETWORK,
    "save_amendment": _OFFICE,
    "save_area": _OFFICE,
    "save_call": _OFFICE,
    "save_checklist": _OFFICE,
    "save_committee": _OFFICE,
    "save_completion": _OFFICE,
    "save_decision": _OFFICE,
    "save_declaration": _OFFICE,
    "save_district": _OFFICE,
    "save_document": _NETWORK,
    "save_earlier_call": _OFFICE,
    "save_erratum": _OFFICE,
    "save_firm_budget": _NETWORK,
    "save_follow_up": _OFFICE,
    "save_grid": _OFFICE,
    "save_household": _NETWORK,
    "save_individual": _NETWORK,
    "save_interests": _MEETINGS,
    "save_letterhead": _OFFICE,
    "save_meeting": _OFFICE,
    "save_municipality": _OFFICE,
    "save_omissions": _OFFICE,
    "save_organisation": _NETWORK,
    "save_paper": _MEETINGS,
    "save_payment": _MONEY,
    "save_plan": _OFFICE,
    "save_pot": _OFFICE,
    "save_programme": _OFFICE,
    "save_programme_indicators": _OFFICE,
    "save_programme_rules": _OFFICE,
    "save_proposal": _NETWORK,
    "save_ranking": _MEETINGS,
    "save_report": _MONEY,
    "save_request": _OFFICE,
    "save_rescaling": _OFFICE,
    "save_retention": _KEEPER,
    "save_rules": _OFFICE,
    "save_scenario": _OFFICE,
    "save_settlement": _MONEY,
    "save_sheet": _SCORERS,
    "save_source": _OFFICE,
    "save_template": _OFFICE,
    "save_user": _KEEPER,
    "save_voucher_report": _NETWORK,
    "save_voucher_request": _NETWORK,
    "send_convocation": _OFFICE,
    "set_proposal_state": _OFFICE,
    "set_sheet_aside": _MEETINGS,
    "settle_point": _MEETINGS,
    "settle_reservation": _MONEY,
    "submit_amendment": _OFFICE,
    "submit_proposal": _NETWORK,
    "suspend_meeting": _MEETINGS,
    "suspend_programme": _OFFICE,
    "take_up_point": _MEETINGS,
    "tell_amendment": _OFFICE,
    "tell_apart": _NETWORK,
    "undo": _WORKERS,  # and of what they may do themselves
    "unlock_grid": _MEETINGS,
    "upgrade_archive": _ALL,  # by opening an older archive
    "withdraw_acceptance": _MEETINGS,
    "withdraw_distinct": _NETWORK,
    "withdraw_request": _NETWORK,
    "write_discussion": _MEETINGS,
}


def roles_for(verb: str) -> tuple[UserRole, ...]:
    """Roles that may do `verb`, the keeper first; a verb that the table does not know is the keeper's alone."""
    return (UserRole.KEEPER, *RIGHTS.get(verb, ()))


def check_right(person: Person | None, verbs: Iterable[str]) -> None:
    """Refuse what somebody's role may not do; nobody in particular, as in a plain archive, is its keeper.

    Raises:
        RuleBroken: "right.missing" with the person's name and role, and the roles that may.
    """
    if person is None:
        return
    for verb in verbs:
        if person.role not in roles_for(verb):
            raise RuleBroken("right.missing", user=person.name, role=person.role, needed=roles_for(verb))
