"""Office files whose bytes follow from their content alone: no clock in the package, nor in one inside it."""

import re
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Final

_MOMENT: Final = (1980, 1, 1, 0, 0, 0)  # the first that the format knows
_DATES: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def steady(package: bytes, moment: datetime) -> bytes:
    """The same package with ``moment`` as the only one in it, also in packages inside it."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in given.namelist():
            content = given.read(name)
            if name.endswith((".xlsx", ".docx")):
                content = steady(content, moment)
            elif name == "docProps/core.xml":
                said = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = _DATES.sub(rb"\g<1>" + said + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            out.writestr(entry, content)
    return made.getvalue()
