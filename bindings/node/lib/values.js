'use strict';

class Values {
  #by;

  constructor(by) {
    this.#by = by;
  }

  everybody(top = 10) {
    return this.ask({ ask: 'value', top });
  }

  tier(customer) {
    return this.ask({ ask: 'tier', customer });
  }

  moves(since) {
    return this.ask({ ask: 'tiers', from: since });
  }

  ask(question) {
    return this.#by.ask('gx_value_answer', question);
  }
}

module.exports = { Values };
