"""What each stage of a request takes inside of Précis, without HTTP: `benches/questions.rs`, asked the same."""

import os
import subprocess
import sys

import systems


def measure(folder, urls, running, asked, selected):
    """Runs the benchmark over the databases, with the questions as they would come over HTTP."""
    of = {system.database: system for system in running}
    questions = folder / "inside"
    questions.mkdir(exist_ok=True)
    for old in questions.glob("*.bodies"):
        old.unlink()
    system = of.get("sqlite") or of["postgres"]
    for question in selected:
        (questions / f"{question}.bodies").write_bytes(asked[system.name, question].file.read_bytes())
    for system in running:
        system.__exit__()  # nobody else is to be asked meanwhile
    environment = {**os.environ, "PRECIS_BENCH_QUESTIONS": str(questions)}
    for database, url in urls.items():
        environment[f"PRECIS_BENCH_{database.upper()}"] = url
    command = ["cargo", "bench", "--locked", "--bench", "questions"]
    done = subprocess.run(command, cwd=systems.ROOT, env=environment)
    if done.returncode:
        sys.exit("the benchmark failed: see above")
