"""What a signed file says: the document inside, byte for byte, and who signed it. Pure: bytes in, values out.

Everything is judged without a network: whether what was signed is whole, and what the certificate says of itself.
Whether the certificate is on a list of trust, or was revoked, is not asked; whoever shows this must say so.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.models.errors import InvalidInput
from app.models.signing_kinds import SignedForm

if TYPE_CHECKING:
    from asn1crypto import cms, x509

ENVELOPES_MAX = 8
"""Envelopes within each other that are opened."""

_PDF = b"%PDF-"


@dataclass(frozen=True)
class SignatureFact:
    """One signature, as the file itself says.

    Attributes:
        signer_code: number of the person in the certificate: the tax code in Italy.
        issuer: who gave the certificate.
        certificate: SHA-256 of the certificate, hexadecimal.
        signed_at: by the clock of who signed; None when it is not said.
        valid_from, valid_to: of the certificate.
        whole: whether what was signed is unchanged, and nothing but further signatures came after.
    """

    signer: str
    signer_code: str
    issuer: str
    certificate: str
    signed_at: datetime | None
    valid_from: datetime
    valid_to: datetime
    whole: bool


@dataclass(frozen=True)
class SignedFile:
    """A signed file taken apart.

    Attributes:
        document: the innermost PDF, with the signatures that are inside it.
        signatures: those inside the PDF first, then those of the envelopes, from the inside out.
    """

    form: SignedForm
    document: bytes
    signatures: tuple[SignatureFact, ...]


def read_signed(content: bytes, name: str) -> SignedFile:
    """Take a signed file apart and verify each signature.

    Args:
        name: of the file, for what is said of it.

    Raises:
        InvalidInput: "signature.unreadable", "signature.missing" when nobody signed it.
    """
    document = content
    outside: list[tuple[SignatureFact, ...]] = []
    with _quiet():
        while not document.startswith(_PDF):
            envelope = _envelope(document, name)
            if len(outside) == ENVELOPES_MAX:
                raise InvalidInput("signature.unreadable", name=name)
            document = envelope["encap_content_info"]["content"].native or b""
            outside.append(tuple(_facts_of_envelope(envelope, name)))
        inside = tuple(_facts_of_pdf(document, name))
    signatures = (*inside, *(fact for layer in reversed(outside) for fact in layer))
    if not signatures:
        raise InvalidInput("signature.missing", name=name)
    return SignedFile(SignedForm.CADES if outside else SignedForm.PADES, document, signatures)


@contextmanager
def _quiet() -> Iterator[None]:
    """PyHanko writes into the log that it knows no list of trust: that is known, and said where it matters."""
    logger = logging.getLogger("pyhanko")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


# --- envelopes -----------------------------------------------------------------------------


def _envelope(content: bytes, name: str) -> cms.SignedData:
    """The signed envelope in a file, whether its bytes are as they are or written in letters.

    Raises:
        InvalidInput: "signature.unreadable".
    """
    from asn1crypto import cms

    try:
        info = cms.ContentInfo.load(_plain(content), strict=True)
        if info["content_type"].native != "signed_data":
            raise InvalidInput("signature.unreadable", name=name)
        envelope = info["content"]
        assert envelope["signer_infos"] is not None
        _ = envelope["encap_content_info"]["content"].native, envelope["certificates"].native
    except (ValueError, TypeError, KeyError, AttributeError) as failure:
        raise InvalidInput("signature.unreadable", name=name) from failure
    return envelope


def _plain(content: bytes) -> bytes:
    """The bytes of an envelope that may be written in base64, with or without its lines of dashes."""
    if content.startswith(b"\x30"):
        return content
    text = b"".join(line for line in content.split() if not line.startswith(b"-----"))
    text = text.removeprefix(b"BEGIN").replace(b"PKCS7-----", b"").replace(b"CMS-----", b"")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return content


def _facts_of_envelope(envelope: cms.SignedData, name: str) -> Iterator[SignatureFact]:
    """Each signature of an envelope; they stand beside each other."""
    from asn1crypto import cms
    from pyhanko.sign.validation.generic_cms import async_validate_cms_signature

    for signer in envelope["signer_infos"]:
        single = envelope.copy()
        single["signer_infos"] = cms.SignerInfos([signer])
        try:
            status = asyncio.run(async_validate_cms_signature(single, validation_context=_no_trust()))
        except Exception as failure:  # whatever is in a file from outside
            raise InvalidInput("signature.unreadable", name=name) from failure
        yield _fact(status.signing_cert, _time_of(signer), whole=status.intact and status.valid)


def _time_of(signer: cms.SignerInfo) -> datetime | None:
    for attribute in signer["signed_attrs"] or ():
        if attribute["type"].native == "signing_time":
            found: datetime = attribute["values"][0].native
            return found
    return None


# --- inside a PDF --------------------------------------------------------------------------


def _facts_of_pdf(document: bytes, name: str) -> Iterator[SignatureFact]:
    """Each signature inside a PDF, in the order that they were made."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        reader = PdfFileReader(io.BytesIO(document), strict=False)
        found = list(reader.embedded_regular_signatures)
        for place, signature in enumerate(found, start=1):
            status = validate_pdf_signature(signature, signer_validation_context=_no_trust())
            covers = status.coverage in (
                (SignatureCoverageLevel.ENTIRE_FILE,)
                if place == len(found)
                else (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
            )
            level = status.modification_level
            later = level is not None and level <= ModificationLevel.FORM_FILLING
            whole = bool(status.intact and status.valid and covers and later)
            yield _fact(status.signing_cert, status.signer_reported_dt, whole=whole)
    except Exception as failure:  # whatever is in a file from outside
        raise InvalidInput("signature.unreadable", name=name) from failure


def _no_trust() -> Any:
    """No list of trust and no network: the signature is verified, its certificate is only read."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=[], allow_fetching=False)


def _fact(certificate: x509.Certificate, signed_at: datetime | None, *, whole: bool) -> SignatureFact:
    subject, issuer = certificate.subject.native, certificate.issuer.native
    name = " ".join(part for part in (subject.get("given_name"), subject.get("surname")) if isinstance(part, str))
    return SignatureFact(
        signer=_text(subject.get("common_name")) or name or certificate.subject.human_friendly,
        signer_code=_text(subject.get("serial_number")),
        issuer=_text(issuer.get("common_name"))
        or _text(issuer.get("organization_name"))
        or certificate.issuer.human_friendly,
        certificate=certificate.sha256.hex(),
        signed_at=signed_at,
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        whole=whole,
    )


def _text(value: object) -> str:
    """A value of a certificate's name, the first where there are several."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.strip() if isinstance(value, str) else ""
