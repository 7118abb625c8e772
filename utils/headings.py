"""Headings of a list → what its columns mean: Dutch or English, in any order, as people write them. Pure.

The heading decides; where it says nothing, the values may: a column of postcodes is one in any case.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from utils import coordinates
from utils.cell_values import EMAIL, as_text, is_unknown
from utils.import_model import FIELDS, Cell, Field, Table
from utils.list_words import PLATFORM, STATUS
from utils.locate import normalise

SAMPLE: Final = 200
"""Filled cells of a column that are looked at."""
SHARE: Final = 0.8
"""Share of these that must be of one kind."""
_NEAR: Final = 88.0
_NEAR_FROM: Final = 6  # letters: shorter headings resemble too much
_EXACT, _VALUES = 100.0, 40.0
_MOST: Final = 100  # letters of a heading that are looked at

#: The best heading of a field first. "" holds headings that mean none of these, though they may resemble one.
_HEADINGS: Final[dict[Field | str, str]] = {
    "id":
    "id, groepsid, groep id, groepsnummer, groepnummer, groep nr, groepsnr, groepscode, groep code, "
    "nummer, nr, volgnummer, identificatie, code, kenmerk, registratienummer, groepnr, wabp id, wabp "
    "nummer, group id, group number, identifier, reference, referentie, uniek nummer, id nummer, id nr, "
    "no",
    "name":
    "groepsnaam, naam groep, naam van de groep, naam whatsapp groep, naam whatsappgroep, naam wabp, "
    "naam appgroep, naam app groep, naam buurtgroep, naam buurtpreventie, naam buurtpreventiegroep, "
    "naam wabp groep, naam buurtapp, naam van de whatsapp groep, naam van de whatsappgroep, group name, "
    "name of group, name of the group, whatsapp groep naam, naam, name, groep, whatsappgroep, whatsapp "
    "groep, group, appgroep, buurtgroep, buurtapp, buurtpreventiegroep, title, titel, benaming",
    "coordinates":
    "coordinaten, coordinates, coordinaat, locatie coordinaten, gps coordinaten, gps, gps locatie, lat "
    "lon, latlon, lat lng, latlng, lat long, latlong, breedtegraad lengtegraad, breedte lengte, gps "
    "positie, google maps, google maps link, maps link, kaartlink, link kaart, punt, point, wkt, geom, "
    "geometry, geometrie, xy, x y, xy coordinaten, rd coordinaten, latitude longitude, locatie kaart, "
    "coordinates lat lon, geo, geolocatie",
    "lat":
    "lat, breedtegraden, latitude, breedtegraad, breedte, noorderbreedte, y, y coordinaat, ycoord, y "
    "coord, rd y, y rd, northing, wgs84 lat, gps lat, nb, gps breedtegraad, coordinaat y, yco, y "
    "coordinate, geo lat, point y, lat wgs84",
    "lon":
    "lon, lng, lengtegraden, long, longitude, lengtegraad, lengte, oosterlengte, x, x coordinaat, "
    "xcoord, x coord, rd x, x rd, easting, wgs84 lon, gps lon, ol, gps lengtegraad, coordinaat x, xco, "
    "x coordinate, geo lon, geo lng, point x, lon wgs84, gps long",
    "postcode":
    "postcode, pc, pc6, pc4, postalcode, postal code, zip, zipcode, zip code, postkode, postcodes, "
    "postcode groep, postcode gebied, postcodegebied, pcode, p c, postcode wijk, postcode 6, postcode 4",
    "place":
    "woonplaats, woonplaats kern, plaats, plaatsnaam, dorp, stad, kern, woonkern, city, town, village, "
    "place, wpl, plaats dorp, woonplaatsnaam, dorp stad, stad dorp, plaats groep, vestigingsplaats, "
    "place name, residence",
    "municipality":
    "gemeente, gemeentenaam, gem, naam gemeente, municipality, burgerlijke gemeente, gemeentecode, "
    "gemeente code, municipality code, gm code, cbs code gemeente, gemeente naam, gmcode, municipality "
    "name, gm naam",
    "description":
    "omschrijving, beschrijving, gebied, omschrijving gebied, gebiedsomschrijving, werkgebied, "
    "beschrijving gebied, description, area, area description, gebiedsbeschrijving, dekking, "
    "dekkingsgebied, straten, welke straten, omschrijving groep, beschrijving groep, toelichting "
    "gebied, group description, omschr",
    "participants":
    "aantal deelnemers, deelnemers, aantal leden, leden, ledenaantal, deelnemersaantal, members, "
    "participants, number of members, number of participants, aantal, aantal personen, groepsgrootte, "
    "grootte, member count, aantal deelnemende huishoudens, aantal leden groep, aantal aangemelden, "
    "aantal app leden, size, deelnemende adressen, aantal lid, nr of members",
    "status":
    "status, groepsstatus, status groep, actief, toestand, stand, state, active, actief ja nee, status "
    "van de groep, group status, huidige status",
    "reason":
    "reden, reden opheffing, reden beeindiging, reden inactief, reason, reden status, reden stop, reden "
    "opgeheven, waarom gestopt, reden van opheffing",
    "since":
    "opgericht, oprichtingsdatum, oprichting, startdatum, start, sinds, opgericht op, begindatum, datum "
    "start, datum oprichting, actief sinds, since, start date, founded, ingangsdatum, bestaat sinds, "
    "datum van oprichting, gestart op, gestart, startdatum groep, date founded, founded on, begin, "
    "aangemaakt, jaar van oprichting, aanmelddatum, datum aanmelding, vanaf, oprichtingsjaar, created, "
    "actief vanaf",
    "until":
    "einddatum, opgeheven, opgeheven op, datum opheffing, beeindigd, beeindigd op, tot, until, end "
    "date, gestopt op, gestopt, einde, datum einde, tot en met, ended, actief tot, opheffingsdatum, "
    "datum beeindiging, end, afgemeld op, ended on",
    "confirmed":
    "laatst bevestigd, bevestigd, bevestigd op, laatst bevestigd op, laatste bevestiging, datum "
    "bevestiging, laatst gecontroleerd, laatst gecontroleerd op, gecontroleerd op, laatste controle, "
    "datum controle, controledatum, last confirmed, last confirmed on, last checked, confirmed, "
    "confirmed on, verified on, laatst geverifieerd, datum laatste controle, laatste contact, "
    "geverifieerd op, last verified, datum laatste bevestiging, laatst contact, actueel op, peildatum",
    "confirmed_by":
    "bevestigd door, gecontroleerd door, confirmed by, checked by, controle door, door wie bevestigd, "
    "laatst bevestigd door, geverifieerd door, verified by, bevestiger, laatst gecontroleerd door",
    "platform":
    "platform, app, soort app, medium, kanaal, type groep, soort groep, type app, welke app, dienst, "
    "applicatie, channel, messenger, berichtendienst, appsoort, platform groep",
    "join_link":
    "aanmeldlink, link, uitnodigingslink, uitnodiging, deelnamelink, join link, invite link, "
    "groepslink, whatsapp link, link groep, aanmelden via, aanmelden, url, joinlink, link om aan te "
    "melden, invitelink, link naar groep, link aanmelden, toegangslink, invite, deelnemen, url groep, "
    "aanmeld url",
    "source":
    "source, bron, herkomst, bronvermelding, aangeleverd door, bron gegevens, gegevensbron, afkomstig "
    "van",
    "notes":
    "opmerkingen, opmerking, notities, notitie, notes, bijzonderheden, interne notitie, remarks, "
    "comments, interne opmerking, aantekeningen, toelichting, comment, memo, opm, note, overige "
    "opmerkingen, remark, interne opmerkingen, aantekening, intern",
    "contact_name":
    "naam beheerder, beheerder, contactpersoon, naam contactpersoon, groepsbeheerder, contact, naam "
    "coordinator, coordinator, admin, contact name, contact person, name of admin, naam "
    "groepsbeheerder, beheerder naam, contactnaam, groepsbeheerder naam, moderator, naam moderator, "
    "admin name, aanspreekpunt, administrator, beheerders, naam van de beheerder, contactpersoon naam, "
    "group admin",
    "contact_email":
    "e mail beheerder, email, e mail, mail, emailadres, e mailadres, e mail adres, email beheerder, "
    "mailadres, mail beheerder, contact email, email address, e mail contactpersoon, email "
    "contactpersoon, emailadres beheerder, e mailadres beheerder, contact e mail, e mail address, email "
    "adres, mailadres beheerder, e mailadres contactpersoon, emailadres contactpersoon, email "
    "coordinator, e mail coordinator",
    "contact_phone":
    "telefoonnummer, telefoon, tel, mobiel, telefoonnummer beheerder, tel nr, telnr, tel beheerder, "
    "telefoon beheerder, mobiel nummer, mobiele nummer, 06 nummer, phone, phone number, mobile, contact "
    "phone, gsm, mobiel beheerder, telefoonnr, mobielnummer, tel nummer, mob, telefoon contactpersoon, "
    "06 nummer beheerder, telefoonnummer contactpersoon, 06, mobile number, cell",
    "contact_role":
    "rol, functie, functie contactpersoon, rol beheerder, rol contactpersoon, role, contact role, "
    "functie beheerder, rol in groep",
    "consent":
    "toestemming, akkoord, avg toestemming, toestemming avg, akkoord avg, consent, privacy akkoord, "
    "toestemming beheerder, avg akkoord, avg, gdpr, toestemming gegevens, datum toestemming, "
    "toestemming gegeven, akkoord privacy, privacyverklaring, toestemming opslag, toestemming contact, "
    "consent given, consent date, akkoord gegevens, privacy",
    "":
    "aantal inwoners, inwoners, aantal huishoudens, huishoudens, aantal woningen, huisnummer, straat, "
    "straatnaam, adres, provincie, provincienaam, province, wijk, buurt, wijkcode, buurtcode, wijknaam, "
    "buurtnaam, land, country, datum, date, tijd, tijdstip, time, website, foto, logo, iban, bsn, "
    "geboortedatum, geslacht, leeftijd, voornaam, achternaam, voorletters, tussenvoegsel, wijkagent, "
    "politie, politieregio, politie eenheid, basisteam, veiligheidsregio, telefoon politie, telefoon "
    "wijkagent, telefoonnummer wijkagent, email wijkagent, e mail wijkagent, naam wijkagent, kvk "
    "nummer, kvk, wachtwoord, password, gebruikersnaam, username, aantal borden, borden, bordjes, "
    "stickers, huisnr, toevoeging, huisnummer toevoeging, aantal meldingen, meldingen, kosten, "
    "subsidie, bedrag, budget, oppervlakte, hoogte, leeftijdsgroep, kolom, column, type, soort, regio, "
    "region, stadsdeel, district, laatst bijgewerkt, laatst gewijzigd, gewijzigd op, gewijzigd door, "
    "bijgewerkt op, last updated, updated, provinciecode, landcode, bijlage, rang, prioriteit, kleur, "
    "categorie, category, fax, faxnummer, aantal beheerders, aantal admins, aantal groepen, aantal "
    "appgroepen, inwonertal, postbus, contactmoment",
}  # fmt: skip


_HINTS: Final = re.compile(
    r"(?i)\b(?:verplicht|optioneel|required|optional|wgs ?84|rd|rd new|epsg ?\d+|dd|mm|jjjj|yyyy|ja|nee)\b"
)
_FILLERS: Final = re.compile(
    r"(?i)\b(?:van|de|het|een|the|of|uw|jouw|deze|whatsapp|wabp|groeps?|buurtpreventie)\b"
)


class _Claim(NamedTuple):
    """How good a field fits a column."""

    score: float
    column: int
    field: Field


def plain(heading: str) -> str:
    """A heading as it is remembered: lower case, without accents and punctuation.

    >>> plain(" E-mail (beheerder)*")
    'e mail beheerder'
    """
    return normalise(heading)


def label(field: Field) -> str:
    """The key of the text that tells users what a field is."""
    return f"import.field.{field}"


def propose(table: Table, remembered: Mapping[str, str]) -> dict[int, Field]:
    """What the columns of a table mean, each field at most once; others are left out.

    ``remembered`` holds what users chose before: a heading as `plain` gives it → its field, "" for a column
    that is not read. It comes first, then headings as they are known, then those that resemble one, then
    values.
    """
    claims = list(_remembered(table, remembered))
    settled = {claim.column for claim in claims}
    settled |= {i for i, heading in enumerate(table.headings) if remembered.get(plain(heading)) == ""}
    shown: list[_Claim] = []
    for column, heading in enumerate(table.headings):
        named = _by_heading(heading)
        if column in settled or (named and not named[0]):
            continue
        claims += [_Claim(named[1], column, field) for field in FIELDS if named and field == named[0]]
        cells = [line.cells[column] for line in table.lines[: 5 * SAMPLE] if column < len(line.cells)]
        shown += [_Claim(_VALUES, column, field) for field in _by_values(cells)]
    claims += _in_pairs(claims, shown)
    mapping: dict[int, Field] = {}
    for claim in sorted(claims, key=lambda claim: (-claim.score, claim.column)):
        if claim.column not in mapping and claim.field not in mapping.values():
            mapping[claim.column] = claim.field
    return dict(sorted(mapping.items()))


def _in_pairs(claims: list[_Claim], shown: list[_Claim]) -> list[_Claim]:
    """What values show; numbers alone are coordinates only where there are both of a pair."""
    there = {claim.field for claim in (*claims, *shown)}
    return [claim for claim in shown if claim.field not in ("lat", "lon") or {"lat", "lon"} <= there]


def _remembered(table: Table, remembered: Mapping[str, str]) -> Iterator[_Claim]:
    for column, heading in enumerate(table.headings):
        chosen = remembered.get(plain(heading)) if plain(heading) else None
        for field in FIELDS:
            if field == chosen:
                yield _Claim(2 * _EXACT, column, field)


def _squeezed(text: str) -> str:
    return normalise(text).replace(" ", "")


def _known() -> dict[str, tuple[Field | str, float]]:
    """Heading without blanks → its field, and how well it says so (the first of a field's best)."""
    found: dict[str, tuple[Field | str, float]] = {}
    for field, text in _HEADINGS.items():
        for place, heading in enumerate(text.split(", ")):
            found.setdefault(heading.replace(" ", ""), (field, _EXACT - place / 10))
    return found


_KNOWN: Final = _known()
_LONG: Final = [key for key in _KNOWN if len(key) >= _NEAR_FROM]


def _by_heading(heading: str) -> tuple[Field | str, float] | None:
    """The field that a heading names, and how sure; "" for one known to mean none, None if unknown."""
    forms = list(_forms(heading[:_MOST]))
    for text, less in forms:
        key = _squeezed(text)
        if key in _KNOWN:
            return _KNOWN[key][0], _KNOWN[key][1] - less
    key = _squeezed(forms[0][0])
    near = None
    if len(key) >= _NEAR_FROM:
        near = process.extractOne(key, _LONG, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return (_KNOWN[near[0]][0], near[1] - 20) if near else None


def _forms(heading: str) -> Iterator[tuple[str, float]]:
    """A heading, then with less and less of what is not its name, and how much less sure that is."""
    yield heading, 0.0
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\*", " ", heading)
    yield bare, 1.0
    yield re.sub(r"[:?].*$", "", bare, flags=re.DOTALL), 2.0
    yield _HINTS.sub(" ", bare), 3.0
    yield _FILLERS.sub(" ", bare), 5.0


def _by_values(cells: Iterable[Cell]) -> Iterator[Field]:
    """The fields that the values of a column show by themselves."""
    texts = [text for text in map(as_text, cells) if text and not is_unknown(text)][:SAMPLE]
    if len(texts) < 3:
        return
    for field, form in _SHAPES.items():
        if sum(form.fullmatch(text) is not None for text in texts) >= SHARE * len(texts):
            yield field
    words = [normalise(text) for text in texts]
    for other, known in _VOCABULARIES:
        if sum(word in known for word in words) >= SHARE * len(words):
            yield other
    yield from _by_numbers(texts)


_SHAPES: Final[dict[Field, re.Pattern[str]]] = {
    "postcode": re.compile(r"[1-9]\d{3}[ -]?[A-Za-z]{2}"),
    "contact_email": EMAIL,
    "contact_phone": re.compile(r"(?:\+31|0031|0)[ -]?[1-9](?:[ -]?\d){8}"),
    "join_link": re.compile(r"https?://(?:chat\.whatsapp\.com|signal\.group|t\.me)/\S+"),
}
_VOCABULARIES: Final[tuple[tuple[Field, Iterable[str]], ...]] = (
    ("status", {word for word in STATUS if len(word) > 2}),
    ("platform", {word for word in PLATFORM if len(word) > 3 and word != "other"}),
)


def _by_numbers(texts: list[str]) -> Iterator[Field]:
    numbers = [coordinates.number(text).plain for text in texts]
    ranges: tuple[tuple[Field, tuple[float, float]], ...] = (
        ("lat", coordinates.LAT),
        ("lon", coordinates.LON),
        ("lat", coordinates.Y),
        ("lon", (10_000.0, coordinates.X[1])),
    )
    whole = sum(number.is_integer() for number in numbers)
    for field, (low, high) in ranges:
        inside = sum(low <= number <= high for number in numbers)
        if inside >= 0.95 * len(numbers) and (high > 1_000 or whole < 0.2 * len(numbers)):
            yield field
    pairs = [coordinates.pair(text) for text in texts]
    values = [(one.plain, other.plain) for one, other, _ in filter(None, pairs)]
    if len(values) >= SHARE * len(texts):
        inside = sum(50 <= max(one, other) <= 54 and 3 <= min(one, other) <= 8 for one, other in values)
        if inside >= SHARE * len(values):
            yield "coordinates"
