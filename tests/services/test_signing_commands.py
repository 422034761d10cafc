"""The commands on signed papers, in this process."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import sqlalchemy as sa

from app.cli import main
from app.models.meetings import Meeting
from app.models.store import open_archive
from app.services.signing import package
from app.services.signing.package import SINCRO
from tests.services.signing_keys import PASSWORD, cades, signer

WHO = signer("Giulia Ferrario", "TINIT-FRRGLI70A41F205X")


@pytest.fixture(scope="module")
def made(sample_archive: Path) -> tuple[Path, str]:
    """The sample archive, and the number and year of its first approved meeting."""
    path = sample_archive
    with open_archive(path, writing=False) as store, store.read() as session:
        row = session.scalars(sa.select(Meeting).filter_by(state="approved").order_by(Meeting.date_held)).first()
        assert row is not None
        return path, f"{row.number}/{row.year}"


@pytest.fixture
def archive(made: tuple[Path, str], tmp_path: Path) -> str:
    return str(shutil.copy(made[0], tmp_path))


def test_from_the_paper_to_the_package(
    made: tuple[Path, str],
    archive: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    label, paper, key = made[1], tmp_path / "verbale.pdf", tmp_path / "chiave.p12"
    assert main(["--lang", "en", "sign", archive, label, "-o", str(paper)]) == 0
    assert "No signed file has come back yet." in capsys.readouterr().out
    back = tmp_path / "verbale.pdf.p7m"
    back.write_bytes(cades(paper.read_bytes(), WHO))
    entry = ["--protocol", "0012345", "--protocol-day", "2014-10-09", "--register", "AOO"]
    assert main(["--lang", "en", "sign", archive, label, "--take-in", str(back), *entry]) == 0
    told = capsys.readouterr().out
    assert "Giulia Ferrario, certificate by Certificatore di prova" in told
    assert "Verified without a network" in told
    assert main(["sign", archive, label, "--take-in", str(paper)]) == 2
    assert "non porta alcuna firma" in capsys.readouterr().err
    key.write_bytes(WHO.key_file)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["--lang", "en", "sign", archive, label, "--p12", str(key), "--password-stdin"]) == 2
    assert "envelope" in capsys.readouterr().err
    check_package(archive, tmp_path / "pacchetto", back.read_bytes())
    assert main(["package", archive, str(tmp_path / "pacchetto")]) == 2


def check_package(archive: str, folder: Path, signed: bytes) -> None:
    """The package has the signed file, what is said of it, and an index whose hashes hold."""
    assert main(["package", archive, str(folder)]) == 0
    [document] = folder.glob("*.p7m")
    assert document.read_bytes() == signed
    metadata = Xml.parse(folder / f"{document.name}.metadati.xml").getroot()
    said = {element.tag: element.text for element in metadata.iter() if element.text and element.text.strip()}
    assert base64.b64decode(said["Impronta"] or "") == hashlib.sha256(signed).digest()
    assert said["TipologiaDiFlusso"] == "I"
    roles = [element.findtext("TipoRuolo") for role in metadata.iterfind("Soggetti/Ruolo") for element in role]
    assert roles == ["Amministrazione Che Effettua La Registrazione", "Autore", "Produttore"]
    assert (said["NumeroProtocolloDocumento"], said["DataProtocollazioneDocumento"]) == ("0012345", "2014-10-09")
    assert (said["TipologiaDocumentale"], said["FirmatoDigitalmente"]) == ("Verbale di seduta", "true")
    assert said["VersioneDelDocumento"] == "2"
    listed = Xml.parse(folder / "indice.xml").getroot().iter(f"{{{SINCRO}}}File")
    found = {file.findtext(f"{{{SINCRO}}}Path"): file.findtext(f"{{{SINCRO}}}Hash") for file in listed}
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert found == {name: digest for name, digest in there.items() if name != "indice.xml"}


def test_a_paper_that_did_not_come_back_is_not_called_signed(
    made: tuple[Path, str], archive: str, tmp_path: Path
) -> None:
    assert main(["package", archive, str(tmp_path / "vuoto")]) == 2
    assert not (tmp_path / "vuoto").exists()
    assert main(["sign", archive, made[1]]) == 0
    assert main(["package", archive, str(tmp_path / "pacchetto"), "--meeting", made[1]]) == 0
    [metadata] = (tmp_path / "pacchetto").glob("*.metadati.xml")
    text = metadata.read_text("utf-8")
    assert "<FirmatoDigitalmente>false<" in text
    entry = Xml.fromstring(text).find("DatiDiRegistrazione/TipoRegistro/Repertorio_Registro")
    assert entry is not None
    assert [(field.tag, field.text) for field in entry][2:] == [
        ("NumeroRegistrazioneDocumento", made[1]),
        ("CodiceRegistro", "VERBALE"),
    ]


def test_names_of_who_signed_are_told_apart_by_the_tax_code() -> None:
    assert package._names("ROSSI MARIA ANNA", "RSSMNN70A41F205X") == ("ROSSI", "MARIA ANNA")
    assert package._names("Maria Anna De Rossi", "DRSMNN70A41F205X") == ("De Rossi", "Maria Anna")
    assert package._names("Luisa Moroni", "") == ("Moroni", "Luisa")
    assert package._names("", "") == ("", "")


def test_a_meeting_that_is_not_there_has_no_paper(archive: str) -> None:
    assert main(["sign", archive, "99/2099"]) == 2


def test_a_document_is_compared(
    made: tuple[Path, str], archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t01.pdf"
    assert main(["export", archive, "T01", "-o", str(table)]) == 0
    capsys.readouterr()
    assert main(["verify-document", archive, str(table), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["ok"], found["code"], found["redrawn"]) == ("ours", True, "T01", True)
    assert found["figures"] > 3
    assert main(["--lang", "en", "verify-document", archive, str(table)]) == 0
    assert "the archive gives every figure in it" in capsys.readouterr().out
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    assert main(["verify-document", archive, str(table)]) == 1
    assert main(["verify-document", archive, "CONCILIA:1:nothing"]) == 2
    assert main(["verify-document", archive, str(tmp_path / "nowhere.pdf")]) == 2
