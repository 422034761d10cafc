"""Asking «Da dove viene?» of what shows a balance; the statement itself is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.desk import Desk
from app.ui.i18n import _

if TYPE_CHECKING:
    from app.ui.views.origin import OriginDialog

KEYS = "Ctrl+D"


def offer_origin(desk: Desk, widget: QWidget, account_id: Callable[[], str | None]) -> QAction:
    """Have a widget ask «Da dove viene?» of the account it stands on, by a key and by its menu.

    Args:
        account_id: gives the account's key, or that of its source, area or project; None when there is none.
    """
    action = QAction(_("Where does it come from?"), widget)
    action.setShortcut(QKeySequence(KEYS))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def ask() -> None:
        wanted = account_id()
        if wanted is not None and desk.is_open:
            show_origin(desk, widget, wanted)

    action.triggered.connect(ask)
    widget.addAction(action)
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    return action


def show_origin(desk: Desk, parent: QWidget, account_id: str) -> OriginDialog:
    """Show where the money of an account comes from, beside the window, which stays usable."""
    from app.services.ledger.statement import account_for
    from app.ui.views.origin import OriginDialog

    dialog = OriginDialog(desk, desk.read(account_for, account_id) or account_id, parent.window())
    dialog.show()
    return dialog
