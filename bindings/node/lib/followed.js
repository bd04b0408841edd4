'use strict';

const { answer } = require('./call');
const { document, lines } = require('./json');
const { text } = require('./memory');
const { playbookOf } = require('./playbook');
const { Reading, languageOf } = require('./reading');
const { micros, needed, seen: learnt } = require('./when');

class Followed {
  #store;
  #playbook;

  constructor(store, playbook) {
    playbookOf(playbook);
    this.#store = store;
    this.#playbook = playbook;
  }

  apply(rows, now, { seen = now, ...reading } = {}) {
    const handed = text(lines(rows), 'rows');
    const when = [learnt(this.#playbook, seen), needed(this.#playbook, now, 'now')];
    const options = new Reading(reading).options(this.#store.language);
    return this.#call('gx_store_apply', [...handed, ...when, options.buffer], options);
  }

  advance(to, limit = 1_000) {
    return this.ask({ ask: 'advance', limit }, to);
  }

  adopt(now) {
    return this.ask({ ask: 'adopt' }, now);
  }

  changes(after = 0, limit = 1_000) {
    return this.ask({ ask: 'changes', after, limit });
  }

  effects(after = 0, limit = 1_000) {
    return this.ask({ ask: 'effects', after, limit });
  }

  ack(ids) {
    return this.ask({ ask: 'ack', ids });
  }

  recompute() {
    return this.ask({ ask: 'recompute' });
  }

  auditTrail({ after = 0, limit = 1_000, about, expect } = {}) {
    return this.ask({ ask: 'audit_trail', after, limit, about, expect });
  }

  restrict(customer, now, { actor, reason } = {}) {
    return this.ask({ ask: 'restrict', customer, actor, reason }, now);
  }

  liftRestriction(customer, now, { actor, reason } = {}) {
    return this.ask({ ask: 'lift_restriction', customer, actor, reason }, now);
  }

  restrictions() {
    return this.ask({ ask: 'restrictions' });
  }

  ask(question, now) {
    const asked = text(document(question, 'the question'), 'the question');
    return this.#call('gx_store_follow', [micros(this.#playbook, now, 'now'), ...asked, languageOf(this.#store.language)]);
  }

  /** `kept` must live as long as the call. */
  #call(name, more, kept) {
    return playbookOf(this.#playbook).using((book) =>
      this.#store.using((it, how) => answer(how, name, [it, book, ...more]), kept));
  }
}

module.exports = { Followed };
