"""Which groups the map shows: those of the register, else the examples."""

from utils import examples
from utils.models import Groups
from utils.settings import Settings


def load(settings: Settings) -> Groups:
    """The groups of the register; the examples where there is no register, or one that holds no group.

    Raises StoreError for a register that cannot be read, DataError for broken examples.
    """
    if settings.has_register:
        from utils import registry  # SQLAlchemy: 26 MB that a site with examples does without

        groups = registry.load(registry.engine_for(settings))
        if len(groups):
            return groups
    return examples.read_example(settings.data)


def revision(settings: Settings, patience: float | None = None) -> str:
    """What changes with every write of the register; "" where there is none. Raises StoreError.

    ``patience``: see :data:`utils.database.PATIENCE`.
    """
    if not settings.has_register:
        return ""
    from utils import registry

    return registry.revision(registry.engine_for(settings), patience)
