"""The style sheet: what the palette alone cannot say. Object names and the `tone` property choose the dress.

Names in use: `side`, `brand`, `brandSub`, `top`, `card`, `cardCaption`, `cardValue`, `panel`, `h1`, `h2`, `muted`,
`fieldError`, `banner` (with `tone`), `chip`, `primary`, `danger`, `tabs`, `link`, `quiet`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template

from app.ui.icons import style_image

_SHEET = Template(
    """
#side { background: $side; border: 0; }
#side QListWidget { background: transparent; border: 0; outline: 0; color: $side_text; }
#side QListWidget::item { padding: 0 ${p10}; border-radius: ${p6}; margin: 1px ${p8}; border: 2px solid transparent; }
#side QListWidget::item:hover { background: ${side_selected}; }
#side QListWidget::item:selected { background: $side_selected; color: $side_on; border-left: 3px solid $side_mark; }
#side QListWidget::item:selected:focus { border: 2px solid $side_mark; }
#brand { color: $side_on; font-size: ${p15}; font-weight: 700; }
#brandSub { color: $side_text; }
#top { background: $base; border: 0; border-bottom: 1px solid $border; }
QToolBar { background: transparent; border: 0; padding: ${p5} ${p10}; spacing: ${p3}; }
QToolButton { padding: ${p5} ${p9}; border-radius: ${p5}; border: 2px solid transparent; background: transparent; }
QPushButton, QToolButton, QLineEdit, QComboBox, QMenu, QTabBar { icon-size: ${p16}; }
QToolButton:hover { background: $selected; }
QToolButton:pressed, QToolButton:checked { background: $selected; }
QToolButton:focus { border: 2px solid $accent; }
QToolButton[popupMode="2"]::menu-indicator { image: none; width: 0; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolBar::separator { background: $border; width: 1px; margin: ${p5} ${p6}; }
#card, #panel { background: $base; border: 1px solid $border; border-radius: ${p8}; }
#cardCaption, #muted { color: $muted; }
#cardValue { font-size: ${p19}; font-weight: 600; }
#h1 { font-size: ${p21}; font-weight: 700; }
#h2 { font-size: ${p15}; font-weight: 600; }
#h3 { font-weight: 600; }
#fieldError { color: $bad; }
#link { color: $link; background: transparent; padding: 0; border: 2px solid transparent; border-radius: ${p4}; }
#link:focus { border: 2px solid $accent; }
#banner { border-radius: ${p6}; }
#bannerList, #bannerList > QWidget { background: transparent; }
#calmBanner[tone="info"] QLabel { color: $info; }
#banner[tone="bad"] { background: $bad_back; border: 1px solid $bad; }
#banner[tone="bad"] QLabel { color: $bad; }
#banner[tone="warn"] { background: $warn_back; border: 1px solid $warn; }
#banner[tone="warn"] QLabel { color: $warn; }
#banner[tone="info"] { background: $info_back; border: 1px solid $info; }
#banner[tone="info"] QLabel { color: $info; }
#banner[tone="ok"] { background: $ok_back; border: 1px solid $ok; }
#banner[tone="ok"] QLabel { color: $ok; }
QScrollArea, QScrollArea > QWidget > QWidget#sheet, QTextEdit#told { background: transparent; border: 0; padding: 0; }
QTextEdit#told { border: 1px solid transparent; }
QScrollArea:focus, QTextEdit#told:focus { border: 1px solid $accent; }
QTableView, QTreeView, QListView { outline: 0; background: $base; border: 1px solid $border; border-radius: ${p8};
  gridline-color: $border; alternate-background-color: $alt; selection-background-color: $selected;
  selection-color: $text; }
QTableView:focus, QTreeView:focus, QListView:focus { border: 2px solid $accent; }
QTableView, QTreeView { padding: 1px; }
QTableView:focus, QTreeView:focus { padding: 0; }
QTableView::item, QTreeView::item { padding: 0 ${p8}; }
QTableView#grid::item:focus, QTableView#month::item:focus { border: 1px solid $accent; }
QListView::item { padding: ${p4} ${p6}; }
QTableView QTableCornerButton::section { background: $alt; border: 0; }
QHeaderView { background: $alt; border: 0; border-top-left-radius: ${p8}; border-top-right-radius: ${p8}; }
QHeaderView::section { background: $alt; color: $muted; border: 0; border-bottom: 1px solid $border;
  padding: ${p7} ${p11}; font-weight: 600; }
QHeaderView::section:horizontal:first, QHeaderView::section:horizontal:only-one { border-top-left-radius: ${p7}; }
QHeaderView::section:horizontal:last, QHeaderView::section:horizontal:only-one { border-top-right-radius: ${p7}; }
QHeaderView::up-arrow { image: url("$image_up"); width: ${p13}; height: ${p13}; subcontrol-position: center right; }
QHeaderView::down-arrow { image: url("$image_down"); width: ${p13}; height: ${p13}; subcontrol-position: center right; }
QLineEdit, QComboBox, QPlainTextEdit { background: $base; border: 1px solid $mid; border-radius: ${p5};
  padding: ${p5} ${p7}; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid $accent; padding: ${p4} ${p6}; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QPlainTextEdit[wrong="true"], QTableView[wrong="true"] {
  border: 2px solid $bad; padding: ${p4} ${p6}; }
QLineEdit[wrong="true"]:focus, QComboBox[wrong="true"]:focus, QPlainTextEdit[wrong="true"]:focus,
QTableView[wrong="true"]:focus { border: 2px solid $accent; }
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled { background: $alt; border: 1px solid $border;
  color: $text; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $alt; }
QTableView QLineEdit, QTableView QComboBox { border-radius: 0; padding: 0 ${p6}; }
QToolButton#inner { padding: 0; border: 0; background: transparent; }
QToolButton#inner:hover { background: transparent; }
QComboBox QLineEdit { border: 0; padding: 0; background: transparent; }
QComboBox::drop-down { border: 0; width: ${p24}; }
QComboBox::down-arrow { image: url("$image_down"); width: ${p14}; height: ${p14}; }
QComboBox QAbstractItemView { border: 1px solid $mid; border-radius: 0; outline: 0; }
QCheckBox, QRadioButton { spacing: ${p7}; padding: ${p2}; border: ${p2} solid transparent; border-radius: ${p4}; }
QCheckBox:focus, QRadioButton:focus { border: ${p2} solid $accent; }
QCheckBox::indicator, QTableView::indicator, QListView::indicator, QMenu::indicator { width: ${p15};
  height: ${p15}; border: 1px solid $mid;
  border-radius: ${p3}; background: $base; }
QMenu::indicator { margin-left: ${p6}; }
QRadioButton::indicator { width: ${p15}; height: ${p15}; border: 1px solid $mid; border-radius: ${p8};
  background: $base; }
QRadioButton::indicator:checked { width: ${p7}; height: ${p7}; border: ${p5} solid $accent; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked,
QMenu::indicator:checked { background: $accent;
  border-color: $accent; image: url("$image_check"); }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: ${p12}; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p12}; margin: 0; }
QScrollBar::handle { background: $mid; border-radius: ${p4}; margin: ${p2}; }
QScrollBar::handle:vertical { min-height: ${p28}; }
QScrollBar::handle:horizontal { min-width: ${p28}; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QPushButton { padding: ${p5} ${p13}; border-radius: ${p5}; border: 1px solid $mid; background: $button; }
QPushButton:hover { background: $selected; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton:focus { border: 2px solid $accent; padding: ${p4} ${p12}; }
QPushButton:disabled { border: 1px solid $border; }
QPushButton#gapsHead { padding: ${p3} 0; border: 2px solid transparent; background: transparent; text-align: left; }
QPushButton#gapsHead:hover { background: $selected; }
QPushButton#gapsHead:focus { border: 2px solid $accent; }
QPushButton#primary { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; }
QPushButton#primary:focus { border: 2px solid $text; }
QPushButton#primary:disabled { background: $alt; color: $muted; border: 1px solid $border; }
QPushButton#danger { color: $bad; border: 1px solid $bad; }
QPushButton#danger:focus { border: 2px solid $accent; }
QToolButton#chip { border: 1px solid $mid; border-radius: ${p12}; padding: ${p3} ${p10}; background: $base; }
QToolButton#chip[active="true"] { border: 1px solid $accent; background: $info_back; color: $info; font-weight: 600; }
QToolButton#chip:focus { border: 2px solid $accent; }
QTabBar#tabs { background: transparent; }
QTabBar#tabs::tab { padding: ${p7} ${p10}; border: 0; border-bottom: 2px solid transparent; color: $muted;
  background: transparent; margin-right: ${p4}; }
QTabBar#tabs[distance="close"]::tab { padding: ${p7} ${p7}; margin-right: ${p2}; }
QTabBar#tabs[distance="tight"]::tab { padding: ${p7} ${p4}; margin-right: ${p2}; }
QTabBar#tabs::tab:selected { color: $text; border-bottom: 2px solid $accent; font-weight: 600; }
QTabBar#tabs::tab:hover { color: $text; }
QTabBar#tabs[distance="close"]::tab:focus { border: 2px solid $accent; border-radius: ${p4};
  padding: ${p5} ${p5} ${p7} ${p5}; }
QTabBar#tabs[distance="tight"]::tab:focus { border: 2px solid $accent; border-radius: ${p4};
  padding: ${p5} ${p2} ${p7} ${p2}; }
