'use strict';

const { document } = require('./json');
const { text, textIf } = require('./memory');

class Journey {
  #by;
  #who;

  constructor(by, id) {
    this.#by = by;
    this.#who = text(id, 'id');
  }

  states() {
    return this.#ask('gx_journey_states');
  }

  history() {
    return this.#ask('gx_journey_history');
  }

  explain() {
    return this.#ask('gx_journey_explain', this.#by.language);
  }

  whyNot(state, machine) {
    return this.#ask('gx_journey_why_not', ...textIf(machine, 'machine'), ...text(state, 'state'), this.#by.language);
  }

  suppose(rows) {
    return this.#ask('gx_journey_if', ...text(document(rows, 'rows'), 'rows'));
  }

  #ask(name, ...more) {
    return this.#by.call(name, [...this.#who, ...more]);
  }
}

module.exports = { Journey };
