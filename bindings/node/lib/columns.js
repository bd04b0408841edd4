'use strict';

const { C } = require('./library');
const { Struct, bytes, kind } = require('./memory');

const COLUMN = 72;
const TABLE = 88;

/** Rows as columns, the fast way in; null where a value is missing. */
class Columns {
  #columns = [];

  constructor(rows) {
    if (!Number.isInteger(rows) || rows < 0) throw new RangeError(`rows are 0 or more, not ${rows}`);
    this.rows = rows;
  }

  texts(name, values) {
    this.#fits(name, values);
    return this.#add(name, C.GX_COLUMN_TEXT, values, texted(name, values));
  }

  integers(name, values) {
    return this.#longs(name, C.GX_COLUMN_INT64, values);
  }

  fractions(name, values) {
    this.#fits(name, values);
    const data = values instanceof Float64Array ? values : Float64Array.from(values, (it) => it ?? 0);
    return this.#add(name, C.GX_COLUMN_FLOAT64, values, { values: data });
  }

  decimals(name, values, scale) {
    if (!Number.isInteger(scale)) throw new TypeError('a scale is a whole number');
    return this.#longs(name, C.GX_COLUMN_DECIMAL, values, scale);
  }

  instants(name, micros) {
    return this.#longs(name, C.GX_COLUMN_INSTANT, micros);
  }

  locals(name, micros) {
    return this.#longs(name, C.GX_COLUMN_LOCAL, micros);
  }

  days(name, days) {
    return this.#ints(name, C.GX_COLUMN_DATE, days);
  }

  booleans(name, values) {
    this.#fits(name, values);
    return this.#add(name, C.GX_COLUMN_BOOL, values, { values: Uint8Array.from(values, (it) => (it ? 1 : 0)) });
  }

  codes(name, codes, words) {
    this.#ints(name, C.GX_COLUMN_CODES, codes);
    Object.assign(this.#columns.at(-1), { words: texted(name, words), count: words.length });
    return this;
  }

  #longs(name, type, values, scale) {
    this.#fits(name, values);
    const data = values instanceof BigInt64Array ? values : BigInt64Array.from(values, (it) => whole(name, it));
    return this.#add(name, type, values, { values: data, scale });
  }

  #ints(name, type, values) {
    this.#fits(name, values);
    const data = values instanceof Int32Array ? values : Int32Array.from(values, (it) => Number(whole(name, it)));
    return this.#add(name, type, values, { values: data });
  }

  #fits(name, values) {
    if (typeof values?.length !== 'number') throw new TypeError(`column \`${name}\` is an array, not ${kind(values)}`);
    if (values.length !== this.rows) {
      throw new RangeError(`column \`${name}\` has ${values.length} values, and there are ${this.rows} rows`);
    }
  }

  #add(name, type, values, more) {
    const isWhole = ArrayBuffer.isView(values) || !values.some((it) => it === null || it === undefined);
    this.#columns.push({ name: bytes(name, 'a name'), type, ...more, known: isWhole ? undefined : bits(values) });
    return this;
  }

  get count() {
    return this.#columns.length;
  }

  /** The columns as C has them, one behind the other. */
  structs() {
    const out = new Struct(Math.max(1, this.count) * COLUMN);
    this.#columns.forEach((column, at) => filled(out, at * COLUMN, column));
    return out;
  }

  /** A table of C, as an array of bytes with what must live as long. */
  table(reading) {
    const structs = this.structs();
    const out = reading.into(new Struct(TABLE));
    out.pointer(40, structs.buffer).long(48, this.count).long(56, this.rows);
    out.kept.push(structs);
    return out;
  }
}

/** A struct of a column, from a byte on. */
function filled(out, from, column) {
  out.number(from, COLUMN).number(from + 4, column.type);
  out.pointer(from + 8, column.name).long(from + 16, column.name.length);
  out.pointer(from + 24, plain(column.values)).pointer(from + 32, plain(column.offsets));
  out.pointer(from + 40, column.known);
  if (column.words) {
    const words = new Struct(COLUMN);
    filled(words, 0, { name: column.name, type: C.GX_COLUMN_TEXT, ...column.words });
    out.pointer(from + 48, words.buffer).long(from + 56, column.count);
    out.kept.push(words);
  }
  out.number(from + 64, column.scale ?? 0);
}

const NOTHING = Buffer.alloc(1);

/** Bytes of an array of numbers; C wants to know where, also of none. */
function plain(values) {
  if (values === undefined) return undefined;
  return values.byteLength === 0 ? NOTHING : Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function whole(name, value) {
  if (value === null || value === undefined) return 0n;
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) throw new TypeError(`column \`${name}\` has ${value}, which is no whole number that is exact`);
  return BigInt(value);
}

/** Texts one behind the other, and where each begins. */
function texted(name, values) {
  const parts = Array.from(values, (it) => (it === null || it === undefined ? NOTHING.subarray(1) : bytes(it, `column \`${name}\``)));
  const offsets = new BigInt64Array(parts.length + 1);
  let at = 0;
  parts.forEach((part, row) => {
    at += part.length;
    offsets[row + 1] = BigInt(at);
  });
  return { values: Buffer.concat(parts), offsets };
}

/** A bit for each value, the lowest first: whether it is known. */
function bits(values) {
  const out = Buffer.alloc((values.length + 7) >> 3);
  values.forEach((it, row) => {
    if (it !== null && it !== undefined) out[row >> 3] |= 1 << (row & 7);
  });
  return out;
}

module.exports = { Columns, TABLE };
