"""The content of a table as one hash: the same rows give the same hash, however they are stored."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd


def digest(table: pd.DataFrame) -> str:
    """Return the SHA-256 of names, kinds and values of all columns, in order.

    Labels count by their text, not by their encoding; all nulls are equal; floats count by their bits (−0 as 0).
    """
    total = hashlib.sha256(f"{len(table)} rows".encode())
    for name in table.columns:
        kind, parts = _parts(table[name])
        total.update(f"\0{name}\0{kind}\0".encode())
        for part in parts:
            total.update(part)
    return total.hexdigest()


def _parts(column: pd.Series) -> tuple[str, list[bytes]]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "date", [column.to_numpy(dtype="datetime64[D]").astype(np.int64).tobytes()]
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
        missing = column.isna().to_numpy()
        kind = "boolean" if pd.api.types.is_bool_dtype(column.dtype) else "integer"
        values = column.astype("Int64").fillna(0).to_numpy(dtype=np.int64)
        return kind, [values.tobytes(), np.packbits(missing).tobytes()]
    if pd.api.types.is_float_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        numbers[np.isnan(numbers)] = np.nan
        return "number", [numbers.tobytes()]
    codes, labels = pd.factorize(column)
    return "text", [codes.astype(np.int64).tobytes(), "\0".join(map(str, labels)).encode()]
