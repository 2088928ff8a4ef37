"""More content than one waits for to be imported: what was imported, several times, copied by the databases.

Each copy of an episode, with its summary, has another id, name and minute, and the tags, category and source of the
first. The text index has the first ones alone, so searches find no more than before; the log of changes, too.
"""

import contextlib
import shutil
import sqlite3

IMPORTED = 100_000  # so much is imported; more of it has to be a multiple

# What a copy has in place of a column's value: `n` is its number, `ids` what lies between two copies of a row.
COPIED = {
    "episode": {"id": "id + ids.many * n", "identity": "identity || '-' || n", "guid": "guid || '-' || n",
                "url": "url || '-' || n", "canonical_url": "canonical_url || '-' || n",
                "cluster_id": "cluster_id + ids.many * n", "published_at": "published_at - 61 * n"},
    "summary": {"id": "id + ids.many * n", "episode_id": "episode_id + ids.many * n", "slug": "slug || '-' || n",
                "sort_at": "sort_at - 61 * n", "published_at": "published_at - 61 * n"},
    "summary_body": {"summary_id": "summary_id + ids.many * n"},
    "summary_tag": {"summary_id": "summary_id + ids.many * n", "published_at": "published_at - 61 * n"},
}


def statements(columns, times, source, destination):
    """SQL that makes `times` as much of it: `columns` are those of each table, `source` and `destination` its schemas."""
    for table, instead in COPIED.items():
        for number in range(1, times):
            values = ", ".join(instead.get(column, column) for column in columns[table])
            yield (f"INSERT INTO {destination}{table} ({', '.join(columns[table])}) SELECT {values} "
                   f"FROM {source}{table}, (SELECT {number} AS n) AS copy, ids WHERE {key(table)} <= ids.many")
    yield f"UPDATE {destination}counter SET count = count * {times}"


def key(table):
    return "summary_id" if table.startswith("summary_") else "id"


def sqlite(imported, file, times):
    """Makes the file out of an imported one."""
    shutil.copyfile(imported, file)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("ATTACH ? AS imported", [str(imported)])
        connection.execute("CREATE TEMP TABLE ids AS SELECT MAX(id) AS many FROM imported.episode")
        columns = {table: [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")] for table in COPIED}
        for statement in statements(columns, times, "imported.", "main."):
            connection.execute(statement)
        connection.execute("PRAGMA journal_mode = WAL")


def postgres(psql, columns_of, times):
    """The same in a database into which it was imported: `psql` runs a statement in it."""
    psql("CREATE TABLE ids AS SELECT MAX(id) AS many FROM episode")
    columns = {table: columns_of(table) for table in COPIED}
    for statement in statements(columns, times, "", ""):
        psql(statement)
    psql("DROP TABLE ids")
    psql("VACUUM ANALYZE")
