"""Models are fitted to any frame, and say of it what the command line says."""

import math
from typing import Any

import guanxi
import pytest

pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def customers(cdnow: Any) -> guanxi.Cbs:
    playbook, mapping, rows = cdnow
    with guanxi.Store.in_memory(playbook) as store:
        store.append(rows, seen="backfill", mapping=mapping)
        return store.review(playbook).cbs({"calibration_end": "1998-06-30"})


def test_the_record_shop_is_fitted(customers: guanxi.Cbs) -> None:
    fit = guanxi.fit("mbg-nbd", customers)
    # As the review of the record shop prints.
    shown = {name: round(value, 4) for name, value in fit["params"].items()}
    assert shown == {"r": 0.6894, "alpha": 9.8894, "a": 0.4916, "b": 0.8585}
    assert fit["converged"] and fit["gradient_norm"] < 1e-8
    assert fit["n"] == 23_570 and fit["limit"] is None
    spend = guanxi.fit("gamma-gamma", customers)
    assert spend["n"] == 11_515 and round(spend["params"]["p"], 4) == 5.086
    # The same from any frame, and from columns of other programs.
    frame = pl.DataFrame(customers)
    assert guanxi.fit("mbg-nbd", frame).json == fit.json
    assert guanxi.fit("mbg-nbd", frame.to_arrow()).json == fit.json
    assert guanxi.fit("mbg-nbd", frame.to_pandas()).json == fit.json

    told = guanxi.predict(
        "mbg-nbd", fit["params"], frame, horizon=52, spend=spend["params"], discount=0.001, pmf=3
    )
    found = pl.DataFrame(told)
    assert found.columns == [
        "id", "p_alive", "expected", "spend", "clv", "p_alive_later", "discounted", "residual",
        "lifetime_value", "p_0", "p_1", "p_2", "p_3",
    ]  # fmt: skip
    assert found["id"].to_list() == frame["id"].to_list()
    assert found["p_alive"].is_between(0, 1).all()
    assert math.isclose(found["expected"].sum(), told.report["totals"]["expected"], rel_tol=1e-12)
    again = guanxi.predict(
        "mbg-nbd", fit["params"], customers, horizon=52, spend=spend["params"], discount=0.001,
        pmf=3, threads=2,
    )  # fmt: skip
    assert pl.DataFrame(again).equals(found) and pl.DataFrame(again).equals(found)


def test_leads_are_learnt_from() -> None:
    visits = [at * 7 % 9 for at in range(400)]
    won = [None if at % 40 == 39 else at * 37 % 101 < 6 + 7 * n for at, n in enumerate(visits)]
    leads = pl.DataFrame({"id": [f"L-{at}" for at in range(400)], "visits": visits, "won": won})
    told = guanxi.fit_leads(leads, outcome="won", l2=0.5)
    assert told["undecided"] == 10 and told["learnt"] + told["tested"]["leads"] == 390
    assert told["tested"]["auc"] > 0.6 and told["factors"][0]["weight"] > 0.1
    assert list(told["axis"]) == ["logistic"]
    with pytest.raises(guanxi.Error, match="missing_column"):
        guanxi.fit_leads(leads)
    with pytest.raises(guanxi.Error) as raised:
        guanxi.fit_leads(leads, outcome="won", holdout=1.0)
    assert raised.value.faults[0].pointer == "/holdout"


def test_what_is_wrong_is_told() -> None:
    rows = {"frequency": [1, 2], "recency": [4.0, float("nan")], "T": [3.0, 5.0]}
    with pytest.raises(guanxi.Error) as raised:
        guanxi.fit("bg-nbd", pl.DataFrame(rows))
    places = [fault.pointer for fault in raised.value.faults]
    assert places == ["rows:1/recency", "rows:2/recency"]
    good = pl.DataFrame({"frequency": [1], "recency": [2.0], "T": [3.0]})
    name: Any = "bgnbd"
    with pytest.raises(guanxi.Error, match="bgnbd"):
        guanxi.fit(name, good)
    with pytest.raises(guanxi.Error) as raised:
        guanxi.predict("bg-nbd", {"r": 1}, good, horizon=-1)
    assert raised.value.faults[0].name == "missing_key"
    with pytest.raises(ValueError):
        guanxi.predict("nbd", {"r": 1, "alpha": 2}, good, horizon=math.nan)
    rows_of: Any = [{"frequency": 1}]
    with pytest.raises(TypeError):
        guanxi.fit("bg-nbd", rows_of)
    with pytest.raises(guanxi.Error, match="missing_column"):
        guanxi.fit("bg-nbd", good.drop("T"))
