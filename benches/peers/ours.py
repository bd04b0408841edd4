"""Asks guanxi the questions through its command line; prints the same JSON as peers.py.

    ours.py DIR --guanxi PROGRAM --db FILE --threads N --repeat N

The command line reports wall time alone. With one thread that is an upper
bound of its CPU time, so it stands for both, and the comparison errs against
guanxi.
"""

import argparse
import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
QUESTIONS = json.loads((HERE / "questions.json").read_text())


def ask(given, as_of, question):
    command = [
        given.guanxi, "query", question["guanxi"],
        "--db", given.db, "--playbook", HERE / "playbook.json",
        "--as-of", as_of, "--count", "--json",
        "--repeat", str(given.repeat), "--threads", str(given.threads),
    ]  # fmt: skip
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert said["errors"] == 0, said
    best = min(said["timings"]["evaluate_s"]) * 1e3
    load = said["timings"]["load_s"]
    return {"count": said["members"], "wall_ms": best, "cpu_ms": best, "load_s": load}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("directory", type=pathlib.Path)
    arguments.add_argument("--guanxi", required=True)
    arguments.add_argument("--db", required=True)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--repeat", type=int, default=20)
    given = arguments.parse_args()
    as_of = json.loads((given.directory / "about.json").read_text())["as_of"]
    version = subprocess.run([given.guanxi, "--version"], capture_output=True, text=True).stdout
    answers = {q["name"]: ask(given, as_of, q) for q in QUESTIONS}
    run = {"engine": "guanxi", "version": version.split()[-1], "layout": "own"}
    print(json.dumps({**run, "threads": given.threads, "answers": answers}))


if __name__ == "__main__":
    main()
