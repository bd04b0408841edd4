'use strict';

const { C } = require('./library');
const { Answer } = require('./answer');
const { answer, later, now, out, taken, text: textOf } = require('./call');
const { Columns, TABLE } = require('./columns');
const { Closing, Handle } = require('./handle');
const { Ids } = require('./ids');
const { document } = require('./json');
const { Struct, text, textIf } = require('./memory');
const { kindsOf, machinesOf, periodOf, segmentsOf } = require('./parts');
const { pictureOf, playbookOf } = require('./playbook');
const { Reading, languageOf } = require('./reading');
const { Table } = require('./table');
const { micros, moment } = require('./when');

const REVIEW_OPTIONS = 24;
const MODES = { reinterpret: C.GX_REINTERPRET, forward: C.GX_FORWARD, shadow: C.GX_SHADOW };

/** Settings of a review, as C has them. */
function options(threads) {
  if (!Number.isInteger(threads) || threads < 0 || threads > 1024) throw new RangeError(`threads are 0 to 1024, not ${threads}`);
  return new Struct(REVIEW_OPTIONS).number(4, threads);
}

class Review extends Closing {
  #playbook;
  #how;

  constructor(handle, playbook, language, how, reports = new Answer('[]')) {
    super(handle);
    this.#playbook = playbook;
    this.#how = how;
    this.language = language;
    this.reports = reports;
  }

  static of(playbook, tables, { asOf, mapping, language = 'en', threads = 1 } = {}) {
    const named = Object.entries(tables).map(([table, columns]) => {
      if (!(columns instanceof Columns)) throw new TypeError(`table \`${table}\` is Columns`);
      return columns.table(new Reading({ table, mapping }));
    });
    const array = Buffer.concat([...named.map((it) => it.buffer), Buffer.alloc(named.length === 0 ? TABLE : 0)]);
    const settings = options(threads);
    const at = micros(playbook, asOf, 'asOf');
    const made = [null];
    const reports = [null];
    return playbookOf(playbook).using((book) => {
      const args = [book, array, named.length, languageOf(language), at, settings.buffer, made, reports];
      return now('gx_review_columns', args, () => {
        const handle = new Handle(made[0], 'gx_review_free', 'review');
        return new Review(handle, playbook, language, now, new Answer(taken(reports[0])));
      });
    });
  }

  in(language) {
    languageOf(language);
    return new Review(this.handle, this.#playbook, language, this.#how, this.reports);
  }

  get promises() {
    return new Review(this.handle, this.#playbook, this.language, later, this.reports);
  }

  get asOf() {
    return this.handle.using((it) => moment(C.gx_review_as_of(it)));
  }

  get customers() {
    return this.handle.using((it) => Number(C.gx_review_customers(it)));
  }

  get events() {
    return this.handle.using((it) => Number(C.gx_review_events(it)));
  }

  get kinds() {
    return this.handle.using(kindsOf);
  }

  get segments() {
    return this.handle.using(segmentsOf);
  }

  get machines() {
    return this.handle.using(machinesOf);
  }

  answer() {
    return this.#ask('gx_review_json', languageOf(this.language));
  }

  members(segment) {
    return this.#ids('gx_segment_ids', text(segment, 'segment'));
  }

  query(expression) {
    return this.#ask('gx_query_json', ...text(expression, 'expression'), languageOf(this.language));
  }

  ids(expression) {
    return this.#ids('gx_query_ids', text(expression, 'expression'));
  }

  explain(expression, customer) {
    const said = [...text(expression, 'expression'), ...text(customer, 'customer')];
    return this.#ask('gx_query_explain', ...said, languageOf(this.language));
  }

  customer(id) {
    return this.#ask('gx_customer_json', ...text(id, 'id'), languageOf(this.language));
  }

  table(expression) {
    const whole = expression === undefined || expression === null;
    const { array, schema } = Table.room();
    const args = whole ? [array, schema] : [...text(expression, 'expression'), array, schema];
    const name = whole ? 'gx_review_arrow' : 'gx_query_arrow';
    return this.#using((it) => this.#how(name, [it, ...args], () => new Table({ array, schema })));
  }

  cbs(definition) {
    const { array, schema } = Table.room();
    const report = [null];
    const args = [...text(document(definition, 'definition'), 'definition'), array, schema, report];
    const told = () => new Table({ array, schema }, new Answer(taken(report[0])));
    return this.#using((it) => this.#how('gx_review_cbs', [it, ...args], told));
  }

  diagram(machine, format = 'svg') {
    const how = [...textIf(machine, 'machine'), pictureOf(format), languageOf(this.language)];
    return this.#using((it) => textOf(this.#how, 'gx_machine_picture', [it, ...how]));
  }

  flow({ machine, every, since, until, by } = {}) {
    const times = [micros(this.#playbook, since, 'since'), micros(this.#playbook, until, 'until')];
    return this.#ask('gx_machine_flow', ...textIf(machine, 'machine'), ...textIf(every, 'every'), ...times, ...textIf(by, 'by'));
  }

  period({ machine, every = 'month', at } = {}) {
    const instant = micros(this.#playbook, at, 'at');
    return this.handle.using((it) => periodOf(it, machine, every, instant));
  }

  compare(other, { mode = 'reinterpret', since, states } = {}) {
    if (!(mode in MODES)) throw new RangeError(`the mode is reinterpret, forward or shadow, not ${mode}`);
    const map = states === undefined || states === null ? [null, 0] : text(document(states, 'states'), 'states');
    const from = micros(this.#playbook, since, 'since');
    return playbookOf(other, 'other').using((book) => this.#ask('gx_machine_compare', book, MODES[mode], from, ...map));
  }

  /** Of a promise, also what is refused at once is told by it. */
  #using(use) {
    try {
      return this.handle.using(use);
    } catch (error) {
      if (this.#how === now) throw error;
      return Promise.reject(error);
    }
  }

  #ask(name, ...args) {
    return this.#using((it) => answer(this.#how, name, [it, ...args]));
  }

  #ids(name, said) {
    return this.#using((it) => out(this.#how, name, [it, ...said], (made) => new Ids(made)));
  }
}

module.exports = { Review, options };
