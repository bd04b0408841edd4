#!/usr/bin/env python3
"""Makes value_vectors.json: what pymc-marketing prints of 25 customers of CDNOW.

    pip download --no-deps --no-binary :all: pymc-marketing==0.19.2
    tar xzf pymc_marketing-0.19.2.tar.gz
    python3 make_vectors.py pymc_marketing-0.19.2 > ../../cases/value_vectors.json

The numbers are those that its tests (Apache License 2.0) hold its models to, ten
decimal places each; the customers are the rows of its `data/clv_quickstart.csv`
that these tests name, in their order, times in weeks to two places.
"""

import ast
import csv
import json
import pathlib
import sys

ROOT = pathlib.Path(sys.argv[1])
CASES = [
    ("bg-nbd", "test_beta_geo.py", ["r", "alpha", "a", "b"]),
    ("pareto-nbd", "test_pareto_nbd.py", ["r", "alpha", "s", "beta"]),
    ("mbg-nbd", "test_modified_beta_geo.py", ["r", "alpha", "a", "b"]),
]


def number(node):
    return ast.literal_eval(node)


def array(node):
    """The numbers of `np.array([...])`."""
    return [repr_of(it) for it in node.args[0].elts]


def repr_of(node):
    return f"{number(node):.10f}"


def functions(tree):
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def assigned(tree, name):
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(name_of(target) == name for target in node.targets):
            return node.value
    raise KeyError(name)


def name_of(target):
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else None


def by_horizon(function):
    table = assigned(function, "expected")
    for key, value in zip(table.keys, table.values):
        if isinstance(value, ast.Call) and len(value.args[0].elts) > 1:
            yield number(key), array(value)


def vectors(model, file, names):
    tree = ast.parse((ROOT / "tests/clv/models" / file).read_text())
    known = functions(tree)
    params = [number(assigned(tree, f"{name}_true")) for name in names]
    source = f"pymc-marketing 0.19.2, tests/clv/models/{file}"
    head = {"source": source, "model": model, "params": params}
    alive = array(assigned(known["test_expected_probability_alive"], "true_prob_alive"))
    yield {**head, "what": "alive", "values": alive}
    for horizon, values in by_horizon(known["test_expected_purchases"]):
        yield {**head, "what": "expected", "horizon": horizon, "values": values}
    if "test_expected_purchase_probability" in known:
        for (n, horizon), values in by_horizon(known["test_expected_purchase_probability"]):
            yield {**head, "what": "chance", "n": n, "horizon": horizon, "values": values}


ids = number(assigned(ast.parse((ROOT / "tests/clv/models/test_beta_geo.py").read_text()), "pred_subset_ids"))
with open(ROOT / "data/clv_quickstart.csv", encoding="ascii") as lines:
    table = list(csv.DictReader(lines))
rows = [[int(table[i]["frequency"]), float(table[i]["recency"]), float(table[i]["T"])] for i in ids]
cases = [vector for model, file, names in CASES for vector in vectors(model, file, names)]
assert all(len(case["values"]) == len(rows) == 25 for case in cases)
print("{")
print(' "rows": [\n  ' + ",\n  ".join(json.dumps(row) for row in rows) + "\n ],")
print(' "vectors": [\n  ' + ",\n  ".join(json.dumps(case) for case in cases) + "\n ]")
print("}")
