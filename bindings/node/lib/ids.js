'use strict';

const { C } = require('./library');
const { Handle } = require('./handle');
const { copied, view } = require('./memory');

/** Ids of customers, in one piece of the library's memory; a text is made when it is asked for. */
class Ids {
  #handle;
  #offsets;
  #data;

  constructor(pointer) {
    this.#handle = new Handle(pointer, 'gx_ids_free', 'ids');
    this.length = Number(C.gx_ids_count(pointer));
    this.#offsets = view(C.gx_ids_offsets(pointer), 8 * (this.length + 1));
    this.#data = C.gx_ids_data(pointer);
    Object.freeze(this);
  }

  at(index) {
    if (!Number.isInteger(index)) throw new TypeError('an index is a whole number');
    const from = index < 0 ? index + this.length : index;
    if (from < 0 || from >= this.length) return undefined;
    return this.#handle.using(() => {
      const [begin, end] = [this.#offset(from), this.#offset(from + 1)];
      return copied(this.#data + BigInt(begin), end - begin);
    });
  }

  #offset(index) {
    return Number(this.#offsets.getBigInt64(8 * index, true));
  }

  *[Symbol.iterator]() {
    for (let at = 0; at < this.length; at += 1) yield this.at(at);
  }

  toJSON() {
    return [...this];
  }
}

module.exports = { Ids };
