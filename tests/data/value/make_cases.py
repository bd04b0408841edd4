#!/usr/bin/env python3
"""Makes ../../cases/value_exact.json: what models say, to many digits.

    pip install mpmath==1.3.0
    python3 make_cases.py > ../../cases/value_exact.json

Everything is computed from the definitions, by numerical integration of the
behaviour of one customer (who buys at rate l, and leaves with probability p
after a purchase or at rate m) over the distributions of customers, with 22
digits. No formula of the library is used. Slow, and obvious.
"""

import json
import sys

import mpmath as mp

mp.mp.dps = 22


def beta_weight(a, b):
    """Nodes of the beta distribution, in the logit, by equal steps far beyond where it matters."""
    h, out = min(mp.mpf(1) / 5, mp.sqrt(1 / a + 1 / b) / 3), []
    top, norm = mp.log(a / b), mp.beta(a, b)
    for side in (-1, 1):
        k = 0 if side < 0 else 1
        while True:
            v = top + side * k * h
            p, q = 1 / (1 + mp.exp(-v)), 1 / (1 + mp.exp(v))
            w = h * p**a * q**b / norm
            out.append((p, q, w))
            if w < mp.mpf(10) ** -27 or abs(v) > 4000:
                break
            k += 1
    return out


def bg_chance(r, alpha, a, b, n, t):
    """The chance of n purchases within t: p and l are independent, so the means over each are taken apart."""
    nodes = beta_weight(a, b)
    stays = sum(w * q**n for _, q, w in nodes)
    leaves = sum(w * p * q ** (n - 1) for p, q, w in nodes) if n else mp.mpf(0)
    exactly = lambda l: mp.exp(-l * t) * (l * t) ** n / mp.factorial(n)
    more = lambda l: mp.gammainc(n, 0, l * t, regularized=True) if n else mp.mpf(0)
    return over_gamma(r, alpha, lambda l: stays * exactly(l) + leaves * more(l))


def gamma_density(l, r, alpha):
    return mp.exp(r * mp.log(alpha) + (r - 1) * mp.log(l) - alpha * l - mp.loggamma(r))


def over_gamma(r, alpha, f):
    """A mean over a gamma distribution, in the logarithm, by equal steps."""
    # What is asked of l may change as fast as a count of a hundred does.
    h, total = mp.mpf(1) / 24, mp.mpf(0)
    top = mp.log(r / alpha)
    for side in (-1, 1):
        k = 0 if side < 0 else 1
        while True:
            v = top + side * k * h
            l = mp.exp(v)
            w = h * gamma_density(l, r, alpha) * l
            total += w * f(l)
            if w < mp.mpf(10) ** -26:
                break
            k += 1
    return total


def present(nu, c):
    """The integral of exp(-c s) (1 + s)^-nu from 0 on, in the logarithm of s, by equal steps."""
    h, total = mp.mpf(1) / 4, mp.mpf(0)
    top = -mp.log(c + nu)
    for side in (-1, 1):
        k = 0 if side < 0 else 1
        while True:
            s = mp.exp(top + side * k * h)
            term = mp.exp(-c * s - nu * mp.log1p(s)) * s
            total += term
            if term < mp.mpf(10) ** -22 * total:
                break
            k += 1
    return h * total


# ---- beta-geometric -------------------------------------------------------


def bg_alive(r, alpha, a, b, x, tx, T, modified):
    """By Bayes: the weight of those who are there against those who left."""
    n = x + 1 if modified else x
    if n == 0:
        return mp.mpf(1)
    there = mp.beta(a, b + n) * (alpha + T) ** -(r + x)
    left = mp.beta(a + 1, b + n - 1) * (alpha + tx) ** -(r + x)
    return there / (there + left)


def bg_expected(r, alpha, a, b, x, T, t, modified):
    """If there: the mean over p of (1 - E exp(-l p t)) / p."""
    n = x + 1 if modified else x
    R, A = r + x, alpha + T
    total = mp.mpf(0)
    for p, _, w in beta_weight(a, b + n):
        total += w * -mp.expm1(-R * mp.log1p(p * t / A)) / p
    return total


def bg_ll(r, alpha, a, b, x, tx, T, modified):
    n = x + 1 if modified else x
    out = mp.beta(a, b + n) / mp.beta(a, b) * (alpha + T) ** -(r + x)
    if n > 0:
        out += mp.beta(a + 1, b + n - 1) / mp.beta(a, b) * (alpha + tx) ** -(r + x)
    return mp.log(out) + mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha)


def bg_discounted(r, alpha, a, b, x, T, rate, modified):
    n = x + 1 if modified else x
    R, A = r + x, alpha + T
    total = mp.mpf(0)
    for p, _, w in beta_weight(a, b + n):
        c = rate * A / p
        # The integral of exp(-rate t) (R/A) (1 + p t/A)^-(R+1), with s = p t/A.
        total += w * R / p * present(R + 1, c)
    return total


# ---- Pareto ----------------------------------------------------------------


def pareto_left(r, alpha, s, beta, x, tx, T):
    """s times the integral of (alpha+y)^-(r+x) (beta+y)^-(s+1), scaled by its value at tx."""
    R = r + x
    f = lambda y: mp.exp(-R * mp.log((alpha + y) / (alpha + tx)) - s * mp.log((beta + y) / (beta + tx))) * s / (beta + y)
    if T == tx:
        return mp.mpf(0)
    # Pieces that grow by the scale on which the integrand falls.
    fall = R / (alpha + tx) + (s + 1) / (beta + tx)
    points, step = [mp.mpf(tx)], min(mp.mpf(T) - tx, 1 / fall)
    while points[-1] < T:
        points.append(min(mp.mpf(T), points[-1] + step))
        step *= 2
    return mp.quad(f, points)


def pareto_parts(r, alpha, s, beta, x, tx, T):
    R = r + x
    there = mp.exp(-R * mp.log((alpha + T) / (alpha + tx)) - s * mp.log((beta + T) / (beta + tx)))
    return there, pareto_left(r, alpha, s, beta, x, tx, T)


def pareto_alive(*args):
    there, left = pareto_parts(*args)
    return there / (there + left)


def pareto_ll(r, alpha, s, beta, x, tx, T):
    there, left = pareto_parts(r, alpha, s, beta, x, tx, T)
    R = r + x
    scale = -R * mp.log(alpha + tx) - s * mp.log(beta + tx)
    return mp.log(there + left) + scale + mp.loggamma(R) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta)


def pareto_expected(r, alpha, s, beta, x, T, t):
    R, A, B = r + x, alpha + T, beta + T
    points = [mp.mpf(0), min(t, B)]
    while points[-1] < t:
        points.append(min(t, 4 * points[-1]))
    return R / A * mp.quad(lambda y: mp.exp(-s * mp.log1p(y / B)), points)


def pareto_discounted(r, alpha, s, beta, x, T, rate):
    R, A, B = r + x, alpha + T, beta + T
    return R / A * B * present(s, rate * B)


def pareto_chance(r, alpha, s, beta, n, t):
    ways = mp.loggamma(r + n) - mp.loggamma(r) - mp.loggamma(n + 1)
    count = lambda y: mp.exp(ways - r * mp.log1p(y / alpha) + (n * mp.log(y / (alpha + y)) if n else 0))
    leaves = lambda y: s / beta * mp.exp(-(s + 1) * mp.log1p(y / beta))
    left = mp.quad(lambda y: leaves(y) * count(y), mp.linspace(0, t, 5))
    return mp.exp(-s * mp.log1p(t / beta)) * count(mp.mpf(t)) + left


def digits(value):
    return mp.nstr(value, 18)


def case(model, params, x, tx, T, horizon, rate, note):
    modified = model == "mbg-nbd"
    P = [mp.mpf(repr(p)) for p in params]
    tx, T, horizon, rate = (mp.mpf(repr(v)) for v in (tx, T, horizon, rate))
    if model == "pareto-nbd":
        alive = pareto_alive(*P, x, tx, T)
        values = dict(log_likelihood=pareto_ll(*P, x, tx, T), expected=alive * pareto_expected(*P, x, T, horizon))
        if rate > 0:
            values["residual"] = alive * pareto_discounted(*P, x, T, rate)
        values["alive_later"] = alive * mp.exp(-P[2] * mp.log1p(horizon / (P[3] + T)))
    else:
        alive = bg_alive(*P, x, tx, T, modified)
        values = dict(log_likelihood=bg_ll(*P, x, tx, T, modified), expected=alive * bg_expected(*P, x, T, horizon, modified))
        if rate > 0:
            values["residual"] = alive * bg_discounted(*P, x, T, rate, modified)
    values["alive"] = alive
    out = dict(model=model, params=params, frequency=x, recency=float(tx), age=float(T), horizon=float(horizon), discount=float(rate), note=note)
    out.update({key: digits(value) for key, value in values.items()})
    print(model, note, file=sys.stderr)
    return out


