// Memory between JavaScript and C.
'use strict';

const koffi = require('koffi');

/** A text as C takes it; a half of a surrogate pair would be judged as another text. */
function bytes(text, name) {
  if (typeof text !== 'string') throw new TypeError(`${name} is a text, not ${kind(text)}`);
  if (!isWhole(text)) throw new TypeError(`${name} has half a surrogate pair, which is no text`);
  return Buffer.from(text, 'utf8');
}

/** Node.js 18 has no `isWellFormed`. */
function isWhole(text) {
  return text.isWellFormed ? text.isWellFormed() : !/\p{Surrogate}/u.test(text);
}

function kind(value) {
  if (value === null) return 'null';
  return typeof value === 'object' ? value.constructor?.name ?? 'an object' : typeof value;
}

/** A text, and how many bytes it has. */
function text(value, name) {
  const said = bytes(value, name);
  return [said, said.length];
}

/** The same, or none. */
function textIf(value, name) {
  return value === undefined || value === null ? [null, 0] : text(value, name);
}

/** Where bytes of C begin. */
function address(buffer) {
  return buffer.length === 0 ? 0n : koffi.address(buffer);
}

/** Bytes of C as they lie there. */
function view(pointer, length) {
  return length === 0 ? new DataView(new ArrayBuffer(0)) : new DataView(koffi.view(pointer, length));
}

/** A copy of bytes of C, as a text. */
function copied(pointer, length) {
  return length === 0 ? '' : Buffer.from(koffi.view(pointer, length)).toString('utf8');
}

/** Fields of a struct of 64 bits, zero where nothing is written; `kept` must live as long. */
class Struct {
  constructor(size) {
    this.buffer = Buffer.alloc(size);
    this.kept = [];
    this.number(0, size);
  }

  number(at, value) {
    this.buffer.writeUInt32LE(value, at);
    return this;
  }

  long(at, value) {
    this.buffer.writeBigInt64LE(BigInt(value), at);
    return this;
  }

  pointer(at, buffer) {
    if (buffer !== undefined && buffer !== null) {
      this.kept.push(buffer);
      this.buffer.writeBigUInt64LE(address(buffer), at);
    }
    return this;
  }

  /** A text and its length, nothing where there is none. */
  text(at, value, name) {
    const [said, length] = textIf(value, name);
    return this.pointer(at, said).long(at + 8, length);
  }
}

module.exports = { Struct, address, bytes, copied, kind, text, textIf, view };
