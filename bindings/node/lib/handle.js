'use strict';

const { C } = require('./library');
const { GuanxiError } = require('./error');

// What nobody closes is freed after the collector took it.
const forgotten = new FinalizationRegistry(({ free, pointer }) => C[free](pointer));

/**
 * What is freed once, and never while a call is using it: at once, or when the last of the calls that run
 * on other threads ends. A call that begins later throws.
 */
class Handle {
  #pointer;
  #free;
  #noun;
  #uses = 0;
  #isClosed = false;
  #queue = Promise.resolve();

  constructor(pointer, free, noun) {
    this.#pointer = pointer;
    this.#free = free;
    this.#noun = noun;
    forgotten.register(this, { free, pointer }, this);
  }

  get isClosed() {
    return this.#isClosed;
  }

  /** Uses it while a function runs, or until the promise that it gives is settled. */
  using(use) {
    if (this.#isClosed) throw GuanxiError.closed(C.GX_E_FREED_HANDLE, this.#noun);
    this.#uses += 1;
    let given;
    try {
      given = use(this.#pointer);
      return given instanceof Promise ? given.finally(() => this.#leave()) : given;
    } finally {
      if (!(given instanceof Promise)) this.#leave();
    }
  }

  /** The same, after all that were asked for before: one call at a time. */
  inTurn(use) {
    const turn = this.#queue.then(() => this.using(use));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #leave() {
    this.#uses -= 1;
    this.#freeWhenIdle();
  }

  close() {
    this.#isClosed = true;
    this.#freeWhenIdle();
  }

  #freeWhenIdle() {
    if (this.#isClosed && this.#uses === 0 && this.#pointer !== null) {
      forgotten.unregister(this);
      C[this.#free](this.#pointer);
      this.#pointer = null;
    }
  }
}

/** What has a handle and is closed by hand, or by `using`. */
class Closing {
  constructor(handle) {
    Object.defineProperty(this, 'handle', { value: handle });
  }

  get isClosed() {
    return this.handle.isClosed;
  }

  close() {
    this.handle.close();
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    this.close();
  }
}

module.exports = { Closing, Handle };
