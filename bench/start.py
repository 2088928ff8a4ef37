"""How soon each system answers after its start, and how much memory it has then, and after load."""

import statistics
import time

import load
import systems
from databases import say

STARTS = 10


def measure(names, programs, urls, folder, asked, selected, options):
    """A dict for each system: its size on disk, seconds to the first answer, bytes of memory at rest and after load."""
    found = {}
    for name in names:
        own = {question: asked[name, question] for question in selected if (name, question) in asked}
        taken, rest = [], []
        for number in range(STARTS):
            started = time.monotonic()
            with systems.System(name, programs, urls, folder) as system:
                system.wait("q3", asked[name, "q3"].bodies[0])
                taken.append(time.monotonic() - started)
                time.sleep(0.3)
                rest.append(system.memory())
                if number == STARTS - 1:
                    for question, one in own.items():
                        load.wrk(system, question, one.file, options.seconds, load.clients(question, options), 0)
                    loaded = system.memory()
        program = None if name in systems.PEERS else programs.command(name, 0, "")[0][0]
        found[name] = {"size": program and program.stat().st_size, "start": statistics.median(taken),
                       "rest": statistics.median(rest), "loaded": loaded}
        say(f"{name} was started {STARTS} times")
    return found
