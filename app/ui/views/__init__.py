"""One view per room of the window; this is the list of the rooms, in the order of the rail."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from app.services.wording.texts import N_

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.ui.desk import Desk
    from app.ui.views.base import RoomView


@dataclass(frozen=True)
class Room:
    """A room of the window.

    Attributes:
        key: stable name; `app.services.search` names rooms by it.
        title: on the rail (source text).
        icon: on the rail.
        factory: "module:Class" of its view, imported on the first visit.
        kinds: kinds of `app.services.search.Hit` whose records are shown here.
    """

    key: str
    title: str
    icon: str
    factory: str
    kinds: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """Module of its view."""
        return self.factory.partition(":")[0]

    def make(self, desk: Desk, parent: QWidget) -> RoomView:
        """The view of the room, made where it will stand."""
        view: RoomView = getattr(import_module(self.module), self.factory.partition(":")[2])(desk, parent)
        return view


ROOMS: tuple[Room, ...] = (
    Room("dashboard", N_("Overview"), "layout-dashboard", "app.ui.views.dashboard:DashboardView"),
    Room("plan", N_("Plan"), "map", "app.ui.views.plan:PlanView", ("area", "source")),
    Room("network", N_("Network"), "network", "app.ui.views.network:NetworkView", ("organisation", "alliance")),
    Room("calls", N_("Calls"), "mail", "app.ui.views.calls:CallsView", ("call",)),
    Room("proposals", N_("Proposals"), "clipboard-list", "app.ui.views.proposals:ProposalsView", ("proposal",)),
    Room("evaluation", N_("Evaluation"), "award", "app.ui.views.evaluation:EvaluationView"),
    Room("resources", N_("Resources"), "wallet", "app.ui.views.resources:ResourcesView"),
    Room("projects", N_("Projects"), "coins", "app.ui.views.projects:ProjectsView"),
    Room(
        "vouchers",
        N_("Vouchers"),
        "ticket",
        "app.ui.views.vouchers.room:VouchersView",
        ("programme", "voucher", "household", "individual"),
    ),
    Room("meetings", N_("Meetings"), "gavel", "app.ui.views.meetings:MeetingsView", ("meeting", "decision")),
    Room("prints", N_("Prints"), "printer", "app.ui.views.prints:PrintsView"),
    Room("archive", N_("Archive"), "archive", "app.ui.views.archive:ArchiveView"),
)
