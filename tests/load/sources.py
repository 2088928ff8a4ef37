#!/usr/bin/env python3
"""A thousand sources: how much memory it takes to fetch them, and whether anybody who asks notices.

    cargo build --release
    tests/load/sources.py [--feeds PATH] [--database-url postgres://…]

Serves a thousand feeds, each at an address of its own on this machine, has them imported as a list, and starts the
program, which fetches them all. Meanwhile one reader asks for a page every 50 ms; afterwards, with nothing else to do
and the same content, again. Feeds are made up, of 5 kB to 2 MB; with --feeds, or with PRECIS_CORPUS, they are the
captured ones of a folder, in turn. Wants Linux and Python 3.9; on SQLite it brings its own database, for PostgreSQL
it wants psql.

Exits with 1 where the process ever had more than 150 MB, or where a question failed or took as long as the quickest
source does.
"""

import argparse
import asyncio
import contextlib
import gzip
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from server import PRECIS, Server

PAGE = "{ summaries(first: 20) { nodes { id title tldr publishedAt source { name } tags { slug } } } }"
MOST_MEMORY = 150_000_000
QUICKEST, SLOWEST = 0.5, 1.5  # how long a source takes to answer, in seconds


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--database-url", help="a new, empty database; an SQLite file, if none is given")
    arguments.add_argument("--sources", type=int, default=1_000)
    corpus = os.environ.get("PRECIS_CORPUS")
    arguments.add_argument("--feeds", type=pathlib.Path, default=corpus and pathlib.Path(corpus) / "feeds",
                           help="a folder of captured feeds, gzipped or not")
    arguments.add_argument("--precis", type=pathlib.Path, default=PRECIS, help="the program")
    arguments.add_argument("--series", type=pathlib.Path, help="where to write memory over time, as lines of JSON")
    arguments = arguments.parse_args()
    feeds = captured(arguments.feeds) if arguments.feeds else made_up()
    with tempfile.TemporaryDirectory(prefix="precis-sources-") as folder:
        folder = pathlib.Path(folder)
        url = arguments.database_url or f"sqlite://{folder}/precis.db?mode=rwc"
        port = serve(feeds, arguments.sources)
        subscriptions = folder / "subscriptions.opml"
        subscriptions.write_text(opml(arguments.sources, port))
        subscribe(arguments.precis, subscriptions, url)
        with Fetching(arguments.precis, url, arguments.sources, folder) as server:
            good = measure(server, arguments.sources, arguments.series)
    sys.exit(0 if good else 1)


def captured(folder):
    read = lambda file: gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    feeds = [read(file) for file in sorted(folder.iterdir()) if file.is_file() and not file.name.startswith("reference")]
    print(f"{len(feeds)} captured feeds in turn, {sum(map(len, feeds)) / len(feeds) / 1e3:,.0f} kB on average")
    return feeds


def made_up():
    """Feeds of many sizes, the same ones each time; `@@` stands for the number of the source."""
    dice = random.Random(7)
    syllables = [one + two for one in "bdfgklmnprstvw" for two in "aeiou"]
    words = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(5_000)]
    text = lambda many: " ".join(dice.choices(words, k=many))
    feeds = []
    for place in range(64):
        size = 5_000 * 400 ** (place / 63)
        items, length = [], 0
        while length < size:
            number, day = len(items), f"{dice.randint(1, 28):02}"
            paragraphs = "".join(f"<p>{text(80)} <a href=\"https://example.org/{number}\">{text(3)}</a></p>" for _ in range(dice.randint(1, 12)))
            item = (f"<item><guid>@@-{number}</guid><title>@@ {text(6)}</title><link>https://example.org/@@/{number}</link>"
                    f"<pubDate>{day} Oct 2026 08:00:00 GMT</pubDate><category>{dice.choice(words)}</category>"
                    f"<description><![CDATA[<p>@@ {number}</p>{paragraphs}]]></description></item>")
            items.append(item)
            length += len(item)
        feeds.append(f"<rss version=\"2.0\"><channel><title>Source @@</title>{''.join(items)}</channel></rss>".encode())
    print(f"{len(feeds)} made-up feeds in turn, {sum(map(len, feeds)) / len(feeds) / 1e3:,.0f} kB on average")
    return feeds


