"""Others' readers and writers beside titer-parquet, for readers.rs: `python readers.py read|write FOLDER`.

`read` reads FOLDER/ours.parquet by pyarrow, pandas, polars and DuckDB and holds kinds and values to FOLDER/ours.json. `write`
writes one table by pyarrow and by polars in every codec, and its values as text to FOLDER/theirs.json.
"""

import json
import pathlib
import sys

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq

mode, folder = sys.argv[1], pathlib.Path(sys.argv[2])
KINDS = {
    "text": ("string", "String", "VARCHAR"),
    "whole": ("int64", "Int64", "BIGINT"),
    "number": ("double", "Float64", "DOUBLE"),
    "probability": ("float", "Float32", "FLOAT"),
    "flag": ("bool", "Boolean", "BOOLEAN"),
    "bytes": ("binary", "Binary", "BLOB"),
    "lists": ("list<element: float>", "List(Float32)", "FLOAT[]"),
}


def plain(value):
    """A value as readers.rs writes it into JSON."""
    if value is None or value is pandas.NA or value is pandas.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, (bytes, bytearray)):
        return list(value)
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return [plain(one) for one in value] if isinstance(value, list) else value


def check(reader, name, kind, expected_kind, values, expected):
    assert kind == expected_kind, f"{reader} {name}: {kind}, expected {expected_kind}"
    values = [plain(value) for value in values]
    assert values == expected, f"{reader} {name}: {values[:9]}, expected {expected[:9]}"


def read():
    path = folder / "ours.parquet"
    columns = json.loads((folder / "ours.json").read_text())
    arrow, frame, lazy = pq.read_table(path), pandas.read_parquet(path), polars.read_parquet(path)
    duck = duckdb.sql(f"select * from '{path}'")
    kinds, rows = dict(zip(duck.columns, map(str, duck.types))), duck.fetchall()
    assert list(columns) == list(KINDS) == arrow.column_names == list(frame.columns) == lazy.columns == duck.columns
    for place, (name, expected) in enumerate(columns.items()):
        in_arrow, in_polars, in_duck = KINDS[name]
        column = arrow[name]
        check("pyarrow", name, str(column.type), in_arrow, column.to_pylist(), expected)
        check("polars", name, str(lazy[name].dtype), in_polars, lazy[name].to_list(), expected)
        check("DuckDB", name, kinds[name], in_duck, [row[place] for row in rows], expected)
        # pandas has no whole numbers and no booleans with nulls; its values are the same.
        check("pandas", name, None, None, frame[name].tolist(), expected)


def write():
    rows = range(1000)
    some = lambda of, every: [None if n % every == 0 else of(n) for n in rows]
    columns = {
        "text": some(lambda n: f"é{n}", 5),
        "category": some(lambda n: f"class {n % 3}", 7),
        "whole": some(lambda n: n * n - 1000, 11),
        "small": some(lambda n: n % 100 - 50, 3),
        "number": some(lambda n: n / 8, 4),
        "probability": some(lambda n: n / 64, 9),
        "flag": some(lambda n: n % 2 == 0, 6),
        "none": [None for _ in rows],
    }
    text = {name: [None if one is None else str(one) for one in values] for name, values in columns.items()}
    text["flag"] = [None if one is None else str(one).lower() for one in columns["flag"]]
    kinds = [pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.int64(), pa.int8(), pa.float64(), pa.float32(), pa.bool_(), pa.null()]
    table = pa.table({name: pa.array(values, kind) for (name, values), kind in zip(columns.items(), kinds)})
    frame = polars.from_arrow(table)
    names = []
    for codec in ["none", "snappy", "gzip", "lz4", "brotli", "zstd"]:
        names += [f"pyarrow.{codec}.parquet", f"polars.{codec}.parquet"]
        pq.write_table(table, folder / names[-2], compression=codec, row_group_size=300)
        codec = "uncompressed" if codec == "none" else codec
        frame.write_parquet(folder / names[-1], compression=codec, row_group_size=300)
    names.append("pandas.parquet")
    table.to_pandas(types_mapper=pandas.ArrowDtype).to_parquet(folder / names[-1])
    names.append("duckdb.parquet")
    duckdb.sql("select * from frame").write_parquet(str(folder / names[-1]))
    (folder / "theirs.json").write_text(json.dumps({"files": names, "columns": text}))


{"read": read, "write": write}[mode]()
print(f"{mode}: pyarrow {pa.__version__}, pandas {pandas.__version__}, polars {polars.__version__}, DuckDB {duckdb.__version__}")
