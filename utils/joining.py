"""The link by which somebody joins a group: read from the register for that one group, when asked."""

import re
from urllib.parse import urlsplit

from utils import group_rules
from utils.settings import Settings


def link(options: Settings, id: str) -> str:
    """The link of an active group; "" for a group without a good one, that stopped or is not there.

    Raises StoreError.
    """
    if not options.has_register:
        return ""
    from utils import database, group_search, registry  # SQLAlchemy: a site without a register does without

    engine = registry.engine_for(options)
    group = database.read(engine, lambda connection: group_search.several(connection, [id]), 0).get(id)
    return safe(group.join_link) if group and group.status == "active" else ""


def safe(link: str) -> str:
    """The link if it leads to a known app by https, else "": whoever presses it trusts this website.

    >>> safe("https://chat.whatsapp.com/AbC123")
    'https://chat.whatsapp.com/AbC123'
    >>> safe("https://chat.whatsapp.com.evil.nl/"), safe("javascript:1")
    ('', '')
    """
    try:
        parts = urlsplit(link)
        good = parts.scheme == "https" and parts.hostname in group_rules.HOSTS and parts.port in (None, 443)
    except ValueError:
        return ""
    odd = parts.username is not None or re.search(r"[^\x21-\x7e]|[\\<>\"'`{}|^]", link)
    return link if good and not odd else ""


def host(link: str) -> str:
    """Where a link leads to."""
    return urlsplit(link).hostname or ""
