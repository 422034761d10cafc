"""Keys and certificates to sign with in tests, made anew each time: none is in the repository."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import StaticStampStyle

PASSWORD = "una parola di prova"
ISSUER = "Certificatore di prova"


@dataclass(frozen=True)
class Signer:
    """Who signs in a test: a key file, and the same opened."""

    name: str
    key_file: bytes
    opened: SimpleSigner


def _name(common: str, code: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    return x509.Name([*parts, x509.NameAttribute(NameOID.SERIAL_NUMBER, code)] if code else parts)


def _certificate(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(_name(ISSUER))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2014, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2044, 1, 1, tzinfo=UTC))
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


@cache
def _issuer() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _certificate(_name(ISSUER), key, key)


@cache
def signer(name: str, code: str = "") -> Signer:
    """A person with a certificate of the test's own issuer."""
    issuer_key, issuer = _issuer()
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(_name(name, code), key, issuer_key)
    encryption = BestAvailableEncryption(PASSWORD.encode())
    data = pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, [issuer], encryption)
    opened = SimpleSigner.load_pkcs12_data(data, [], passphrase=PASSWORD.encode())
    assert opened is not None
    return Signer(name, data, opened)


def pades(content: bytes, who: Signer, field: str) -> bytes:
    """A PDF signed as a program outside does, in a field that may not be there yet."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(content)), io.BytesIO()
    if not field.startswith("Firma"):
        append_signature_field(writer, SigFieldSpec(field))
    meta = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    nothing = StaticStampStyle(background=RawContent(b"", box=BoxConstraints(width=10, height=10)), border_width=0)
    PdfSigner(meta, signer=who.opened, stamp_style=nothing).sign_pdf(writer, existing_fields_only=True, output=out)
    return out.getvalue()


def cades(content: bytes, who: Signer) -> bytes:
    """An envelope around a content."""
    return bytes(asyncio.run(who.opened.async_sign_general_data(content, "sha256", detached=False)).dump())
