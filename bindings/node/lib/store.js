'use strict';

const { answer, later, now, out } = require('./call');
const { Asked } = require('./asked');
const { Collisions } = require('./collisions');
const { Columns } = require('./columns');
const { Feeds } = require('./feeds');
const { Followed } = require('./followed');
const { Closing, Handle } = require('./handle');
const { Journey } = require('./journey');
const { document, lines } = require('./json');
const { Kpis } = require('./kpis');
const { text, textIf } = require('./memory');
const { playbookOf } = require('./playbook');
const { Reading, languageOf } = require('./reading');
const { Review, options } = require('./review');
const { Segments } = require('./segments');
const { Values } = require('./values');
const { micros, needed, seen: learnt, start } = require('./when');

class Store extends Closing {
  #playbook;
  #how = now;

  constructor(handle, playbook, language, how) {
    super(handle);
    this.#playbook = playbook;
    this.language = language;
    this.#how = how;
  }

  static open(path, playbook, { readOnly = false } = {}) {
    return made(readOnly ? 'gx_store_open_read_only' : 'gx_store_open', playbook, ...text(path, 'path'));
  }

  static inMemory(playbook) {
    return made('gx_store_in_memory', playbook);
  }

  in(language) {
    languageOf(language);
    return new Store(this.handle, this.#playbook, language, this.#how);
  }

  get promises() {
    return new Store(this.handle, this.#playbook, this.language, later);
  }

  /** Uses the store at once, or in its turn on another thread; `kept` must live as long. */
  using(use, kept) {
    if (this.#how === now) return this.handle.using((it) => use(it, now));
    return this.handle.inTurn((it) => use(it, later)).finally(() => kept);
  }

  append(rows, seen, reading) {
    const settings = new Reading(reading).options(this.language);
    const when = learnt(this.#playbook, seen);
    if (rows instanceof Columns) {
      const columns = rows.structs();
      const taken = [columns.buffer, rows.count, rows.rows, when, settings.buffer];
      return this.using((it, how) => answer(how, 'gx_store_append_columns', [it, ...taken]), [columns, settings]);
    }
    const taken = [...text(lines(rows), 'rows'), when, settings.buffer];
    return this.using((it, how) => answer(how, 'gx_store_append_lines', [it, ...taken]), settings);
  }

  review(playbook, { asOf, knownAt, threads = 1 } = {}) {
    const settings = options(threads);
    if (knownAt !== undefined && knownAt !== null) {
      settings.number(8, 1).long(16, needed(playbook, knownAt, 'knownAt'));
    }
    const by = playbookOf(playbook);
    const at = micros(playbook, asOf, 'asOf');
    const review = (pointer) => new Review(new Handle(pointer, 'gx_review_free', 'review'), playbook, this.language, this.#how);
    return by.using((book) =>
      this.using((it, how) => out(how, 'gx_review_create', [it, book, at, settings.buffer], review), settings));
  }

  customer(playbook, id, asOf, { knownAt } = {}) {
    needed(playbook, asOf, 'asOf');
    const by = new Asked(this, playbook, asOf, knownAt);
    return by.call('gx_customer_load', [...text(id, 'id'), by.language]);
  }

  journey(playbook, id, asOf, { knownAt } = {}) {
    needed(playbook, asOf, 'asOf');
    return new Journey(new Asked(this, playbook, asOf, knownAt), id);
  }

  segments(playbook, { asOf, knownAt } = {}) {
    return new Segments(new Asked(this, playbook, asOf, knownAt));
  }

  values(playbook, { asOf, knownAt } = {}) {
    return new Values(new Asked(this, playbook, asOf, knownAt));
  }

  kpis(playbook, { asOf, knownAt } = {}) {
    return new Kpis(new Asked(this, playbook, asOf, knownAt));
  }

  collisions(playbook, { asOf, knownAt } = {}) {
    return new Collisions(new Asked(this, playbook, asOf, knownAt));
  }

  follow(playbook) {
    return new Followed(this, playbook);
  }

  feeds(playbook) {
    return new Feeds(this, playbook);
  }

  statistics() {
    return this.using((it, how) => answer(how, 'gx_store_statistics', [it]));
  }

  verify() {
    return this.using((it, how) => answer(how, 'gx_store_verify', [it, languageOf(this.language)]));
  }

  command(playbook, command, at, seen) {
    const said = text(document(command, 'command'), 'command');
    const when = [start(playbook, at, 'at'), learnt(playbook, seen), languageOf(this.language)];
    return playbookOf(playbook).using((book) =>
      this.using((it, how) => answer(how, 'gx_store_command', [it, book, ...said, ...when])));
  }

  sign(actor, reason) {
    const signed = [...textIf(actor, 'actor'), ...textIf(reason, 'reason')];
    return this.using((it, how) => how('gx_store_sign', [it, ...signed], () => undefined));
  }

  erase(id, at, { trial = false } = {}) {
    const who = [...text(id, 'id'), start(this.#playbook, at, 'at'), trial ? 1 : 0];
    return this.using((it, how) => answer(how, 'gx_store_erase', [it, ...who]));
  }

  erasures() {
    return this.using((it, how) => answer(how, 'gx_store_erasures', [it]));
  }

  eraseListed(erasures) {
    const list = text(document(erasures, 'erasures'), 'erasures');
    return this.using((it, how) => answer(how, 'gx_store_erase_listed', [it, ...list]));
  }

  backup(path) {
    const name = text(path, 'path');
    return this.using((it, how) => how('gx_store_backup', [it, ...name], () => undefined));
  }
}

function made(name, playbook, ...where) {
  return playbookOf(playbook).using((book) =>
    out(now, name, [...where, book], (pointer) => new Store(new Handle(pointer, 'gx_store_free', 'store'), playbook, 'en', now)));
}

module.exports = { Store };
