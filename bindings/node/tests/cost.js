// What a call costs beside the cheapest one that koffi can make, and how fast columns go in.
'use strict';

const assert = require('node:assert/strict');
const koffi = require('koffi');
const { Columns, Review, evaluate, version } = require('guanxi');
const { shop } = require('./shop');

const abs = koffi.load('libc.so.6').func('int abs(int)');
const calls = 200_000;
const costs = Object.entries({ 'an empty one': () => abs(-1), 'version()': version, evaluate: () => evaluate('1') }).map(([what, call]) => {
  const from = process.hrtime.bigint();
  for (let at = 0; at < calls; at += 1) call();
  return `${Math.round(Number(process.hrtime.bigint() - from) / calls)} ns of ${what}`;
});
console.log(`a call: ${costs.join(', ')}`);

const count = 1_000_000;
const each = (of) => Array.from({ length: count }, (_, row) => of(row));
const [ids, days, amounts] = [each((row) => `C-${row % 50_000}`), Int32Array.from(each((row) => 20_000 + (Math.trunc(row / 1_000) % 500))), BigInt64Array.from(each(BigInt))];
const from = performance.now();
const rows = new Columns(count).codes('kind', new Int32Array(count), ['purchase']).texts('customer', ids);
rows.days('at', days).decimals('amount', amounts, 2);
const filled = performance.now();
assert.equal(Review.of(shop(), { events: rows }).events, count);
console.log(`columns: ${count} rows of 4 values, filled in ${Math.round(filled - from)} ms, reviewed in ${Math.round(performance.now() - filled)} ms`);