QTabBar#tabs::tab:focus { border: 2px solid $accent; border-radius: ${p4}; padding: ${p5} ${p8} ${p7} ${p8}; }
QTabBar QToolButton { background: $base; border: 1px solid $border; border-radius: ${p4}; padding: 0;
  margin: ${p4} 1px; }
QTabBar QToolButton::left-arrow { image: url("$image_left"); width: ${p14}; height: ${p14}; }
QTabBar QToolButton::right-arrow { image: url("$image_right"); width: ${p14}; height: ${p14}; }
QTabBar::scroller { width: ${p26}; }
QSplitter::handle { background: transparent; }
QMenu { background: $base; border: 1px solid $mid; padding: ${p4}; }
QMenu::item { padding: ${p6} ${p24} ${p6} ${p10}; border-radius: ${p4}; }
QMenu::icon { margin-left: ${p8}; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: ${p4} ${p6}; }
QToolTip { background: $tooltip; color: $tooltip_text; border: 0; padding: ${p4} ${p6}; }
QStatusBar { background: $base; border-top: 1px solid $border; color: $muted; }
QStatusBar QLabel { color: $muted; padding: 0 ${p6}; }
QStatusBar::item { border: 0; }
QProgressBar { border: 1px solid $mid; border-radius: ${p4}; background: $base; text-align: center;
  max-height: ${p14}; }
