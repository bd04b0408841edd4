"""Where customers are in their lifecycles, and who came and went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from guanxi._call import CData, borrowed, call
from guanxi._native import ffi, lib
from guanxi._texts import optional, text
from guanxi._time import moment


@dataclass(frozen=True)
class State:
    """A state of a machine at the instant of a review.

    `label` and `label_zh` are what people call it: its name where its author gave
    no label. `customers` are in it, or in a state inside it; of a keyed machine
    they are runs. `inside` is the name of the state that it is inside, or None.
    """

    name: str
    label: str
    label_zh: str
    customers: int
    inside: str | None


@dataclass(frozen=True)
class Machine:
    """A lifecycle at the instant of a review.

    `states` are by name, each after the one it is inside, the likely ones first.
    A `keyed` machine runs once for each key, so that runs are counted instead of
    customers. `troubles` counts the customers for whom one of its definitions
    failed and who went on without it.
    """

    name: str
    label: str
    label_zh: str
    keyed: bool
    troubles: int
    states: Mapping[str, State]


@dataclass(frozen=True)
class Balance:
    """Of one state in one period.

    `opening` were there before the period, `began` were first known there,
    `entered` came from elsewhere, `left` went elsewhere, `erased` were erased while
    there, and `closing` were there at the end, or at the instant of the review
    where that is earlier: `opening` + `began` + `entered` - `left` - `erased` =
    `closing`.
    """

    opening: int
    began: int
    entered: int
    left: int
    erased: int
    closing: int


@dataclass(frozen=True)
class Period:
    """Who came into each state of a machine and who went out, in one period.

    From `since` to just before `until`, in UTC; `so_far` where it is not over at
    the instant of the review. `balances` are by the name of the state, in the
    order of the machine's `states`.
    """

    since: datetime
    until: datetime
    so_far: bool
    balances: Mapping[str, Balance]


def machines(review: CData) -> dict[str, Machine]:
    """Those of a review, by name."""
    every = (_machine(review, index) for index in range(lib.gx_machine_count(review)))
    return {machine.name: machine for machine in every}


def _machine(review: CData, index: int) -> Machine:
    states, troubles = ffi.new("uint64_t *"), ffi.new("uint64_t *")
    keyed = ffi.new("uint32_t *")
    call(lib.gx_machine_states, review, index, states, keyed, troubles)
    found = (_state(review, index, state) for state in range(states[0]))
    return Machine(
        name=borrowed(lib.gx_machine_name(review, index)),
        label=borrowed(lib.gx_machine_label(review, index, lib.GX_EN)),
        label_zh=borrowed(lib.gx_machine_label(review, index, lib.GX_ZH)),
        keyed=bool(keyed[0]),
        troubles=int(troubles[0]),
        states=MappingProxyType({state.name: state for state in found}),
    )


def _state(review: CData, machine: int, state: int) -> State:
    customers, inside = ffi.new("uint64_t *"), ffi.new("uint64_t *")
    call(lib.gx_state_customers, review, machine, state, customers, inside)
    outer = None if inside[0] == lib.GX_OUTERMOST else inside[0]
    return State(
        name=borrowed(lib.gx_state_name(review, machine, state)),
        label=borrowed(lib.gx_state_label(review, machine, state, lib.GX_EN)),
        label_zh=borrowed(lib.gx_state_label(review, machine, state, lib.GX_ZH)),
        customers=int(customers[0]),
        inside=None if outer is None else borrowed(lib.gx_state_name(review, machine, outer)),
    )


def period(review: CData, machine: str | None, every: str, at: int) -> Period:
    """What came and went in the period that an instant is in."""
    which, unit = optional(machine, "machine"), text(every, "every")
    # A name that no machine has is told by the library.
    states = _names(review, which[0])
    room = ffi.new("gx_balance[]", len(states))
    since, until = ffi.new("int64_t *"), ffi.new("int64_t *")
    arguments = (*which, *unit, at, room, len(states), since, until)
    call(lib.gx_machine_balance, review, *arguments)
    return Period(
        since=moment(since[0]),
        until=moment(until[0]),
        so_far=bool(lib.gx_review_as_of(review) < until[0]),
        balances=MappingProxyType(dict(zip(states, map(_balance, room), strict=True))),
    )


def _names(review: CData, machine: CData) -> list[str]:
    """The states of a machine, or of the only one."""
    states, count = ffi.new("uint64_t *"), lib.gx_machine_count(review)
    for index in range(count):
        of = bytes(ffi.string(lib.gx_machine_name(review, index)))
        if of == machine or (machine == ffi.NULL and count == 1):
            call(lib.gx_machine_states, review, index, states, ffi.NULL, ffi.NULL)
            names = (lib.gx_state_name(review, index, state) for state in range(states[0]))
            return [borrowed(name) for name in names]
    return []


def _balance(it: CData) -> Balance:
    gone = int(it.left), int(it.erased)
    return Balance(int(it.opening), int(it.began), int(it.entered), *gone, int(it.closing))
