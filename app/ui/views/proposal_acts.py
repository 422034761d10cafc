"""What is done to a proposal beside saving it: its states, its versions, its papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.models.enums import ProposalState
from app.services.proposals.states import set_proposal_state, states_by_hand, submit_proposal
from app.services.proposals.versions import FIXED_STATES, close_version, reopen_proposal, version_rows
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n, output
from app.ui.fields import Act, FieldKind, FieldSpec
from app.ui.i18n import _

# --- its states ----------------------------------------------------------------------------


def _state_act(state: ProposalState, title: str, icon: str, *, confirm: str = "", primary: bool = False) -> Act:
    """The act that gives a proposal a state, offered where a person may give it."""
    return Act(
        title,
        icon,
        lambda store, proposal_id: set_proposal_state(store, proposal_id, state),
        confirm=confirm,
        primary=primary,
        when=lambda sheet: not sheet.reopened and state in states_by_hand(sheet.state),
    )


def _is_closed(sheet: Any) -> bool:
    return sheet.state is not ProposalState.DRAFT and not sheet.reopened


def closed_sentence(sheet: Any) -> str:
    """Why the sheet cannot be edited; nothing for a draft, or while a version is open."""
    if not _is_closed(sheet):
        return ""
    if sheet.state in FIXED_STATES:
        return N_("What was handed in is closed, and the proposal is over.")
    return N_("What was handed in is closed. To change it, open a new version and say why.")


def _document(code: str) -> Callable[[Any, str], Any]:
    """Builds a document of the catalogue about a proposal."""

    def build(store: Any, proposal_id: str) -> Any:
        from app.services.reports.catalogue import build_document

        return build_document(store, code, i18n.current(), proposal_id)

    return build


def _show_document(document: Any, form: Any) -> None:
    output.preview(form, form.desk, document)


def _compare(_versions: Any, form: Any) -> None:
    from app.ui.views.proposal_versions import VersionsDialog

    VersionsDialog(form.desk, form.record_id, form).show_versions()


VERSION_ACTS = (
    Act(
        N_("Close the version"),
        "lock",
        close_version,
        primary=True,
        when=lambda sheet: bool(sheet.reopened),
    ),
    Act(
        N_("New version…"),
        "git-branch",
        lambda store, proposal_id, values: reopen_proposal(store, proposal_id, values["reason"]),
        fields=(
            FieldSpec(
                "reason",
                N_("Why it changes"),
                FieldKind.NOTE,
                required=True,
                lines=2,
                hint=N_("For example: completion of 12/05/2014, protocol 35411."),
            ),
        ),
        when=lambda sheet: _is_closed(sheet) and sheet.state not in FIXED_STATES,
    ),
    Act(
        N_("Compare versions…"),
        "columns-3",
        version_rows,
        when=lambda sheet: sheet.version + bool(sheet.reopened) > 1,
        done=_compare,
    ),
    Act(N_("Print the sheet"), "printer", _document("SCHEDA"), done=_show_document),
    Act(N_("Print what is missing"), "list-checks", _document("COSA-MANCA"), done=_show_document),
)

STATE_ACTS = (
    Act(
        N_("Submit"),
        "upload",
        submit_proposal,
        primary=True,
        when=lambda sheet: sheet.state is ProposalState.DRAFT,
    ),
    _state_act(ProposalState.ADMISSIBLE, N_("Admit"), "circle-check", primary=True),
    _state_act(ProposalState.TO_INTEGRATE, N_("Ask for completion"), "clock"),
    _state_act(
        ProposalState.NOT_ADMISSIBLE,
        N_("Do not admit"),
        "circle-x",
        confirm=N_("«{title}» will be out of the call. Go on?"),
    ),
    _state_act(ProposalState.EVALUATED, N_("Mark as evaluated"), "list-checks", primary=True),
    _state_act(ProposalState.ACCEPTED, N_("Record the acceptance"), "signature", primary=True),
    _state_act(ProposalState.STARTED, N_("Mark as started"), "arrow-right", primary=True),
    _state_act(ProposalState.CONCLUDED, N_("Mark as concluded"), "check", primary=True),
    _state_act(
        ProposalState.RENOUNCED,
        N_("Record the renunciation"),
        "circle-x",
        confirm=N_("The alliance of «{title}» gives up the grant. Go on?"),
    ),
)


def state_line(sheet: Any) -> str:
    """State and version of a proposal, in one line."""
    said = _("State: {state}").format(state=label(sheet.state, i18n.current()))
    if sheet.reopened:
        return _("{state} · version {n} open: {reason}").format(state=said, n=sheet.version + 1, reason=sheet.reopened)
    return _("{state} · version {n} closed").format(state=said, n=sheet.version) if sheet.version else said
