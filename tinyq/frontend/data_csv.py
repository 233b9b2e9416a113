"""Reads a .csv: a row is a sample."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.data_readers import Raw
from tinyq.ir.graph import Array

LABEL_COLUMNS = ("y", "label", "labels")


def read_csv(path: Path) -> Raw:
    """The rows as float32 [samples, columns]; the labels are the column that the header names y or label.

    Raises:
        TinyqError: no text, no rows, rows of unequal lengths, or a cell that is no number.
    """
    rows = _read_rows(path)
    header = rows[0][1] if rows and not any(_is_number(cell) for cell in rows[0][1]) else []
    rows = rows[1:] if header else rows
    if not rows:
        raise TinyqError(f"{path}: has no rows of numbers; accepted: one row for each sample", "give data")
    table = _table(path, rows, len(header) or len(rows[0][1]))
    column = next((i for i, name in enumerate(header) if name.strip().lower() in LABEL_COLUMNS), None)
    if column is None:
        return Raw({"x": table.astype(np.float32)}, None, str(path))
    labels = table[:, column]
    whole = np.array_equal(labels, np.rint(labels))
    values = np.delete(table, column, axis=1).astype(np.float32)
    return Raw({"x": values}, labels.astype(np.int64) if whole else labels, str(path))


def _read_rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return [(number, row) for number, row in enumerate(csv.reader(file), 1) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TinyqError(
            f"{path}: not readable as text ({type(error).__name__})", "save it as comma-separated UTF-8 text"
        ) from error


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _table(path: Path, rows: Sequence[tuple[int, list[str]]], width: int) -> Array:
    for number, row in rows:
        if len(row) != width:
            raise TinyqError(
                f"{path}, line {number}: found {len(row)} columns; accepted: {width}, as in the lines before",
                "give each sample the same number of values",
            )
        for column, cell in enumerate(row, 1):
            if not _is_number(cell):
                raise TinyqError(
                    f"{path}, line {number}, column {column}: found {cell!r}; accepted: a number",
                    "put class numbers in place of class names; leave out samples with missing values",
                )
    # float32 would lose whole numbers above 2^24, which a label may be.
    return np.array([[float(cell) for cell in row] for _, row in rows])