QProgressBar::chunk { background: $accent; border-radius: ${p3}; }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $alt; border-bottom: 1px solid $border; }
QCalendarWidget QToolButton { color: $text; font-weight: 600; }
QCalendarWidget QToolButton#qt_calendar_prevmonth { qproperty-icon: url("$image_left"); }
QCalendarWidget QToolButton#qt_calendar_nextmonth { qproperty-icon: url("$image_right"); }
QCalendarWidget QAbstractItemView { border: 0; border-radius: 0; }
QCalendarWidget QTableView::item { padding: 0; }
QDialog { background: $window; }
#roomScreen { background: $base; }
#roomHead { color: $muted; font-size: ${p22}; }
#roomTitle { font-size: ${p44}; font-weight: 700; }
#roomLine { font-size: ${p26}; }
#roomOutcome { font-size: ${p32}; font-weight: 600; }
"""
)


def stylesheet(colours: Mapping[str, str], px: Callable[[float], int]) -> str:
    """The sheet in these colours; `px` turns a length of the design into pixels of the scale."""
    lengths = {f"p{n}": f"{px(n)}px" for n in range(2, 45)}
    images = {
        "image_up": style_image("chevron-up", colours["muted"]),
        "image_down": style_image("chevron-down", colours["muted"]),
        "image_left": style_image("chevron-left", colours["text"]),
        "image_right": style_image("chevron-right", colours["text"]),
        "image_check": style_image("check", colours["on_accent"]),
    }
    return _SHEET.substitute(colours, **lengths, **images)
