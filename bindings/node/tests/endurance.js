// Many rounds, and many at once: nothing wrong, and nothing kept. Run with --expose-gc.
'use strict';

const assert = require('node:assert/strict');
const { GuanxiError, evaluate } = require('guanxi');
const { shop, stocked } = require('./shop');

function round(playbook, store) {
  evaluate('1 + 2');
  assert.throws(() => evaluate('1 + nobody'), GuanxiError);
  const review = store.review(playbook, { asOf: '2026-04-01' });
  const ids = review.members('good');
  assert.equal(ids.at(0), 'C-1');
  review.close();
}

/** What was forgotten is freed when the collector has told, which is after the event loop turned. */
async function settle() {
  for (let turn = 0; turn < 5; turn += 1) {
    global.gc();
    await new Promise((done) => { setTimeout(done, 20); });
  }
}

/**
 * No more memory is in use, however often something is made and freed. The collector takes more at times
 * and keeps it: what leaks grows each time.
 */
async function memory(rounds) {
  const playbook = shop();
  const store = stocked(playbook, 'C-1');
  const grown = [];
  for (let before = 0, time = 0; time < 5; time += 1) {
    for (let at = 0; at < rounds; at += 1) {
      round(playbook, store);
      if (at % 1_000 === 0) await new Promise((done) => { setImmediate(done); });
    }
    await settle();
    const { rss } = process.memoryUsage();
    grown.push(rss - before);
    before = rss;
  }
  const [, ...later] = grown;
  console.log(`memory: each ${rounds} rounds, grown by ${later.map((it) => it >> 10).join(', ')} KiB`);
  assert.ok(Math.min(...later) < 1 << 18, `memory grows: ${later}`);
}

/** Eight questions at a time, on other threads. */
async function threads(millis) {
  const playbook = shop();
  const review = stocked(playbook, 'C-1', 'C-2').review(playbook, { asOf: '2026-04-01' });
  const wanted = review.answer().json;
  const until = Date.now() + millis;
  let answers = 0;
  const asking = async () => {
    while (Date.now() < until) {
      assert.equal((await review.promises.answer()).json, wanted);
      assert.equal((await review.promises.members('good')).length, 2);
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, asking));
  assert.ok(answers > 100, `hardly an answer: ${answers}`);
  console.log(`threads: ${answers} rounds, 8 at a time`);
}

const isLong = process.env.GUANXI_LONG !== undefined;
threads(isLong ? 60_000 : 2_000).then(() => memory(isLong ? 250_000 : 50_000)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
