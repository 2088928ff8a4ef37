"""What was measured, as tables in Markdown: medians of all rounds, and what Précis is in proportion to others."""

import math
import platform
import re
import statistics

import questions
from systems import ALL, PEERS

MEASURED = ("rate", "p50", "p99", "bytes", "server", "database", "memory")


def medians(rounds):
    """The medians of each system with each question."""
    groups = {}
    for one in rounds:
        if one["round"] > 0:
            groups.setdefault((one["system"], one["question"]), []).append(one)
    return {key: {name: statistics.median(one[name] for one in group) for name in MEASURED}
            for key, group in groups.items()}


def conditions(options, versions):
    """What the figures hold for, as one paragraph."""
    return (f"{options.items:,} items; {options.connections} connections of wrk, {to_database(options)} to the database; medians of "
            f"{options.rounds} rounds of {options.seconds} s. {processor()}. {versions}.")


def to_database(options):
    """How many connections each has."""
    if options.database_connections:
        return options.database_connections
    return ", ".join(f"{ALL[name][2]} of {short(ALL[name][0])}" for name in options.systems)


def short(title):
    return re.split("[,:]", title)[0]


def processor():
    with open("/proc/cpuinfo") as file:
        cores = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{len(cores) or '?'} cores ({cores[0] if cores else platform.machine()}), for the load and the database, too"


def tables(found, systems, selected):
    """All of it."""
    parts = [of_question(found, systems, question) for question in selected]
    parts += [against_peers(found, systems, selected)]
    parts += [against_limit(found, selected, "precis", "limit", "PostgreSQL")]
    parts += [against_limit(found, selected, "precis", "limit-shared", "PostgreSQL, connections shared by both")]
    parts += [against_limit(found, selected, "precis-sqlite", "limit-sqlite", "SQLite")]
    return "\n\n".join(part for part in parts if part)


def of_question(found, systems, question):
    rows = []
    for name in systems:
        if one := found.get((name, question)):
            database = f"{one['database']:,.0f}" if ALL[name][1] == "postgres" else "–"
            rows.append([ALL[name][0], f"{one['rate']:,.0f}", f"{one['p50']:.1f}", f"{one['p99']:.1f}",
                         f"{one['server']:,.0f}", database, f"{one['memory'] / 1e6:,.0f}"])
    if not rows:
        return None
    head = ["", "requests/s", "p50 ms", "p99 ms", "CPU µs: server", "database", "memory MB"]
    return f"**{question.capitalize()}: {questions.TITLES[question]}**\n\n{table(head, rows)}"


def against_peers(found, systems, selected):
    """How many times as much as the best peer Précis does, a question each, and the geometric mean."""
    peers = [name for name in PEERS if name in systems]
    ratios, faster, best = [], [], []
    asked = [question for question in selected if all((name, question) in found for name in ["precis", *peers])]
    if not peers or not asked:
        return None
    for question in asked:
        own = found["precis", question]
        winner = max(peers, key=lambda name: found[name, question]["rate"])
        best.append(short(ALL[winner][0]))
        ratios.append(own["rate"] / found[winner, question]["rate"])
        faster.append(min(cpu(found[name, question]) for name in peers) / cpu(own))
    head = ["Précis against the best peer", *(question.capitalize() for question in asked), "geometric mean"]
    return table(head, [["the best", *best, ""], ["requests/s", *times(ratios)], ["CPU a request", *times(faster)]])


def against_limit(found, selected, own, limit, where):
    """What the limit takes of CPU time, in parts of what Précis takes."""
    asked = [question for question in selected if (own, question) in found and (limit, question) in found]
    if not asked:
        return None
    parts = [cpu(found[limit, question]) / cpu(found[own, question]) for question in asked]
    head = [f"CPU of the limit / CPU of Précis, {where}", *(question.capitalize() for question in asked), "geometric mean"]
    return table(head, [["server and database", *(f"{part:.2f}" for part in [*parts, mean(parts)])]])


def of_starts(starts):
    """What `start.measure` found."""
    rows = [[ALL[name][0], f"{one['size'] / 1e6:.1f}" if one["size"] else "–", f"{one['start'] * 1e3:.0f}",
             f"{one['rest'] / 1e6:.0f}", f"{one['loaded'] / 1e6:.0f}"] for name, one in starts.items()]
    return table(["", "program MB", "first answer after ms", "memory MB: at rest", "after load"], rows)


def cpu(one):
    return max(one["server"] + one["database"], 1e-9)


def times(ratios):
    return [f"{ratio:.1f} ×" for ratio in [*ratios, mean(ratios)]]


def mean(ratios):
    """The geometric one."""
    return math.exp(sum(math.log(max(ratio, 1e-9)) for ratio in ratios) / len(ratios))


def table(head, rows):
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(file, name, text):
    """Puts a text between the marks of this name in a file."""
    before, begin, rest = file.read_text().partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    if not end:
        raise ValueError(f"{file} has no place for {name}")
    file.write_text(f"{before}{begin}\n{text}\n\n{end}{after}")
