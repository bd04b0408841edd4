'use strict';

const { C } = require('./library');
const { now } = require('./call');
const { kind, text } = require('./memory');

/** Microseconds since 1970 in UTC; without an instant what stands for none. */
function micros(playbook, when, name) {
  if (when === undefined || when === null) return C.GX_TIME_NONE;
  return parsed(playbook, said(when, name), name);
}

function said(when, name) {
  if (when instanceof Date && !Number.isNaN(when.getTime())) return when.toISOString();
  if (typeof when === 'string') return when;
  throw new TypeError(`${name} is an instant (a valid Date or a text), not ${kind(when)}`);
}

function parsed(playbook, when, name) {
  const out = new BigInt64Array(1);
  return playbook.handle.using((it) => now('gx_time_parse', [it, ...text(when, name), out], () => out[0]));
}

/** An instant that there must be. */
function needed(playbook, when, name) {
  return parsed(playbook, said(when, name), name);
}

/** The same where something begins: of a day its first moment. */
function start(playbook, when, name) {
  const day = said(when, name).trim();
  return parsed(playbook, /^\d{4}([-/])\d{1,2}\1\d{1,2}$/.test(day) ? `${day} 00:00` : day, name);
}

/** The same of when facts were learnt, where `backfill` is: when they happened. */
function seen(playbook, when) {
  return when === 'backfill' ? C.GX_SEEN_BACKFILL : needed(playbook, when, 'seen');
}

/** An instant of C as JavaScript has it, to the millisecond. */
function moment(value) {
  return new Date(Number(BigInt(value) / 1000n) - (BigInt(value) % 1000n < 0n ? 1 : 0));
}

module.exports = { micros, moment, needed, seen, start };
