"""From drawn pages to a file that keeps: structure tree, metadata, colour profile, clean fonts.

The result conforms to PDF/A-2a and PDF/UA-1; with attachments to PDF/A-3a and PDF/UA-1. Its only date is
the instant given, so that the same content always gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageCms

from app.services.reports.pdf_file import write_file
from app.services.reports.pdf_structure import tree_rows
from app.services.reports.tagging import Node, SignaturePlace

PROGRAM = "Concilia"
"""Creator and producer; without a version, which would change the bytes of a document printed again."""

MIME = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
    "json": "application/json",
    "odt": "application/vnd.oasis.opendocument.text",
    "p7m": "application/pkcs7-mime",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}
"""Types of attachments; a list of our own, because that of the system differs between computers."""

FIELD = "Firma"
"""What fields to sign in are called, with their number after it."""

SRGB = "sRGB IEC61966-2.1"


@dataclass(frozen=True)
class Properties:
    """What the file says about itself.

    Attributes:
        language: "it-IT".
        instant: aware; the file's only date.
        attachments: bytes by file name.
    """

    title: str
    author: str
    subject: str
    language: str
    instant: datetime
    attachments: Mapping[str, bytes] = field(default_factory=dict)


def finish(raw: bytes, root: Node, owners: Sequence[Sequence[Node]], properties: Properties) -> bytes:
    """Make a conforming file.

    Args:
        raw: pages as ReportLab wrote them.
        root: the structure tree.
        owners: for each page, the node of marked content 0, 1, …
        properties: of the file.
    """
    assert properties.instant.tzinfo is not None
    pdf = pikepdf.open(io.BytesIO(raw))
    assert len(pdf.pages) == len(owners)
    _set_catalogue(pdf, properties.language)
    _clean_pages(pdf)
    for name in sorted(properties.attachments):
        _attach(pdf, name, properties.attachments[name], properties.instant)
    _set_metadata(pdf, properties)
    pages = [page.obj for page in pdf.pages]

    def add_field(place: SignaturePlace, n: int) -> pikepdf.Object:
        return _signature_field(pdf, place, pages[place.page], f"{FIELD}{n + 1}")

    structure, fields = tree_rows(pdf, root, owners, add_field)
    if fields:
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields))
    return write_file(pdf, structure)


def _signature_field(pdf: pikepdf.Pdf, place: SignaturePlace, page: pikepdf.Object, name: str) -> pikepdf.Object:
    """An empty field to sign in, with the empty appearance that the standards ask for, on its page."""
    left, low, right, high = place.box
    nothing = pdf.make_stream(
        b"",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, round(right - left, 2), round(high - low, 2)]),
        Resources=Dictionary(),
    )
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(name),
            TU=String(place.label),
            Rect=Array([round(edge, 2) for edge in place.box]),
            F=4,  # printed
            P=page,
            AP=Dictionary(N=nothing),
        )
    )
    page.Annots = Array([*page.get("/Annots", Array()), widget])
    return widget


@cache
def _srgb_profile() -> bytes:
    """The colour profile, without the date and time at which it was made."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07DA00010001000000000000")
    profile[84:100] = bytes(16)
    return bytes(profile)


def _set_catalogue(pdf: pikepdf.Pdf, language: str) -> None:
    """Language, tagging, title bar and colour."""
    root = pdf.Root
    root.Lang = String(language)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    profile = pdf.make_stream(_srgb_profile(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String(SRGB),
        Info=String(SRGB),
        DestOutputProfile=profile,
    )
    root.OutputIntents = Array([pdf.make_indirect(intent)])


def _clean_pages(pdf: pikepdf.Pdf) -> None:
    """Take out what ReportLab writes and the standards refuse: transitions, bad maps of characters."""
    done = set()
    for page in pdf.pages:
        del page.obj["/Trans"]
        for font in page.obj.Resources.Font.values():
            if font.objgen not in done:
                done.add(font.objgen)
                font.ToUnicode.write(clean_tounicode(font.ToUnicode.read_bytes()))


def clean_tounicode(data: bytes) -> bytes:
    """A font's map from codes to characters, rewritten.

    ReportLab maps unused codes to U+0000, which PDF/A forbids, and writes more than the hundred entries
    that a block may have.
    """
    head, rest = data.split(b" beginbfchar", 1)
    head = head[: head.rindex(b"\n") + 1]
    body, tail = rest.split(b"endbfchar", 1)
    pairs = [(code, int(value, 16)) for code, value in re.findall(rb"<([0-9A-F]+)> <([0-9A-F]+)>", body)]
    entries = [b"<%s> <%s>\n" % (code, _utf16(value)) for code, value in pairs if value not in (0, 0xFEFF, 0xFFFE)]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    middle = b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
    return head + middle + tail.lstrip()


def _utf16(value: int) -> bytes:
    """A character in the hexadecimal form of the map."""
    return chr(value).encode("utf-16-be").hex().upper().encode()


def _attach(pdf: pikepdf.Pdf, name: str, data: bytes, instant: datetime) -> None:
    """Attach data that the document was made from."""
    date = _pdf_date(instant)
    mime = MIME.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    content = pdf.make_stream(
        data,
        Type=Name.EmbeddedFile,
        Subtype=Name("/" + mime),
        Params=Dictionary(Size=len(data), CreationDate=String(date), ModDate=String(date)),
    )
    file = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(name),
            UF=String(name),
            Desc=String(name),
            AFRelationship=Name.Data,
            EF=Dictionary(F=content, UF=content),
        )
    )
    root = pdf.Root
    names = root.get("/Names")
    if names is None:
        names = root.Names = pdf.make_indirect(Dictionary())
    known = names.get("/EmbeddedFiles", Dictionary(Names=Array()))
    names.EmbeddedFiles = Dictionary(Names=Array([*known.Names, String(name), file]))
    root.AF = Array([*root.get("/AF", Array()), file])


def _pdf_date(instant: datetime) -> str:
    """An instant in the notation of PDF, in UTC."""
    return f"D:{instant.astimezone(UTC):%Y%m%d%H%M%S}+00'00'"


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{program}</pdf:Producer><xmp:CreatorTool>{program}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate><xmp:MetadataDate>{date}</xmp:MetadataDate>
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def _set_metadata(pdf: pikepdf.Pdf, properties: Properties) -> None:
    """XMP packet and information dictionary, saying the same."""
    packet = _XMP.format(
        title=escape(properties.title),
        author=escape(properties.author),
        subject=escape(properties.subject),
        language=properties.language,
        program=PROGRAM,
        date=properties.instant.astimezone(UTC).isoformat(timespec="seconds"),
        part=3 if properties.attachments else 2,
    )
    stream = pikepdf.Stream(pdf, packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = pdf.make_indirect(stream)
    date = _pdf_date(properties.instant)
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    information = {
        "Title": properties.title,
        "Author": properties.author,
        "Subject": properties.subject,
        "Creator": PROGRAM,
        "Producer": PROGRAM,
        "CreationDate": date,
        "ModDate": date,
    }
    for key, value in information.items():
        pdf.docinfo["/" + key] = String(value)
