'use strict';

/** Names where there are some. */
const some = (key, names) => (names === undefined || names.length === 0 ? {} : { [key]: names });

class Kpis {
  #by;

  constructor(by) {
    this.#by = by;
  }

  list() {
    return this.ask({ ask: 'list' });
  }

  value(names, further = {}) {
    return this.ask({ ask: 'value', ...some('kpis', names), ...further });
  }

  scorecard(names, period) {
    return this.ask({ ask: 'scorecard', ...some('scorecards', names), period });
  }

  why(kpi, from, to, ...by) {
    return this.ask({ ask: 'why', kpi, from, to, by });
  }

  orderValue(from, to, further = {}) {
    return this.ask({ ask: 'order_value', from, to, ...further });
  }

  ask(question) {
    return this.#by.ask('gx_kpi_answer', question);
  }
}

module.exports = { Kpis };
