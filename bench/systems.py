"""What is measured: how each system is built, started and asked, and what its process takes."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import questions
from databases import free_port, say

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
TICK = os.sysconf("SC_CLK_TCK")
TWICE = 2 * len(os.sched_getaffinity(0))  # as many as there are processors
ALL = {  # a system's name: its title, the database that it reads, and by how many connections it answers most
    "precis": ("Précis", "postgres", TWICE),
    "postgraphile": ("PostGraphile", "postgres", 16),
    "mercurius": ("Mercurius, hand-written SQL", "postgres", 8),
    "limit": ("the limit: no GraphQL", "postgres", TWICE),
    "limit-shared": ("the limit, sharing connections", "postgres", TWICE),
    "precis-sqlite": ("Précis on SQLite", "sqlite", TWICE),
    "limit-sqlite": ("the limit on SQLite", "sqlite", TWICE),
}
PEERS = ("postgraphile", "mercurius")


class Programs:
    """What is run: Précis, the limit, and Node with the peers. What is not there is built or installed."""

    def __init__(self, precis, selected, connections):
        self.connections = connections  # to the database, for every system, unless each has its own number
        cargo = ["cargo", "build", "--release", "--locked"]
        if precis is None:
            subprocess.run(cargo, cwd=ROOT, check=True)
        self.precis = precis.resolve() if precis else target() / "release/precis"
        self.is_given = precis is not None
        if any(name.startswith("limit") for name in selected):
            folder = target() / "bench/limit"
            subprocess.run(cargo, cwd=HERE / "limit", check=True, env={**os.environ, "CARGO_TARGET_DIR": folder})
            self.limit = folder / "release/precis-bench-limit"
        if any(name in PEERS for name in selected):
            self.node = HERE / "peers/node_modules/node/bin/node"
            wanted = HERE / "peers/package-lock.json"
            installed = HERE / "peers/node_modules/.package-lock.json"
            if not self.node.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
                subprocess.run(["npm", "ci"], cwd=HERE / "peers", check=True, stdout=sys.stderr)

    def command(self, name, port, url):
        """How a system is started, and what its environment has besides."""
        address, connections = f"127.0.0.1:{port}", str(self.connections or ALL[name][2])
        if name.startswith("precis"):
            options = ["--no-worker", "--rate-limit", "off", "--max-connections", connections, "--log", "warn"]
            return [self.precis, "serve", "--listen", address, "--database-url", url, *options], {}
        if name.startswith("limit"):
            way = ["shared"] if name == "limit-shared" else []
            return [self.limit, address, url, connections, *way], {}
        wanted = {"PORT": str(port), "DATABASE_URL": url, "CONNECTIONS": connections, "NODE_ENV": "production"}
        return [self.node, HERE / f"peers/{name}.mjs"], wanted


def target():
    """Where cargo builds."""
    return (ROOT / os.environ.get("CARGO_TARGET_DIR", "target")).resolve()


class System:
    """One of them, running for as long as it is open. It leaves its log in `folder`."""

    def __init__(self, name, programs, urls, folder):
        self.name, (self.title, self.database, _) = name, ALL[name]
        self.dialect = name if name in PEERS else "precis"
        self.is_limit = name.startswith("limit")
        self.programs, self.url, self.log = programs, urls[self.database], folder / f"{name}.log"

    def answers(self, question):
        """Whether it can be asked that."""
        return question not in questions.ALONE or self.name.startswith("precis")

    def path(self, question):
        return f"/{question}" if self.is_limit else "/graphql"

    def __enter__(self):
        self.port = free_port()
        command, environment = self.programs.command(self.name, self.port, self.url)
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, cwd=self.log.parent, env={**os.environ, **environment}, stdout=log,
                                            stderr=log)
        self.pid = self.process.pid
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait(self, question, body):
        """Waits until it answers that."""
        for _ in range(60_000):
            try:
                return self.ask(question, body)
            except OSError:
                if self.process.poll() is not None:
                    break
            time.sleep(0.001)
        sys.exit(f"{self.name} does not start: {self.log.read_text()[-2_000:]}")

    def ask(self, question, body):
        """The bytes of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", self.path(question), body, {"Content-Type": "application/json"})
            with connection.getresponse() as answer:
                read = answer.read()
            if answer.status != 200:
                raise ValueError(f"status {answer.status}: {read[:1_000].decode(errors='replace')}")
            return read
        finally:
            connection.close()

    def cursors(self):
        """Those of all sources, by slug: the first is that of the first one."""
        if self.dialect == "mercurius":
            page = self.read("{ sources(first: 1000) { nodes { slug } } }")["sources"]
            return [node["slug"] for node in page["nodes"]]
        if self.dialect == "postgraphile":
            page = self.read("{ allSources(orderBy: SLUG_ASC) { edges { cursor } } }")["allSources"]
            return [edge["cursor"] for edge in page["edges"]]
        found, more = [], True
        while more:
            after = json.dumps(found[-1] if found else None)
            page = self.read("{ sources(first: 100, after: %s) { edges { cursor } pageInfo { hasNextPage } } }" % after)
            found += [edge["cursor"] for edge in page["sources"]["edges"]]
            more = page["sources"]["pageInfo"]["hasNextPage"]
        return found

    def read(self, query):
        return json.loads(self.ask("q5", json.dumps({"query": query})))["data"]

    def cpu(self):
        """Seconds of all its threads, in user and system mode."""
        return cpu(self.pid)

    def memory(self):
        """Bytes that it has in memory, without pages of SQLite's file that it maps: these are the system's cache of files,
        counted once for each connection."""
        total, file = 0, None
        for line in pathlib.Path(f"/proc/{self.pid}/smaps").read_text().splitlines():
            if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                file = line.split(None, 5)[5:]
            elif line.startswith("Rss:") and not (file and file[0].endswith("/precis.db")):
                total += 1_024 * int(line.split()[1])
        return total


def start(names, programs, urls, folder, stack):
    """All of these, answering."""
    found = [stack.enter_context(System(name, programs, urls, folder)) for name in names]
    for system in found:
        say(f"starting {system.name} …")
        if system.is_limit:
            system.wait("q3", json.dumps({"variables": {"category": ""}}))
        else:
            system.wait("q3", json.dumps({"query": "{ __typename }"}))
    return found


def stat(pid):
    """The fields of a process that stand behind its name: the first one is its state."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def cpu(pid):
    fields = stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICK


def cpu_of_postgres(postmaster):
    """Seconds of all its processes: those that run, and those that have ended, which the postmaster knows of."""
    ticks = sum(map(int, stat(postmaster)[11:15]))
    for process in pathlib.Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                fields = stat(process.name)
            except OSError:
                continue  # it has just ended
            if int(fields[1]) == postmaster:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK
