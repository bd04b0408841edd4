'use strict';

const { C } = require('./library');
const { answer, now, out, text: textOf } = require('./call');
const { Handle } = require('./handle');
const { document, written } = require('./json');
const { text, textIf } = require('./memory');
const { languageOf } = require('./reading');
const { micros, moment, needed } = require('./when');

const PICTURES = { svg: C.GX_SVG, mermaid: C.GX_MERMAID, dot: C.GX_DOT };

/** The number that C has for a form of pictures. */
function pictureOf(format) {
  if (!(format in PICTURES)) throw new RangeError(`the format is 'svg', 'mermaid' or 'dot', not ${format}`);
  return PICTURES[format];
}

class Playbook {
  constructor(playbook) {
    const said = text(document(playbook, 'the playbook'), 'the playbook');
    const handle = out(now, 'gx_playbook_compile', said, (made) => new Handle(made, 'gx_playbook_free', 'playbook'));
    Object.defineProperty(this, 'handle', { value: handle });
    this.language = 'en';
  }

  in(language) {
    languageOf(language);
    return Object.assign(Object.create(this), { language });
  }

  static check(playbook, language = 'en') {
    return answer(now, 'gx_playbook_check', [...text(document(playbook, 'the playbook'), 'the playbook'), languageOf(language)]);
  }

  get hash() {
    return this.handle.using(C.gx_playbook_hash);
  }

  get json() {
    return this.handle.using((it) => textOf(now, 'gx_playbook_json', [it]));
  }

  get label() {
    return this.handle.using((it) => C.gx_playbook_label(it, languageOf(this.language)));
  }

  diagram(machine, format = 'svg') {
    const how = [...textIf(machine, 'machine'), pictureOf(format), languageOf(this.language)];
    return this.handle.using((it) => textOf(now, 'gx_machine_diagram', [it, ...how]));
  }

  statement(expression, tables, dialect, asOf) {
    const said = [...text(expression, 'expression'), ...text(document(tables, 'tables'), 'tables'), ...text(dialect, 'dialect')];
    const at = needed(this, asOf, 'asOf');
    return this.handle.using((it) => answer(now, 'gx_statement_json', [it, ...said, at]));
  }

  authoring() {
    return this.ask({ ask: 'authoring' });
  }

  say(condition) {
    return this.ask({ ask: 'say', ...(typeof condition === 'string' ? { expression: condition } : condition) });
  }

  complete(expression, at) {
    return this.ask({ ask: 'complete', expression, at });
  }

  importQuery(query, { asWritten } = {}) {
    return this.ask(`{"ask":"import","query":${document(query, 'query')}${asWritten ? ',"as_written":true' : ''}}`);
  }

  exportQuery(expression, like) {
    return this.ask({ ask: 'export', expression, like });
  }

  matchQuery(query, records, { asWritten } = {}) {
    const rows = written(records, 'records');
    return this.ask(`{"ask":"match","query":${document(query, 'query')},"records":${rows}${asWritten ? ',"as_written":true' : ''}}`);
  }

  ask(question) {
    const asked = [...text(document(question, 'the question'), 'the question'), languageOf(this.language)];
    return this.handle.using((it) => answer(now, 'gx_condition_answer', [it, ...asked]));
  }

  time(when) {
    return moment(needed(this, when, 'when'));
  }

  micros(when) {
    return micros(this, when, 'when');
  }

  showTime(when) {
    const at = needed(this, when, 'when');
    return this.handle.using((it) => textOf(now, 'gx_time_show', [it, at]));
  }
}

/** What C has of a playbook, where it is one. */
function playbookOf(playbook, name = 'playbook') {
  if (!(playbook instanceof Playbook)) throw new TypeError(`${name} is a Playbook, made of a document once`);
  return playbook.handle;
}

module.exports = { Playbook, pictureOf, playbookOf };
