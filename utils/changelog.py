"""The log of changes: who did what, when. The transaction that makes a change writes the line about it."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from sqlalchemy.engine import Connection

from utils.access import Actor
from utils.database import Batch
from utils.schema import changes

_AT_ONCE: Final = 2_000

Row = tuple[str, dict[str, Any] | None, dict[str, Any] | None]


def record(
    connection: Connection,
    batch: Batch,
    actor: Actor,
    action: str,
    entity: str,
    rows: Iterable[Row],
    *,
    import_id: int | None = None,
    reason: str = "",
) -> None:
    """Write a line for each row: the entity's id, what it was, what it is; None for nothing.

    ``before`` and ``after`` must be fit for JSON. No rows: no lines.
    """
    shared = {
        "batch": batch.token,
        "at": batch.at,
        "who": actor.name,
        "action": action,
        "entity": entity,
        "import_id": import_id,
        "reason": reason,
    }
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        lines = [{**shared, "entity_id": one, "before": was, "after": now} for one, was, now in some]
        connection.execute(changes.insert(), lines)
