'use strict';

const { playbookOf } = require('./playbook');

class Segments {
  #by;

  constructor(by) {
    this.#by = by;
  }

  list() {
    return this.ask({ ask: 'list' });
  }

  members(segment) {
    return this.ask({ ask: 'members', segment });
  }

  explain(segment, customer) {
    return this.ask({ ask: 'explain', segment, customer });
  }

  history(segment, customer) {
    return this.ask({ ask: 'history', segment, customer });
  }

  leaving(segment, within = 'days(7)') {
    return this.ask({ ask: 'leaving', segment, within });
  }

  overlap(...segments) {
    return this.ask({ ask: 'overlap', segments });
  }

  diff(other) {
    return this.ask({ ask: 'diff' }, other);
  }

  diffReview(other) {
    return this.ask({ ask: 'diff_review' }, other);
  }

  review(measuredFrom) {
    return this.ask({ ask: 'review', measured_from: measuredFrom });
  }

  audience(segment, { purpose, channels, ...further }) {
    return this.ask({ ask: 'audience', segment, purpose, channels, ...further });
  }

  ask(question, other) {
    if (other === undefined || other === null) return this.#by.ask('gx_segment_answer', question, [null]);
    return playbookOf(other, 'other').using((it) => this.#by.ask('gx_segment_answer', question, [it]));
  }
}

module.exports = { Segments };
