"""The content in both databases: made once for a number of items, and kept for the next run.

Précis' own importer fills an SQLite file and a PostgreSQL cluster of the benchmark's own, which `plain.sql` then gives
the tables of the peers. What is there already is made anew only where what it is made of has changed.
"""

import collections
import contextlib
import hashlib
import os
import pathlib
import pwd
import shutil
import socket
import sqlite3
import subprocess
import sys
import time

import content
import grow

HERE = pathlib.Path(__file__).parent

# Nothing but reading is measured: what makes writing safe would only make it longer to fill. All pages are in memory.
SETTINGS = ["shared_buffers=1GB", "jit=off", "random_page_cost=1.1", "max_connections=200",
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "autovacuum=off", "fsync=off",
            "full_page_writes=off", "max_wal_size=8GB", "maintenance_work_mem=512MB"]

Names = collections.namedtuple("Names", "tags categories summaries sources")
Names.__doc__ = "Slugs: of tags, those that many summaries have first; the number of sources."


def say(text):
    print(text, file=sys.stderr, flush=True)


def step(folder, name, made_of, make):
    """Does what takes long, unless it was done out of the same."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in made_of)).hexdigest()
    mark = folder / f"{name}.made"
    if not mark.exists() or mark.read_text() != digest:
        mark.unlink(missing_ok=True)
        started = time.monotonic()
        say(f"making {name} …")
        make()
        say(f"  took {time.monotonic() - started:.0f} s")
        mark.write_text(digest)


def lines(folder, items):
    """The content as a file of JSON lines."""
    file = folder / "content.jsonl"

    def make():
        with open(file, "w") as out:
            content.write(out, items)

    step(folder, file.name, [HERE / "content.py"], make)
    return file


def sqlite(folder, items, precis):
    """The URL of the SQLite database with so many items."""
    file = folder / "precis.db"
    url = f"sqlite://{file}?mode=rwc"
    times, imported = copies(items)

    def make():
        for old in folder.glob(f"{file.name}*"):
            old.unlink()
        if times > 1:
            sqlite(beside(folder, imported), imported, precis)
            grow.sqlite(beside(folder, imported) / file.name, file, times)
        else:
            fill(precis, lines(folder, items), url)

    step(folder, "sqlite", made_of(times), make)
    return url


def copies(items):
    """How often there is what was imported, and how much of it was."""
    times = max(items // grow.IMPORTED, 1)
    if items != items // times * times:
        sys.exit(f"more than {grow.IMPORTED:,} items have to be a multiple of them")
    return times, items // times


def made_of(times):
    return [HERE / name for name in ["content.py"] + ["grow.py"] * (times > 1)]


def beside(folder, items):
    folder = folder.parent / str(items)
    folder.mkdir(exist_ok=True)
    return folder


def names(folder):
    """What there is to ask for, out of the SQLite database."""
    with contextlib.closing(sqlite3.connect(folder / "precis.db")) as connection:
        column = lambda sql: [row[0] for row in connection.execute(sql)]
        return Names(
            column("SELECT t.slug FROM tag t JOIN counter c ON c.dimension = 'TAG' AND c.key = CAST(t.id AS TEXT) "
                   "ORDER BY c.count DESC, t.slug"),
            column("SELECT slug FROM category ORDER BY slug"),
            column("SELECT slug FROM summary ORDER BY slug"),
            column("SELECT count(*) FROM source")[0],
        )


def fill(precis, file, url):
    command = [precis, "import", file, "--database-url", url, "--log", "warn"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class Postgres:
    """The PostgreSQL server with so many items, for as long as it is open."""

    def __init__(self, folder, items, precis, has_peers=False):
        self.folder, self.items, self.precis, self.has_peers = folder, items, precis, has_peers
        self.data = folder / "postgres"
        self.times, self.imported = copies(items)
        self.programs = programs()
        # PostgreSQL refuses to run as root.
        self.user = None if os.getuid() else next(name for name in ("postgres", "nobody") if known(name))

    def __enter__(self):
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/precis"
        step(self.folder, "postgres", made_of(self.times), self.make)
        if not hasattr(self, "process"):
            self.start()
        try:
            if self.has_peers:
                step(self.folder, "plain", [HERE / "content.py", HERE / "plain.sql"], self.make_plain)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()  # once its connections have ended
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.send_signal(2)  # even if they have not
            self.process.wait()

    def make(self):
        if self.times > 1:
            self.make_of_imported()
        else:
            self.import_all()
        (self.folder / "plain.made").unlink(missing_ok=True)

    def make_of_imported(self):
        with Postgres(beside(self.folder, self.imported), self.imported, self.precis) as other:
            data = other.data
        shutil.rmtree(self.data, ignore_errors=True)
        subprocess.run(["cp", "-a", data, self.data], check=True)
        self.start()
        try:
            said = lambda sql: subprocess.run([self.programs / "psql", "-X", "-A", "-t", "-c", sql, self.url], check=True,
                                              capture_output=True, text=True).stdout.split()
            columns = lambda table: said("SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped "
                                         f"AND attrelid = 'public.{table}'::regclass ORDER BY attnum")
            self.psql("precis", "-c", "DROP SCHEMA IF EXISTS plain CASCADE")
            grow.postgres(lambda sql: self.psql("precis", "-c", sql), columns, self.times)
            self.psql("precis", "-c", "VACUUM ANALYZE")
        except BaseException:
            self.__exit__()
            raise

    def import_all(self):
        lines_of_content = lines(self.folder, self.items)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        if self.user:
            shutil.chown(self.data, self.user)
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self.start()
        try:
            self.psql("postgres", "-c", "CREATE DATABASE precis")
            fill(self.precis, lines_of_content, self.url)
            self.psql("precis", "-c", "VACUUM ANALYZE")
        except BaseException:
            self.__exit__()
            raise

    def make_plain(self):
        with open(HERE / "plain.sql") as file:
            self.psql("precis", "-1", stdin=file)
        self.psql("precis", "-c", "VACUUM ANALYZE")

    def start(self):
        settings = [argument for setting in [*SETTINGS, f"port={self.port}"] for argument in ("-c", setting)]
        with open(self.folder / "postgres.log", "w") as log:
            self.process = subprocess.Popen([self.programs / "postgres", "-D", self.data, *settings], user=self.user,
                                            group=self.user and group(self.user), cwd="/", stdout=log, stderr=log)
        for _ in range(600):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                if self.psql("postgres", "-c", "SELECT 1", check=False).returncode == 0:
                    return
            time.sleep(0.1)
        sys.exit(f"PostgreSQL does not start: see {self.folder / 'postgres.log'}")

    def psql(self, database, *arguments, check=True, stdin=subprocess.DEVNULL):
        url = f"postgres://postgres@127.0.0.1:{self.port}/{database}"
        command = [self.programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url, *arguments]
        quiet = None if check else subprocess.DEVNULL
        return subprocess.run(command, check=check, stdin=stdin, stdout=subprocess.DEVNULL, stderr=quiet)

    def run(self, program, *arguments):
        subprocess.run([self.programs / program, *arguments], check=True, user=self.user, cwd="/",
                       group=self.user and group(self.user), stdout=subprocess.DEVNULL)

    def version(self):
        said = subprocess.run([self.programs / "postgres", "--version"], check=True, capture_output=True, text=True)
        return said.stdout.split()[2]


def programs():
    """The folder of PostgreSQL's programs: the first in `PATH`, else the newest of Debian's."""
    folders = [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    debian = pathlib.Path("/usr/lib/postgresql")
    if debian.is_dir():
        versions = [folder for folder in debian.iterdir() if folder.name.isdigit()]
        folders += [folder / "bin" for folder in sorted(versions, key=lambda folder: -int(folder.name))]
    for folder in folders:
        if all((folder / program).is_file() for program in ("initdb", "postgres", "psql")):
            return folder
    sys.exit("there is no PostgreSQL: apt-get install postgresql")


def known(user):
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(user)


def group(user):
    return pwd.getpwnam(user).pw_gid


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
