"""The language of the window: one translator for the whole process, changed only when the window is rebuilt."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.services.wording.texts import N_, Translator, translator

__all__ = ["N_", "_", "context", "current", "plural", "set_language"]


class _Window:
    """The present language and Qt's own translator for it."""

    texts: Translator | None = None
    qt: QTranslator | None = None


def current() -> Translator:
    """Translator of the window's language (Italian until another is chosen)."""
    if _Window.texts is None:
        _Window.texts = translator("it")
    return _Window.texts


def set_language(language: str) -> Translator:
    """Make `language` ("it", "en") the language of the window, Qt's own buttons included."""
    _Window.texts = translator(language)
    QLocale.setDefault(QLocale(QLocale.Language.Italian, QLocale.Country.Italy))
    app = QCoreApplication.instance()
    if app is not None:
        _install_qt_texts(app, language)
    return _Window.texts


def _install_qt_texts(app: QCoreApplication, language: str) -> None:
    """Replace the translator of Qt's own texts; Qt itself speaks English."""
    if _Window.qt is not None:
        app.removeTranslator(_Window.qt)
        _Window.qt = None
    if language == "en":
        return
    texts = QTranslator(app)
    if texts.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(texts)
        _Window.qt = texts


def _(message: str) -> str:
    """`message` in the window's language."""
    return current()(message)


def plural(one: str, many: str, n: int) -> str:
    """The form of a counted text that suits `n`, in the window's language; format it with `n=n`."""
    return current().plural(one, many, n)


def context(where: str, message: str) -> str:
    """`message` as it is said in `where`, in the window's language."""
    return current().context(where, message)
