"""The package for the preservation system: papers with what is said of them, and an index, in a folder.

Nothing is preserved by this: a preservation system takes the folder in. Fields have the names of annex 5 of AgID's
guidelines on documents, of May 2021 (metadata of administrative documents); the index those of UNI 11386:2020 (SInCRO).
What the archive does not know is not made up: classification, aggregation, codes of the office in the IPA index.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

from app import __version__
from app.models.errors import InvalidInput, RuleBroken
from app.models.store import Store
from app.services.changes import Changes
from app.services.files import write_together
from app.services.reports.frame import read_frame
from app.services.reports.pdf_finish import PROGRAM
from app.services.signing.papers import PaperDraft, load_paper, paper_content, paper_rows
from app.services.vouchers.tax_codes import given_letters, name_letters
from app.services.wording.formats import rome

SINCRO = "http://www.uni.com/U3011/sincro-v2/"
INDEX = "indice.xml"
TYPES = {"VERBALE": "Verbale di seduta", "ESTRATTO": "Estratto di deliberazione", "ERRATA": "Errata corrige"}
"""What kind of document each code is, in the words of the archive it goes to."""

MADE = (
    "creazione tramite utilizzo di strumenti software che assicurino la produzione di documenti nei formati"
    " previsti in allegato 2"
)
"""How the documents came to be, in the words that the guidelines list."""


@dataclass(frozen=True)
class _Entry:
    """A file of the package, with the file that says what it is."""

    paper: PaperDraft
    name: str
    content: bytes
    signed: bool

    @property
    def digest(self) -> str:
        """The hash as the guidelines write it, in base 64."""
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()

    @property
    def described(self) -> str:
        """Name of the file with its metadata."""
        return f"{self.name}.metadati.xml"


def write_package(store: Store, folder: Path, paper_ids: Iterable[str] | None = None) -> tuple[Path, ...]:
    """Write papers, their metadata and the index into a folder; of a paper that came back signed, the signed file.

    Args:
        folder: a new one, or an empty one.
        paper_ids: which papers; all that were handed out, when it is not said.

    Returns:
        Every file written, the index last: a folder without one was not finished.

    Raises:
        InvalidInput: "package.folder_full".
        RuleBroken: "package.nothing".
        NotFound: "record.gone".
        EnvironmentFailed: "document.damaged", and as `write_together`.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput("package.folder_full", name=folder.name)
    wanted = [load_paper(store, key) for key in paper_ids] if paper_ids is not None else list(paper_rows(store))
    if not wanted:
        raise RuleBroken("package.nothing")
    frame = read_frame(store)
    entries = [_entry(store, paper, n) for n, paper in enumerate(sorted(wanted, key=_order), start=1)]
    made: list[tuple[str, bytes]] = []
    for entry in entries:
        made += [(entry.name, entry.content), (entry.described, _metadata(entry, frame.heading))]
    made.append((INDEX, _index(made, frame.heading, frame.file_id, store.clock())))
    return write_together(folder, made)


def package_minutes(store: Store, folder: Path, paper_id: str) -> Changes:
    """Write one paper as a package of its own, for the window; nothing in the archive changes.

    Raises:
        AppError: as `write_package`.
    """
    write_package(store, folder, [paper_id])
    return Changes.of(ids=(paper_id,))


def _order(paper: PaperDraft) -> tuple[datetime, str]:
    assert paper.made_at is not None
    return paper.made_at, paper.sha256


def _entry(store: Store, paper: PaperDraft, n: int) -> _Entry:
    assert paper.id is not None
    name, content = paper_content(store, paper.id, signed=bool(paper.copies))
    suffixes = "".join(Path(name).suffixes[-2:]) if name.endswith(".p7m") else ".pdf"
    return _Entry(paper, f"{n:03}-{paper.slug}{suffixes}", content, bool(paper.copies))


def _text(root: Xml.Element) -> bytes:
    Xml.indent(root)
    body: str = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _add(parent: Xml.Element, path: str, text: str = "") -> Xml.Element:
    """A new element, each step of the path under the one before."""
    for name in path.split("/"):
        parent = Xml.SubElement(parent, name)
    parent.text = text or None
    return parent


# --- what is said of a document ------------------------------------------------------------------


def _metadata(entry: _Entry, heading: tuple[str, ...]) -> bytes:
    """Metadata of an administrative document, in the order of annex 5."""
    paper = entry.paper
    root = Xml.Element("DocumentoAmministrativoInformatico")
    identity = _add(root, "IdDoc")
    print_ = _add(identity, "ImprontaCrittograficaDelDocumento")
    _add(print_, "Impronta", entry.digest)
    _add(print_, "Algoritmo", "SHA-256")
    _add(identity, "Identificativo", paper.id or "")
    _add(root, "ModalitaDiFormazione", MADE)
    _add(root, "TipologiaDocumentale", TYPES.get(paper.code, paper.code))
    _registration(root, paper)
    _subjects(root, paper, heading[0] if heading else "")
    _add(root, "ChiaveDescrittiva/Oggetto", ", ".join(filter(None, (paper.title, paper.subject))))
    _add(root, "Allegati/NumeroAllegati", "0")
    _add(root, "Riservato", "false")
    _format(root, entry)
    checks = _add(root, "Verifica")
    _add(checks, "FirmatoDigitalmente", "true" if entry.signed else "false")
    _add(checks, "SigillatoElettronicamente", "false")
    _add(checks, "MarcaturaTemporale", "false")
    _add(checks, "ConformitaCopieImmagineSuSupportoInformatico", "false")
    _add(root, "NomeDelDocumento", entry.name)
    _add(root, "VersioneDelDocumento", str(1 + paper.copies))
    return _text(root)


