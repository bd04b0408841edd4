// guanxi (关系): the decision core of customer relationship management.
//
// Everything the library refuses is a GuanxiError with all faults, and then nothing was changed. What is
// wrong for JavaScript before the library sees it is a TypeError or RangeError that names the argument.

/** Of messages, hints and reasons. */
export type Language = 'en' | 'zh';

/** A JSON document: its text, or what it stands for. */
export type Document = string | object;

/**
 * An instant: a Date, or a text. `2026-03-01T09:30:00+08:00`; `2026-03-01 09:30`, local time of the
 * playbook's zone; `2026-03-01`, the end of that day, or its first moment where something begins.
 */
export type When = Date | string;

export type Picture = 'svg' | 'mermaid' | 'dot';

/** What the library says. The text is the same, byte for byte, from every language. */
export class Answer {
  private constructor();
  /** The very text. Amounts and decimals are texts in it. */
  readonly json: string;
  /** What it stands for. */
  readonly value: any;
  toJSON(): any;
  toString(): string;
}

/** One thing that is wrong, as it stands in the input; what is not known is left out. */
export interface Fault {
  /** A number that is never reused. */
  readonly code: number;
  /** The same in a word. */
  readonly name: string;
  readonly message: string;
  readonly messageZh: string;
  /** A JSON pointer into a document, or `TABLE:ROW/COLUMN`. */
  readonly pointer?: string;
  /** The bytes (of UTF-8) that are meant: of the text at the pointer, or of the expression. */
  readonly start?: number;
  readonly end?: number;
  /** What to do. */
  readonly hint?: string;
  readonly hintZh?: string;
}

/** Why a call failed, with all faults. Whatever failed has changed nothing. */
export class GuanxiError extends Error {
  private constructor();
  /** There is at least one, in the order of the input. */
  readonly faults: readonly Fault[];
  /** The code of the first fault. */
  readonly code: number;
  /** All faults as JSON, in the very bytes that every language gives. */
  json(language?: Language): string;
  /** All faults for a person. */
  show(language?: Language): string;
}

/** Ids of customers, ascending by bytes, in one piece of memory; a text is made when it is asked for. */
export class Ids implements Iterable<string> {
  private constructor();
  readonly length: number;
  /** From the end where it is negative; undefined outside. */
  at(index: number): string | undefined;
  [Symbol.iterator](): Iterator<string>;
}

export type Value = string | number | bigint | boolean | Date | null | Value[];

/** Customers as columns. Independent of what it was made from. */
export class Table implements Iterable<Record<string, Value>> {
  private constructor();
  readonly length: number;
  readonly names: readonly string[];
  /** Of `cbs` and `predict`: what was counted meanwhile. */
  readonly report?: Answer;
  /** Days and decimals are texts, whole numbers that are not exact otherwise a bigint. */
  value(row: number, name: string): Value;
  [Symbol.iterator](): Iterator<Record<string, Value>>;
  close(): void;
}

type Maybe<T> = ArrayLike<T | null | undefined>;

/** Rows as columns, the fast way in; null where a value is missing. Typed arrays are read where they are. */
export class Columns {
  constructor(rows: number);
  readonly rows: number;
  texts(name: string, values: Maybe<string>): this;
  integers(name: string, values: Maybe<number | bigint> | BigInt64Array): this;
  /** Each means the shortest number that is read as it, so that 0.1 is one tenth. */
  fractions(name: string, values: Maybe<number> | Float64Array): this;
  /** Whole numbers of their last place: 12.50 is 1250 with a scale of 2. */
  decimals(name: string, values: Maybe<number | bigint> | BigInt64Array, scale: number): this;
  /** Microseconds since 1970 in UTC. */
  instants(name: string, micros: Maybe<number | bigint> | BigInt64Array): this;
  /** Microseconds since 1970 on the clock of the playbook's zone. */
  locals(name: string, micros: Maybe<number | bigint> | BigInt64Array): this;
  /** Days since 1970-01-01. */
  days(name: string, days: Maybe<number> | Int32Array): this;
  booleans(name: string, values: Maybe<boolean>): this;
  /** Texts of which few are different: positions among `words`, from 0. */
  codes(name: string, codes: Maybe<number> | Int32Array, words: string[]): this;
}