def address(number):
    """Each source has a host of its own: a host is asked one thing at a time."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def opml(sources, port):
    """A list takes no address of this machine: it has names instead, which `subscribe` makes addresses of."""
    host = lambda number: address(number).replace(".", "-") + ".example"
    outlines = (f'<outline type="rss" text="Source {number}" xmlUrl="http://{host(number)}:{port}/{number}"/>' for number in range(sources))
    return f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>'


def subscribe(program, subscriptions, url):
    command = [program, "import", subscriptions, "--database-url", url, "--log", "warn"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    rename = "UPDATE source SET feed_url = REPLACE(REPLACE(feed_url, '.example', ''), '-', '.')"
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite://").partition("?")[0])) as database, database:
            database.execute(rename)
    else:
        subprocess.run(["psql", "--quiet", "--command", rename, url], check=True)


def serve(feeds, sources):
    """Serves the feeds in a process of its own; gives the port."""
    here, there = multiprocessing.Pipe()
    multiprocessing.get_context("fork").Process(target=serving, args=(feeds, there), daemon=True).start()
    return here.recv()


def serving(feeds, tell):
    dice = random.Random(7)

    async def answer(reader, writer):
        try:
            number = int((await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].strip(b"/"))
            body = feeds[number % len(feeds)].replace(b"@@", b"%04d" % number)
            await asyncio.sleep(dice.uniform(QUICKEST, SLOWEST))
            writer.write(b"HTTP/1.1 200 OK\r\netag: \"1\"\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body))
            for start in range(0, len(body), 65_536):
                writer.write(body[start:start + 65_536])
                await writer.drain()
            writer.close()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone

    async def forever():
        server = await asyncio.start_server(answer, "0.0.0.0", 0)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


class Fetching(Server):
    """The program, serving and fetching from these addresses of this machine."""

    def __init__(self, program, url, sources, folder):
        hosts = ",".join(address(number) for number in range(sources))
        super().__init__(url, folder, "--fetch-hosts", hosts, program=program)

    def memory(self):
        """In bytes, by what the kernel calls it."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return {name: int(kib) * 1024 for name, kib in re.findall(r"^(VmHWM|VmRSS|RssAnon|RssFile):\s+(\d+) kB", status, re.M)}

    def fetches(self):
        """How many sources were asked, by what came of it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return {outcome: int(many) for outcome, many in re.findall(r'^precis_fetches_total\{outcome="(\w+)"\} (\d+)', text, re.M)}


class Reader(threading.Thread):
    """Asks for a page every 50 ms, and keeps how long each took and whether it failed."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.took, self.failed, self.over = port, [], 0, threading.Event()
        self.start()

    def run(self):
        body, headers = json.dumps({"query": PAGE}), {"Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.over.wait(0.05):
            started = time.monotonic()
            connection.request("POST", "/graphql", body, headers)
            answer = connection.getresponse()
            told = json.load(answer)
            self.took.append(time.monotonic() - started)
            self.failed += answer.status != 200 or "errors" in told

    def stop(self):
        self.over.set()
        self.join()
        took = sorted(self.took)
        at = lambda share: took[min(len(took) - 1, int(len(took) * share))] * 1000
        print(f"  {len(took)} questions, {self.failed} failed: {statistics.median(took) * 1000:.1f} ms (median), "
              f"{at(0.99):.1f} ms (p99), {took[-1] * 1000:.1f} ms (longest)")
        return took[-1]


def measure(server, sources, series):
    begun, reader, seen, asked = time.monotonic(), Reader(server.port), [], {}
    print(f"at its start: {server.memory()['VmRSS'] / 1e6:.0f} MB")
    while sum(asked.values()) < sources:
        assert server.process.poll() is None, "the program has ended"
        time.sleep(0.2)
        asked = server.fetches()
        seen.append({"seconds": round(time.monotonic() - begun, 1), "fetched": sum(asked.values()), **server.memory()})
    took = time.monotonic() - begun
    outcomes = ", ".join(f"{many} {outcome}" for outcome, many in asked.items() if many)
    print(f"{sources} sources in {took:.0f} s ({outcomes})")
    longest = reader.stop()
    peak = server.memory()["VmHWM"]
    anonymous = max(one["RssAnon"] for one in seen)
    print(f"  at most {peak / 1e6:.0f} MB, of which {anonymous / 1e6:.0f} MB are no file's")
    idle = Reader(server.port)
    time.sleep(10)
    print("with nothing else to do:")
    idle.stop()
    print(f"  {server.memory()['VmRSS'] / 1e6:.0f} MB")
    if series:
        series.write_text("".join(json.dumps(one) + "\n" for one in seen))
    return peak <= MOST_MEMORY and not reader.failed and not idle.failed and longest < QUICKEST


if __name__ == "__main__":
    main()
