"""How large a list may be; the one place where every reader counts."""

from typing import Any, Final

from utils.errors import InputError

SIZE: Final = 25_000_000
"""Bytes of a file."""
ROWS: Final = 200_000
"""Rows with a value, of one sheet."""
COLUMNS: Final = 300
CELL: Final = 32_767
"""Characters in a cell: as many as Excel holds."""
CELLS: Final = 6_000_000
"""Cells of all sheets together: what 200,000 rows of 30 columns hold."""


class Count:
    """Counts what comes out of one file; ``sheet`` is the one that is being read."""

    def __init__(self) -> None:
        self.sheet = ""
        self._rows = 0
        self._cells = 0

    def start(self, sheet: str) -> None:
        """The rows that follow are of this sheet."""
        self.sheet = sheet
        self._rows = 0

    def trimmed(self, number: int, cells: list[Any]) -> list[Any] | None:
        """The cells of a row up to the last with a value; None for a row without any.

        White space alone is no value, but stays where another one follows. "" becomes None.
        Raises InputError for a row, cell or sheet that is too large.
        """
        for last in range(len(cells) - 1, -1, -1):
            cell = cells[last]
            if cell is not None and (type(cell) is not str or cell.strip()):
                break
        else:
            return None
        if last >= COLUMNS:
            raise InputError(
                "error.sheet_columns", sheet=self.sheet, row=number, limit=COLUMNS, came=last + 1
            )
        self._rows += 1
        self._cells += last + 1
        if self._rows > ROWS:
            raise InputError("error.sheet_rows", sheet=self.sheet, limit=ROWS)
        if self._cells > CELLS:
            raise InputError("error.sheet_cells", limit=CELLS)
        kept = [None if cell == "" else cell for cell in cells[: last + 1]]
        for column, cell in enumerate(kept):
            if type(cell) is str and (len(cell) > CELL or "\0" in cell):
                where = {"sheet": self.sheet, "row": number, "column": column + 1}
                raise InputError("error.sheet_cell", **where, limit=CELL)
        return kept
