#!/usr/bin/env python3
"""Makes ../../cases/catalogue.json: what the KPIs of examples/packs come to.

    python3 worked.py > ../../cases/catalogue.json

Reads the customers and events of each pack and computes every KPI from its
meaning, customer by customer, in plain Python with exact fractions. It reads no
expression of a playbook and uses nothing of guanxi; thresholds are repeated here.
"""

import csv
import json
import math
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal, ROUND_HALF_EVEN
from fractions import Fraction
from pathlib import Path

PACKS = Path(__file__).resolve().parents[3] / "examples" / "packs"
ZONE = timezone(timedelta(hours=8))
SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def micros(when):
    return (when - EPOCH) // timedelta(microseconds=1)


def instant(text):
    if len(text) == 10:
        text += " 00:00"
    when = datetime.fromisoformat(text)
    return micros(when if when.tzinfo else when.replace(tzinfo=ZONE))


def local(at):
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZONE)


def midnight(year, month, day=1):
    return micros(datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, day, tzinfo=ZONE))


AS_OF = instant("2026-07-01T00:00:00+08:00")


# ---- periods ----------------------------------------------------------------


def period(name, fiscal_month):
    """The first instants of the period before, of this one, and of the next."""
    if "-W" in name:
        year, week = name.split("-W")
        monday = datetime.fromisocalendar(int(year), int(week), 1).replace(tzinfo=ZONE)
        week = 7 * DAY
        return micros(monday) - week, micros(monday), micros(monday) + week
    if "-Q" in name:
        year, quarter = name.split("-Q")
        first = int(quarter) * 3 - 2
        return tuple(midnight(int(year) - 1, 12 + first + step) for step in (-3, 0, 3))
    if name.startswith("FY"):
        year = int(name[2:])
        return tuple(midnight(year + step, fiscal_month) for step in (-1, 0, 1))
    if "-" in name:
        year, month = map(int, name.split("-"))
        return tuple(midnight(year - 1, 12 + month + step) for step in (-1, 0, 1))
    return tuple(midnight(int(name) + step, 1) for step in (-1, 0, 1))


# ---- working time -----------------------------------------------------------

OFF = "0101 0102 0216 0217 0218 0219 0220 0223 0406 0501 0504 0505 0619".split()
ON = "0104 0214 0228 0509".split()
HOURS = [(9 * 3600, 12 * 3600), (13 * 3600 + 1800, 18 * 3600 + 1800)]


def open_spans(at):
    """Opening hours from the day of an instant on."""
    day = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        code = day.strftime("%m%d")
        assert day.year == 2026, day
        if code in ON or (day.weekday() < 5 and code not in OFF):
            for begin, end in HOURS:
                yield micros(day) + begin * SECOND, micros(day) + end * SECOND
        day += timedelta(days=1)


def worktime(begin, end):
    total = 0
    for opens, closes in open_spans(begin):
        if end <= opens:
            return total
        total += max(0, min(end, closes) - max(begin, opens))


def after_workhours(at, hours):
    left = hours * 3600 * SECOND
    for opens, closes in open_spans(at):
        have = closes - max(at, opens)
        if have <= 0:
            continue
        if left <= have:
            return max(at, opens) + left
        left -= have


# ---- facts ------------------------------------------------------------------


class Customer:
    def __init__(self, name):
        self.name = name
        self.attributes = []  # (at, name, value)
        self.consents = []  # (at, channel, granted)
        self.events = defaultdict(list)

    def first_fact(self):
        own = [at for at, *_ in self.attributes + self.consents]
        return min(own + [event["at"] for all in self.events.values() for event in all])


