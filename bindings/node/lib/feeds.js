'use strict';

const { answer } = require('./call');
const { document, lines, written } = require('./json');
const { text, textIf } = require('./memory');
const { playbookOf } = require('./playbook');
const { languageOf } = require('./reading');
const { needed } = require('./when');

class Feeds {
  #store;
  #playbook;

  constructor(store, playbook) {
    playbookOf(playbook);
    this.#store = store;
    this.#playbook = playbook;
  }

  sync(rows, { table, mapping, seen, ...further }) {
    // The mapping goes in as it is written, so that its faults are told of that.
    const said = written({ ask: 'sync', table, ...further }, 'the question').slice(0, -1);
    return this.ask(`${said},"mapping":${document(mapping, 'mapping')}}`, rows, seen);
  }

  list() {
    return this.ask({ ask: 'feeds' });
  }

  reconcile(figures) {
    return this.ask({ ask: 'reconcile', figures });
  }

  ask(question, rows = '', seen = undefined) {
    const asked = text(document(question, 'the question'), 'the question');
    const handed = textIf(lines(rows) || null, 'rows');
    const learnt = seen === undefined || seen === null ? 0n : needed(this.#playbook, seen, 'seen');
    const more = [...asked, ...handed, learnt, languageOf(this.#store.language)];
    return playbookOf(this.#playbook).using((book) =>
      this.#store.using((it, how) => answer(how, 'gx_store_feed', [it, book, ...more])));
  }
}

module.exports = { Feeds };
