"""An empty list to fill in: a spreadsheet with headings that an import knows, and one row as example."""

import io
from datetime import datetime
from typing import Final

from utils.import_model import Field
from utils.texts import Texts

FIELDS: Final[tuple[Field, ...]] = (
    *("id", "name", "lat", "lon", "postcode", "place", "municipality", "description", "participants"),
    *("status", "reason", "since", "until", "confirmed", "confirmed_by", "platform", "join_link", "source"),
    *("notes", "contact_name", "contact_email", "contact_phone", "contact_role", "consent"),
)
"""The columns, in their order."""
_EXAMPLE: Final = {
    "id": "V1", "lat": 52.51840, "lon": 5.47140, "postcode": "", "municipality": "Lelystad",
    "participants": 40, "since": "1-3-2019", "platform": "WhatsApp", "contact_email": "naam@example.org",
    "contact_phone": "06-00000000",
}  # fmt: skip
_WORDS: Final = frozenset({"name", "description", "status", "contact_name", "consent"})
_STAMP: Final = datetime(2020, 1, 1)  # noqa: DTZ001  (the same words give the same bytes)


def workbook(texts: Texts) -> bytes:
    """The spreadsheet (XLSX) in a language. The example is nobody's group, and says so in its name."""
    import xlsxwriter  # here: most visitors download nothing

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"created": _STAMP})
        sheet = book.add_worksheet(texts.t("staff_import.template_sheet"))
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, field in enumerate(FIELDS):
            heading = texts.t(f"staff_import.heading.{field}")
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, max(len(heading) + 2, 14))
            words = texts.t(f"staff_import.example.{field}") if field in _WORDS else ""
            sheet.write(1, column, words or _EXAMPLE.get(field, ""))
    return buffer.getvalue()