def load(pack):
    customers = {}
    with open(PACKS / pack / "customers.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            customer = customers[row["id"]] = Customer(row["id"])
            at = instant(row["valid_from"])
            customer.attributes.append((at, "", None))
            for key, value in row.items():
                if key in ("id", "valid_from") or value == "":
                    continue
                if key.startswith("consent."):
                    customer.consents.append((at, key.split(".")[2], value == "true"))
                else:
                    customer.attributes.append((at, key, value))
    with open(PACKS / pack / "events.jsonl", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            customer, at = customers[row["customer"]], instant(row["at"])
            if "attributes" in row:
                customer.attributes += [(at, key, value) for key, value in row["attributes"].items()]
                continue
            event = {**row, "at": at}
            for key in ("amount", "cost"):
                if key in row:
                    event[key] = Fraction(row[key])
            for key in ("solved_at", "held_at", "due", "done_at", "reviewed_at", "decided_at"):
                if key in row:
                    event[key] = instant(row[key])
            customer.events[row["kind"]].append(event)
    for customer in customers.values():
        customer.attributes.sort(key=lambda it: it[0])
        for own in customer.events.values():
            own.sort(key=lambda it: it["at"])
    return customers


def relationship(customer, until):
    """The states of a customer: (since, state), the last one as of `until`."""
    waits = {
        "prospect": (90, "prospect_dormant"), "prospect_dormant": (180, "prospect_lost"),
        "buyer": (120, "at_risk"), "won_back": (120, "at_risk"), "at_risk": (60, "churned"),
    }
    moves = [(event["at"], kind) for kind in ("purchase", "visit", "inquiry")
             for event in customer.events[kind] if event["at"] <= until]
    way, since = [(customer.first_fact(), "stranger")], None

    def pass_time(to):
        nonlocal since
        while way[-1][1] in waits:
            days, then = waits[way[-1][1]]
            if since + days * DAY >= to:
                return
            since += days * DAY
            way.append((since, then))

    for at, kind in sorted(moves):
        pass_time(at)  # what happens at the very deadline comes first
        state = way[-1][1]
        if kind == "purchase":
            then = "won_back" if state == "churned" else "buyer"
            since = at
        else:
            is_open = state in ("stranger", "prospect", "prospect_dormant", "prospect_lost")
            then = "prospect" if is_open else state
            since = at if is_open else since
        if then != state:
            way.append((at, then))
    pass_time(until + 1)
    return way


class View:
    """One customer as it was when a period ended."""

    def __init__(self, customer, previous, begin, now):
        self.customer, self.previous, self.begin, self.now = customer, previous, begin, now
        self.way = relationship(customer, now)

    def all(self, kind):
        out = []
        for event in self.customer.events[kind]:
            if event["at"] <= self.now:
                late = [key for key, value in event.items()
                        if key.endswith(("_at", "due")) and value > self.now]
                out.append({key: value for key, value in event.items() if key not in late})
        return out

    def own(self, kind):
        return [event for event in self.all(kind) if self.begin <= event["at"]]

    def before(self, kind):
        return [event for event in self.all(kind) if self.previous <= event["at"] < self.begin]

    def within(self, kind, days):
        return [event for event in self.all(kind) if self.now < event["at"] + days * DAY]

    def year(self):
        day = local(self.now)
        shifted = micros(day.replace(year=day.year - 1))
        return [event for event in self.all("purchase") if shifted < event["at"]]

    def value(self, name):
        known = [value for at, key, value in self.customer.attributes if key == name and at <= self.now]
        return known[-1] if known else None

    def fresh(self, name):
        known = [at for at, key, _ in self.customer.attributes if key == name and at <= self.now]
        return bool(known) and self.now < known[-1] + 180 * DAY

    def consent(self, channel):
        known = [yes for at, which, yes in self.customer.consents if which == channel and at <= self.now]
        return bool(known) and known[-1]

    def state(self, at=None):
        at = self.now if at is None else at
        there = [state for since, state in self.way if since <= at]
        return there[-1] if there else None

    def opening(self):
        return self.state(self.begin - 1)

    def entries(self, to, *origins):
        count, last = 0, None
        for since, state in self.way:
            if state == to and self.begin <= since and (not origins or last in origins):
                count += 1
            last = state
        return count

    def time_in(self, *states):
        """Whole seconds of the period."""
        total = 0
        ends = [since for since, _ in self.way[1:]] + [self.now + 1]
        for state in states:
            own = sum(max(0, end - max(since, self.begin))
                      for (since, name), end in zip(self.way, ends) if name == state)
            total += own
        return total // SECOND

    def entered(self, state):
        return next((since for since, name in self.way if name == state), None)


def total(events, key="amount"):
    return sum((event[key] for event in events), Fraction(0))


def margin(events):
    return sum((event["amount"] - event["cost"] for event in events), Fraction(0))


def net(v):
    return total(v.own("purchase")) - total(v.own("refund"))


KEPT = ("buyer", "at_risk", "won_back")
OPEN = ("stranger", "prospect", "prospect_dormant", "prospect_lost")


def bought_before(v):
    return any(event["at"] < v.begin for event in v.all("purchase"))


def served(v):
    return total([it for it in v.own("cost") if it["purpose"] in ("serve", "visit", "custom")])


def is_key(v):
    return v.value("key_account") == "true"


def first(events):
    return events[0]["at"] if events else None


def satisfaction(v, at):
    """Of the assessment that holds at an instant: the first of its month."""
    day = local(at)
    assessed = midnight(day.year, day.month)
    if assessed < ASSESSED_FROM or v.customer.first_fact() > assessed:
        return None
    half = local(assessed)
    six = midnight(half.year - 1, 12 + half.month - 6)
    complaints = [it for it in v.customer.events["complaint"] if six < it["at"] <= assessed]
    points = [max(0, 100 - 50 * len(complaints))]
    stars = [it["score"] for it in v.customer.events["rating"] if it["about"] == "csat" and it["at"] <= assessed]
    if stars:
        points.append((stars[-1] - 1) * 25)
    return Fraction(sum(points), len(points))


ASSESSED_FROM = midnight(2025, 1)


def tier(v, at):
    day = local(at)
    assessed = midnight(day.year, day.month)
    if v.customer.first_fact() > assessed:
        return None
    begin = midnight(day.year - 1, day.month)
    spent = total([it for it in v.customer.events["purchase"] if begin < it["at"] <= assessed])
    return 3 if spent >= 5000 else 2 if spent >= 1000 else 1


def due(v, event, days):
    return v.begin <= event["at"] + days * DAY <= v.now


def in_time(event):
    return "done_at" in event and event["done_at"] <= event["due"]


def rated(events, about, least=0, most=10):
    return [it for it in events if it["about"] == about and least <= it["score"] <= most]


def new_customer(v):
    return v.entries("buyer", *OPEN)


def cross(v, is_new):
    all = v.all("purchase")
    earlier = lambda it: [other for other in all if other["at"] < it["at"]]
    return any(earlier(it) and is_new(it, earlier(it)) for it in v.own("purchase"))


def old_and_active(v):
    return bool(v.own("purchase")) and bought_before(v)


def questions_due(v):
    out = []
    for it in v.all("question"):
        ends = after_workhours(it["at"], 8)
        if v.begin <= ends <= v.now:
            out.append((it, ends))
    return out


def answered(v, question, ends):
    return any(it["case"] == question["case"] and question["at"] <= it["at"] <= ends for it in v.all("answer"))


def closed_after(v, question):
    return first([it for it in v.all("closing") if it["case"] == question["case"] and it["at"] >= question["at"]])


def resolution(v):
    out = []
    for it in v.all("question"):
        closed = closed_after(v, it)
        if closed is None or closed >= v.begin:
            out.append(Fraction(worktime(it["at"], closed or v.now) // (3600 * SECOND)))
    return out


def response(v):
    contacts = lambda it: first([call for call in v.all("sales_contact") if call["at"] >= it["at"]])
    return [Fraction(worktime(it["at"], contacts(it) or v.now) // (60 * SECOND)) for it in v.own("handoff")]


def again(v, closing):
    return any(it["case"] == closing["case"] and closing["at"] < it["at"] <= closing["at"] + 7 * DAY
               for it in v.all("question"))


def asked_first(v, closing):
    return [it for it in v.all("question") if it["case"] == closing["case"]][0]["owner"]


def payback(v):
    cost = total([it for it in v.all("cost") if it["purpose"] == "acquire"])
    so_far = Fraction(0)
    for it in v.all("purchase"):
        so_far += it["amount"] - it["cost"]
        if so_far >= cost:
            return it["at"]
    return None


def signs(v):
    found = [len(v.year()) >= 2, bool(v.all("referral")),
             all("solved_at" in it for it in v.all("complaint"))]
    day = local(v.now)
    found.append(bool(v.all("purchase")) and first(v.all("purchase")) <= micros(day.replace(year=day.year - 1)))
    return sum(found)


def followed(v, transfer):
    return any(it["by"] == transfer["owner"] and transfer["at"] < it["at"] <= transfer["at"] + 14 * DAY
               for it in v.all("sales_contact"))


def single(v):
    day = local(v.now)
    since = micros(day.replace(year=day.year - 1))
    people = {it["by"] for it in v.all("sales_contact") if since < it["at"]}
    return v.value("owner") is None or len(people) <= 1


def gaps(v):
    all = v.all("purchase")
    return [(own["at"] - last["at"]) // SECOND for last, own in zip(all, all[1:]) if own["at"] >= v.begin]


def days_active(v):
    return len({local(it["at"]).date() for it in v.own("post")})


def interactions(v, days):
    return sum(len(v.within(kind, days)) for kind in ("purchase", "visit", "inquiry"))


def reach(v):
    return any(v.fresh(name) and v.consent(channel) for name, channel in (("mobile", "sms"), ("email", "email")))


def fullness(v):
    weights = {"region": 1, "birth": 1, "mobile": 2, "email": 1}
    return sum(weight for name, weight in weights.items() if v.value(name) is not None)


# ---- the KPIs: (kind, ...) --------------------------------------------------

def flow(of, where=lambda v: True):
    return ("flow", of, where)


def rate(sum, per, times=1, where=lambda v: True, exposure=False):
    return ("rate", sum, per, times, where, exposure)


def share(sum, per):
    """Of the customers for whom `per` holds, those for whom `sum` does."""
    return rate(lambda v: int(bool(per(v) and sum(v))), lambda v: int(bool(per(v))))


def part(events, good):
    """Of these events, the good ones."""
    return rate(lambda v: sum(1 for it in events(v) if good(v, it)), lambda v: len(events(v)))


def cohort(enter, then, days):
    return ("cohort", enter, then, days)


def duration(enter, then, lost=lambda v: None, where=lambda v: True):
    return ("duration", enter, then, lost, where)


EXPOSED = lambda v: v.time_in(*KEPT)
MONTHS = Decimal("3043.75")

KPIS = {
    # attraction
    "new_strangers": flow(lambda v: v.entries("stranger"), lambda v: v.value("mobile") or v.value("email")),
    "stranger_to_prospect": cohort(
        lambda v: v.entered("stranger"),
        lambda v: min([at for at in (v.entered("prospect"), v.entered("buyer")) if at is not None], default=None), 90),
    "prospects": flow(lambda v: int(v.state() == "prospect")),
    "prospect_to_buyer": cohort(lambda v: v.entered("prospect"), lambda v: first(v.all("purchase")), 180),
    "prospect_dwell": duration(lambda v: v.entered("prospect"), lambda v: first(v.all("purchase")),
                               lambda v: v.entered("prospect_lost")),
    "prospect_dormancy": rate(lambda v: v.entries("prospect_dormant", "prospect"),
                              lambda v: v.time_in("prospect"), MONTHS, exposure=True),
    "prospect_loss": rate(lambda v: v.entries("prospect_lost"),
                          lambda v: v.time_in("prospect", "prospect_dormant"), MONTHS, exposure=True),
    "prospect_revival": share(lambda v: v.entries("prospect", "prospect_dormant"),
                              lambda v: v.opening() == "prospect_dormant"),
    "qualified_handoffs": flow(lambda v: sum(it["qualified"] for it in v.own("handoff"))),
    "handoff_acceptance": rate(lambda v: len(v.own("acceptance")),
                               lambda v: len(v.own("acceptance")) + len(v.own("rejection"))),
    "handoff_response": ("quantile", response, Fraction(9, 10)),
    "handoff_to_deal": cohort(
        lambda v: first(v.all("acceptance")),
        lambda v: first([it for it in v.all("purchase") if it["at"] >= (first(v.all("acceptance")) or 0)]), 90),
    "funnel_yield": cohort(lambda v: v.entered("stranger"), lambda v: first(v.all("purchase")), 365),
    "purchase_desire": rate(lambda v: int(v.value("lead_score") or 0), lambda v: int(v.value("lead_score") is not None),
                            where=lambda v: v.state() == "prospect"),
    # money
    "new_customers": flow(new_customer),
    "acquisition_cost": rate(lambda v: total([it for it in v.own("cost") if it["purpose"] == "acquire"]), new_customer),
    "acquisition_payback": duration(lambda v: first(v.all("purchase")), payback,
                                    where=lambda v: any(it["purpose"] == "acquire" for it in v.all("cost"))),
    "net_revenue": flow(net),
    "contribution_margin": flow(lambda v: margin(v.own("purchase")) - total(v.own("refund")) - total(v.own("cost"))),
    "average_order_value": rate(net, lambda v: len(v.own("purchase"))),
    "revenue_per_active": rate(net, lambda v: int(bool(v.own("purchase")))),
    "share_of_wallet": rate(lambda v: total(v.year()) if v.value("category_spend") else 0,
                            lambda v: Fraction(v.value("category_spend") or 0), where=is_key),
    "wallet_known": share(lambda v: v.value("category_spend"), is_key),
    "top_tenth_share": ("best tenth",),
    "key_account_profit": flow(lambda v: margin(v.own("purchase")) - total(v.own("refund")) - served(v), is_key),
    "cost_to_serve_ratio": rate(served, lambda v: margin(v.own("purchase"))),
    "plan_attainment": rate(
        lambda v: sum(it["weight"] for it in v.all("plan_item") if it.get("due", -1) >= v.begin and in_time(it)),
        lambda v: sum(it["weight"] for it in v.all("plan_item") if it.get("due", -1) >= v.begin)),
    "refund_rate": rate(
        lambda v: sum((it["amount"] for own in v.before("purchase") for it in v.all("refund")
                       if it["order"] == own["order"]), Fraction(0)),
        lambda v: total(v.before("purchase"))),
    # retention
    "retention": share(lambda v: v.state() in KEPT, lambda v: v.opening() in KEPT),
    "churn_hazard": rate(lambda v: v.entries("churned"), EXPOSED, MONTHS, exposure=True),
    "at_risk_share": share(lambda v: v.state() == "at_risk", lambda v: v.state() in KEPT),
    "at_risk_rescue": cohort(
        lambda v: v.entered("at_risk"),
        lambda v: first([it for it in v.all("purchase") if it["at"] >= (v.entered("at_risk") or 0)]), 60),
    "win_back_rate": share(lambda v: v.own("purchase"), lambda v: v.opening() == "churned"),
    "second_purchase": cohort(lambda v: first(v.all("purchase")), lambda v: first(v.all("purchase")[1:]), 90),
    "time_to_second": duration(lambda v: first(v.all("purchase")), lambda v: first(v.all("purchase")[1:])),
    "purchase_frequency": rate(lambda v: len(v.own("purchase")), EXPOSED, Decimal("365.25"), exposure=True),
    "purchase_gap": ("quantile", lambda v: [Fraction(it, 86_400) for it in gaps(v)], Fraction(1, 2)),
    "active_share": share(lambda v: interactions(v, 90), lambda v: v.all("purchase")),
    "gross_revenue_retention": rate(lambda v: min(total(v.own("purchase")), total(v.before("purchase"))),
                                    lambda v: total(v.before("purchase"))),
    "net_revenue_retention": rate(lambda v: total(v.own("purchase")) if v.before("purchase") else 0,
                                  lambda v: total(v.before("purchase"))),
    "cross_sell": share(lambda v: cross(v, lambda it, old: it["category"] not in {o["category"] for o in old}), old_and_active),
    "upgrade_share": share(lambda v: cross(v, lambda it, old: it["grade"] > max(o["grade"] for o in old)), old_and_active),
    "tier_migration": rate(lambda v: tier(v, v.now) - tier(v, v.begin - 1), lambda v: 1,
                           where=lambda v: tier(v, v.begin - 1) is not None),
    "loyal_share": share(lambda v: signs(v) >= 3, lambda v: v.state() == "buyer"),
    # service
    "satisfaction_index": rate(lambda v: satisfaction(v, v.now) or 0, lambda v: int(satisfaction(v, v.now) is not None),
                               where=lambda v: v.all("purchase")),
    "csat": rate(lambda v: len(rated(v.own("rating"), "csat", 4)), lambda v: len(rated(v.own("rating"), "csat"))),
    "survey_response": rate(lambda v: len(v.own("rating")), lambda v: len(v.own("survey"))),
    "nps": rate(lambda v: len(rated(v.own("rating"), "nps", 9)) - len(rated(v.own("rating"), "nps", 0, 6)),
                lambda v: len(rated(v.own("rating"), "nps")), 100),
    "ces": rate(lambda v: sum(it["score"] for it in rated(v.own("rating"), "ces")), lambda v: len(rated(v.own("rating"), "ces"))),
    "say_do_gap": share(lambda v: (satisfaction(v, v.begin - 1) or 0) - (satisfaction(v, v.now) or 0) > 20,
                        lambda v: rated(v.before("rating"), "csat", 4)),
    "complaint_rate": rate(lambda v: len(v.own("complaint")), lambda v: len(v.own("purchase")), 1000),
    "first_response_in_time": rate(lambda v: sum(answered(v, it, ends) for it, ends in questions_due(v)),
                                   lambda v: len(questions_due(v))),
    "resolution_time": ("quantile", resolution, Fraction(9, 10)),
    "first_contact_resolution": part(lambda v: [it for it in v.all("closing") if due(v, it, 7)],
                                     lambda v, it: not again(v, it)),
    "escalation_rate": rate(lambda v: len(v.own("escalation")), lambda v: len(v.own("question"))),
    "answered_from_knowledge": part(
        lambda v: v.own("answer"),
        lambda v, it: it["from_knowledge"] and not any(
            q["case"] == it["case"] and q["at"] > it["at"] for q in v.all("question"))),
    "knowledge_freshness": part(lambda v: [it for it in v.own("answer") if it["from_knowledge"]],
                                lambda v, it: it.get("reviewed_at", 0) >= it["at"] - 180 * DAY),
    "feedback_closed": part(lambda v: [it for it in v.all("suggestion") if due(v, it, 30)],
                            lambda v, it: it.get("decided_at", it["at"] + 31 * DAY) <= it["at"] + 30 * DAY),
    "first_asked_kept": part(lambda v: v.own("closing"), lambda v, it: asked_first(v, it) == it["owner"]),
    # campaigns
    "delivery_rate": part(lambda v: v.own("message"), lambda v, it: it["delivered"]),
    "attendance_rate": part(
        lambda v: [it for it in v.all("invitation") if it["delivered"] and it.get("held_at", -1) >= v.begin],
        lambda v, it: it.get("attended", False)),
    "opt_out_rate": rate(lambda v: len(v.own("opt_out")), lambda v: sum(it["delivered"] for it in v.own("message")), 1000),
    "contact_pressure": rate(lambda v: sum(it["delivered"] for it in v.own("message")), EXPOSED, Decimal("30.4375"),
                             where=lambda v: v.state() in KEPT, exposure=True),
    "contacts_kept": part(lambda v: [it for it in v.all("planned_contact") if it.get("due", -1) >= v.begin],
                          lambda v, it: in_time(it)),
    "referral_rate": share(lambda v: v.own("referral"), bought_before),
    "referral_k": rate(lambda v: int((first(v.all("purchase")) or 0) >= v.begin and v.value("referred_by") is not None),
                       lambda v: int(bought_before(v))),
    "referred_revenue_share": rate(lambda v: net(v) if v.value("referred_by") else 0, net),
    "community_stickiness": rate(days_active, lambda v: local(v.now).day if v.own("post") else 0,
                                 where=lambda v: v.all("purchase")),
    # records
    "contact_freshness": share(lambda v: v.fresh("mobile") or v.fresh("email"), lambda v: v.state() in (*KEPT, "prospect")),
    "reachability": share(reach, lambda v: True),
    "profile_completeness": rate(fullness, lambda v: 5),
    "state_currency": share(lambda v: interactions(v, 120), lambda v: True),
    "single_holder_share": rate(lambda v: total(v.year()) if single(v) else 0, lambda v: total(v.year()), where=is_key),
    "handover_kept": part(lambda v: [it for it in v.all("transfer") if due(v, it, 14)], followed),
}


# ---- answers ----------------------------------------------------------------


def views(customers, begin_before, begin, until):
    now = min(until - 1, AS_OF)
    return [View(it, begin_before, begin, now) for it in customers.values() if it.first_fact() <= now]


def best_tenth(found):
    spent = [(total(v.year()), v) for v in found]
    best = lambda own: Fraction(sum(other < own for other, _ in spent), len(spent) - 1) >= Fraction(9, 10)
    return sum((own for own, _ in spent if best(own)), Fraction(0)), sum((own for own, _ in spent), Fraction(0))


def half(stays, at=Fraction(1, 2)):
    """Kaplan and Meier: the first time by which this share had gone on."""
    left = Fraction(1)
    for time in sorted({time for time, went in stays if went}):
        here = sum(1 for it, went in stays if went and it == time)
        left *= 1 - Fraction(here, sum(1 for it, _ in stays if it >= time))
        if left <= 1 - at:
            return time
    return None


def text(value, places=12):
    value = Fraction(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    out = format(rounded, "f")
    return out.rstrip("0").rstrip(".") if "." in out else out


def answer(pack, name, when, group=None):
    customers, fiscal = LOADED[pack], 4 if pack == "key_accounts" else 1
    before, begin, until = period(when, fiscal)
    if begin > AS_OF:
        return {"missing": "not_yet"}
    if until <= min(it.first_fact() for it in customers.values()):
        return {"missing": "before_facts"}
    found = views(customers, before, begin, until)
    kpi = KPIS[name]
    if group is not None:
        key, wanted = group
        region = lambda v: v.value("region")
        told = {"region": region, "state('relationship')": View.state}[key]
        grouped = [v for v in found if told(v) == wanted]
    else:
        grouped = found
    if kpi[0] == "best tenth":
        above, below = best_tenth(found)
        return {"sum": text(above), "per": text(below), "value": text(above / below)}
    if kpi[0] == "flow":
        value = sum((Fraction(kpi[1](v)) for v in grouped if kpi[2](v)), Fraction(0))
        return {"value": text(value)}
    if kpi[0] == "rate":
        _, above, below, times, where, exposure = kpi
        pairs = [(above(v), below(v)) for v in grouped if where(v)]
        above, below = (sum((Fraction(it[at]) for it in pairs), Fraction(0)) for at in (0, 1))
        if below == 0:
            return {"missing": "no_denominator"}
        per_day = below / 86_400 if exposure else below
        value = above / per_day * Fraction(times)
        return {"sum": text(above), "per": text(below), "value": text(value, 9 if exposure else 12)}
    if kpi[0] == "quantile":
        values = sorted(it for v in grouped for it in kpi[1](v))
        if not values:
            return {"missing": "no_denominator"}
        return {"value": text(values[math.ceil(len(values) * kpi[2]) - 1], 9)}
    # Those who entered in the period, by all that is known at the end.
    last = [View(v.customer, before, begin, AS_OF) for v in grouped]
    entered = [(v, kpi[1](v)) for v in last]
    entered = [(v, at) for v, at in entered if at is not None and begin <= at < until]
    if kpi[0] == "cohort":
        _, _, then, days = kpi
        went = open = 0
        for v, at in entered:
            on = then(v)
            if on is not None and at <= on < at + days * DAY:
                went += 1
            elif AS_OF < at + days * DAY - 1:
                open += 1
        if not entered:
            return {"missing": "no_denominator"}
        return {"sum": text(went), "per": text(len(entered)), "value": text(Fraction(went, len(entered))), "open": open}
    _, _, then, lost, where = kpi
    stays = []
    taking = {v.customer.name for v in grouped if where(v)}
    for v, at in entered:
        if v.customer.name not in taking:
            continue
        end = min(lost(v) or AS_OF, AS_OF)
        on = then(v)
        went = on is not None and at <= on <= end
        stays.append(((on if went else end) - at, went))
    if not stays:
        return {"missing": "no_denominator"}
    value = half(stays)
    return {"missing": "not_yet"} if value is None else {"value": text(Fraction(value, DAY), 9)}


LOADED = {pack: load(pack) for pack in ("retail", "key_accounts", "service", "startup")}


def main():
    asked = (Path(__file__).parent / "asked.txt").read_text(encoding="utf-8")
    rows, pack = [], None
    for line in asked.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            pack = line.strip("[]")
            continue
        head, _, note = line.partition("|")
        name, *periods = head.split()
        group = None
        if "by" in periods:
            at = periods.index("by")
            group = (periods[at + 1], periods[at + 2] if periods[at + 2] != "-" else None)
            periods = periods[:at]
        for when in periods:
            row = {"pack": pack, "kpi": name, "period": when}
            if group:
                row |= {"by": group[0], "group": group[1]}
            if note.strip():
                row["boundary"] = note.strip()
            rows.append(row | answer(pack, name, when, group))
    print("[\n" + ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]")


if __name__ == "__main__":
    main()
