'use strict';

/** What the library says: its exact text in `json`, and in `value` what it stands for. */
class Answer {
  #value;
  #isRead = false;

  constructor(json) {
    this.json = json;
    Object.freeze(this);
  }

  get value() {
    if (!this.#isRead) {
      this.#value = JSON.parse(this.json);
      this.#isRead = true;
    }
    return this.#value;
  }

  toJSON() {
    return this.value;
  }

  toString() {
    return this.json;
  }
}

module.exports = { Answer };
