"""The makers of data/embedded: they read packages from the registry and write what the product ships.

Run each from the root of the checkout, for example ``python -m data.build.municipalities``. The
same inputs give the same files, byte for byte.
"""

from pathlib import Path

INPUTS = Path(__file__).parent / "inputs"
EMBEDDED = Path(__file__).parents[1] / "embedded"
