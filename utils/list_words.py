"""The words that lists use for a status, a platform, yes and no, and for nothing known; Dutch and English.

All as :func:`utils.locate.normalise` writes them.
"""

from typing import Final

from utils.locate import normalise
from utils.models import PLATFORMS


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


UNKNOWN: Final = frozenset(
    _words(
        "onbekend, nvt, n v t, niet van toepassing, geen, niet bekend, niet ingevuld, nb, n b, leeg, "
        "unknown, n a, na, none, null, nan, nil, not available, tbd, ntb, n t b"
    )
)
STATUS: Final[dict[str, str]] = {
    word: status
    for status, words in {
        "active": "ja, yes, true, waar, "
        "active, actief, actieve groep, ja actief, in gebruik, loopt, draait, lopend, live, "
        "operationeel, open, bestaand",
        "inactive": "inactive, inactief, niet actief, niet meer actief, slapend, opgeheven, gestopt, "
        "beeindigd, gesloten, vervallen, gestaakt, niet meer in gebruik, "
        "nee, no, false, onwaar, closed, ended, stopped, "
        "dormant, not active",
        "pending": "pending, in oprichting, io, i o, aangemeld, nieuw, aanvraag, in aanvraag, aangevraagd, "
        "in behandeling, wacht, wachtend, in opstart, opstartend, startend, gepland, new, "
        "requested, planned, starting",
        "unverified": "unverified, onbekend, unknown, niet gecontroleerd, ongecontroleerd, niet bevestigd, "
        "onbevestigd, te controleren, controleren, niet geverifieerd, ongeverifieerd, twijfel, "
        "not verified",
    }.items()
    for word in _words(words)
}
PLATFORM: Final[dict[str, str]] = {normalise(name): name for name in PLATFORMS} | {
    word: platform
    for platform, words in {
        "WhatsApp": "wa, whats app, app, wapp, wabp, whatsappgroep, whatsapp groep, whats app groep, app "
        "groep, appgroep, whatsapp community, whatsapp group",
        "Signal": "signal groep, signalgroep, signal app, signal group",
        "Telegram": "telegram groep, telegramgroep, tg, telegram group",
        "Nextdoor": "next door, nextdoor app",
        "Facebook": "facebookgroep, facebook groep, fb, messenger, facebook group",
        "SMS": "sms alert, sms groep, sms dienst, sms group",
        "Other": "anders, overig, overige, other, iets anders",
    }.items()
    for word in _words(words)
}
#: Words that need no telling: they are what the product itself calls a status or a platform.
OWN: Final = frozenset((*STATUS.values(), *map(normalise, PLATFORMS))) | frozenset(
    _words("actief, inactief, niet actief, in oprichting, niet gecontroleerd, anders")
)
YES: Final = frozenset(_words("ja, j, yes, y, true, waar, x, 1, akkoord, ok, oke, toestemming, v"))
NO: Final = frozenset(
    _words("nee, n, no, false, onwaar, 0, niet, geen, geen toestemming, niet akkoord, geen akkoord")
)
