// What a review says in numbers: kinds of events, segments, machines, and who came and went.
'use strict';

const { C } = require('./library');
const { now } = require('./call');
const { text, textIf } = require('./memory');
const { moment } = require('./when');

/** Numbers that a function gives, each in its own place. */
function given(name, args, ...places) {
  return now(name, [...args, ...places], () => places.map((it) => Number(it[0])));
}

const counter = () => new BigUint64Array(1);

/** Both labels of a thing. */
const labels = (name, ...args) => ({ label: C[name](...args, C.GX_EN), labelZh: C[name](...args, C.GX_ZH) });

/** Things by their names. */
function named(count, of) {
  const all = Array.from({ length: Number(count) }, (_, index) => of(index));
  return new Map(all.map((it) => [it.name, Object.freeze(it)]));
}

const momentIf = (micros) => (micros === C.GX_TIME_NONE ? null : moment(micros));

function kindsOf(review) {
  return named(C.gx_kind_count(review), (index) => {
    const times = [new BigInt64Array(1), new BigInt64Array(1)];
    const [events, customers] = given('gx_kind_events', [review, index], counter(), counter(), ...times);
    const [first, last] = times.map((it) => momentIf(it[0]));
    return { name: C.gx_kind_name(review, index), ...labels('gx_kind_label', review, index), events, customers, first, last };
  });
}

function segmentsOf(review) {
  return named(C.gx_segment_count(review), (index) => {
    const [members, errors] = given('gx_segment_members', [review, index], counter(), counter());
    return { name: C.gx_segment_name(review, index), ...labels('gx_segment_label', review, index), members, errors };
  });
}

function stateOf(review, machine, state) {
  const inside = counter();
  const [customers] = given('gx_state_customers', [review, machine, state], counter(), inside);
  return {
    name: C.gx_state_name(review, machine, state),
    ...labels('gx_state_label', review, machine, state),
    customers,
    inside: inside[0] === C.GX_OUTERMOST ? null : C.gx_state_name(review, machine, inside[0]),
  };
}

function machinesOf(review) {
  return named(C.gx_machine_count(review), (index) => {
    const keyed = new Uint32Array(1);
    const [states, , troubles] = given('gx_machine_states', [review, index], counter(), keyed, counter());
    return {
      name: C.gx_machine_name(review, index),
      ...labels('gx_machine_label', review, index),
      isKeyed: keyed[0] !== 0,
      troubles,
      states: named(states, (state) => stateOf(review, index, state)),
    };
  });
}

const BALANCE = ['opening', 'began', 'entered', 'left', 'erased', 'closing'];

function periodOf(review, machine, every, at) {
  const machines = machinesOf(review);
  // A name that no machine has is told by the library.
  const of = machine ?? (machines.size === 1 ? [...machines.keys()][0] : undefined);
  const states = [...(machines.get(of)?.states.keys() ?? [])];
  const room = new BigUint64Array(Math.max(1, states.length * BALANCE.length));
  const times = [new BigInt64Array(1), new BigInt64Array(1)];
  const asked = [review, ...textIf(machine, 'machine'), ...text(every, 'every'), at, room, states.length, ...times];
  return now('gx_machine_balance', asked, () => ({
    since: moment(times[0][0]),
    until: moment(times[1][0]),
    isSoFar: BigInt(C.gx_review_as_of(review)) < times[1][0],
    balances: new Map(states.map((name, state) => {
      const numbers = BALANCE.map((key, at) => [key, Number(room[state * BALANCE.length + at])]);
      return [name, Object.freeze(Object.fromEntries(numbers))];
    })),
  }));
}

module.exports = { kindsOf, machinesOf, periodOf, segmentsOf };
