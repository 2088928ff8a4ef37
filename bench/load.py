"""Load: answers are compared before it, then systems are asked in alternating rounds, and what that took is noted."""

import json
import pathlib
import subprocess
import sys
import threading
import time

import questions
from databases import say
from systems import cpu_of_postgres

HERE = pathlib.Path(__file__).parent


class Asked:
    """A question as one system gets it: a file of bodies, and some of them with their answers."""

    def __init__(self, system, question, given, cursors, folder):
        self.bodies = [questions.body(question, one, system.dialect, cursors) for one in given]
        self.file = folder / f"{system.name}.{question}.bodies"
        self.file.write_text("".join(f"{body}\n" for body in self.bodies))
        self.known = []


def compare(systems, asked, variables, sets):
    """Compares answers, as a whole, of all systems to some sets of variables of each question. Ends the program where
    one differs from that of the first system."""
    for question, given in variables.items():
        places = [number * len(given) // sets for number in range(min(sets, len(given)))]
        first = None
        for system in systems:
            if not system.answers(question):
                continue
            own = asked[system.name, question]
            found = []
            for place in places:
                try:
                    answer = system.ask(question, own.bodies[place])
                    found.append(questions.canonical(question, given[place], system.dialect, json.loads(answer)))
                except (ValueError, OSError, KeyError, TypeError) as fault:
                    sys.exit(f"{system.name} does not answer {question} with {given[place]}: {fault!r}")
                own.known.append((own.bodies[place], answer))
            if first is None:
                first = (system, found)
            for place, one, other in zip(places, first[1], found):
                if where := questions.difference(one, other):
                    sys.exit(f"{first[0].name} and {system.name} differ in {question} with {given[place]} at {where}")
        say(f"{question}: all answers agree")


class Reader(threading.Thread):
    """One more client: asks ten times a second what was compared before, and makes sure that the answer is the same."""

    def __init__(self, system, question, known):
        super().__init__(daemon=True)
        self.system, self.question, self.known = system, question, known
        self.answers, self.faults, self.over = 0, [], threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.1):
            body, expected = self.known[self.answers % len(self.known)]
            self.answers += 1
            try:
                answer = self.system.ask(self.question, body)
                if answer != expected:
                    self.faults.append(f"{answer[:300]} instead of {expected[:300]}")
            except (OSError, ValueError) as fault:
                self.faults.append(repr(fault))

    def stop(self):
        self.over.set()
        self.join()


def rounds(systems, asked, selected, options, postmaster):
    """Every round of each question, system by system: a warm-up, and then those that count. Each is a dict."""
    found = []
    for number in range(options.rounds + 1):
        for question in selected:
            for system in systems:
                if system.answers(question):
                    one = measure(system, question, asked[system.name, question], number, options, postmaster)
                    if number > 0 or one["faults"]:
                        found.append(one)
        say(f"round {number} of {options.rounds} is over" if number else "all is warm")
    return found


def measure(system, question, asked, number, options, postmaster):
    """One system under load with one question."""
    reads_postgres = system.database == "postgres"
    database = lambda: cpu_of_postgres(postmaster) if reads_postgres else 0
    reader = Reader(system, question, asked.known)
    server_before, database_before = system.cpu(), database()
    # Each round begins somewhere else; all answers of the warm-up are looked at.
    look = ["look"] if number == 0 else []
    seconds = options.seconds if number else min(options.seconds, 2)
    came = wrk(system, question, asked.file, seconds, clients(question, options), number * 997, *look)
    reader.stop()
    server, of_database = system.cpu() - server_before, database() - database_before
    answers = came["answers"] + reader.answers
    faults = reader.faults + [f"{came[kind]} {kind}" for kind in ("wrong", "refused", "broken", "late") if came[kind]]
    for fault in faults:
        say(f"{system.name}, {question}: {fault}")
    return {
        "system": system.name, "question": question, "round": number, "faults": faults,
        "answers": answers, "rate": came["answers"] / came["seconds"], "p50": came["p50"] / 1e3,
        "p99": came["p99"] / 1e3, "bytes": came["bytes"] / max(came["answers"], 1),
        "server": server / max(answers, 1) * 1e6, "database": of_database / max(answers, 1) * 1e6,
        "memory": system.memory(),
    }


def clients(question, options):
    """How many ask it at a time."""
    return min(options.connections, questions.AT_MOST) if question in questions.ALONE else options.connections


def wrk(system, question, bodies, seconds, connections, start, *look):
    """What came of asking so many at a time: see `post.lua`."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "10", "-s", HERE / "post.lua"]
    command += [f"http://127.0.0.1:{system.port}{system.path(question)}", "--", bodies, str(start), *look]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Whoever was being answered just then is done before anybody else is asked.
    time.sleep(0.2)
    return json.loads(output.splitlines()[-1])
