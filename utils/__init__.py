"""The rooms of Buurtdekking; see docs/architecture.md for the way data flow between them."""

import os

# The allocator that pyarrow brings keeps what it once had: some 8 MB of a server. It is chosen at the import.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
