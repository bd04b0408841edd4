'use strict';

const { answer } = require('./call');
const { document } = require('./json');
const { text } = require('./memory');
const { playbookOf } = require('./playbook');
const { languageOf } = require('./reading');
const { micros } = require('./when');

/** What questions are asked by: a store, a playbook and both instants. */
class Asked {
  constructor(store, playbook, asOf, knownAt) {
    this.store = store;
    this.playbook = playbookOf(playbook);
    this.asOf = micros(playbook, asOf, 'asOf');
    this.knownAt = micros(playbook, knownAt, 'knownAt');
    this.language = languageOf(store.language);
  }

  /** Calls a function of C that has store, playbook and instants first. */
  call(name, more, between = []) {
    return this.playbook.using((book) =>
      this.store.using((it, how) => answer(how, name, [it, book, ...between, this.asOf, this.knownAt, ...more])));
  }

  /** Asks a question that is a document. */
  ask(name, question, between) {
    return this.call(name, [...text(document(question, 'the question'), 'the question'), this.language], between);
  }
}

module.exports = { Asked };
