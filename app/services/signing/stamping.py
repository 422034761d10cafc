"""Signing a PDF here, with a key of the person's own in a .p12 file: PAdES, in the field that waits for it.

The key and its password are in memory while the file is signed, and nowhere else.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.models.errors import InvalidInput, RuleBroken
from app.services.wording.folding import fold
from app.services.wording.formats import format_instant
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

SIZE = (220.0, 28.0)
"""Width and height of what is drawn in a field, in points; it is scaled to the field."""


def sign_pdf(content: bytes, key: bytes, password: str, key_name: str, now: datetime, tr: Translator) -> bytes:
    """The PDF with one more signature, added after what was there.

    Args:
        key: content of a .p12 file, whose name is `key_name`.

    Raises:
        InvalidInput: "key_file.unreadable" when the password does not open it, or it holds no key.
        RuleBroken: "signature.no_place" when every field is signed.
    """
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    signer = _open_key(key, password, key_name)
    name = signer.subject_name or key_name
    writer = _writer(content)
    field = _free_field(writer, name)
    meta = signers.PdfSignatureMetadata(
        field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", name=name
    )
    out = io.BytesIO()
    lines = (tr("Digital signature of {name}").format(name=name), format_instant(now))
    signers.PdfSigner(meta, signer=signer, stamp_style=_appearance(lines)).sign_pdf(
        writer, existing_fields_only=True, output=out
    )
    return out.getvalue()


def _open_key(key: bytes, password: str, key_name: str) -> SimpleSigner:
    from pyhanko.sign.signers import SimpleSigner

    try:
        signer: SimpleSigner | None = SimpleSigner.load_pkcs12_data(key, [], passphrase=password.encode())
    except (ValueError, TypeError) as failure:
        raise InvalidInput("key_file.unreadable", name=key_name) from failure
    if signer is None:
        raise InvalidInput("key_file.unreadable", name=key_name)
    return signer


def _writer(content: bytes) -> Any:
    """A writer that adds to a file and leaves what the file says of itself as it is."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Quiet(IncrementalPdfFileWriter):
        """Does not write its own name and hour into the properties, which the standards fixed."""

        def _update_meta(self) -> None:
            """Nothing."""

    return Quiet(io.BytesIO(content), strict=False)


def _free_field(writer: Any, name: str) -> str:
    """The empty field that names the person, else the first that is empty."""
    from pyhanko.sign.fields import enumerate_sig_fields

    empty = [
        (str(field), str(reference.get_object().get("/TU", "")))
        for field, value, reference in enumerate_sig_fields(writer)
        if value is None
    ]
    if not empty:
        raise RuleBroken("signature.no_place")
    words = set(fold(name).split())
    return next((field for field, label in empty if words <= set(fold(label).replace(",", " ").split())), empty[0][0])


def _appearance(lines: tuple[str, ...]) -> Any:
    """What stands in the field, drawn with the fonts of the documents: the standards ask that they are inside."""
    from pyhanko.pdf_utils.content import PdfContent
    from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.stamp import StaticStampStyle

    class Drawn(PdfContent):
        """A page that was drawn in memory."""

        def render(self) -> bytes:
            reader = PdfFileReader(io.BytesIO(_drawn(lines)))
            self.resources.xobject["/Drawn"] = self._ensure_writer.import_page_as_xobject(reader)
            self.box = BoxConstraints(width=SIZE[0], height=SIZE[1])
            return b"/Drawn Do"

    whole = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins())
    return StaticStampStyle(background=Drawn(), background_layout=whole, border_width=0, background_opacity=1)


def _drawn(lines: tuple[str, ...]) -> bytes:
    """A page of the size of a field with the lines on it."""
    import pikepdf
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.pdfgen.canvas import Canvas

    from app.services.reports.pdf_finish import clean_tounicode
    from app.services.reports.pdf_fonts import Weight, face, printable

    font, file = face(Weight.REGULAR).name, io.BytesIO()
    canvas = Canvas(file, pagesize=SIZE, pageCompression=1, invariant=1, initialFontName=font)
    for n, line in enumerate(lines):
        text = printable(line)
        size = min(9.0, 9.0 * (SIZE[0] - 12) / stringWidth(text, font, 9))
        canvas.setFont(font, size)
        canvas.drawString(6, SIZE[1] - 11 - 12 * n, text)
    canvas.save()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(file.getvalue())) as pdf:
        fonts = pdf.pages[0].obj.Resources.Font
        for key in list(fonts.keys()):
            if "/FontDescriptor" in fonts[key]:
                fonts[key].ToUnicode.write(clean_tounicode(fonts[key].ToUnicode.read_bytes()))
            else:
                del fonts[key]
        pdf.save(out)
    return out.getvalue()
