"""The parts of a zipped file, looked at before any parser does: bombs, lies, locks. Pure."""

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from utils.errors import InputError

PARTS: Final = 5_000
INFLATED: Final = 800_000_000
"""Bytes of all parts together, unpacked: a full list of 200,000 rows in OpenDocument needs about so much."""
_CHUNK: Final = 1 << 18
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    LookupError,
)
"""What the reader of zipped files raises on a broken one."""


def checked(archive: zipfile.ZipFile) -> None:
    """Unpacks every part once, piece by piece, keeping nothing.

    Raises InputError for too many parts, too much inside (whatever the parts say of themselves), a part
    that is not what it says, and a password.
    """
    parts = archive.infolist()
    if len(parts) > PARTS:
        raise InputError("error.sheet_bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise InputError("error.sheet_encrypted")
    if len({part.filename for part in parts}) < len(parts):
        raise InputError("error.sheet_broken")
    left = INFLATED
    for part in parts:
        size = sum(map(len, chunks(archive, part, left)))
        if size != part.file_size:
            raise InputError("error.sheet_broken")
        left -= size


def chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int = INFLATED) -> Iterator[bytes]:
    """The content of a part in pieces, to its real end. Raises InputError for more than ``limit`` bytes."""
    if part.file_size > limit:
        raise InputError("error.sheet_bomb")
    endless = copy.copy(part)
    endless.file_size = limit + 2 * _CHUNK  # else reading stops where the part says that it ends
    with archive.open(endless) as stream:
        while chunk := stream.read(_CHUNK):
            limit -= len(chunk)
            if limit < 0:
                raise InputError("error.sheet_bomb")
            yield chunk


def kind(archive: zipfile.ZipFile) -> str:
    """What is zipped: "xlsx" or "ods". Raises InputError for anything else, with what to do about it."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names or ("[Content_Types].xml" in names and any(map(_sheet, names))):
        return "xlsx"
    if "content.xml" in names and _mimetype(archive).startswith(
        "application/vnd.oasis.opendocument.spreadsheet"
    ):
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise InputError("error.sheet_encrypted")
        return "ods"
    if "EncryptedPackage" in names or "encrypted-package" in names:
        raise InputError("error.sheet_encrypted")
    if "xl/workbook.bin" in names:
        raise InputError("error.sheet_old", came=".xlsb")
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise InputError("error.sheet_old", came="Numbers")
    raise InputError("error.sheet_zip")


def _sheet(name: str) -> bool:
    return re.search(r"(^|/)worksheets/[^/]+\.xml$", name) is not None


def _mimetype(archive: zipfile.ZipFile) -> str:
    """What the part "mimetype" says; a file that lost it is taken for a spreadsheet, the reader will tell."""
    if "mimetype" not in archive.namelist():
        return "application/vnd.oasis.opendocument.spreadsheet"
    return archive.read("mimetype")[:200].decode("latin-1")
