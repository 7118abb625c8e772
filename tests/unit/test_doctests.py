"""The examples in the docstrings are true."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

EXAMPLE = re.compile(r">>> (?!.*doctest: \+SKIP)")
FILES = [
    path
    for path in sorted((Path(__file__).resolve().parents[2] / "utils").glob("*.py"))
    if EXAMPLE.search(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_examples_of_a_module(path: Path) -> None:
    result = doctest.testmod(importlib.import_module(f"utils.{path.stem}"))
    assert result.attempted > 0
    assert result.failed == 0
