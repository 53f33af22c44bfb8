"""The contents of the stores, as text: `stores.py DIR` writes every table of our services and every key of Redis below DIR.
The sandbox's tables are left out: it is the EHR and the payer, and this is their data."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import urllib.parse

SCHEMAS = os.environ["MC_SCHEMAS"].split()
OUT = pathlib.Path(sys.argv[1])
TEST_MODE = json.load(open(os.environ["MC_TEST_MODE"], encoding="utf-8"))


def psql(statement):
    url = urllib.parse.urlsplit(TEST_MODE["postgres_url"])
    part = {"PGHOST": url.hostname, "PGPORT": str(url.port or 5432), "PGDATABASE": url.path[1:],
            "PGUSER": urllib.parse.unquote(url.username), "PGPASSWORD": urllib.parse.unquote(url.password)}
    command = [os.environ["MC_PSQL"], "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", statement]
    return subprocess.run(command, env={**os.environ, **part}, check=True, capture_output=True).stdout


def tables():
    listed = ", ".join(f"'{schema}'" for schema in SCHEMAS)
    columns = psql(f"SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
                   f"WHERE table_schema IN ({listed}) ORDER BY 1, 2, ordinal_position").decode()
    found = {}
    for line in columns.splitlines():
        schema, table, column, kind = line.split("|")
        text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
        found.setdefault((schema, table), []).append(text)
    rows = 0
    for (schema, table), texts in found.items():
        dump = psql(f"COPY (SELECT concat_ws(E'\\t', {', '.join(texts)}) FROM {schema}.\"{table}\") TO STDOUT")
        rows += dump.count(b"\n")
        (OUT / "tables").mkdir(parents=True, exist_ok=True)
        (OUT / "tables" / f"{schema}.{table}").write_bytes(dump)
    print(f"{rows} rows in {len(found)} tables")


class Redis:
    """As much of RESP2 as reading takes."""

    def __init__(self):
        url = urllib.parse.urlsplit(TEST_MODE["redis_url"])
        self.stream = socket.create_connection((url.hostname, url.port or 6379), timeout=20).makefile("rwb")
        if url.password:
            user = [urllib.parse.unquote(url.username)] if url.username else []
            self("AUTH", *user, urllib.parse.unquote(url.password))

    def __call__(self, *words):
        data = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.stream.write(b"*%d\r\n" % len(data) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in data))
        self.stream.flush()
        return self.read()

    def read(self):
        line = self.stream.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self.stream.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.read() for _ in range(max(int(rest), 0))]
        return rest


READS = {b"string": ("GET",), b"hash": ("HGETALL",), b"list": ("LRANGE", 0, -1), b"set": ("SMEMBERS",), b"zset": ("ZRANGE", 0, -1)}


def redis():
    server, cursor, lines = Redis(), b"0", []
    while True:
        cursor, keys = server("SCAN", cursor, "COUNT", 500)
        for key in keys:
            command, *range_ = READS.get(server("TYPE", key), ("TYPE",))
            lines.append(repr((key, server(command, key, *range_))))
        if cursor == b"0":
            break
    (OUT / "redis").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} keys in Redis")


OUT.mkdir(parents=True, exist_ok=True)
tables()
redis()
