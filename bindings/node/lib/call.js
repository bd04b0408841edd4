// The one door to the C library: arguments in, outputs out, faults thrown. At once, or on another thread.
'use strict';

const { C } = require('./library');
const { copied } = require('./memory');
const { Answer } = require('./answer');
const { GuanxiError } = require('./error');

/** The text in bytes of C, which are freed. */
function taken(bytes) {
  try {
    return copied(C.gx_bytes_data(bytes), Number(C.gx_bytes_len(bytes)));
  } finally {
    C.gx_bytes_free(bytes);
  }
}

/** The exception for an error of C, which is freed. */
function thrown(status, error) {
  if (!error) return new Error(`guanxi failed with ${status} and no reason`);
  try {
    const said = [C.GX_EN, C.GX_ZH].map((language) => {
      const out = [null];
      const told = C.gx_error_json(error, language, out);
      if (told !== C.GX_OK) throw new Error(`guanxi cannot say what is wrong: status ${told}`);
      return taken(out[0]);
    });
    return new GuanxiError(...said);
  } finally {
    C.gx_error_free(error);
  }
}

/** Calls at once. `then` makes what is wanted of the outputs. */
function now(name, args, then) {
  const error = [null];
  const status = C[name](...args, error);
  if (status !== C.GX_OK) throw thrown(status, error[0]);
  return then();
}

/** The same on another thread: a promise. What is handed over is kept until it is done. */
function later(name, args, then) {
  return new Promise((done, failed) => {
    const error = [null];
    C[name].async(...args, error, (broken, status) => {
      try {
        if (broken) throw broken;
        if (status !== C.GX_OK) throw thrown(status, error[0]);
        done(then(args));
      } catch (wrong) {
        failed(wrong);
      }
    });
  });
}

/** The output of a call that gives one. */
function out(how, name, args, then) {
  const made = [null];
  return how(name, [...args, made], () => then(made[0]));
}

/** The text, or the document, that a call gives. */
const text = (how, name, args) => out(how, name, args, taken);
const answer = (how, name, args) => out(how, name, args, (made) => new Answer(taken(made)));

module.exports = { answer, later, now, out, taken, text };
