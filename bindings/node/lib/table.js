'use strict';

const koffi = require('koffi');
const { C } = require('./library');
const { GuanxiError } = require('./error');
const { copied, view } = require('./memory');

const ARROW_ARRAY = 80;
const ARROW_SCHEMA = 72;
const RELEASE = koffi.proto('void release(void *)');

/** Pointers and numbers of a struct of C. */
class Lying {
  constructor(pointer, size) {
    this.bytes = view(pointer, size);
  }

  long(at) {
    return Number(this.bytes.getBigInt64(at, true));
  }

  pointer(at) {
    return this.bytes.getBigUint64(at, true);
  }
}

const pointers = (pointer, count) => new Lying(pointer, 8 * count);
const textAt = (pointer) => koffi.decode(pointer, 'char', -1);

/** A column where it lies; its values are read one by one. */
class Column {
  constructor(arrayAt, schemaAt) {
    const array = new Lying(arrayAt, ARROW_ARRAY);
    const schema = new Lying(schemaAt, ARROW_SCHEMA);
    this.format = textAt(schema.pointer(0));
    this.name = textAt(schema.pointer(8));
    this.offset = array.long(16);
    const end = array.long(0) + this.offset;
    const buffers = pointers(array.pointer(40), array.long(24));
    this.known = this.#bits(buffers.pointer(0), end);
    this.words = array.pointer(56) === 0n ? null : new Column(array.pointer(56), schema.pointer(48));
    this.items = array.long(32) === 0 ? null
      : new Column(pointers(array.pointer(48), 1).pointer(0), pointers(schema.pointer(40), 1).pointer(0));
    this.#lay(array, buffers, end);
  }

  #bits(pointer, end) {
    return pointer === 0n ? null : view(pointer, (end + 7) >> 3);
  }

  #lay(array, buffers, end) {
    const size = { U: 8, '+L': 8, l: 8, g: 8, tdD: 4, i: 4 }[this.format] ?? (this.format.startsWith('d:') ? 16 : 8);
    const isListed = this.format === 'U' || this.format === '+L';
    const at = buffers.pointer(8);
    this.values = this.format === 'b' ? this.#bits(at, end) : view(at, (end + (isListed ? 1 : 0)) * size);
    this.data = this.format === 'U' ? buffers.pointer(16) : 0n;
  }

  value(row) {
    const at = this.offset + row;
    if (this.known !== null && !isSet(this.known, at)) return null;
    if (this.words !== null) return this.words.value(this.values.getInt32(4 * at, true));
    switch (this.format) {
      case 'U': return copied(this.data + BigInt(this.#long(at)), this.#long(at + 1) - this.#long(at));
      case 'b': return isSet(this.values, at);
      case 'l': return this.#exact(at);
      case 'g': return this.values.getFloat64(8 * at, true);
      case 'tdD': return new Date(this.values.getInt32(4 * at, true) * 86_400_000).toISOString().slice(0, 10);
      case '+L': return Array.from({ length: this.#long(at + 1) - this.#long(at) }, (_, item) => this.items.value(this.#long(at) + item));
      default: return this.#byPrefix(at);
    }
  }

  #byPrefix(at) {
    if (this.format.startsWith('tsu:')) return new Date(Math.floor(this.#long(at) / 1000));
    if (this.format.startsWith('d:')) return this.#decimal(at);
    throw new Error(`a column in the form \`${this.format}\` of Arrow cannot be read here`);
  }

  #long(at) {
    return Number(this.values.getBigInt64(8 * at, true));
  }

  /** A number where it is exact, else a BigInt. */
  #exact(at) {
    const value = this.values.getBigInt64(8 * at, true);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  /** Sixteen bytes as a text, so that nothing is lost. */
  #decimal(at) {
    const scale = Number(this.format.split(',')[1]);
    const value = (this.values.getBigInt64(16 * at + 8, true) << 64n) + this.values.getBigUint64(16 * at, true);
    const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
    const said = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    return value < 0n ? `-${said}` : said;
  }
}

function isSet(bits, at) {
  return ((bits.getUint8(at >> 3) >> (at & 7)) & 1) === 1;
}

const forgotten = new FinalizationRegistry((structs) => release(structs));

/** Has the library take back what it gave, by the functions that it gave for that. */
function release({ array, schema }) {
  for (const [struct, at] of [[array, 64], [schema, 56]]) {
    const how = struct.readBigUInt64LE(at);
    if (how !== 0n) koffi.decode(how, RELEASE)(struct);
  }
}

/** Customers as columns: an Arrow array of the library's memory, read value by value. */
class Table {
  #structs;
  #columns = new Map();

  constructor(structs, report) {
    this.#structs = structs;
    forgotten.register(this, structs, this);
    const array = new Lying(koffi.address(structs.array), ARROW_ARRAY);
    const schema = new Lying(koffi.address(structs.schema), ARROW_SCHEMA);
    this.length = array.long(0);
    const count = array.long(32);
    for (let at = 0; at < count; at += 1) {
      const column = new Column(pointers(array.pointer(48), count).pointer(8 * at), pointers(schema.pointer(40), count).pointer(8 * at));
      this.#columns.set(column.name, column);
    }
    this.names = [...this.#columns.keys()];
    if (report) this.report = report;
  }

  /** Room for what C gives: what is to be kept until then, and what is handed over. */
  static room() {
    return { array: Buffer.alloc(ARROW_ARRAY), schema: Buffer.alloc(ARROW_SCHEMA) };
  }

  value(row, name) {
    if (this.#structs === null) throw GuanxiError.closed(C.GX_E_FREED_HANDLE, 'table');
    const column = this.#columns.get(name);
    if (column === undefined) throw new RangeError(`there is no column \`${name}\`; there are ${this.names.join(', ')}`);
    if (!Number.isInteger(row) || row < 0 || row >= this.length) throw new RangeError(`there is no row ${row} among ${this.length}`);
    return column.value(row);
  }

  *[Symbol.iterator]() {
    for (let row = 0; row < this.length; row += 1) {
      yield Object.fromEntries(this.names.map((name) => [name, this.value(row, name)]));
    }
  }

  close() {
    if (this.#structs !== null) {
      forgotten.unregister(this);
      release(this.#structs);
      this.#structs = null;
    }
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    this.close();
  }
}

module.exports = { Table };