/** Objects by key, JSON Lines. */
export type Rows = string | Iterable<object>;

/** What rows are about, and how they are to be read. */
export interface Reading {
  /** `customers`, `events` (the default) or `ref_NAME`. */
  table?: string;
  /** The mapping document, where rows do not carry the schema's names. */
  mapping?: Document;
}

/** A playbook: everything that was decided, checked as a whole. It never changes. */
export class Playbook {
  /** Throws all faults of the document, each with its JSON pointer and the bytes that are meant. */
  constructor(document: Document);
  /** Everything that was found in a document, right or wrong: `valid`, `faults`, `hints`. */
  static check(document: Document, language?: Language): Answer;
  /** The same playbook, answering in another language. */
  in(language: Language): Playbook;
  readonly language: Language;
  /** The SHA-256 of the canonical form, in 64 digits. */
  readonly hash: string;
  /** The document in its one canonical form. */
  readonly json: string;
  /** What people call it. */
  readonly label: string;
  /** A machine as a picture; without a name, the only one. */
  diagram(machine?: string, format?: Picture): string;
  /** A condition as one SQL statement over your own tables: `sql` and `parameters`. */
  statement(
    expression: string,
    tables: Document,
    dialect: 'sqlite' | 'postgresql' | 'mysql' | 'mariadb' | 'duckdb',
    asOf: When,
  ): Answer;
  /** What an editor of conditions can offer. */
  authoring(): Answer;
  /** A condition, or that of a segment, as people say it: `text` and `links`. */
  say(condition: string | { segment: string }): Answer;
  /** What may stand at a byte of an expression that is being written; without one, at its end. */
  complete(expression: string, at?: number): Answer;
  /** A query of react-querybuilder as a condition. */
  importQuery(query: Document, options?: { asWritten?: boolean }): Answer;
  /** A condition as a query of react-querybuilder. */
  exportQuery(expression: string, like?: object): Answer;
  /** Which plain records a query finds: `members`, their positions. */
  matchQuery(query: Document, records: object[], options?: { asWritten?: boolean }): Answer;
  /** Any question about conditions, as the manual of the C library lists them. */
  ask(question: Document): Answer;
  /** The instant that is meant, to the millisecond. */
  time(when: When): Date;
  /** The same in microseconds since 1970. */
  micros(when: When): bigint;
  /** An instant for a person: local time, and of which zone. */
  showTime(when: When): string;
}

/** What an answer is about. Without `asOf`: the first local midnight after the last fact. */
export interface At {
  asOf?: When;
  /** Facts learnt later are left out. */
  knownAt?: When;
}

/** A noun whose methods give promises: what they do is done on other threads. */
type Promised<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => Answer | Review | Table | Ids | string | void
    ? (...args: A) => Promise<K extends 'review' ? (ReturnType<T[K]> extends Review ? PromisedReview : ReturnType<T[K]>) : ReturnType<T[K]>>
    : T[K];
};

export interface PromisedStore
  extends Promised<Omit<Store, 'in' | 'promises' | 'journey' | 'segments' | 'values' | 'kpis' | 'collisions' | 'follow' | 'feeds' | 'close'>> {
  in(language: Language): PromisedStore;
  journey(playbook: Playbook, id: string, asOf: When, known?: { knownAt?: When }): Promised<Journey>;
  segments(playbook: Playbook, at?: At): Promised<Segments>;
  values(playbook: Playbook, at?: At): Promised<Values>;
  kpis(playbook: Playbook, at?: At): Promised<Kpis>;
  collisions(playbook: Playbook, at?: At): Promised<Collisions>;
  follow(playbook: Playbook): Promised<Followed>;
  feeds(playbook: Playbook): Promised<Feeds>;
  close(): void;
}

export interface PromisedReview extends Promised<Omit<Review, 'in' | 'promises' | 'period' | 'close'>> {
  in(language: Language): PromisedReview;
  period: Review['period'];
  close(): void;
}

