// Wrong calls get an error that says what is wrong; right ones give what they should.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { Columns, GuanxiError, Playbook, Review, Store, evaluate, fit, promises, version } = require('guanxi');
const { document, shop, stocked } = require('./shop');

/** The code of what the library refuses. */
function code(wrong) {
  try {
    wrong();
  } catch (error) {
    assert.ok(error instanceof GuanxiError, String(error));
    return error.code;
  }
  return assert.fail('was let through');
}

test('wrong arguments are named', () => {
  const playbook = shop();
  const review = stocked(playbook, 'C-1').review(playbook, { asOf: '2026-04-01' });
  assert.throws(() => new Playbook(null), { name: 'TypeError', message: /the playbook is a JSON document/ });
  assert.throws(() => review.query(1), { name: 'TypeError', message: 'expression is a text, not number' });
  assert.throws(() => review.query(), { name: 'TypeError', message: /expression/ });
  assert.throws(() => review.compare({}), { name: 'TypeError', message: /other is a Playbook/ });
  assert.throws(() => review.compare(playbook, { mode: 'sideways' }), { name: 'RangeError' });
  assert.throws(() => review.in('fr'), { name: 'RangeError' });
  assert.throws(() => review.diagram(undefined, 'png'), { name: 'RangeError' });
  assert.throws(() => Store.inMemory('{}'), { name: 'TypeError' });
  assert.throws(() => Store.inMemory(playbook).review(playbook, { threads: -1 }), { name: 'RangeError' });
  assert.throws(() => Store.inMemory(playbook).append(7, 'backfill'), { name: 'TypeError' });
  assert.throws(() => playbook.time(new Date(Number.NaN)), { name: 'TypeError' });
});

test('closed handles are refused, and what was made of them lives on', () => {
  const playbook = shop();
  const store = stocked(playbook, 'C-1');
  const review = store.review(playbook, { asOf: '2026-04-01' });
  const table = review.table();
  store.in('zh').close();
  store.close();
  assert.ok(store.isClosed);
  assert.throws(() => store.statistics(), (error) => error.code === 1013 && error.json('zh').includes('store 已关闭'));
  const ids = review.members('good');
  review.close();
  review.close();
  assert.equal(code(() => review.answer()), 1013);
  assert.deepEqual([...ids], ['C-1']);
  assert.equal(ids.at(-1), 'C-1');
  assert.equal(ids.at(1), undefined);
  assert.equal(table.value(0, 'segment.good'), true);
  assert.throws(() => table.value(0, 'segment.bad'), { name: 'RangeError' });
  assert.throws(() => table.value(1, 'id'), { name: 'RangeError' });
  table.close();
  table.close();
  assert.equal(code(() => table.value(0, 'id')), 1013);
});

test('texts survive', () => {
  const id = '客户-😀-é';
  const playbook = shop();
  const review = stocked(playbook, id).review(playbook, { asOf: '2026-04-01' });
  assert.equal(review.members('good').at(0), id);
  assert.equal(review.customer(id).value.customer, id);
  assert.equal(review.table().value(0, 'id'), id);
  assert.equal(evaluate("'a\0b'.size()").value.value, '3');
  assert.equal(evaluate("'a\0b'").value.value, 'a\0b');
  assert.equal(evaluate("'😀'.size()").value.value, '1');
  assert.throws(() => evaluate("'\ud83d'"), { name: 'TypeError', message: /half a surrogate pair/ });
});

test('documents', () => {
  const wrong = { ...document, calendar: { zone: 'Asia/Shangai' } };
  assert.throws(() => new Playbook(wrong), (error) => {
    const [fault] = error.faults;
    assert.deepEqual([fault.code, fault.name, fault.pointer], [1006, 'unknown_zone', '/calendar/zone']);
    assert.match(error.message, /did you mean `Asia\/Shanghai`\?/);
    assert.match(error.show('zh'), /时区/);
    return true;
  });
  const checked = Playbook.check({}, 'zh');
  assert.equal(checked.value.valid, false);
  assert.ok(checked.value.faults.length >= 3);
  assert.equal(JSON.stringify(checked), checked.json);
  assert.throws(() => evaluate('1 + nobody'), (error) => {
    assert.deepEqual([error.faults[0].start, error.faults[0].end], [4, 10]);
    return true;
  });
  assert.equal(evaluate('x * 2', { x: { type: 'int', value: '21' } }).value.value, '42');
  const store = Store.inMemory(shop());
  assert.throws(() => store.append([{ n: Number.NaN }], 'backfill'), { name: 'TypeError', message: /row 1: `n`/ });
  assert.throws(() => store.append([{ n: () => 1 }], 'backfill'), { name: 'TypeError', message: /row 1: `n`/ });
});

test('instants', () => {
  const playbook = shop();
  assert.equal(playbook.time('2026-03-01 09:30').toISOString(), '2026-03-01T01:30:00.000Z');
  for (const said of ['1969-12-31T23:59:59.250Z', '1969-12-31T00:00:00.000Z', '2026-03-01T01:30:00.001Z']) {
    assert.equal(playbook.time(said).toISOString(), said);
    assert.equal(playbook.time(new Date(said)).toISOString(), said);
  }
  assert.equal(playbook.micros('2026-03-01T01:30:00.000001Z'), 1772328600000001n);
  assert.equal(code(() => playbook.time('yesterday')), 1007);
});

