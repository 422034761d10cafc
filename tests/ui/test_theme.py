from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QIcon
from PySide6.QtWidgets import QApplication, QLabel

from app.resources import resource
from app.ui.icons import icon, icon_pixmap, style_image
from app.ui.theme import DARK, LIGHT, LINE_PAIRS, TEXT_PAIRS, Theme, apply_theme, colour, contrast, is_dark, px
from app.ui.widgets import TONE_ICONS, TONES, Tone

THEMES = {"light": LIGHT, "dark": DARK}
TEXT_MIN, LINE_MIN = 5.8, 3.0


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_can_be_read(name: str, front: str, back: str) -> None:
    assert contrast(THEMES[name][front], THEMES[name][back]) >= TEXT_MIN


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("front", "back"), LINE_PAIRS)
def test_outlines_can_be_seen(name: str, front: str, back: str) -> None:
    assert contrast(THEMES[name][front], THEMES[name][back]) >= LINE_MIN


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_themes_have_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_icons_follow_the_theme(qapp: QApplication) -> None:
    made = icon("plus")
    apply_theme(qapp, Theme.LIGHT)
    light = made.pixmap(QSize(32, 32)).toImage()
    apply_theme(qapp, Theme.DARK)
    dark = made.pixmap(QSize(32, 32)).toImage()
    assert is_dark()
    assert light.pixelColor(16, 16) == QColor(LIGHT["text"])
    assert dark.pixelColor(16, 16) == QColor(DARK["text"])
    faded = made.pixmap(QSize(32, 32), QIcon.Mode.Disabled).toImage()
    assert faded.pixelColor(16, 16).alpha() < 230


def test_scale_widens_lengths_and_letters(qapp: QApplication) -> None:
    apply_theme(qapp, Theme.LIGHT, 100)
    small = QLabel("Importo 1.234,56 €").sizeHint().width()
    assert px(10) == 10
    apply_theme(qapp, Theme.LIGHT, 200)
    assert px(10) == 20
    assert QLabel("Importo 1.234,56 €").sizeHint().width() == pytest.approx(2 * small, rel=0.05)


def test_typeface_is_ours_and_its_digits_are_of_one_width(qapp: QApplication) -> None:
    assert qapp.font().family() == "Inter"
    metrics = QLabel("x").fontMetrics()
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_typeface_is_ours_where_the_system_has_one_for_lists(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dress(sheet: str) -> None:  # Windows names its typefaces anew with each style
        QApplication.setStyleSheet(qapp, sheet)
        qapp.setFont(QFont("Source Sans 3", 30), "QAbstractItemView")

    monkeypatch.setattr(qapp, "setStyleSheet", dress)
    apply_theme(qapp, Theme.LIGHT, 110)
    assert QApplication.font("QAbstractItemView") == QApplication.font()
    monkeypatch.undo()
    apply_theme(qapp, Theme.LIGHT)


def test_images_of_the_sheet_lie_in_the_cache(qapp: QApplication, tmp_path: Path) -> None:
    file = Path(style_image("check", "#123456"))
    assert file.is_file()
    assert "currentColor" not in file.read_text("utf-8")
    assert "#123456" in file.read_text("utf-8")
    assert str(tmp_path) in str(file)


def test_icon_of_no_size_draws_nothing(qapp: QApplication) -> None:
    assert icon("plus").pixmap(QSize(0, 0)).isNull()
    assert icon_pixmap("plus", "text", QSize(0, 16)).isNull()


def test_every_tone_has_its_colours_and_icon() -> None:
    for tone in Tone:
        assert {tone.value, f"{tone.value}_back"} <= LIGHT.keys()
        assert resource("icons", f"{TONE_ICONS[tone]}.svg").is_file()
    assert set(TONES.values()) <= set(Tone)
    assert colour("ok").isValid()
