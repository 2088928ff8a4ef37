#!/usr/bin/env python3
"""Has examples/cron/mail-digest mail the demonstration's digests to a program that keeps them, and reads the mail.

    tests/cron/run.py http://127.0.0.1:8080

Each line that is printed is one thing shown; the exit code is 0 if all of them held.
"""

import email
import email.policy
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

SCRIPT = pathlib.Path(__file__).parents[2] / "examples/cron/mail-digest"
WEEK = "since=2026-05-04&until=2026-05-10"
KEEPS = '#!/bin/sh\nprintf "%s\\n" "$*" >"$MAILS/arguments"\ncat >"$MAILS/mail"\n'
FAILS = "#!/bin/sh\necho 'the queue is full' >&2\nexit 75\n"


def main(server):
    def digest(kind, query):
        with urllib.request.urlopen(f"{server}/digest.{kind}?{query}") as answer:
            return answer.read().decode()

    for query in [f"{WEEK}&limit=3", f"{WEEK}&language=ru&group-by=tag&limit=200"]:
        sent = run(server, query, "me@example.org", "you@example.org", FROM="Digests <precis@example.org>")
        assert (sent.code, sent.err, sent.arguments) == (0, "", "-oi -t"), sent
        assert all(len(line) <= 78 for line in sent.mail.split(b"\n")), "a line is too long for a mail"
        mail = email.message_from_bytes(sent.mail, policy=email.policy.default)
        assert not mail.defects and mail["MIME-Version"] == "1.0", mail.defects
        assert mail["To"] == "me@example.org, you@example.org", mail["To"]
        assert [it.addr_spec for it in mail["From"].addresses] == ["precis@example.org"], mail["From"]
        assert mail["Auto-Submitted"] == "auto-generated"
        text = digest("txt", query)
        assert mail["Subject"] == text.split("\n")[0] == "Digest of 4–10 May 2026", repr(mail["Subject"])
        assert mail.get_content_type() == "multipart/alternative"
        plain, html = mail.iter_parts()
        for part, kind, value in [(plain, "text/plain", text), (html, "text/html", digest("html", query))]:
            assert not part.defects and part.get_content_type() == kind, part.defects
            assert part.get_content_charset() == "utf-8" and part.get_content() == value, kind
    print("a digest is mailed as text and as HTML, byte by byte")

    nothing = run(server, "since=2020-01-01&until=2020-01-07", "me@example.org")
    assert (nothing.code, nothing.err, nothing.mail) == (0, "", None), nothing
    print("nothing is sent where nothing was published")

    refused = run(server, f"{WEEK}&tagg=backend", "me@example.org")
    assert refused.code == 1 and refused.mail is None and "did you mean `tag`?" in refused.err, refused
    print("what the server refuses is told, and not mailed")

    failed = run(server, WEEK, "me@example.org", sendmail=FAILS)
    assert (failed.code, failed.err) == (75, "the queue is full\n"), failed
    print("who can't send says so")

    away = run("http://127.0.0.1:1", WEEK, "me@example.org")
    assert away.code not in (0, 2) and away.mail is None and "curl" in away.err, away
    print("a server that is away is a failure")

    wrong = run(server, WEEK)
    assert wrong.code == 2 and wrong.mail is None and wrong.err.startswith("usage: "), wrong
    print("a wrong call is told apart")


class Ended:
    def __init__(self, done, folder):
        self.code, self.err, self.out = done.returncode, done.stderr.decode(), done.stdout
        assert self.out == b"", "cron mails what is printed"
        read = lambda name: (folder / name).read_bytes() if (folder / name).exists() else None
        self.mail, arguments = read("mail"), read("arguments")
        self.arguments = arguments and arguments.decode().strip()

    def __repr__(self):
        return f"exit {self.code}, {self.err!r}, {self.mail!r}"


def run(server, query, *recipients, sendmail=KEEPS, **variables):
    """Runs the script as cron does, with next to no variables, and looks at what it leaves."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "tmp").mkdir()
        program = folder / "sendmail"
        program.write_text(sendmail)
        program.chmod(0o755)
        own = {"PATH": os.environ["PATH"], "TMPDIR": str(folder / "tmp"), "MAILS": str(folder), "SENDMAIL": str(program)}
        done = subprocess.run([SCRIPT, server, query, *recipients], env={**own, **variables}, capture_output=True, timeout=120)
        assert not list((folder / "tmp").iterdir()), "it leaves nothing behind"
        return Ended(done, folder)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