def _registration(root: Xml.Element, paper: PaperDraft) -> None:
    """Its entry in the register of protocol, where the office has told it; else its own number among its kind."""
    data = _add(root, "DatiDiRegistrazione")
    _add(data, "TipologiaDiFlusso", "I")  # made inside
    kind = _add(data, "TipoRegistro")
    if paper.protocol_number and paper.protocol_date is not None:
        entry = _add(kind, "ProtocolloOrdinario_ProtocolloEmergenza")
        _add(entry, "TipoRegistro", "ProtocolloOrdinario\\ProtocolloEmergenza")
        _add(entry, "DataProtocollazioneDocumento", paper.protocol_date.isoformat())
        _add(entry, "NumeroProtocolloDocumento", paper.protocol_number)
        _add(entry, "CodiceRegistro", paper.register)
        return
    assert paper.made_at is not None
    number = re.search(r"\d+/\d{4}", paper.title)
    entry = _add(kind, "Repertorio_Registro")
    _add(entry, "TipoRegistro", "Repertorio\\Registro")
    _add(entry, "DataRegistrazioneDocumento", paper.made_at.astimezone(rome()).date().isoformat())
    _add(entry, "NumeroRegistrazioneDocumento", number.group() if number else paper.slug)
    _add(entry, "CodiceRegistro", paper.code)


def _subjects(root: Xml.Element, paper: PaperDraft, office: str) -> None:
    """The office, who signed, and the program; each says its role."""
    subjects = _add(root, "Soggetti")
    registers = _add(subjects, "Ruolo/AmministrazioneCheEffettuaLaRegistrazione")
    _add(registers, "TipoRuolo", "Amministrazione Che Effettua La Registrazione")
    _add(registers, "PAI/IPAAmm/Denominazione", office)
    for line in paper.signatures:
        author = _add(subjects, "Ruolo/Autore")
        _add(author, "TipoRuolo", "Autore")
        person = _add(author, "PF")
        code = line.signer_code.removeprefix("TINIT-")
        surname, given = _names(line.signer, code)
        _add(person, "Cognome", surname)
        _add(person, "Nome", given)
        if code:
            _add(person, "CodiceFiscale", code)
    maker = _add(subjects, "Ruolo/Produttore")
    _add(maker, "TipoRuolo", "Produttore")
    _add(maker, "SW/DenominazioneSistema", f"{PROGRAM} {__version__}")


def _names(signer: str, code: str) -> tuple[str, str]:
    """Surname and given name of who signed: as the tax code tells them apart, else the last word is the surname."""
    words = signer.split()
    for cut in range(1, len(words)):
        first, last = " ".join(words[:cut]), " ".join(words[cut:])
        for surname, given in ((first, last), (last, first)):
            if code.upper().startswith(name_letters(surname) + given_letters(given)):
                return surname, given
    return (words[-1], " ".join(words[:-1])) if words else ("", "")


def _format(root: Xml.Element, entry: _Entry) -> None:
    found = _add(root, "IdentificativoDelFormato")
    _add(found, "Formato", _mime(entry.name))
    software = _add(found, "ProdottoSoftware")
    _add(software, "NomeProdotto", PROGRAM)
    _add(software, "VersioneProdotto", __version__)
    _add(software, "Produttore", PROGRAM)


def _mime(name: str) -> str:
    if name.endswith(".p7m"):
        return "application/pkcs7-mime"
    return "application/xml" if name.endswith(".xml") else "application/pdf"


# --- the index -----------------------------------------------------------------------------------


def _index(files: list[tuple[str, bytes]], heading: tuple[str, ...], file_id: str, now: datetime) -> bytes:
    """The index of the package: who made it, which files, each with its hash."""
    Xml.register_namespace("sincro", SINCRO)
    root = Xml.Element(_name("PIndex"), {_name("version"): "2.0"})
    instant = now.astimezone(UTC).isoformat(timespec="seconds")
    own = _sincro(root, "SelfDescription")
    _sincro(own, "ID", f"{file_id}-{date.fromisoformat(instant[:10])}", scheme="local")
    application = _sincro(own, "CreatingApplication")
    for name, text in (("Name", PROGRAM), ("Version", __version__), ("Producer", PROGRAM)):
        _sincro(application, name, text)
    volume = _sincro(root, "PVolume")
    _sincro(volume, "ID", file_id, scheme="local")
    group = _sincro(root, "FileGroup")
    _sincro(group, "Label", "Documenti e metadati")
    for name, content in files:
        file = _sincro(group, "File", format=_mime(name), encoding="binary")
        _sincro(file, "ID", name, scheme="local")
        _sincro(file, "Path", name)
        _sincro(file, "Hash", hashlib.sha256(content).hexdigest(), hashFunction="SHA-256")
    process = _sincro(root, "Process")
    _sincro(_sincro(process, "Submitter"), "AgentName", heading[0] if heading else "")
    _sincro(_sincro(process, "TimeReference"), "TimeInfo", instant)
    return _text(root)


def _name(name: str) -> str:
    return f"{{{SINCRO}}}{name}"


def _sincro(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    made = Xml.SubElement(parent, _name(name), {_name(key): value for key, value in attributes.items()})
    made.text = text or None
    return made
