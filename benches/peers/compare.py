"""Checks that all runs counted the same customers, then prints the times side by side.

    compare.py RUN.json...
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
QUESTIONS = json.loads((HERE / "questions.json").read_text())
# As a history is kept, and whatever suits the question best.
LAYOUTS = {"one table": ["log"], "any layout": ["log", "kinds", "times"]}


def check_counts(runs):
    """Times of different answers mean nothing."""
    for question in QUESTIONS:
        name = question["name"]
        counts = {(r["engine"], r["layout"], r["threads"]): r["answers"][name]["count"] for r in runs}
        if len(set(counts.values())) != 1:
            sys.exit(f"{name}: the counts differ: {counts}")


def best(runs, name, what, **wanted):
    """The least time among the runs that fit, and the run it is from."""
    fits = [r for r in runs if all(r[key] in value for key, value in wanted.items())]
    run = min(fits, key=lambda r: r["answers"][name][what], default=None)
    return (run["answers"][name][what], run) if run else (None, None)


def peer(time, run):
    return f"{time:.2f} ({run['engine']}, {run['layout']})"


def table(runs, what, threads):
    peers = [r for r in runs if r["engine"] != "guanxi"]
    lines = [["question", "customers found"]]
    lines[0] += [f"best peer, {name}" for name in LAYOUTS]
    lines[0] += ["guanxi", *(f"ratio, {name}" for name in LAYOUTS)]
    for question in QUESTIONS:
        name = question["name"]
        count = runs[0]["answers"][name]["count"]
        found = [
            best(peers, name, what, layout=layouts, threads=[threads])
            for layouts in LAYOUTS.values()
        ]
        ours, _ = best(runs, name, what, engine=["guanxi"], threads=[threads])
        line = [f"{name} {question['title']}", f"{count:,}", *(peer(*one) for one in found)]
        if ours is None:
            line += ["not run", "", ""]
        else:
            line += [f"{ours:.2f}", *(f"{time / ours:.1f}x" for time, _ in found)]
        lines.append(line)
    return lines


def show(title, lines):
    print(f"\n{title}\n")
    rows = ["| " + " | ".join(line) + " |" for line in lines]
    rows.insert(1, "|" + "---|" * len(lines[0]))
    print("\n".join(rows))


def main():
    runs = [json.loads(pathlib.Path(path).read_text()) for path in sys.argv[1:]]
    check_counts(runs)
    versions = sorted({f"{r['engine']} {r['version']}" for r in runs})
    print(f"Counts agree in all {len(runs)} runs: {', '.join(versions)}.")
    show("CPU milliseconds, one thread (guanxi: wall)", table(runs, "cpu_ms", 1))
    if any(r["threads"] == 2 for r in runs):
        show("Wall milliseconds, two threads", table(runs, "wall_ms", 2))


if __name__ == "__main__":
    main()
