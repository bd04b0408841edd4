'use strict';

class Collisions {
  #by;

  constructor(by) {
    this.#by = by;
  }

  collide(row) {
    return this.ask({ ask: 'collide', row });
  }

  same(customer) {
    return this.ask({ ask: 'same', customer });
  }

  scan() {
    return this.ask({ ask: 'scan' });
  }

  ask(question) {
    return this.#by.ask('gx_collision_answer', question);
  }
}

module.exports = { Collisions };
