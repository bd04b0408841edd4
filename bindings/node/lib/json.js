'use strict';

const { Answer } = require('./answer');
const { kind } = require('./memory');

/** A value as JSON; what JSON has no form for is refused, and not left out. */
function written(value, name) {
  const said = JSON.stringify(value, (key, it) => {
    if (typeof it === 'number' && !Number.isFinite(it)) throw new TypeError(`${name}: \`${key}\` is ${it}, which is no number`);
    if (typeof it === 'function' || typeof it === 'symbol') throw new TypeError(`${name}: \`${key}\` is a ${typeof it}`);
    if (typeof it === 'bigint') return it.toString();
    return it;
  });
  if (said === undefined) throw new TypeError(`${name} is ${kind(value)}, which has no form in JSON`);
  return said;
}

/** A JSON document: its text, or what it stands for. */
function document(value, name) {
  if (typeof value === 'string') return value;
  if (value instanceof Answer) return value.json;
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} is a JSON document (a text or an object), not ${kind(value)}`);
  return written(value, name);
}

/** Rows as JSON Lines: a text that is that already, or objects by key. */
function lines(rows) {
  if (typeof rows === 'string') return rows;
  if (typeof rows?.[Symbol.iterator] !== 'function') throw new TypeError(`rows are a text, objects or columns, not ${kind(rows)}`);
  const out = [];
  for (const row of rows) out.push(document(row, `row ${out.length + 1}`));
  return out.join('\n');
}

module.exports = { document, lines, written };
