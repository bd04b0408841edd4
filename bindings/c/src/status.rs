//! Numbers of the interface: statuses, languages, special values.
//!
//! The codes are those of the core, which a test compares.

/// The call has done what it says.
pub const GX_OK: i32 = 0;

/// An argument of a call is outside what its meaning allows.
pub const GX_E_INVALID_ARGUMENT: i32 = 1001;
/// An instant or a day outside the years 1 to 9999.
pub const GX_E_TIME_OUT_OF_RANGE: i32 = 1002;
/// A sum, product or conversion does not fit its type.
pub const GX_E_OVERFLOW: i32 = 1003;
/// Two currencies met where one is needed.
pub const GX_E_CURRENCY_MISMATCH: i32 = 1004;
/// Not an ISO 4217 code.
pub const GX_E_UNKNOWN_CURRENCY: i32 = 1005;
/// Not an IANA time zone.
pub const GX_E_UNKNOWN_ZONE: i32 = 1006;
/// A text is not the instant, day, number or period it should be.
pub const GX_E_MALFORMED_VALUE: i32 = 1007;
/// No customer has this id.
pub const GX_E_UNKNOWN_CUSTOMER: i32 = 1008;
/// No segment has this name.
pub const GX_E_UNKNOWN_SEGMENT: i32 = 1009;
/// Exact numbers finer than their scale, or instants finer than a microsecond.
pub const GX_E_TOO_FINE: i32 = 1010;
/// A pointer that must not be null is.
pub const GX_E_NULL_POINTER: i32 = 1011;
/// A handle of another kind, or something that is no handle at all.
pub const GX_E_WRONG_HANDLE: i32 = 1012;
/// A handle that was freed.
pub const GX_E_FREED_HANDLE: i32 = 1013;
/// A handle for one call at a time was used by two at once.
pub const GX_E_HANDLE_IN_USE: i32 = 1014;
/// Bytes that should be a text are not UTF-8.
pub const GX_E_NOT_UTF8: i32 = 1015;
/// No machine has this name.
pub const GX_E_UNKNOWN_MACHINE: i32 = 1016;
/// The machine has no state of this name.
pub const GX_E_UNKNOWN_STATE: i32 = 1017;
/// A keyed machine was asked about without a key, or about one that it has no
/// run for.
pub const GX_E_UNKNOWN_RUN: i32 = 1018;
/// A day outside those that the working calendar knows.
pub const GX_E_OUTSIDE_WORKDAYS: i32 = 1019;
/// Working time is asked for, and the calendar has no working days or no
/// hours.
pub const GX_E_NO_WORKDAYS: i32 = 1020;
/// No KPI has this name.
pub const GX_E_UNKNOWN_KPI: i32 = 1021;
/// A store is followed by another playbook than the one at hand.
pub const GX_E_PLAYBOOK_CHANGED: i32 = 1022;
/// No tenant has this name.
pub const GX_E_UNKNOWN_TENANT: i32 = 1023;
/// The text is not JSON.
pub const GX_E_JSON_SYNTAX: i32 = 2001;
/// JSON nested deeper than 64.
pub const GX_E_JSON_TOO_DEEP: i32 = 2002;
/// A JSON document over 16 MiB, or an object with over 10,000 keys.
pub const GX_E_JSON_TOO_LARGE: i32 = 2003;
/// The same key twice in one JSON object.
pub const GX_E_DUPLICATE_KEY: i32 = 2004;
/// A key that no definition has.
pub const GX_E_UNKNOWN_KEY: i32 = 2005;
/// A key that must be there is not.
pub const GX_E_MISSING_KEY: i32 = 2006;
/// A JSON value of the wrong type.
pub const GX_E_WRONG_JSON_TYPE: i32 = 2007;
/// A JSON value of the right type that its meaning does not allow.
pub const GX_E_BAD_VALUE: i32 = 2008;
/// A definition names another one that does not exist.
pub const GX_E_UNKNOWN_REFERENCE: i32 = 2009;
/// Definitions read each other in a circle.
pub const GX_E_CYCLE: i32 = 2010;
/// A format or semantics version that this library does not have.
pub const GX_E_UNSUPPORTED_VERSION: i32 = 2011;
/// A section of the playbook that this version does not evaluate.
pub const GX_E_UNSUPPORTED_SECTION: i32 = 2012;
/// Two definitions share a name.
pub const GX_E_DUPLICATE_NAME: i32 = 2013;
/// A name that the language cannot spell.
pub const GX_E_BAD_NAME: i32 = 2014;
/// The store was opened with a schema that contradicts the recorded one.
pub const GX_E_SCHEMA_MISMATCH: i32 = 2015;
/// A group of a query without any rule that counts, which would be everybody.
pub const GX_E_EMPTY_GROUP: i32 = 2016;
/// A field, an operator or a value of a query that nobody has chosen yet.
pub const GX_E_NOT_CHOSEN: i32 = 2017;
/// The expression cannot be read.
pub const GX_E_SYNTAX: i32 = 3001;
/// The expression is over 4 MiB.
pub const GX_E_EXPRESSION_TOO_LONG: i32 = 3002;
/// The expression has over 200,000 nodes.
pub const GX_E_TOO_MANY_NODES: i32 = 3003;
/// The expression nests deeper than 64.
pub const GX_E_TOO_DEEP: i32 = 3004;
/// Standard CEL that the profile leaves out.
pub const GX_E_NOT_IN_PROFILE: i32 = 3005;
/// No attribute, list, variable or definition has this name.
pub const GX_E_UNKNOWN_NAME: i32 = 3006;
/// No function has this name.
pub const GX_E_UNKNOWN_FUNCTION: i32 = 3007;
/// An event kind or value has no such field.
pub const GX_E_UNKNOWN_FIELD: i32 = 3008;
/// A function was given the wrong number or kind of arguments.
pub const GX_E_WRONG_ARGUMENTS: i32 = 3009;
/// Types that do not go together.
pub const GX_E_TYPE_MISMATCH: i32 = 3010;
/// A label that the enumeration does not have.
pub const GX_E_UNKNOWN_LABEL: i32 = 3011;
/// A literal that cannot be what it is used as.
pub const GX_E_BAD_LITERAL: i32 = 3012;
/// A pattern that is not a regular expression, or one that is too large.
pub const GX_E_BAD_PATTERN: i32 = 3013;
/// An operator or function has no meaning for these values.
pub const GX_E_NO_SUCH_OVERLOAD: i32 = 3014;
/// Division or remainder by zero.
pub const GX_E_DIVISION_BY_ZERO: i32 = 3015;
/// An index outside its list.
pub const GX_E_INDEX_OUT_OF_RANGE: i32 = 3016;
/// A value that cannot be converted to the wanted type.
pub const GX_E_BAD_CONVERSION: i32 = 3017;
/// The expression may cost more than the limit allows.
pub const GX_E_COST_TOO_HIGH: i32 = 3018;
/// A condition was expected, and the expression is something else.
pub const GX_E_NOT_A_CONDITION: i32 = 3019;
/// An expression over time whose next change nobody can tell.
pub const GX_E_UNFORESEEN: i32 = 3020;
/// An expression that a query builder has no form for.
pub const GX_E_NOT_EXPRESSIBLE: i32 = 3021;
/// A part of a condition that has no SQL with the same meaning.
pub const GX_E_NOT_IN_SQL: i32 = 3040;
/// A hint: a negation also holds for those without the value.
pub const GX_E_INCLUDES_MISSING: i32 = 3101;
/// A hint: a condition that everybody meets.
pub const GX_E_ALWAYS_TRUE: i32 = 3102;
/// A hint: a condition that nobody meets.
pub const GX_E_ALWAYS_FALSE: i32 = 3103;
/// A hint: a comparison that leaves out those who never had an event.
pub const GX_E_EXCLUDES_NEVER: i32 = 3104;
/// A hint: a part that changes nothing.
pub const GX_E_REDUNDANT: i32 = 3105;
/// A hint: capitals in a pattern for a text compared in small letters.
pub const GX_E_FOLDED_PATTERN: i32 = 3106;
/// A hint: a part of a query that the expression does not hold.
pub const GX_E_LEFT_OUT: i32 = 3107;
/// A hint: bounds that changed places, as the larger one stood first.
pub const GX_E_TURNED: i32 = 3108;
/// A column that must be there is not.
pub const GX_E_MISSING_COLUMN: i32 = 4001;
/// A column that neither the mapping nor the schema knows.
pub const GX_E_UNKNOWN_COLUMN: i32 = 4002;
/// The same column twice.
pub const GX_E_DUPLICATE_COLUMN: i32 = 4003;
/// A row with more or fewer cells than the header.
pub const GX_E_RAGGED_ROW: i32 = 4004;
/// A cell that is not a value of its column's type.
pub const GX_E_BAD_CELL: i32 = 4005;
/// A required value is empty.
pub const GX_E_MISSING_VALUE: i32 = 4006;
/// An event of a kind that the schema does not declare.
pub const GX_E_UNKNOWN_KIND: i32 = 4007;
/// A fact about a customer nobody has introduced, where policy refuses it.
pub const GX_E_UNKNOWN_SUBJECT: i32 = 4008;
/// The same source and id with another content.
pub const GX_E_CONFLICT: i32 = 4009;
/// Bytes that are not text in the declared encoding.
pub const GX_E_BAD_ENCODING: i32 = 4010;
/// Bytes that are not UTF-8, and no encoding was declared.
pub const GX_E_UNDECLARED_ENCODING: i32 = 4011;
/// `seen` is earlier than that of facts already appended.
pub const GX_E_SEEN_DECREASES: i32 = 4012;
/// A value for an attribute or a field that the schema does not declare.
pub const GX_E_UNDECLARED_FIELD: i32 = 4013;
/// A row that has values where its kind has no field.
pub const GX_E_UNUSED_VALUE: i32 = 4014;
/// A column in memory that is not laid out as it says.
pub const GX_E_MALFORMED_COLUMN: i32 = 4015;
/// Counts and times of a customer that cannot go together.
pub const GX_E_IMPOSSIBLE_HISTORY: i32 = 4016;
/// A value that cannot be the key that it should be: no telephone number, no code.
pub const GX_E_UNUSABLE_KEY: i32 = 4017;
/// A check character that does not follow from the characters before it.
pub const GX_E_CHECK_CHARACTER: i32 = 4018;
/// A fact about a customer who was erased.
pub const GX_E_ERASED_SUBJECT: i32 = 4020;
/// A snapshot of a table lacks more of the known rows than is believed.
pub const GX_E_TOO_MANY_GONE: i32 = 4021;
/// A question about a customer whose data is restricted: kept, and not used.
pub const GX_E_RESTRICTED_SUBJECT: i32 = 4022;
/// The operating system refused to read or write.
pub const GX_E_IO: i32 = 5001;
/// The file is not a guanxi store.
pub const GX_E_NOT_A_STORE: i32 = 5002;
/// The store was written by a newer version.
pub const GX_E_NEWER_STORE: i32 = 5003;
/// The store or its directory cannot be written.
pub const GX_E_READ_ONLY: i32 = 5004;
/// The disk is full.
pub const GX_E_DISK_FULL: i32 = 5005;
/// Another process is writing and did not finish in time.
pub const GX_E_BUSY: i32 = 5006;
/// The store is damaged.
pub const GX_E_CORRUPT: i32 = 5007;
/// The linked SQLite has a known fault.
pub const GX_E_UNSAFE_SQLITE: i32 = 5008;
/// A state that nobody can come to.
pub const GX_E_UNREACHABLE_STATE: i32 = 6001;
/// A state that nothing leads out of, and that is not tagged as final.
pub const GX_E_DEAD_END: i32 = 6002;
/// A state tagged as recoverable from which nobody can come to a goal.
pub const GX_E_TRAP: i32 = 6003;
/// A hint: two ways out of a state can be open at once.
pub const GX_E_AMBIGUOUS: i32 = 6004;
/// A transition that is never taken, because an earlier one always is.
pub const GX_E_SHADOWED: i32 = 6005;
/// States that follow each other without end while no time passes.
pub const GX_E_ENDLESS: i32 = 6006;
/// A timer that another one always precedes.
pub const GX_E_DOMINATED_TIMER: i32 = 6007;
/// A limit that comes after the one that it should precede.
pub const GX_E_INVERTED_LADDER: i32 = 6008;
/// A hint: customers are given up because a value is missing.
pub const GX_E_MISSING_DECIDES: i32 = 6011;
/// A hand-off that may wait for ever.
pub const GX_E_OPEN_HANDOFF: i32 = 6013;
/// A state whose customers belong to nobody, or to two at once.
pub const GX_E_OWNERSHIP_HOLE: i32 = 6014;
/// A hint: an effect that nothing takes back.
pub const GX_E_NO_UNDO: i32 = 6015;
/// A contact that its condition does not tie to consent.
pub const GX_E_CONSENT_LEAK: i32 = 6016;
/// A hint: one event leads to another state, and the next one back.
pub const GX_E_FLAPPING: i32 = 6020;
/// A map of states that loses customers or their timers.
pub const GX_E_BAD_MIGRATION: i32 = 6021;
/// A hint: a state without the wording that other states have.
pub const GX_E_MISSING_LABEL: i32 = 6022;
/// A hint: two states that nothing tells apart.
pub const GX_E_SAME_STATES: i32 = 6023;
/// A hint: stages of a customer for which there is no state.
pub const GX_E_MISSING_STAGE: i32 = 6024;
/// A hint: an event that may take very long to judge.
pub const GX_E_COSTLY: i32 = 6025;
/// A hint: something personal decides over price or access.
pub const GX_E_DISCRIMINATION: i32 = 6028;
/// A hint: something is too large for anything to be proven of it.
pub const GX_E_UNPROVEN: i32 = 6029;
/// A hint: a transition whose condition never holds where it is asked.
pub const GX_E_NEVER_TAKEN: i32 = 6030;
/// A hint: a lower limit of a time that is not below the upper one.
pub const GX_E_INVERTED_LIMITS: i32 = 6031;
/// A hint: a timer that another one leads away from, but for who comes late.
pub const GX_E_LATE_TIMER: i32 = 6032;
/// Somebody holds the customer who is asked for.
pub const GX_E_HELD: i32 = 7001;
/// The pool does not give the customer out at this time.
pub const GX_E_RESTING: i32 = 7002;
/// The former owner must wait before claiming the customer again.
pub const GX_E_TOO_SOON: i32 = 7003;
/// The owner holds as many customers as one may.
pub const GX_E_AT_CAPACITY: i32 = 7004;
/// The owner has claimed as many customers as one may in a period.
pub const GX_E_QUOTA_USED: i32 = 7005;
/// The customer is in no pool.
pub const GX_E_NO_POOL: i32 = 7006;
/// Nobody holds the customer.
pub const GX_E_NOT_HELD: i32 = 7007;
/// The customer is held for longer already as often as may be.
pub const GX_E_EXTENDED_TOO_OFTEN: i32 = 7008;
/// A customer may not be held for so long.
pub const GX_E_EXTENDED_TOO_FAR: i32 = 7009;
/// Something later was decided about the customer already.
pub const GX_E_DECIDED_SINCE: i32 = 7010;
/// The rules of the lifecycle do not follow the event.
pub const GX_E_NOT_FOLLOWED: i32 = 7011;
/// Data that say nothing about what is to be estimated.
pub const GX_E_NOTHING_TO_FIT: i32 = 8001;
/// A model was asked with parameters that it does not have.
pub const GX_E_BAD_PARAMETERS: i32 = 8002;
/// Nobody was left alone, so that no effect can be told.
pub const GX_E_NO_CONTROL: i32 = 8003;
/// There is nothing to divide by.
pub const GX_E_NO_DENOMINATOR: i32 = 8004;
/// A defect in guanxi itself; the host is unharmed.
pub const GX_E_INTERNAL: i32 = 9001;
/// A handle that a defect was met with; it can only be freed.
pub const GX_E_POISONED_HANDLE: i32 = 9002;

