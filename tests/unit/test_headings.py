"""What a heading means: many ways to write each, and those that mean nothing that is asked for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import headings
from utils.import_model import FIELDS, Line, Table
from utils.texts import LANGS, Texts

MEANS = {
    "id": [
        "ID",
        "Id.",
        "Nr",
        "Nr.",
        "Groepsnummer",
        "groep-id",
        "Groep_ID",
        "Volgnummer",
        "Kenmerk",
        "GroupId",
        "Registratienummer",
        "Nummer",
        "ID-nummer",
    ],
    "name": [
        "Groepsnaam",
        "GROEPSNAAM",
        "Naam WhatsApp-groep",
        "Naam groep",
        "Naam",
        "naam ",
        "Name",
        "Group name",
        "Naam van de groep",
        "Naam buurtpreventie",
        "Groeps naam",
        "Naam (verplicht)",
        "Naam WABP",
        "Naam*",
        "Groepsnaaam",
        "Buurtapp",
    ],
    "coordinates": [
        "Coördinaten",
        "coordinaten",
        "GPS-coördinaten",
        "Lat/Lon",
        "lat, lon",
        "LatLng",
        "Google Maps link",
        "WKT",
        "geom",
    ],
    "lat": [
        "Lat",
        "Lat.",
        "LAT",
        "Latitude",
        "Breedtegraad",
        "breedtegraad (WGS84)",
        "Y",
        "Y-coördinaat",
        "Y-coördinaat (RD)",
        "RD-Y",
        "y_coord",
        "Noorderbreedte",
        "Breedtegraat",
        "Lattitude",
    ],
    "lon": [
        "Lon",
        "Lng",
        "Long.",
        "Longitude",
        "Lengtegraad",
        "LENGTEGRAAD",
        "X",
        "X-coördinaat (RD)",
        "X coordinaat",
        "x_coord",
        "RD X",
        "Oosterlengte",
        "Lengtegraden",
    ],
    "postcode": [
        "Postcode",
        "PC",
        "PC6",
        "post code",
        "Postcodes",
        "Zip code",
        "Postcode (4 cijfers)",
        "Postkode",
        "Postcode:",
    ],
    "place": [
        "Woonplaats",
        "Plaats",
        "plaatsnaam",
        "Dorp/stad",
        "Kern",
        "City",
        "Woonplats",
        "Woonplaats / kern?",
    ],
    "municipality": [
        "Gemeente",
        "Gem.",
        "gemeentenaam",
        "GEMEENTE",
        "Municipality",
        "Gemeentecode",
        "Gemeentte",
        "Gemeente:",
    ],
    "description": [
        "Omschrijving",
        "Gebied",
        "Omschrijving gebied",
        "Gebiedsomschrijving",
        "Beschrijving",
        "Werkgebied",
        "Description",
    ],
    "participants": [
        "Aantal deelnemers",
        "Deelnemers",
        "aantal leden",
        "Leden",
        "Ledenaantal",
        "Members",
        "Deelnemers (aantal)",
        "# deelnemers",
        "Aantal deelnemrs",
    ],
    "status": ["Status", "STATUS ", "Groepsstatus", "Actief?", "Actief (ja/nee)"],
    "reason": ["Reden", "Reden opheffing", "Reason"],
    "since": [
        "Opgericht",
        "Oprichtingsdatum",
        "Startdatum",
        "Sinds",
        "Datum oprichting",
        "Opgericht op",
        "Opgericht (dd-mm-jjjj)",
        "Since",
    ],
    "until": ["Einddatum", "Opgeheven op", "Beëindigd", "Until", "End date"],
    "confirmed": [
        "Laatst bevestigd",
        "Bevestigd op",
        "Laatst gecontroleerd",
        "Last confirmed",
        "Laatste controle",
        "Datum bevestiging",
    ],
    "confirmed_by": ["Bevestigd door", "Gecontroleerd door", "Confirmed by", "confirmed_by"],
    "platform": ["Platform", "App", "Soort app", "Medium", "Kanaal"],
    "join_link": [
        "Aanmeldlink",
        "Link",
        "Uitnodigingslink",
        "WhatsApp-link",
        "Join link",
        "join_link",
        "URL",
    ],
    "source": ["Bron", "Herkomst", "Source"],
    "notes": [
        "Opmerkingen",
        "Opmerking",
        "Notities",
        "Bijzonderheden",
        "Notes",
        "Opm.",
        "Opmerkingen:",
        "Opmerkinggen",
    ],
    "contact_name": [
        "Naam beheerder",
        "Beheerder",
        "Contactpersoon",
        "Naam contactpersoon",
        "Coördinator",
        "Contact",
    ],
    "contact_email": [
        "E-mail beheerder",
        "E-mail",
        "Email",
        "e-mailadres",
        "Mailadres",
        "E-mailadres contactpersoon",
        "contactEmail",
        "Emial adres",
    ],
    "contact_phone": [
        "Tel.",
        "Telefoon",
        "Telefoonnummer",
        "Mobiel",
        "06-nummer",
        "Tel nr.",
        "Phone number",
        "Telefoonnumer",
    ],
    "contact_role": ["Rol", "Functie", "Role"],
    "consent": [
        "Toestemming",
        "Akkoord",
        "AVG-toestemming",
        "Toestemming AVG (ja/nee)",
        "Consent",
        "Datum toestemming",
    ],
}
NOTHING = [
    "",
    " ",
    "-",
    "Inwoners",
    "Aantal inwoners",
    "Aantal huishoudens",
    "Straat",
    "Huisnummer",
    "Huisnr.",
    "Adres",
    "Provincie",
    "Wijk",
    "Buurt",
    "Land",
    "Datum",
    "Wijkagent",
    "Telefoon wijkagent",
    "Naam wijkagent",
    "Voornaam",
    "Achternaam",
    "IBAN",
    "BSN",
    "Geboortedatum",
    "Foto",
    "Website",
    "KvK-nummer",
    "Wachtwoord",
    "Aantal borden",
    "Politie",
    "Kolom 7",
    "Column1",
    "Q3",
    "xyzzy",
    "Subsidie",
    "Budget",
    "Hoogte",
    "Laatst gewijzigd",
    "Gewijzigd door",
    "Basisteam",
    "Veiligheidsregio",
    "日本語",
    "🙂",
    "Regio",
    "Provinciecode",
    "Leeftijd",
    "Aantal beheerders",
    "Stadsdeel",
    "Tijdstip",
]
WRITTEN = [(heading, field) for field, written in MEANS.items() for heading in written]


def table(names, *rows) -> Table:
    return Table("Blad1", 1, tuple(names), tuple(Line(i, tuple(row)) for i, row in enumerate(rows, start=2)))


def meaning(heading: str) -> str:
    return headings.propose(table([heading]), {}).get(0, "")


def test_there_are_enough_of_them() -> None:
    assert MEANS.keys() == set(FIELDS)
    assert len(WRITTEN) >= 120
    assert len({heading for heading, _ in WRITTEN}) == len(WRITTEN)


@pytest.mark.parametrize(("heading", "field"), WRITTEN)
def test_a_heading_has_its_meaning(heading: str, field: str) -> None:
    assert meaning(heading) == field


@pytest.mark.parametrize("heading", NOTHING)
def test_other_headings_mean_nothing(heading: str) -> None:
    assert meaning(heading) == ""


def test_the_best_heading_of_a_field_wins_and_each_field_is_there_once() -> None:
    assert headings.propose(table(["Naam", "Groepsnaam", "Naam"]), {}) == {1: "name"}
    assert headings.propose(table(["Gemeentecode", "Gemeente"]), {}) == {1: "municipality"}
    assert headings.propose(table(["Naam", "Naam (2)"]), {}) == {0: "name"}


def test_what_was_chosen_before_comes_first() -> None:
    names = ["Naam", "Groepsnaam", "Datum", "Status"]
    remembered = {"naam": "contact_name", "datum": "confirmed", "status": "", "groepsnaam": "no such field"}
    assert headings.propose(table(names), remembered) == {0: "contact_name", 1: "name", 2: "confirmed"}
    assert headings.plain(" Datum: ") == "datum"


def test_values_tell_where_headings_do_not() -> None:
    rows = [
        ["1012 AB", "jan@voorbeeld.nl", "06-12345678", "actief", "52.37, 4.89", 52.374, 4.89, "WhatsApp"],
        ["3511cd", "piet@voorbeeld.nl", "0201234567", "slapend", "52,09; 5,12", 52.09, 5.12, "Signal"],
        ["9711EF", None, "+31612345678", "actief", "53.2, 6.5", 53.21, 6.56, "Telegram"],
        ["1012AB", "klaas@voorbeeld.nl", "0612345678", "in oprichting", "51.4, 5.4", 51.44, 5.47, "WhatsApp"],
    ]
    names = [f"Kolom {letter}" for letter in "ABCDEFGH"]
    fields = ["postcode", "contact_email", "contact_phone", "status", "coordinates", "lat", "lon", "platform"]
    assert headings.propose(table(names, *rows), {}) == dict(enumerate(fields))


def test_numbers_alone_are_no_coordinates() -> None:
    rows = [[120_000 + 1_000 * i, 51.5 + i / 10] for i in range(9)]
    assert headings.propose(table(["Kolom A", "Kolom B"], *rows), {}) == {1: "lat", 0: "lon"}
    assert headings.propose(table(["Kolom A"], *[row[:1] for row in rows]), {}) == {}
    assert headings.propose(table(["Aantal inwoners", "Kolom B"], *rows), {}) == {}


def test_a_heading_that_is_known_to_mean_nothing_is_not_overruled_by_values() -> None:
    assert headings.propose(table(["Wijkagent"], *[["x@politie.nl"]] * 5), {}) == {}


cell = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes()
)
heading = st.one_of(st.text(max_size=30), st.sampled_from([heading for heading, _ in WRITTEN] + NOTHING))


@given(st.lists(heading, max_size=8), st.lists(st.lists(cell, max_size=9), max_size=6))
def test_every_table_has_a_proposal(names: list[str], rows: list[list[object]]) -> None:
    found = headings.propose(table(names, *rows), {})
    assert found.keys() <= set(range(len(names)))
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(FIELDS)


@given(st.permutations(["Groepsnaam", "Lat", "Lon", "Gemeente", "Nr", "Opgericht", "E-mail", "Naam", "Wijk"]))
def test_the_order_of_columns_does_not_matter(names: list[str]) -> None:
    found = headings.propose(table(names), {})
    assert {names[column]: field for column, field in found.items()} == {
        "Groepsnaam": "name", "Lat": "lat", "Lon": "lon", "Gemeente": "municipality", "Nr": "id",
        "Opgericht": "since", "E-mail": "contact_email",
    }  # fmt: skip


def test_a_day_as_heading_is_no_trouble() -> None:
    assert headings.propose(table([str(date(2020, 1, 1))]), {}) == {}


@pytest.mark.parametrize("lang", LANGS)
def test_every_field_has_a_name(lang: str) -> None:
    names = [Texts(lang).t(headings.label(field)) for field in FIELDS]
    assert len(set(names)) == len(FIELDS)
