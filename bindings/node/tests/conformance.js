// Answers questions, for the conformance files: reads calls and prints what they give, both in the form
// that the C program of this name has.
'use strict';

const fs = require('node:fs');
const { Columns, GuanxiError, Playbook, Review, Store, evaluate, fit, predict } = require('guanxi');

const input = fs.readFileSync(0);
let at = 0;
let playbook;
let store;

function line() {
  const end = input.indexOf(10, at);
  const said = input.toString('utf8', at, end);
  at = end + 1;
  return said;
}

function text() {
  const length = Number(line());
  if (length < 0) return undefined;
  const said = input.toString('utf8', at, at + length);
  at += length + 1;
  return said;
}

/** Columns in the form of the files: counts, then for each its name, whether whole, and values. */
function columns(said) {
  const lines = said.split('\n');
  const rows = Number(lines[0]);
  const out = new Columns(rows);
  for (let column = 0; column < Number(lines[1]); column += 1) {
    const from = 2 + column * (rows + 2);
    const values = lines.slice(from + 2, from + 2 + rows).map((it) => (it === '-' ? null : it.slice(1)));
    if (lines[from + 1] === 'i') out.integers(lines[from], values.map((it) => (it === null ? null : BigInt(it))));
    else out.texts(lines[from], values);
  }
  return out;
}

const list = (items) => JSON.stringify(items, (_, it) => (typeof it === 'bigint' ? Number(it) : it));

function bits(value) {
  if (value === null) return null;
  const room = Buffer.alloc(8);
  room.writeDoubleBE(value);
  return room.toString('hex');
}

/** Purchases in few numbers, fractions by their bits. */
function purchases(cbs) {
  const rows = [...cbs].map((it) => [it.id, it.frequency, ...['recency', 'T', 'monetary', 'log_gaps'].map((name) => bits(it[name]))]);
  return `{"rows":${list(rows)},"report":${cbs.report}}`;
}

function predicted(said) {
  const names = said.names.filter((it) => it !== 'id');
  const rows = [...said].map((it) => [it.id, ...names.map((name) => bits(it[name]))]);
  return `{"names":${list(names)},"rows":${list(rows)},"report":${said.report}}`;
}

/** Of the columns of a review the id and the segments. */
function table(said) {
  const names = said.names.filter((it) => it === 'id' || it.startsWith('segment.'));
  const rows = [...said];
  return list(names.map((name) => [name, ...rows.map((it) => it[name])]));
}

// Microseconds, where the library's milliseconds end with three zeroes.
const micros = (date) => (date === null ? '-9223372036854775808' : `${BigInt(date.getTime()) * 1000n}`);

function ofReview(review, verb, language, first, second) {
  const label = (it) => (language === 'zh' ? it.labelZh : it.label);
  switch (verb) {
    case 'review': return review.answer();
    case 'members': return list(review.members(first));
    case 'ids': return list(review.ids(first));
    case 'query': return review.query(first);
    case 'explain': return review.explain(first, second);
    case 'customer': return review.customer(second);
    case 'flow': return review.flow({ every: first });
    case 'picture': return review.diagram(second, first);
    case 'compare': return review.compare(new Playbook(first));
    case 'machines': {
      const state = (it) => [it.name, it.inside, it.customers];
      return list([...review.machines.values()].map((it) => [it.name, it.isKeyed, it.troubles, [...it.states.values()].map(state)]));
    }
    case 'balance': {
      const { since, until, balances } = review.period({ machine: second, every: first });
      return `[${micros(since)},${micros(until)},${list([...balances.values()].map((it) => Object.values(it)))}]`;
    }
    case 'kinds': {
      const each = (it) => `${list([it.name, label(it), it.events, it.customers]).slice(0, -1)},${micros(it.first)},${micros(it.last)}]`;
      return `[${[...review.kinds.values()].map(each)}]`;
    }
    case 'segments': return list([...review.segments.values()].map((it) => [it.name, label(it), it.members, it.errors]));
    case 'table': return table(review.table(first));
    case 'cbs': return purchases(review.cbs(first));
    default: throw new Error(`nobody knows how to ask \`${verb}\``);
  }
}

function asked(verb, language, asOf, knownAt, first, second, third) {
  const book = playbook.in(language);
  const at = store.in(language);
  const seen = knownAt ?? 'backfill';
  const when = { asOf, knownAt };
  const journey = () => at.journey(book, second, asOf, when);
  switch (verb) {
    case 'append': return at.append(asOf === undefined ? third : columns(third), seen, { table: first, mapping: second });
    case 'apply': return at.follow(book).apply(third, asOf, { seen, table: first });
    case 'follow': return at.follow(book).ask(first, asOf);
    case 'command': return at.command(book, first, asOf, seen);
    case 'load': return at.customer(book, second, asOf, when);
    case 'erase': return at.erase(second, asOf, { trial: first === 'true' });
    case 'erasures': return at.erasures();
    case 'erase_listed': return at.eraseListed(first);
    case 'statistics': return at.statistics();
    case 'verify': return at.verify();
    case 'feed': return at.feeds(book).ask(first, third, knownAt);
    case 'segment': return at.segments(book, when).ask(first, second === undefined ? undefined : new Playbook(second));
    case 'value': return at.values(book, when).ask(first);
    case 'kpi': return at.kpis(book, when).ask(first);
    case 'collision': return at.collisions(book, when).ask(first);
    case 'check': return Playbook.check(first, language);
    case 'eval': return evaluate(first, second);
    case 'fit': return fit(first, columns(third), { language });
    case 'predict': return predicted(predict(first, columns(third), { language }));
    case 'review_rows': {
      const review = Review.of(book, { [first]: columns(third) }, { asOf, language });
      return `{"reports":${review.reports},"review":${review.answer()}}`;
    }
    case 'canonical': return book.json;
    case 'time': return `${book.micros(first)}`;
    case 'condition': return book.ask(first);
    case 'statement': return book.statement(first, second, third, asOf);
    case 'diagram': return book.diagram(second, first);
    case 'states': return journey().states();
    case 'history': return journey().history();
    case 'steps': return journey().explain();
    case 'why_not': return journey().whyNot(first);
    case 'if': return journey().suppose(first);
    default: return ofReview(at.review(book, { ...when, threads: 2 }), verb, language, first, second);
  }
}

function answer(verb, [language = 'en', ...rest]) {
  try {
    return String(asked(verb, language, ...rest));
  } catch (error) {
    if (error instanceof GuanxiError) return error.json(language);
    throw error;
  }
}

const out = [];
while (at < input.length) {
  const verb = line();
  const texts = Array.from({ length: 6 }, text);
  if (verb === 'playbook') {
    playbook = new Playbook(texts[3]);
    store = Store.inMemory(playbook);
  } else {
    const said = Buffer.from(answer(verb, texts));
    out.push(Buffer.from(`${said.length}\n`), said, Buffer.from('\n'));
  }
}
process.stdout.write(Buffer.concat(out));
