"""The look of the window: Fusion with an own palette, light or dark, at 100 to 200 %, and the Inter typeface."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.resources import resource
from app.ui.icons import repaint_icons
from app.ui.style import stylesheet

FONT_POINTS = 10.0

LIGHT = {
    "window": "#f3f5f8",
    "base": "#ffffff",
    "alt": "#f7f9fb",
    "text": "#17212b",
    "mid": "#848f9c",
    "button": "#ffffff",
    "accent": "#0b57a4",
    "on_accent": "#ffffff",
    "muted": "#525e6a",
    "link": "#0b57a4",
    "side": "#12304f",
    "side_text": "#dbe6f2",
    "side_on": "#ffffff",
    "side_selected": "#1f4a78",
    "side_mark": "#5aa4ef",
    "border": "#d5dbe2",
    "tooltip": "#17212b",
    "tooltip_text": "#ffffff",
    "ok": "#14663b",
    "ok_back": "#dff3e6",
    "warn": "#7a4b00",
    "warn_back": "#fdeecb",
    "bad": "#a3161d",
    "bad_back": "#fde3e3",
    "neutral": "#44505c",
    "neutral_back": "#e6eaef",
    "info": "#0b4f95",
    "info_back": "#dfecfa",
    "selected": "#d6e6f7",
}
DARK = {
    "window": "#171b21",
    "base": "#1e232b",
    "alt": "#232932",
    "text": "#e8edf3",
    "mid": "#6f7d8e",
    "button": "#2a313b",
    "accent": "#5aa4ef",
    "on_accent": "#07182b",
    "muted": "#a5b1bf",
    "link": "#7db8f5",
    "side": "#10141a",
    "side_text": "#c2cddb",
    "side_on": "#ffffff",
    "side_selected": "#24405f",
    "side_mark": "#5aa4ef",
    "border": "#343d49",
    "tooltip": "#e8edf3",
    "tooltip_text": "#171b21",
    "ok": "#8fe0af",
    "ok_back": "#173526",
    "warn": "#f5cd7a",
    "warn_back": "#3b2f12",
    "bad": "#ff9d9d",
    "bad_back": "#431d20",
    "neutral": "#c5cfda",
    "neutral_back": "#2f3843",
    "info": "#9ccbff",
    "info_back": "#1b3350",
    "selected": "#24405f",
}

TEXT_PAIRS = (
    ("text", "window"),
    ("text", "base"),
    ("text", "alt"),
    ("text", "selected"),
    ("text", "button"),
    ("muted", "base"),
    ("muted", "window"),
    ("muted", "alt"),
    ("link", "base"),
    ("on_accent", "accent"),
    ("side_text", "side"),
    ("side_on", "side_selected"),
    ("tooltip_text", "tooltip"),
    ("ok", "ok_back"),
    ("warn", "warn_back"),
    ("bad", "bad_back"),
    ("bad", "base"),
    ("neutral", "neutral_back"),
    ("info", "info_back"),
)
"""Foreground and background of everything that is read."""
LINE_PAIRS = (
    *(("mid", back) for back in ("base", "button", "window", "alt")),
    *(("accent", back) for back in ("base", "window", "alt", "button", "selected")),
    *(("accent", f"{tone}_back") for tone in ("ok", "warn", "bad", "info")),
    *(("side_mark", back) for back in ("side", "side_selected")),
)
"""Outline of controls and of the focus against what lies under them."""


_LOOK = "concilia_look"
"""Property of the application: how it is dressed."""


class Theme(StrEnum):
    """What the user may choose."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class _Look:
    """The present colours and scale."""

    colours: Mapping[str, str] = LIGHT
    scale: int = 100
    fonts_loaded = False


def colour(name: str) -> QColor:
    """One colour of the present theme, by its name."""
    return QColor(_Look.colours[name])


def px(length: float) -> int:
    """A length of the design in pixels of the present scale."""
    return round(length * _Look.scale / 100)


def is_dark() -> bool:
    """Whether the present theme is dark."""
    return _Look.colours is DARK


OF_THE_SYSTEM: tuple[Any, ...] = ("QAbstractItemView", "QMenu", "QMenuBar", "QMessageBox", "QStatusBar", "QTipLabel")
"""Widgets for which Windows names a typeface and a size of its own, which wins over the application's.

Qt's Python takes texts, and says in its types that it takes bytes.
"""


def apply_theme(app: QApplication, theme: Theme, scale: int = 100) -> None:
    """Dress the application: palette, style sheet, typeface and its size; nothing is done when it is dressed so."""
    dark = theme is Theme.DARK or (theme is Theme.SYSTEM and _system_is_dark(app))
    look = f"{'dark' if dark else 'light'} {scale}"
    if app.property(_LOOK) == look:
        return
    _Look.colours, _Look.scale = (DARK if dark else LIGHT), scale
    _load_fonts()
    app.setStyle("Fusion")
    app.setFont(body_font())
    app.setPalette(_palette(_Look.colours))
    app.setStyleSheet(stylesheet(_Look.colours, px))
    for name in OF_THE_SYSTEM:
        if app.font(name) != app.font():
            app.setFont(body_font(), name)
    repaint_icons(_Look.colours)
    app.setProperty(_LOOK, look)


def body_font() -> QFont:
    """Inter at the present scale, with digits of equal width."""
    font = QFont("Inter")
    font.setPointSizeF(FONT_POINTS * _Look.scale / 100)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, relative luminance and contrast ratio.
    """
    lighter, darker = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour_: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour_.redF()) + 0.7152 * linear(colour_.greenF()) + 0.0722 * linear(colour_.blueF())


def _system_is_dark(app: QApplication) -> bool:
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _load_fonts() -> None:
    """Give Qt the typeface of the program, once: a bare system has none."""
    if _Look.fonts_loaded:
        return
    for file in sorted(resource("fonts").rglob("Inter*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    _Look.fonts_loaded = True


def _palette(colours: Mapping[str, str]) -> QPalette:
    """The palette that Fusion draws from."""
    role = QPalette.ColorRole
    roles = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "base",
        role.AlternateBase: "alt",
        role.Text: "text",
        role.Button: "button",
        role.ButtonText: "text",
        role.BrightText: "bad",
        role.Highlight: "accent",
        role.HighlightedText: "on_accent",
        role.Link: "link",
        role.LinkVisited: "link",
        role.PlaceholderText: "muted",
        role.ToolTipBase: "tooltip",
        role.ToolTipText: "tooltip_text",
        role.Accent: "accent",
        role.Light: "base",
        role.Midlight: "alt",
        role.Mid: "mid",
        role.Dark: "border",
    }
    palette = QPalette()
    for place, name in roles.items():
        palette.setColor(place, QColor(colours[name]))
    palette.setColor(role.Shadow, QColor("#000000"))
    faded = QColor(colours["muted"])
    faded.setAlpha(150)
    for place in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, place, faded)
    return palette
