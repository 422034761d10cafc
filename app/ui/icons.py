"""Icons: SVG files drawn in the present colours, at any size, so that a change of theme needs no new files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, QStandardPaths, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from app.resources import resource
from app.services.files import keep_small


class _Ink:
    """The colours that icons are drawn in; set by the theme."""

    colours: Mapping[str, str] = {}


def repaint_icons(colours: Mapping[str, str]) -> None:
    """From now on draw every icon in these colours, those already shown too."""
    _Ink.colours = colours
    QPixmapCache.clear()


@cache
def _svg(name: str) -> str:
    """Source of one icon; it says `currentColor` where the ink goes."""
    return resource("icons", f"{name}.svg").read_text("utf-8")


def icon_pixmap(name: str, ink: str, size: QSize, opacity: float = 1.0) -> QPixmap:
    """One icon in the middle of `size` device pixels, in the colour called `ink`; nothing of no size."""
    if size.isEmpty():
        return QPixmap()
    key = f"{name}/{_Ink.colours.get(ink, ink)}/{size.width()}x{size.height()}/{opacity}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    source = _svg(name).replace("currentColor", _Ink.colours.get(ink, ink))
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    side = min(size.width(), size.height())
    corner = QPoint((size.width() - side) // 2, (size.height() - side) // 2)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(corner, QSize(side, side)))
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap


class _Engine(QIconEngine):
    """Draws one icon in the theme's present colour, faded when disabled."""

    def __init__(self, name: str, ink: str) -> None:
        super().__init__()
        self._name, self._ink = name, ink

    def clone(self) -> QIconEngine:
        """A second engine for the same icon."""
        return _Engine(self._name, self._ink)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into `rect` at the resolution of the device."""
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._drawn(rect.size() * ratio, mode)
        pixmap.setDevicePixelRatio(ratio)
        painter.drawPixmap(rect.topLeft(), pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon at `size` device pixels."""
        return self._drawn(size, mode)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The icon at `size` device pixels of a screen of the given scale."""
        pixmap = self._drawn(size, mode)
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def _drawn(self, size: QSize, mode: QIcon.Mode) -> QPixmap:
        faded = mode == QIcon.Mode.Disabled
        return QPixmap(icon_pixmap(self._name, "muted" if faded else self._ink, size, 0.6 if faded else 1.0))


@cache
def icon(name: str, ink: str = "text") -> QIcon:
    """The icon of a Lucide name ("plus", "printer") in a colour of the theme ("text", "muted", "accent", "ok")."""
    assert resource("icons", f"{name}.svg").is_file(), f"no icon {name}"
    return QIcon(_Engine(name, ink))


def style_image(name: str, colour: str) -> str:
    """A file with the icon in `colour`, for a style sheet, which takes images from files alone.

    It lies in the program's cache folder and is made again when that was emptied; where it cannot be written it is the
    icon in black.
    """
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)) / "concilia"
    file = folder / f"{name}-{colour.lstrip('#')}.svg"
    if not file.is_file() and not keep_small(file, _svg(name).replace("currentColor", colour)):
        return resource("icons", f"{name}.svg").as_posix()
    return file.as_posix()
