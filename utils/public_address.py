"""Where the answer for an area stands on the web: the address to put on paper and to send to neighbours."""

from typing import Final
from urllib.parse import quote, urlsplit

from utils.texts import Lang

PAGE: Final = "mijn_buurt"
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})


def answer(given: str, here: str | None, code: str, lang: Lang) -> str:
    """The address of the answer for an area; "" where no good address of this website is known.

    ``given`` is the website's address as the settings name it ("" for none), ``here`` that of the page as the
    visitor's browser asked for it (None for none), with or without the page's name at its end.

    >>> answer("", "https://kaart.voorbeeld.nl/mijn_buurt", "BV09950001", "nl")
    'https://kaart.voorbeeld.nl/mijn_buurt?gebied=BV09950001'
    >>> answer("https://buurt.nl/kaart", "http://10.0.0.1:8501/", "GM0995", "en")
    'https://buurt.nl/kaart/mijn_buurt?gebied=GM0995&taal=en'
    """
    base = _base(given or here or "")
    if not base:
        return ""
    language = "" if lang == "nl" else f"&taal={lang}"
    return f"{base}/{PAGE}?gebied={quote(code, safe='')}{language}"


def only_here(address: str) -> bool:
    """Whether an address leads to the computer itself, so that nobody else can use it."""
    return urlsplit(address).hostname in LOCAL


def _base(address: str) -> str:
    """An address without the page, user, parameters; "" for one that is not of the web."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    if not good:
        return ""
    path = quote(parts.path.rstrip("/").removesuffix(f"/{PAGE}"), safe="/%~")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"