/**
 * A store: the facts of one tenant, in a file or in memory.
 *
 * Several stores may be open on one file, in several processes and worker threads too. `close` closes the
 * file, when the last call that is running has ended; what was appended is on the disk already.
 */
export class Store {
  private constructor();
  /** Opens the store in a file, or makes one where there is no file. */
  static open(path: string, playbook: Playbook, options?: { readOnly?: boolean }): Store;
  /** Makes a store without facts that is gone when it is closed. */
  static inMemory(playbook: Playbook): Store;
  /** The same store, answering in another language: close either. */
  in(language: Language): Store;
  readonly language: Language;
  /**
   * The same store, of which every answer is a promise, and is worked out on another thread. One call at a
   * time: what is asked for waits for what was asked for before. Do not call the store itself meanwhile
   * (GuanxiError 1014).
   */
  readonly promises: PromisedStore;
  /**
   * Records facts, in one transaction, with a verdict for every row. `seen` is when they were learnt, or
   * `backfill` where history is filled in. A row that cannot be a fact is refused with its reason in the
   * answer (`verdicts`, `not_recorded`), and keeps no other from being recorded. Recording the same rows
   * again changes nothing.
   */
  append(rows: Rows | Columns, seen: When | 'backfill', reading?: Reading & { trial?: boolean }): Answer;
  /** Answers every question of a playbook about these facts. `threads` change no answer. */
  review(playbook: Playbook, at?: At & { threads?: number }): Review;
  /** One customer in full; loads the facts of this customer alone. */
  customer(playbook: Playbook, id: string, asOf: When, known?: { knownAt?: When }): Answer;
  /** One customer's way through the machines of a playbook. */
  journey(playbook: Playbook, id: string, asOf: When, known?: { knownAt?: When }): Journey;
  /** Who is in which segment, since when, until when, and why. */
  segments(playbook: Playbook, at?: At): Segments;
  /** What customers are worth, in which tiers they are, and why. */
  values(playbook: Playbook, at?: At): Values;
  /** What was achieved, period by period, and how good that is. */
  kpis(playbook: Playbook, at?: At): Kpis;
  /** Who is a customer already, and who is there twice. */
  collisions(playbook: Playbook, at?: At): Collisions;
  /** What follows from facts and from time, by one playbook. */
  follow(playbook: Playbook): Followed;
  /** Tables that the host goes on changing. */
  feeds(playbook: Playbook): Feeds;
  /** What the store holds. */
  statistics(): Answer;
  /** Checks that nothing is damaged or missing: look at `sound`. */
  verify(): Answer;
  /**
   * Carries out what a person decided or asks for: `{ merge: { from: 'C-2', into: 'C-1' } }`, `unmerge`,
   * `override`, `retract`, `claim`, `release`, `transfer`, `extend`. A refusal throws nothing: look at
   * `decision`.
   */
  command(playbook: Playbook, command: Document, at: When, seen: When | 'backfill'): Answer;
  /** Says who acts through this store from now on, and why, for the audit trail. */
  sign(actor: string | null, reason?: string | null): void;
  /** Erases a customer, and all that are merged with it, from the file too. With `trial`, says what would go. */
  erase(id: string, at: When, options?: { trial?: boolean }): Answer;
  /** The list of erasures, to be kept with the backups. */
  erasures(): Answer;
  /** Erases everybody on such a list, as after the restore of an older backup. */
  eraseListed(erasures: Document): Answer;
  /** Copies the store, while it is in use, into a new file. */
  backup(path: string): void;
  readonly isClosed: boolean;
  close(): void;
}

/** One customer at an instant: where it is in each machine, how it came there, and what comes next. */
export interface Journey {
  /** Where the customer is in each machine, since when, and what is due. */
  states(): Answer;
  /** Every step so far, and what brought it about. */
  history(): Answer;
  /** Every step with its reasons, and what kept the other ways out. */
  explain(): Answer;
  /** Why the customer is not in a state, and how it could come there. */
  whyNot(state: string, machine?: string): Answer;
  /** Where the customer would be if something happened; nothing is written. */
  suppose(rows: Document): Answer;
}

