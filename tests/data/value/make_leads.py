#!/usr/bin/env python3
"""Makes leads.json: logistic regressions in eighteen digits, to hold ours to.

    pip install mpmath==1.3.0
    python3 make_leads.py > ../../cases/leads.json

The data are the 2,201 people on board the Titanic, as Dawson (1995), "The
'unusual episode' data revisited", J. Statistics Education 3, counts them after
the report of the British Board of Trade. Newton's method is written out here in
the plainest way, on the factors brought to mean 0 and standard deviation 1, with
a penalty of half of `l2` times the sum of squared weights.
"""

import json

from mpmath import exp, log, matrix, mp, mpf, sqrt

mp.dps = 40


# Class, female, adult, how many died and how many lived.
PEOPLE = [
    (1, 0, 0, 0, 5),
    (1, 0, 1, 118, 57),
    (1, 1, 0, 0, 1),
    (1, 1, 1, 4, 140),
    (2, 0, 0, 0, 11),
    (2, 0, 1, 154, 14),
    (2, 1, 0, 0, 13),
    (2, 1, 1, 13, 80),
    (3, 0, 0, 35, 13),
    (3, 0, 1, 387, 75),
    (3, 1, 0, 17, 14),
    (3, 1, 1, 89, 76),
    (4, 0, 1, 670, 192),
    (4, 1, 1, 3, 20),
]


def fit(rows, outcomes, weights, l2):
    n, width = sum(weights), len(rows[0])
    each = list(zip(weights, rows))
    means = [sum(w * row[j] for w, row in each) / n for j in range(width)]
    spreads = [sqrt(sum(w * (row[j] - means[j]) ** 2 for w, row in each) / n) for j in range(width)]
    z = [[mpf(1)] + [(row[j] - means[j]) / spreads[j] for j in range(width)] for row in rows]
    size = width + 1
    beta = matrix(size, 1)
    for _ in range(60):
        gradient, information = matrix(size, 1), matrix(size, size)
        for w, row, outcome in zip(weights, z, outcomes):
            p = 1 / (1 + exp(-sum(a * b for a, b in zip(row, beta))))
            for i in range(size):
                gradient[i] += w * row[i] * (outcome - p)
                for j in range(size):
                    information[i, j] += w * row[i] * row[j] * p * (1 - p)
        for i in range(1, size):
            gradient[i] -= l2 * beta[i]
            information[i, i] += l2
        step = information**-1 * gradient
        beta += step
        if max(abs(it) for it in step) < mpf(10) ** -32:
            break
    covariance = information**-1
    # Back to the factors as they came.
    back = matrix(size, size)
    back[0, 0] = 1
    for j in range(width):
        back[j + 1, j + 1] = 1 / spreads[j]
        back[0, j + 1] = -means[j] / spreads[j]
    coefficients, covariance = back * beta, back * covariance * back.T
    value = mpf(0)
    for w, row, outcome in zip(weights, z, outcomes):
        p = 1 / (1 + exp(-sum(a * b for a, b in zip(row, beta))))
        value += w * log(p if outcome else 1 - p)
    return {
        "l2": str(l2),
        "coefficients": [mp.nstr(it, 18) for it in coefficients],
        "errors": [mp.nstr(sqrt(covariance[i, i]), 18) for i in range(size)],
        "log_likelihood": mp.nstr(value, 18),
    }


def forgotten(rows, weights):
    """Of the crew nobody knows the sex, so that it counts as the mean of the others."""
    known = [(w, row) for w, row in zip(weights, rows) if not row[2]]
    mean = sum(w * row[3] for w, row in known) / sum(w for w, _ in known)
    return [[*row[:3], mean if row[2] else row[3], row[4]] for row in rows]


table = []
for rank, female, adult, died, lived in PEOPLE:
    factors = [int(rank == 2), int(rank == 3), int(rank == 4), female, adult]
    table += [(*factors, 0, died), (*factors, 1, lived)]
table = [row for row in table if row[-1]]
rows = [[mpf(cell) for cell in row[:5]] for row in table]
outcomes, weights = [row[5] for row in table], [row[6] for row in table]
assert sum(weights) == 2201 and sum(w * y for w, y in zip(weights, outcomes)) == 711
print("{")
print(' "names": ["second", "third", "crew", "female", "adult"],')
print(' "rows": [\n  ' + ",\n  ".join(json.dumps(row) for row in table) + "\n ],")
fits = [
    {"forgotten": False, **fit(rows, outcomes, weights, mpf(l2))} for l2 in ("0", "0.25", "40")
]
fits.append({"forgotten": True, **fit(forgotten(rows, weights), outcomes, weights, mpf(0))})
print(' "fits": [\n  ' + ",\n  ".join(json.dumps(it) for it in fits) + "\n ]")
print("}")