/// English.
pub const GX_EN: u32 = 0;
/// Simplified Chinese.
pub const GX_ZH: u32 = 1;

/// A picture as SVG.
pub const GX_SVG: u32 = 0;
/// A picture as Mermaid.
pub const GX_MERMAID: u32 = 1;
/// A picture as DOT.
pub const GX_DOT: u32 = 2;

/// Another playbook as if it had always held.
pub const GX_REINTERPRET: u32 = 0;
/// Another playbook from an instant on.
pub const GX_FORWARD: u32 = 1;
/// Another playbook beside the one that holds.
pub const GX_SHADOW: u32 = 2;

/// As the length of a text: it ends with a NUL, which is not part of it.
pub const GX_NUL: u64 = u64::MAX;

/// As the state that another is inside: it is inside none.
pub const GX_OUTERMOST: u64 = u64::MAX;

/// As an instant: not given. As `as_of`: the first local midnight after the last
/// fact.
pub const GX_TIME_NONE: i64 = i64::MIN;
/// As `seen`: history is filled in; each fact counts as learnt when it happened.
pub const GX_SEEN_BACKFILL: i64 = i64::MIN;

/// As the kind of a column: UTF-8, with offsets.
pub const GX_COLUMN_TEXT: u32 = 1;
/// As the kind of a column: int64_t.
pub const GX_COLUMN_INT64: u32 = 2;
/// As the kind of a column: double; it means the shortest number that is read as
/// it, so that 0.1 is one tenth.
pub const GX_COLUMN_FLOAT64: u32 = 3;
/// As the kind of a column: int64_t, units of `scale` decimal places.
pub const GX_COLUMN_DECIMAL: u32 = 4;
/// As the kind of a column: a uint8_t, 0 or 1.
pub const GX_COLUMN_BOOL: u32 = 5;
/// As the kind of a column: int32_t, days since 1970-01-01.
pub const GX_COLUMN_DATE: u32 = 6;
/// As the kind of a column: int64_t, microseconds since 1970 in UTC.
pub const GX_COLUMN_INSTANT: u32 = 7;
/// As the kind of a column: int64_t, microseconds since 1970 on the clock of the
/// playbook's zone, or of the mapping's.
pub const GX_COLUMN_LOCAL: u32 = 8;
/// As the kind of a column: int32_t, positions among `words`, from 0.
pub const GX_COLUMN_CODES: u32 = 9;