test('columns', () => {
  const playbook = shop();
  const store = Store.inMemory(playbook);
  const rows = new Columns(2);
  assert.throws(() => rows.texts('id', ['one']), { name: 'RangeError' });
  assert.throws(() => rows.integers('n', [1, 0.5]), { name: 'TypeError' });
  assert.throws(() => rows.integers('n', [1, 2 ** 60]), { name: 'TypeError' });
  assert.throws(() => new Columns(-1), { name: 'RangeError' });
  rows.codes('kind', [0, 0], ['purchase']).texts('customer', ['C-1', 'C-2']);
  rows.days('at', Int32Array.of(20_500, 20_501)).decimals('amount', [30_000, 29_999n], 2);
  assert.equal(store.append(rows, 'backfill').value.verdicts.new, 2);
  assert.equal(store.append(rows, 'backfill').value.verdicts.same, 2);
  assert.deepEqual([...store.review(playbook).members('good')], ['C-1']);
  assert.deepEqual([...Review.of(playbook, { events: rows }).members('good')], ['C-1']);
  const both = Review.of(playbook, { customers: new Columns(2).texts('id', ['C-1', 'C-9']), events: rows });
  assert.equal(both.customers, 3);
  assert.equal(both.reports.value[1].verdicts.new, 2);
  const missing = new Columns(2).texts('kind', ['purchase', null]).texts('customer', ['C-3', 'C-3']);
  missing.instants('at', [0, null]).decimals('amount', [null, 1], 2);
  assert.equal(store.append(missing, 'backfill', { trial: true }).value.verdicts.refused, 2);
  const wrong = new Columns(1).codes('kind', [7], ['purchase']);
  assert.equal(code(() => store.append(wrong, 'backfill')), 4015);
});

test('files', () => {
  const playbook = shop();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'guanxi-'));
  const file = path.join(folder, '客户.guanxi');
  assert.throws(() => Store.open(file, playbook, { readOnly: true }), GuanxiError);
  const store = Store.open(file, playbook);
  store.sign('li', 'first day');
  const row = '{"kind":"purchase","customer":"C-1","at":"2026-03-01","amount":"400"}';
  const { verdicts } = store.append(`${row}\nno row\n`, 'backfill').value;
  assert.deepEqual([verdicts.new, verdicts.refused], [1, 1]);
  store.backup(path.join(folder, 'copy'));
  assert.throws(() => store.backup(path.join(folder, 'copy')), GuanxiError);
  assert.equal(store.verify().value.sound, true);
  const copy = Store.open(path.join(folder, 'copy'), playbook, { readOnly: true });
  assert.equal(copy.review(playbook).customers, 1);
  assert.equal(code(() => copy.append(row, 'backfill')), 5004);
  store.close();
  fs.writeFileSync(file, 'no store at all');
  assert.equal(code(() => Store.open(file, playbook)), 5002);
  copy.close();
  fs.rmSync(folder, { recursive: true });
});

test('promises', async () => {
  const playbook = shop();
  const store = stocked(playbook, 'C-1');
  const later = store.promises;
  // Asked for at once, done one after the other.
  const rows = [...Array(20).keys()].map((it) => [{ kind: 'purchase', customer: `P-${it}`, at: '2026-03-01', amount: '400.00' }]);
  const told = await Promise.all(rows.map((it) => later.append(it, 'backfill')));
  assert.deepEqual(told.map((it) => it.value.verdicts.new), Array(20).fill(1));
  const review = await later.review(playbook, { asOf: '2026-04-01' });
  assert.equal((await review.members('good')).length, 21);
  assert.equal((await review.query('true')).value.members, 21);
  assert.equal([...(await review.table())].length, 21);
  await assert.rejects(review.query('nobody'), (error) => error instanceof GuanxiError && error.code === 3006);
  assert.equal((await later.segments(playbook, { asOf: '2026-04-01' }).members('good')).value.ids.length, 21);
  assert.equal((await later.follow(playbook).changes()).value.changes.length, 0);
  // Closed meanwhile, it answers to the end; what is asked for later is refused.
  const answers = Promise.all([review.answer(), review.answer(), review.ids('true')]);
  review.close();
  assert.equal((await answers)[2].length, 21);
  await assert.rejects(review.answer(), (error) => error.code === 1013);
  const waiting = [later.statistics(), later.statistics()];
  store.close();
  const settled = await Promise.allSettled(waiting);
  assert.ok(settled.every((it) => it.status === 'rejected' && it.reason.code === 1013));
  await assert.rejects(promises.fit({ model: 'bg-nbd' }, new Columns(0)), GuanxiError);
  assert.throws(() => fit({ model: 'bg-nbd' }, {}), TypeError);
  assert.match(version(), /^\d+\.\d+\.\d+$/);
});

test('both kinds of modules have the same names', async () => {
  const imported = await import('guanxi');
  const names = Object.keys(imported).filter((it) => it !== 'default').sort();
  assert.deepEqual(names.filter((it) => it !== 'module.exports'), Object.keys(require('guanxi')).sort());
});
