"""Models of customer value, fitted to columns and asked about them."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from guanxi._answer import Answer
from guanxi._arrow import ArrowArray, ArrowStream
from guanxi._call import CData, call, taken_text, text_of
from guanxi._json import written
from guanxi._native import ffi, lib
from guanxi._questions import given
from guanxi._rows import filled
from guanxi._table import Table
from guanxi._texts import Language, language_number, text, threads_of

Model: TypeAlias = Literal[
    "nbd", "bg-nbd", "mbg-nbd", "pareto-nbd", "bg-cnbd", "mbg-cnbd", "gamma-gamma"
]


class Prediction(Table):
    """The future of each customer, as columns.

    `predict` makes one. Columns: `id`, `p_alive`, `expected`, with a model of spending
    `spend` and `clv`, `p_alive_later`, `discounted`, `residual`, with spending
    `lifetime_value`, and `p_0`, `p_1`, ... where they were asked for. `report` has
    totals, the future of a newcomer, and by which convention money is counted. Read a
    second time, the columns are made anew.
    """

    report: Answer

    def __init__(self, ask: Callable[[CData, CData, CData], None]) -> None:
        array, schema = (
            ffi.gc(ffi.new(f"struct {name} *"), _released)
            for name in ("ArrowArray", "ArrowSchema")
        )
        report = ffi.new("gx_bytes **")
        ask(array, schema, report)
        self.report = Answer(taken_text(report[0]))
        self._made: list[tuple[CData, CData]] = [(array, schema)]
        super().__init__(lambda *to: self._give(ask, *to))

    def _give(
        self, ask: Callable[[CData, CData, CData], None], array: CData, schema: CData
    ) -> None:
        try:
            made = self._made.pop()
        except IndexError:
            ask(array, schema, ffi.NULL)
            return
        for to, struct in zip((array, schema), made, strict=True):
            to[0] = struct[0]
            struct.release = ffi.NULL


def _released(struct: CData) -> None:
    if struct.release != ffi.NULL:
        struct.release(struct)


def fit(
    model: Model,
    customers: ArrowStream | ArrowArray,
    *,
    k: int | None = None,
    language: Language = "en",
) -> Answer:
    """Fits a model of customer value to customers in few numbers.

    `customers` are columns in memory, as `Review.cbs` gives them: `frequency`,
    `recency`, `T`, and where the model reads them `monetary` and `log_gaps`; `weight`
    says for how many customers a row stands. `k` is the number of stages of bg-cnbd
    and mbg-cnbd; without it some are tried.

    The answer has `params`, `standard_errors`, `intervals_95`, `covariance_log`,
    `log_likelihood`, `aic`, `bic`, `converged`, and in `limit` the simpler model that
    this one has become, if it has.

    Raises `Error`: bad_parameters, missing_column, bad_cell, impossible_history,
    malformed_column, with places as `rows:3/recency`.

    As `guanxi.fit("bg-nbd", review.cbs({"calibration_end": "1997-09-30"}))["params"]`.
    """
    handed, _keep = filled(customers, "customers")
    question = written(given(ask="fit", model=model, k=k))
    said = (*text(question, "the question"), handed, language_number(language))
    return Answer(text_of(lib.gx_model_fit, *said))


def fit_leads(
    leads: ArrowStream | ArrowArray,
    *,
    outcome: str | None = None,
    l2: float | None = None,
    holdout: float | None = None,
    language: Language = "en",
) -> Answer:
    """Learns who of those who have not bought yet will.

    `leads` are columns in memory: `id`, `outcome` (1 for who bought, 0 for who did not,
    missing where that is open; named otherwise by `outcome`), `weight` where there is
    one, and numbers for each factor, missing where one is not known. `l2` says how much
    weights are drawn to zero (0), `holdout` which share is held out to be judged by
    (0.3).

    The answer has the weights of `factors` with their standard errors, in `tested` how
    those held out were told, and in `axis` the axis of a playbook that scores leads so.

    Raises `Error`: invalid_argument, missing_column, bad_cell, nothing_to_fit, with
    places as `rows:3/visits`.

    As `guanxi.fit_leads(table, outcome="won")["axis"]`.
    """
    handed, _keep = filled(leads, "leads")
    question = given(ask="fit", model="lead", outcome=outcome, l2=l2, holdout=holdout)
    said = (*text(written(question), "the question"), handed, language_number(language))
    return Answer(text_of(lib.gx_model_fit, *said))


def predict(
    model: Model,
    params: Mapping[str, float],
    customers: ArrowStream | ArrowArray,
    *,
    horizon: float,
    k: int | None = None,
    spend: Mapping[str, float] | None = None,
    discount: float | None = None,
    pmf: int | None = None,
    threads: int = 1,
    language: Language = "en",
) -> Prediction:
    """Asks a fitted model about the future of each customer.

    `params` are what `fit` gave; `customers` are columns as for `fit`, `horizon` is in
    their unit of time. `spend` are the parameters of gamma-gamma, `discount` the
    continuous rate for a unit of time, `pmf` the greatest number of purchases whose
    probability is asked. `threads`, up to 1024, change no answer.

    Raises `Error`: as `fit`, and invalid_argument.
    """
    numbers = {name: float(value) for name, value in params.items()}
    money = None if spend is None else {name: float(value) for name, value in spend.items()}
    question = written(
        given(
            ask="predict",
            model=model,
            params=numbers,
            horizon=horizon,
            k=k,
            spend=money,
            discount=discount,
            pmf=pmf,
        )
    )
    said = text(question, "the question")
    number, count = language_number(language), threads_of(threads)

    def ask(array: CData, schema: CData, report: CData) -> None:
        handed, _keep = filled(customers, "customers")
        call(lib.gx_model_predict, *said, handed, number, count, array, schema, report)

    return Prediction(ask)
