"""The gate for workbooks: what passes is unchanged, and each kind of bad file is refused with its own reason."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.errors import EnvironmentFailed, InvalidInput
from app.services.exchange import guard, scan
from app.services.exchange.guard import check_workbook
from app.services.exchange.reader import read_sheets
from app.services.wording.texts import LANGUAGES, translator
from app.ui.errors import sentence
from tests.services.packages import (
    BOOK,
    GOOD,
    RELATIONS,
    SHARED,
    SHARED_RELATION,
    SHEET,
    TYPES,
    book,
    package,
    relation,
    relations,
    shared,
    sheet,
    types,
)

Parts = Mapping[str, str | bytes | None]


def refused(path: Path) -> InvalidInput:
    """The refusal of a file, which has a sentence that names the file in each language."""
    with pytest.raises(InvalidInput) as raised:
        check_workbook(path)
    for language in LANGUAGES:
        assert path.name in sentence(raised.value, translator(language))
    return raised.value


def test_good_workbook_passes_with_its_fingerprint(tmp_path: Path) -> None:
    path = package(tmp_path, {"xl/media/image1.png": b"\x89PNG <!DOCTYPE", "docProps/": b""})
    checked = check_workbook(path)
    assert checked.name == "prova.xlsx"
    assert len(checked.sha256) == 64
    with zipfile.ZipFile(io.BytesIO(checked.data)) as archive:
        assert set(archive.namelist()) == {part.lower() for part in GOOD}
    assert read_sheets(checked)["Costi"].value(1, 1) == "Personale"


def test_workbook_of_a_spreadsheet_program_passes_with_its_lists_and_addresses(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = "=non è una formula"
    made.active["A1"].data_type = "s"
    made.active["B2"].hyperlink = "mailto:ufficio@example.org"
    rule = openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1="$A$1:$A$3")
    rule.add("C1:C3")
    made.active.add_data_validation(rule)
    made.save(tmp_path / "x.xlsx")
    sheets = read_sheets(check_workbook(tmp_path / "x.xlsx"))
    assert sheets["Sheet"].value(1, 1) == "=non è una formula"


# --- the file ------------------------------------------------------------------------------


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed) as raised:
        check_workbook(tmp_path / "manca.xlsx")
    assert raised.value.code == "workbook.missing"
    (tmp_path / "cartella.xlsx").mkdir()
    with pytest.raises(EnvironmentFailed) as raised:
        check_workbook(tmp_path / "cartella.xlsx")
    assert raised.value.code == "workbook.unreadable"
    assert "cartella.xlsx" in sentence(raised.value, translator("it"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("vuoto.xlsx", b"", "workbook.not_a_workbook"),
        ("testo.xlsx", b"Voce;Importo\r\n", "workbook.not_a_workbook"),
        ("foto.xlsx", b"\x89PNG\r\n\x1a\n", "workbook.not_a_workbook"),
        ("vecchio.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook.encrypted"),
        ("tronco.xlsx", b"PK\x03\x04", "workbook.damaged"),
    ],
)
def test_files_that_are_not_what_their_name_says(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name).code == code


@pytest.mark.parametrize("name", ["prova.xlsm", "prova.xls", "prova.ods", "prova"])
def test_only_the_one_suffix_is_taken(tmp_path: Path, name: str) -> None:
    assert refused(package(tmp_path, name=name)).code == "workbook.not_a_workbook"


def test_suffix_in_capitals_is_the_same_suffix(tmp_path: Path) -> None:
    assert check_workbook(package(tmp_path, name="PROVA.XLSX")).name == "PROVA.XLSX"


def test_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path)
    monkeypatch.setattr(guard, "FILE_MAX", path.stat().st_size)
    check_workbook(path)
    monkeypatch.setattr(guard, "FILE_MAX", path.stat().st_size - 1)
    assert refused(path).code == "workbook.too_large"


def test_truncated_and_corrupted_files(tmp_path: Path) -> None:
    path = package(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path).code == "workbook.damaged"
    at = whole.index(b"[Content_Types].xml") + len("[Content_Types].xml") + 20
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    assert refused(path).code == "workbook.damaged"


# --- the package ---------------------------------------------------------------------------


def test_bomb_is_refused_by_what_it_inflates_to(tmp_path: Path) -> None:
    blank = sheet(" " * 3_000_000)
    path = package(tmp_path, {SHEET: blank})
    assert path.stat().st_size < 10_000
    assert refused(path).values["part"] == SHEET


def test_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = package(tmp_path, {SHEET: sheet(" " * 3_000_000)})
    true = struct.pack("<I", len(sheet(" " * 3_000_000)))
    raw = path.read_bytes()
    assert raw.count(true) == 2
    path.write_bytes(raw.replace(true, struct.pack("<I", 1000)))
    assert refused(path).code == "workbook.damaged"


def test_all_parts_together_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    total = sum(len(content) for content in GOOD.values())
    monkeypatch.setattr(guard, "INFLATED_MAX", total)
    check_workbook(package(tmp_path))
    monkeypatch.setattr(guard, "INFLATED_MAX", total - 1)
    assert refused(package(tmp_path)).code == "workbook.bomb"


def test_too_many_parts(tmp_path: Path) -> None:
    path = package(tmp_path, {f"xl/media/{i}.png": b"" for i in range(guard.PARTS_MAX)})
    error = refused(path)
    assert (error.code, error.values["found"]) == ("workbook.too_many_parts", guard.PARTS_MAX + len(GOOD))


@pytest.mark.parametrize(
    "part",
    [
        "../fuori.xml",
        "/assoluto.xml",
        "xl/../../x.xml",
        "xl\\worksheets\\x.xml",
        "C:x.xml",
        "xl//x.xml",
        "xl/./x.xml",
        "a\tb.xml",
    ],
)
def test_odd_paths(tmp_path: Path, part: str) -> None:
    assert refused(package(tmp_path, {part: "<a/>"})).code == "workbook.odd_path"


def test_part_that_is_there_twice(tmp_path: Path) -> None:
    assert refused(package(tmp_path, {"XL/Workbook.xml": book()})).code == "workbook.odd_path"


def test_encrypted_entry(tmp_path: Path) -> None:
    path = package(tmp_path)
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1
    path.write_bytes(raw)
    assert refused(path).code == "workbook.encrypted"


def test_packing_that_the_format_does_not_know(tmp_path: Path) -> None:
    path = package(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/altro.xml", "<a/>")
    assert refused(path).code == "workbook.damaged"


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/vbaProject.bin": b""},
        {"xl/macrosheets/sheet1.xml": "<a/>"},
        {"xl/embeddings/oleObject1.bin": b""},
        {"xl/activeX/activeX1.bin": b""},
        {"xl/media/programma.exe": b"MZ"},
        {TYPES: types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")},
    ],
)
def test_macros_and_what_is_embedded(tmp_path: Path, parts: Parts) -> None:
    assert refused(package(tmp_path, parts)).code == "workbook.macros"


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/externalLinks/externalLink1.xml": "<a/>"},
        {"xl/connections.xml": "<a/>"},
        {"xl/queryTables/queryTable1.xml": "<a/>"},
        {
            RELATIONS: relations(
                relation(), relation("r9", "image", "http://example.org/x.png", ' TargetMode="External"')
            )
        },
        {"xl/worksheets/_rels/sheet1.xml.rels": relations(relation("r1", "oleObject", "x", ' TargetMode="external"'))},
    ],
)
def test_links_out_of_the_file(tmp_path: Path, parts: Parts) -> None:
    assert refused(package(tmp_path, parts)).code == "workbook.external_links"


# --- the parts -----------------------------------------------------------------------------

ENTITY = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "part", [SHEET, SHARED, BOOK, RELATIONS, TYPES, "docProps/app.xml", "customXml/item1.xml", "xl/x.VML"]
)
@pytest.mark.parametrize("text", [ENTITY, "<!doctype w>", "<!ENTITY a 'b'>", f"{' ' * 70_000}<!DOCTYPE w>"])
def test_doctype_in_any_part(tmp_path: Path, part: str, text: str) -> None:
    error = refused(package(tmp_path, {part: f'<?xml version="1.0"?>{text}<a/>'}))
    assert (error.code, error.values["part"]) == ("workbook.doctype", part)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp037", "utf-7"])
def test_doctype_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{ENTITY}<a/>'
    assert refused(package(tmp_path, {SHEET: text.encode(encoding)})).code in ("workbook.encoding", "workbook.doctype")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_only_one_encoding_is_taken(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{sheet("<!-- è -->")}'
    assert refused(package(tmp_path, {SHEET: text.encode(encoding)})).code == "workbook.encoding"


def test_declared_encoding_is_held_to_its_word(tmp_path: Path) -> None:
    declared = '<?xml version="1.0" encoding="{}"?>' + GOOD[SHEET]  # type: ignore[operator]
    check_workbook(package(tmp_path, {SHEET: "\ufeff" + declared.format("UTF-8")}))
    assert refused(package(tmp_path, {SHEET: declared.format("UTF-7")})).code == "workbook.encoding"


@pytest.mark.parametrize("parts", [{TYPES: None}, {BOOK: None}, {TYPES: types("application/xml")}])
def test_package_that_is_not_a_workbook(tmp_path: Path, parts: Parts) -> None:
    assert refused(package(tmp_path, parts)).code == "workbook.not_a_workbook"


@pytest.mark.parametrize(
    "parts",
    [
        {BOOK: "<workbook"},
        {RELATIONS: None},
        {RELATIONS: "nulla"},
        {RELATIONS: relations(relation(), relation())},
        {RELATIONS: relations(relation("r7"), SHARED_RELATION)},
        {RELATIONS: relations(relation(target="worksheets/sheet9.xml"), SHARED_RELATION)},
        {RELATIONS: relations(relation(kind="chartsheet"), SHARED_RELATION)},
        {RELATIONS: relations(relation(), relation("r2", "sharedStrings", "altrove.xml"))},
        {BOOK: book('<sheet name="Costi" sheetId="1"/>')},
        {BOOK: book('<sheet name="A" sheetId="1" r:id="r1"/><sheet name="A" sheetId="2" r:id="r1"/>')},
        {SHEET: sheet('<row r="x"/>')},
        {SHEET: sheet('<row r="1"><c r="1A"><v>1</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="A1" t="s"><v>2</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="A1" t="s"><v>uno</v></c></row>')},
        {SHEET: sheet("<row>")},
        {SHEET: sheet('<row r="1"><c r="A1"><v>NaN</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="A1" t="n"><v>12.3.4</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="A1"><v> 7 </v></c></row>')},
        {SHARED: shared("x").replace("</si>", "")},
    ],
)
def test_parts_that_do_not_fit_together(tmp_path: Path, parts: Parts) -> None:
    assert refused(package(tmp_path, parts)).code == "workbook.damaged"


def test_relations_may_name_parts_from_the_root(tmp_path: Path) -> None:
    target = relations(
        relation(target="/xl/worksheets/sheet1.xml"), relation("r2", "sharedStrings", "/xl/sharedStrings.xml")
    )
    assert read_sheets(check_workbook(package(tmp_path, {RELATIONS: target})))["Costi"].value(1, 1) == "Personale"


def test_workbook_without_shared_texts(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="B2" t="inlineStr"><is><t>Testo</t></is></c><c r="C2"/></row>'
    parts = {SHEET: sheet(rows), SHARED: None, RELATIONS: relations(relation())}
    assert read_sheets(check_workbook(package(tmp_path, parts)))["Costi"].value(2, 2) == "Testo"


# --- the cells -----------------------------------------------------------------------------


def test_formulas_are_named_by_sheet_and_cell(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="5"><c r="C5"><f>SUM(A1:A4)</f><v>1</v></c><c><f>A1</f></c></row>'
        '<row><c t="str"><f>A2</f><v>x</v></c></row>'
    )
    error = refused(package(tmp_path, {SHEET: sheet(rows)}))
    assert error.code == "workbook.formulas"
    assert error.values["cells"] == ("Costi!C5", "Costi!D5", "Costi!A6")
    assert "Costi!C5, Costi!D5, Costi!A6" in sentence(error, translator("it"))


def test_only_the_first_formulas_are_named(tmp_path: Path) -> None:
    cells = "".join(f"<row><c><f>{i}</f></c></row>" for i in range(30))
    error = refused(package(tmp_path, {SHEET: sheet(cells)}))
    assert (error.values["count"], len(error.values["cells"])) == (30, scan.CELLS_NAMED)  # type: ignore[arg-type]


def test_formulas_with_a_prefix_of_the_name_space(tmp_path: Path) -> None:
    rows = '<x:row r="1"><x:c r="B1"><x:f>1+1</x:f></x:c></x:row>'
    text = f'<x:worksheet xmlns:x="urn:x"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    assert refused(package(tmp_path, {SHEET: text})).values["cells"] == ("Costi!B1",)


def test_formulas_of_lists_are_nobodys_content(tmp_path: Path) -> None:
    text = str(GOOD[SHEET]).replace(
        "</worksheet>", "<extLst><f>Elenchi!$A$1</f><row r='x'/><c/><v/></extLst></worksheet>"
    )
    check_workbook(package(tmp_path, {SHEET: text}))


def test_errors_of_the_spreadsheet_are_named(tmp_path: Path) -> None:
    error = refused(package(tmp_path, {SHEET: sheet('<row r="3"><c r="AB3" t="e"><v>#N/A</v></c></row>')}))
    assert (error.code, error.values["cells"]) == ("workbook.error_values", ("Costi!AB3",))


@pytest.mark.parametrize("number", ["1e12", "-100000000000", "1e999", "9" * 40])
def test_numbers_beyond_any_form_are_named(tmp_path: Path, number: str) -> None:
    error = refused(package(tmp_path, {SHEET: sheet(f'<row r="2"><c r="B2"><v>{number}</v></c></row>')}))
    assert (error.code, error.values["cells"]) == ("workbook.number_too_large", ("Costi!B2",))


def test_numbers_in_every_notation(tmp_path: Path) -> None:
    numbers = ("99999999999", "-1.5", ".5", "5.", "1E-3", "+2", "")
    cells = "".join(f"<c><v>{number}</v></c>" for number in numbers)
    row = read_sheets(check_workbook(package(tmp_path, {SHEET: sheet(f"<row>{cells}</row>")})))["Costi"].rows[0]
    assert [str(value) for value in row] == ["99999999999.0", "-1.5", "0.5", "5.0", "0.001", "2.0"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (f'<row r="{scan.ROWS_MAX}"><c r="A{scan.ROWS_MAX}"><v>1</v></c></row>', None),
        (f'<row r="1"><c r="A{scan.ROWS_MAX + 1}"><v>1</v></c></row>', "workbook.too_many_rows"),
        (f'<row r="{scan.ROWS_MAX}"/><row><c><v>1</v></c></row>', "workbook.too_many_rows"),
        ('<row r="1048576"/>', None),  # styled to the last row, and empty
        ('<row r="1"><c r="BL1"><v>1</v></c></row>', None),
        ('<row r="1"><c r="BM1"><v>1</v></c></row>', "workbook.too_many_columns"),
        ('<row r="1"><c r="BL1"/><c><v>1</v></c></row>', "workbook.too_many_columns"),
    ],
)
def test_sheets_that_reach_too_far(tmp_path: Path, rows: str, code: str | None) -> None:
    path = package(tmp_path, {SHEET: sheet(rows)})
    if code is None:
        dict(read_sheets(check_workbook(path)))
    else:
        error = refused(path)
        assert (error.code, error.values["sheet"]) == (code, "Costi")


def test_shared_text_is_counted_wherever_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "TEXT_MAX", 3000)
    rows = "".join('<row><c t="s"><v>0</v></c></row>' for _ in range(3))
    check_workbook(package(tmp_path, {SHEET: sheet(rows), SHARED: shared("x" * 1000)}))
    assert refused(package(tmp_path, {SHEET: sheet(rows), SHARED: shared("x" * 1001)})).code == "workbook.too_much_text"


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (28, "AB"), (702, "ZZ"), (703, "AAA")])
def test_columns_have_letters(number: int, name: str) -> None:
    assert scan.column_name(number) == name


def test_no_file_makes_the_gate_stumble(tmp_path: Path) -> None:
    """Any single byte of a workbook may be wrong: it passes or is refused, and nothing else happens."""
    path = package(tmp_path)
    whole = path.read_bytes()
    outcomes: dict[str, int] = {}
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            dict(read_sheets(check_workbook(path)))
            code = "passed"
        except InvalidInput as error:
            code = error.code
        outcomes[code] = outcomes.get(code, 0) + 1
    assert outcomes.keys() > {"passed", "workbook.damaged"}
    assert outcomes["workbook.damaged"] > outcomes["passed"]


CELL_PIECES = st.sampled_from(
    [
        *('<c r="A1"/>', '<c r="B2" s="3" t="n"></c>', '<c r="C3" t="n"><v>1.5</v></c>', '<c r="D4"><v>-12</v></c>'),
        *('<c r="A5" t="s"><v>0</v></c>', '<c r="A6" t="s"><v>1</v></c>', '<c r="A6" t="s"><v>2</v></c>'),
        *('<c r="BL7" t="b"><v>1</v></c>', '<c r="A8" t="str"><v>a &amp; b</v></c>', "<c><v>3</v></c>"),
        *('<c r="A9" t="inlineStr"><is><t>è «vero»</t></is></c>', '<c r="A9"><f>A1</f><v>2</v></c>'),
        *('<c r="A9" t="e"><v>#N/A</v></c>', '<c r="BM1"><v>1</v></c>', '<c r="BM1"/>', '<c r="A120001"><v>1</v></c>'),
        *('<c r="A119999"><v>1</v></c>', '<c r="A2"><v>12345678901</v></c>', '<c r="A2"><v>123456789012</v></c>'),
        *(
            '<c r="1A"/>',
            '<c r="A2"><v>x</v></c>',
            '<c r="A3"><!-- <f>x</f> --><v>1</v></c>',
            "<v>1</v>",
            "</row><row>",
        ),
        *(
            '<c r="A3"><v>1</v>',
            '<c r="A1" t="s"></c>',
            '<c r="A4"><v>&#49;</v></c>',
            "</sheetData><sheetData>",
            "</row><row>",
        ),
        *(
            '<c r="A9" t="inlineStr"><is><t>perch&#233; &#8220;s&#236;&#8221;</t></is></c>',
            '<c r="A9" t="str"><v>&#0;</v></c>',
            '<c r="A9" t="str"><v>&#55296;</v></c>',
            '<c r="A9" t="str"><v>&#xd8ff;</v></c>',
        ),
        *("<c r='A1'><v>1</v></c>", '<c r="A1" t="inlineStr"><is><r><t>x</t></r></is></c>', "<![CDATA[<c/>]]>"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELL_PIECES, max_size=5), st.sampled_from(["", ' r="1"', ' spans="1:2" r="2"', ' r="x"', ' s="<"']))
def test_the_quick_look_says_what_the_slow_one_says(cells: list[str], terms: str) -> None:
    text = sheet(f"<row{terms}>{''.join(cells)}</row>")

    def look(quickly: bool) -> object:
        try:
            found = scan._look_at("Costi", text, [3, 4]) if quickly else scan._SheetScan("Costi", [3, 4])
            if not quickly:
                found.read(text)
        except scan.Damaged:
            return "damaged"
        far = (found.rows > scan.ROWS_MAX, found.columns > scan.COLUMNS_MAX)
        return found.formulas, found.faults, found.large, found.characters, far

    assert look(True) == look(False)


def test_plain_rows_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}"><v>{n}.5</v></c>'
        f'<c r="C{n}" t="inlineStr"><is><t>pi&#249;</t></is></c></row>'
        for n in range(1, 99)
    )
    seen: list[int] = []
    slow = scan._SheetScan.read
    monkeypatch.setattr(scan._SheetScan, "read", lambda self, text: (seen.append(len(text)), slow(self, text)))
    text = sheet(rows)
    assert scan._look_at("Costi", text, [5]).characters == 98 * 5
    assert seen == [len(text) - len(rows)]
