"""guanxi (关系): the decision core of customer relationship management.

The host has the screens, the users and the data; guanxi has the judgement:
which customers belong to a segment at an instant, and why.

    Playbook   what was decided: schema, calendar, segments; one JSON document
    Store      what happened: the facts of one tenant, in a file or in memory
    Review     every answer of a playbook about a store at one instant

>>> import guanxi
>>> playbook = guanxi.Playbook({
...     "guanxi": 1, "id": "shop", "version": "1.0.0",
...     "calendar": {"zone": "Asia/Shanghai"},
...     "schema": {"events": {"purchase": {
...         "list": "purchases",
...         "fields": {"amount": {"type": "money", "currency": "CNY"}}}}},
...     "segments": {"good": {"when": "purchases.sum(p, p.amount) >= 300.00"}},
... })
>>> with guanxi.Store.in_memory(playbook) as store:
...     report = store.append([
...         {"kind": "purchase", "customer": "C-1", "at": "2026-01-15", "amount": "199.90"},
...         {"kind": "purchase", "customer": "C-1", "at": "2026-03-02", "amount": "100.10"},
...     ], seen="backfill")
...     review = store.review(playbook, "2026-04-01")
>>> report["verdicts"]["new"], list(review.members("good"))
(2, ['C-1'])

What the library refuses is one exception, `Error`, with all faults, each with
its place, in English and Chinese. What is wrong for Python before the library
sees it (a number where a text must be) is `TypeError` or `ValueError`.

Threads: a `Playbook`, a `Review` and `Ids` never change, and any number of
threads may use one at once. A `Store` is used by one call at a time, from any
thread; a second call at the same time is an `Error` (handle_in_use, 1014).
Every call lets other threads of Python run meanwhile. Closing is safe at any
time: a call that is running ends first.

There is no clock: what counts as now is a parameter.
"""

from guanxi._answer import Answer, Answers
from guanxi._cbs import Cbs
from guanxi._collisions import Collisions
from guanxi._error import Error, Fault
from guanxi._eval import eval
from guanxi._feeds import Feeds
from guanxi._followed import Followed
from guanxi._ids import Ids
from guanxi._journey import Journey
from guanxi._kind import Kind
from guanxi._kpis import Kpis
from guanxi._machine import Balance, Machine, Period, State
from guanxi._models import Prediction, fit, fit_leads, predict
from guanxi._playbook import Playbook
from guanxi._review import Review
from guanxi._schema import schema
from guanxi._segment import Segment
from guanxi._segments import Segments
from guanxi._store import Store
from guanxi._table import Table
from guanxi._texts import Language
from guanxi._time import When
from guanxi._values import Values
from guanxi._version import __version__, build

__all__ = [
    "Answer",
    "Answers",
    "Balance",
    "Cbs",
    "Collisions",
    "Error",
    "Fault",
    "Feeds",
    "Followed",
    "Ids",
    "Journey",
    "Kind",
    "Kpis",
    "Language",
    "Machine",
    "Period",
    "Playbook",
    "Prediction",
    "Review",
    "Segment",
    "Segments",
    "State",
    "Store",
    "Table",
    "Values",
    "When",
    "__version__",
    "build",
    "eval",
    "fit",
    "fit_leads",
    "predict",
    "schema",
]