def main():
    bg, mbg = [0.2426, 4.4136, 0.7929, 2.4259], [0.525, 6.183, 0.891, 1.614]
    pareto = [0.5534, 10.5802, 0.6061, 11.6562]
    cases = []
    for model, params in (("bg-nbd", bg), ("mbg-nbd", mbg), ("pareto-nbd", pareto)):
        for x, tx, T in ((0, 0.0, 38.86), (2, 30.43, 38.86), (26, 30.86, 31.0), (10, 20.0, 39.0)):
            cases.append(case(model, params, x, tx, T, 39.0, 0.0027, "usual"))
        cases.append(case(model, params, 500, 200.0, 210.0, 52.0, 0.0027, "hundreds of purchases"))
        cases.append(case(model, params, 400, 10.0, 100.0, 52.0, 0.0027, "gone for certain"))
        cases.append(case(model, params, 5000, 299.0, 300.0, 52.0, 0.0027, "thousands of purchases"))
        cases.append(case(model, params, 12, 39.0, 39.0, 39.0, 0.0027, "bought on the last day"))
        cases.append(case(model, params, 3, 20.0, 39.0, 5000.0, 0.0, "a horizon of thousands"))
        cases.append(case(model, params, 3, 20.0, 39.0, 0.001, 0.0, "a horizon of nothing much"))
    for model in ("bg-nbd", "mbg-nbd"):
        cases.append(case(model, [0.25, 4.0, 1.0, 2.5], 4, 20.0, 39.0, 39.0, 0.0027, "a = 1"))
        cases.append(case(model, [0.25, 4.0, 1.0 + 1e-9, 2.5], 4, 20.0, 39.0, 39.0, 0.0027, "a beside 1"))
        cases.append(case(model, [0.11, 2.24, 0.31, 0.5], 0, 0.0, 1.0, 30.0, 0.0027, "a + b < 1"))
        cases.append(case(model, [0.11, 2.24, 0.31, 0.5], 0, 0.0, 1.0, 3000.0, 0.0, "a + b < 1, a long horizon"))
        cases.append(case(model, [0.3, 5.0, 0.01, 0.04], 1, 3.0, 20.0, 5000.0, 0.0, "a small a"))
        cases.append(case(model, [30.0, 60.0, 40.0, 90.0], 7, 30.0, 39.0, 52.0, 0.0027, "customers much alike"))
    for params, note in (
        ([0.55, 10.58, 1.0, 11.67], "s = 1"),
        ([0.55, 10.58, 1.0 + 1e-9, 11.67], "s beside 1"),
        ([0.55, 11.0, 0.61, 11.0], "alpha = beta"),
        ([0.55, 11.0, 0.61, 11.0 + 1e-9], "alpha beside beta"),
        ([0.55, 500.0, 0.61, 0.5], "alpha far above beta"),
        ([0.55, 0.5, 0.61, 500.0], "beta far above alpha"),
        ([1.4, 48.6, 64.3, 7721.0], "s and beta large"),
        ([20.0, 40.0, 0.05, 1.0], "a small s"),
    ):
        cases.append(case("pareto-nbd", params, 4, 20.0, 39.0, 39.0, 0.0027, note))
    chances = []
    for n in (0, 1, 2, 10, 40):
        chances.append(dict(model="pareto-nbd", params=pareto, n=n, time=39.0, chance=digits(pareto_chance(*[mp.mpf(repr(p)) for p in pareto], n, mp.mpf(39)))))
    for n in (0, 1, 2, 10, 40):
        P = [mp.mpf(repr(p)) for p in bg]
        chances.append(dict(model="bg-nbd", params=bg, n=n, time=39.0, chance=digits(bg_chance(*P, n, mp.mpf(39)))))
    json.dump(dict(cases=cases, chances=chances), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
