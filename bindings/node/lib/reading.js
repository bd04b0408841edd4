'use strict';

const { C } = require('./library');
const { Struct } = require('./memory');
const { document } = require('./json');

const APPEND_OPTIONS = 48;
const LANGUAGES = { en: C.GX_EN, zh: C.GX_ZH };

/** The number that C has for a language. */
function languageOf(language) {
  if (!(language in LANGUAGES)) throw new RangeError(`the language is 'en' or 'zh', not ${language}`);
  return LANGUAGES[language];
}

/** What rows are about, and how they are to be read. */
class Reading {
  constructor({ table = 'events', mapping, trial = false } = {}) {
    this.table = table;
    this.mapping = mapping === undefined || mapping === null ? null : document(mapping, 'mapping');
    this.trial = trial;
  }

  /** Where a struct has table and mapping. */
  into(struct) {
    return struct.text(8, this.table, 'table').text(24, this.mapping, 'mapping');
  }

  options(language) {
    return this.into(new Struct(APPEND_OPTIONS)).number(4, languageOf(language)).number(40, this.trial ? 1 : 0);
  }
}

module.exports = { Reading, languageOf };
