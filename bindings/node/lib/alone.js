// What belongs to no playbook, store or review.
'use strict';

const { C } = require('./library');
const { Answer } = require('./answer');
const { answer, later, now, taken } = require('./call');
const { Columns } = require('./columns');
const { document } = require('./json');
const { text, textIf } = require('./memory');
const { Reading, languageOf } = require('./reading');
const { Table } = require('./table');

/** The version of the library. */
const version = () => C.gx_version_text();

/** How the library was built. */
const build = () => answer(now, 'gx_version_build', []);

/** The JSON Schema of playbooks. */
const schema = () => answer(now, 'gx_playbook_schema', []);

function evaluate(expression, bindings) {
  const named = textIf(bindings === undefined || bindings === null ? null : document(bindings, 'bindings'), 'bindings');
  return answer(now, 'gx_eval_json', [...text(expression, 'expression'), ...named]);
}

const asked = (ask, question) => text(typeof question === 'string' ? question : document({ ask, ...question }, 'the question'), 'the question');

function tableOf(customers) {
  if (!(customers instanceof Columns)) throw new TypeError('customers are Columns');
  return customers.table(new Reading());
}

/** `table` is handed over to be kept until the call is done. */
const fitBy = (how) => (question, customers, { language = 'en' } = {}) => {
  const table = tableOf(customers);
  const args = [...asked('fit', question), table.buffer, languageOf(language)];
  return kept(table, answer(how, 'gx_model_fit', args));
};

const predictBy = (how) => (question, customers, { language = 'en', threads = 1 } = {}) => {
  const table = tableOf(customers);
  const { array, schema: of } = Table.room();
  const report = [null];
  const args = [...asked('predict', question), table.buffer, languageOf(language), threads, array, of, report];
  const told = () => new Table({ array, schema: of }, new Answer(taken(report[0])));
  return kept(table, how('gx_model_predict', args, told));
};

/** What is given, and until then something that must live as long. */
function kept(something, given) {
  return given instanceof Promise ? given.finally(() => something) : given;
}

module.exports = {
  build, evaluate, schema, version,
  fit: fitBy(now),
  predict: predictBy(now),
  promises: { fit: fitBy(later), predict: predictBy(later) },
};