/** Who is in which segment at an instant. An answer is what `guanxi segment` prints with `--json`. */
export interface Segments {
  list(): Answer;
  members(segment: string): Answer;
  explain(segment: string, customer: string): Answer;
  history(segment: string, customer: string): Answer;
  /** Who leaves or enters if nothing happens, `within` such as `days(7)`. */
  leaving(segment: string, within?: string): Answer;
  overlap(...segments: string[]): Answer;
  diff(other: Playbook): Answer;
  /** What another playbook would answer otherwise: segments, lifecycles, tiers, KPIs. */
  diffReview(other: Playbook): Answer;
  review(measuredFrom?: string): Answer;
  /** Who may be contacted, by which channel, and why the others not. */
  audience(
    segment: string,
    how: { purpose: string; channels: string[]; exclude?: string[]; holdout?: object; caps?: object[]; quiet?: object },
  ): Answer;
  /** Any question about segments, as the manual of the C library lists them. */
  ask(question: Document, other?: Playbook): Answer;
}

/** What customers are worth at an instant, and in which tiers they are. */
export interface Values {
  everybody(top?: number): Answer;
  tier(customer: string): Answer;
  moves(since: string): Answer;
  ask(question: Document): Answer;
}

/** What was achieved, period by period. Periods are `2026-05`, `2026-Q2`, `2026-W18` or `2026`. */
export interface Kpis {
  list(): Answer;
  value(names?: string[], further?: { to?: string; from?: string; count?: number; every?: string; by?: string }): Answer;
  scorecard(names?: string[], period?: string): Answer;
  why(kpi: string, from: string, to: string, ...by: string[]): Answer;
  orderValue(from: string, to: string, further?: { of?: string; amount?: string; quantity?: string; line?: string; order?: string }): Answer;
  ask(question: Document): Answer;
}

/** Who is a customer already at an instant, and who is there twice. */
export interface Collisions {
  collide(row: object): Answer;
  same(customer: string): Answer;
  scan(): Answer;
  ask(question: Document): Answer;
}

/** A store that is followed by one playbook: facts come in, time passes, effects are asked for. */
export interface Followed {
  /** Records facts and works out what follows for their customers, at once. `seen` is `now` where left out. */
  apply(rows: Rows, now: When, reading?: Reading & { seen?: When | 'backfill' }): Answer;
  /** Works out what time brings about; as long as some are `waiting`, call again with the same instant. */
  advance(to: When, limit?: number): Answer;
  adopt(now: When): Answer;
  changes(after?: number, limit?: number): Answer;
  effects(after?: number, limit?: number): Answer;
  ack(ids: string[]): Answer;
  recompute(): Answer;
  auditTrail(options?: { after?: number; limit?: number; about?: string; expect?: string }): Answer;
  restrict(customer: string, now: When, signed?: { actor?: string; reason?: string }): Answer;
  liftRestriction(customer: string, now: When, signed?: { actor?: string; reason?: string }): Answer;
  restrictions(): Answer;
  ask(question: Document, now?: When): Answer;
}

/** Tables of the host that are followed row by row. */
export interface Feeds {
  sync(
    rows: Rows,
    how: {
      table: string; mapping: Document; seen: When; follow?: boolean; backfill?: boolean;
      host_restored?: boolean; most_gone?: number; from?: string; to?: string;
    },
  ): Answer;
  list(): Answer;
  /** The host's counts and sums beside those of the store: look at `agrees`. */
  reconcile(figures: object[]): Answer;
  ask(question: Document, rows?: Rows, seen?: When): Answer;
}

interface Named {
  readonly name: string;
  /** What people call it; its name where its author gave no label. */
  readonly label: string;
  readonly labelZh: string;
}

export interface Kind extends Named {
  readonly events: number;
  readonly customers: number;
  /** Null where there is none. */
  readonly first: Date | null;
  readonly last: Date | null;
}

export interface Segment extends Named {
  readonly members: number;
  /** For how many its condition is an error; they are not in it. */
  readonly errors: number;
}

export interface State extends Named {
  readonly customers: number;
  /** The state that it is inside. */
  readonly inside: string | null;
}

export interface Machine extends Named {
  readonly isKeyed: boolean;
  readonly troubles: number;
  readonly states: ReadonlyMap<string, State>;
}

