"""The provinces of Italy by their letters, and the regions that they lie in: what tells where a seat is.

Source: ISTAT, codes of the statistical units of the territory; former provinces whose letters stand in older acts too.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.models.errors import InvalidInput
from app.services.wording.folding import fold

ABROAD = "EE"
"""In the place of a province, for a seat that is not in Italy."""

REGIONS: Mapping[str, tuple[str, ...]] = {
    name: tuple(letters.split())
    for name, letters in (
        ("Abruzzo", "AQ CH PE TE"),
        ("Basilicata", "MT PZ"),
        ("Calabria", "CS CZ KR RC VV"),
        ("Campania", "AV BN CE NA SA"),
        ("Emilia-Romagna", "BO FC FE MO PC PR RA RE RN"),
        ("Friuli-Venezia Giulia", "GO PN TS UD"),
        ("Lazio", "FR LT RI RM VT"),
        ("Liguria", "GE IM SP SV"),
        ("Lombardia", "BG BS CO CR LC LO MB MI MN PV SO VA"),
        ("Marche", "AN AP FM MC PU"),
        ("Molise", "CB IS"),
        ("Piemonte", "AL AT BI CN NO TO VB VC"),
        ("Puglia", "BA BR BT FG LE TA"),
        ("Sardegna", "CA CI NU OG OR OT SS SU VS"),
        ("Sicilia", "AG CL CT EN ME PA RG SR TP"),
        ("Toscana", "AR FI GR LI LU MS PI PO PT SI"),
        ("Trentino-Alto Adige", "BZ TN"),
        ("Umbria", "PG TR"),
        ("Valle d’Aosta", "AO"),
        ("Veneto", "BL PD RO TV VE VI VR"),
    )
}

PROVINCES = frozenset(letters for provinces in REGIONS.values() for letters in provinces)

_BY_NAME = {fold(name.replace("’", "'")): name for name in REGIONS}


def parse_province(text: str, field: str = "province") -> str:
    """Letters of a province, or `ABROAD`, in capitals; empty when nothing is typed.

    Raises:
        InvalidInput: "province.unknown".
    """
    letters = text.strip().upper()
    if letters and letters not in PROVINCES and letters != ABROAD:
        raise InvalidInput("province.unknown", field=field, text=text.strip())
    return letters


def parse_places(text: str, field: str = "places") -> tuple[str, ...]:
    """Names of regions and letters of provinces, each once, as they are written officially.

    Raises:
        InvalidInput: "places.unknown" for what is neither.
    """
    found: list[str] = []
    for piece in filter(None, (part.strip() for part in text.replace(",", ";").split(";"))):
        name = _BY_NAME.get(fold(piece.replace("’", "'")))
        if name is None and piece.upper() not in PROVINCES:
            raise InvalidInput("places.unknown", field=field, text=piece)
        found.append(name or piece.upper())
    return tuple(dict.fromkeys(found))


def provinces_of(places: str) -> frozenset[str]:
    """Letters of all provinces in these places."""
    return frozenset(letters for place in parse_places(places) for letters in REGIONS.get(place, (place,)))