/** Of one state: `opening` + `began` + `entered` - `left` - `erased` = `closing`. */
export interface Balance {
  readonly opening: number;
  readonly began: number;
  readonly entered: number;
  readonly left: number;
  readonly erased: number;
  readonly closing: number;
}

export interface Period {
  readonly since: Date;
  readonly until: Date;
  readonly isSoFar: boolean;
  readonly balances: ReadonlyMap<string, Balance>;
}

/**
 * A review: all answers of a playbook about a store at one instant. It holds the facts that it was made
 * from; what is appended to the store later does not change it.
 */
export class Review {
  private constructor();
  /** Answers every question of a playbook about columns, without a store. */
  static of(
    playbook: Playbook,
    tables: Record<string, Columns>,
    options?: { asOf?: When; mapping?: Document; language?: Language; threads?: number },
  ): Review;
  /** What became of the rows of each table of `Review.of`. */
  readonly reports: Answer;
  /** The same review, answering in another language: close either. */
  in(language: Language): Review;
  readonly language: Language;
  /** The same review, of which every answer is a promise; any number at once. */
  readonly promises: PromisedReview;
  readonly asOf: Date;
  readonly customers: number;
  readonly events: number;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly machines: ReadonlyMap<string, Machine>;
  /** The whole review, without the members of segments. */
  answer(): Answer;
  /** The customers in a segment. */
  members(segment: string): Ids;
  /** How many satisfy a condition: `members`, `population`, `errors`, `as_of`. */
  query(expression: string): Answer;
  /** Who satisfies a condition. */
  ids(expression: string): Ids;
  /** Why a customer satisfies a condition, or does not, as a tree. */
  explain(expression: string, customer: string): Answer;
  /** One customer in full. */
  customer(id: string): Answer;
  /** Customers as columns: `id`, the attributes, and for each segment `segment.NAME`. */
  table(expression?: string): Table;
  /** How often, how recently and for how much each customer bought: what models of value read. */
  cbs(definition: Document): Table;
  /** A machine as a picture, with the customers in each state; without a name, the only one. */
  diagram(machine?: string, format?: Picture): string;
  /** Who came into each state and who went, period by period; `by` is an expression that groups customers. */
  flow(options?: { machine?: string; every?: string; since?: When; until?: When; by?: string }): Answer;
  /** The same of one period, by default the one just before the instant of the review. */
  period(options?: { machine?: string; every?: string; at?: When }): Period;
  /** What another playbook of the same schema would change, over everybody. */
  compare(other: Playbook, options?: { mode?: 'reinterpret' | 'forward' | 'shadow'; since?: When; states?: Document }): Answer;
  readonly isClosed: boolean;
  close(): void;
}

type Fit = (question: Document, customers: Columns, options?: { language?: Language }) => Answer;
type Predict = (question: Document, customers: Columns, options?: { language?: Language; threads?: number }) => Table;

/**
 * Fits a model of customer value to customers in few numbers: columns as `Review.cbs` names them. The
 * question is `{ model: 'bg-nbd' }`; models are nbd, bg-nbd, mbg-nbd, pareto-nbd, bg-cnbd, mbg-cnbd and
 * gamma-gamma. `lead` learns from columns `id`, `outcome` (1, 0, missing) and a number for each factor who
 * will buy: `{ model: 'lead', outcome: 'won', l2: 0, holdout: 0.3 }`; its answer has the `axis` of a playbook.
 */
export const fit: Fit;
/** Asks a fitted model about the future of each customer: `{ model, params, horizon }`; also `spend`, `discount`, `pmf`. */
export const predict: Predict;
/** The same on another thread. */
export const promises: {
  fit: (...args: Parameters<Fit>) => Promise<Answer>;
  predict: (...args: Parameters<Predict>) => Promise<Table>;
};
/** The value of one expression of the language, without customers: `{ x: { type: 'int', value: '21' } }`. */
export function evaluate(expression: string, bindings?: Document): Answer;
/** The JSON Schema of playbooks, for editors. */
export function schema(): Answer;
/** How the library was built. */
export function build(): Answer;
/** The version of the library. */
export function version(): string;
