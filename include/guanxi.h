/*
 * guanxi (关系): the decision core of customer relationship management, for C.
 *
 * The host has the screens, the users and the data; guanxi has the judgement:
 * which customers belong to a segment at an instant, and why.
 *
 *     gx_playbook_compile   JSON -> what was decided
 *     gx_store_open         a file -> where facts live
 *     gx_store_append_lines the host's rows -> facts, a verdict for each; also
 *                           as columns and as Arrow arrays
 *     gx_review_create      store + playbook + instant -> all answers
 *     gx_segment_ids, gx_query_json, gx_customer_json, ...
 *     gx_store_apply, gx_store_follow   facts come in, time passes; what follows
 *                           is told, and asked for until it is done
 *     gx_store_command      what people decide and ask for, judged once
 *     gx_store_erase        nothing of a customer is kept
 *     gx_review_cbs         purchases in the few numbers that models of value read
 *     gx_state_customers, gx_journey_history, gx_machine_flow, ...   lifecycles
 *     gx_json_text          a part of an answer, for hosts that have no JSON
 *
 * A whole program is examples/c/review.c. Generated from bindings/c/src by the
 * tests; do not edit.
 *
 * NAMES      gx_NOUN_VERB, types gx_NOUN, constants GX_... . Every function says
 *            what it does, each parameter (in or out, and who owns it), what it
 *            returns, its errors, from which threads it may be called, since
 *            which version it is there, and what to read next.
 *
 * ERRORS     A function that can fail returns an int32_t: GX_OK (0), or the code
 *            of the first thing that is wrong (GX_E_...). Its last parameter is
 *            `gx_error **error`. Pass NULL if the code is enough; otherwise the
 *            address of a pointer that is NULL, and after a failure it points to
 *            an error with *all* faults, each with code, message (English and
 *            Chinese), place and hint. Free it. Codes are given once and never
 *            reused: 1xxx the call, 2xxx a document, 3xxx an expression, 4xxx
 *            rows, 5xxx the system, 6xxx a lifecycle, 7xxx a request that is
 *            refused, 8xxx a model, 9xxx a defect of guanxi.
 *            Outputs are written only by a call that returns GX_OK. A function
 *            that fails has changed nothing. After a defect (GX_E_INTERNAL) what
 *            it was recording is in the file whole, or nothing of it: open the
 *            store again and repeat the call; the same rows are the same facts.
 *            Functions that return a value and no status (gx_bytes_len) cannot
 *            fail; given no live handle they return 0 or NULL.
 *
 * OWNERSHIP  Four words:
 *            borrowed  the function looks at it during the call; what it returns
 *                      as borrowed belongs to the named handle and lives as long
 *            copied    the function keeps a copy; yours can go after the call
 *            owned     you have it now, and free it with the named function
 *            moved     you had it, the function takes it; do not use it again
 *
 * HANDLES    Pointers to incomplete types. Free functions accept NULL. Null, a
 *            handle of another kind and a freed handle are errors, as long as
 *            fewer than 4,096 others were freed since; please do not rely on it.
 *            Everything must be a handle of this library or NULL: another
 *            pointer cannot be told from one in every case.
 *
 * TEXTS      UTF-8, a pointer and a length in bytes; GX_NUL as length: the text
 *            ends with a NUL. Texts in a gx_bytes have a NUL behind them too.
 *            Instants are int64_t microseconds since 1970 in UTC; gx_time_parse
 *            reads what people write. There is no clock: what counts as now is
 *            a parameter.
 *
 * OPTIONS    Structs of options begin with struct_size = sizeof(the struct); all
 *            else zero, and a NULL pointer, mean the defaults. Zero the whole
 *            struct first, so that a longer one of a later header asks for
 *            nothing more.
 *
 * THREADS    gx_playbook, gx_review, gx_bytes, gx_ids and gx_error never change:
 *            any number of threads may use one at once. gx_store is used by one
 *            call at a time, from any thread; a second call at the same time is
 *            GX_E_HANDLE_IN_USE. Free a handle when no call is using it.
 *
 * PROCESSES  Several processes may have the file of a store open. After a fork
 *            the store is the parent's: in the child every call with it, freeing
 *            too, is GX_E_HANDLE_IN_USE and does nothing; open it there anew.
 *            The library has a SQLite of its own. Where the host has one too and
 *            opens the same file with it, the two respect each other's locks on
 *            Linux (3.15 or later, local file systems). Elsewhere, do not: two
 *            copies of SQLite in one process undo each other's locks, and rows
 *            can be lost.
 *
 * DEFECTS    A defect inside guanxi does not take the host down: the call returns
 *            GX_E_INTERNAL with its place, and the handles it used answer
 *            GX_E_POISONED_HANDLE from then on and can only be freed.
 *            What no library in a process can take back is memory that the system
 *            refuses: then the process ends. What a call needs grows with the rows
 *            and the facts that it is given, and with nothing else.
 *
 * ABSENCES   No output to stdout or stderr, no environment, no signals, no
 *            network, no threads but those that options ask for, no settings
 *            for the whole process, no callbacks. Link with -lguanxi.
 */

#ifndef GUANXI_H
#define GUANXI_H

#include <stdint.h>
/* The Arrow C Data Interface, as its specification has it. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif
/* Here the Arrow C Data Interface ends. */


/** The call has done what it says. */
#define GX_OK 0

/** An argument of a call is outside what its meaning allows. */
#define GX_E_INVALID_ARGUMENT 1001
/** An instant or a day outside the years 1 to 9999. */
#define GX_E_TIME_OUT_OF_RANGE 1002
/** A sum, product or conversion does not fit its type. */
#define GX_E_OVERFLOW 1003
/** Two currencies met where one is needed. */
#define GX_E_CURRENCY_MISMATCH 1004
/** Not an ISO 4217 code. */
#define GX_E_UNKNOWN_CURRENCY 1005
/** Not an IANA time zone. */
#define GX_E_UNKNOWN_ZONE 1006
/** A text is not the instant, day, number or period it should be. */
#define GX_E_MALFORMED_VALUE 1007
/** No customer has this id. */
#define GX_E_UNKNOWN_CUSTOMER 1008
/** No segment has this name. */
#define GX_E_UNKNOWN_SEGMENT 1009
/** Exact numbers finer than their scale, or instants finer than a microsecond. */
#define GX_E_TOO_FINE 1010
/** A pointer that must not be null is. */
#define GX_E_NULL_POINTER 1011
/** A handle of another kind, or something that is no handle at all. */
#define GX_E_WRONG_HANDLE 1012
/** A handle that was freed. */
#define GX_E_FREED_HANDLE 1013
/** A handle for one call at a time was used by two at once. */
#define GX_E_HANDLE_IN_USE 1014
/** Bytes that should be a text are not UTF-8. */
#define GX_E_NOT_UTF8 1015
/** No machine has this name. */
#define GX_E_UNKNOWN_MACHINE 1016
/** The machine has no state of this name. */
#define GX_E_UNKNOWN_STATE 1017
/**
 * A keyed machine was asked about without a key, or about one that it has no
 * run for.
 */
#define GX_E_UNKNOWN_RUN 1018
/** A day outside those that the working calendar knows. */
#define GX_E_OUTSIDE_WORKDAYS 1019
/**
 * Working time is asked for, and the calendar has no working days or no
 * hours.
 */
#define GX_E_NO_WORKDAYS 1020
/** No KPI has this name. */
#define GX_E_UNKNOWN_KPI 1021
/** A store is followed by another playbook than the one at hand. */
#define GX_E_PLAYBOOK_CHANGED 1022
/** No tenant has this name. */
#define GX_E_UNKNOWN_TENANT 1023
/** The text is not JSON. */
#define GX_E_JSON_SYNTAX 2001
/** JSON nested deeper than 64. */
#define GX_E_JSON_TOO_DEEP 2002
/** A JSON document over 16 MiB, or an object with over 10,000 keys. */
#define GX_E_JSON_TOO_LARGE 2003
/** The same key twice in one JSON object. */
#define GX_E_DUPLICATE_KEY 2004
/** A key that no definition has. */
#define GX_E_UNKNOWN_KEY 2005
/** A key that must be there is not. */
#define GX_E_MISSING_KEY 2006
/** A JSON value of the wrong type. */
#define GX_E_WRONG_JSON_TYPE 2007
/** A JSON value of the right type that its meaning does not allow. */
#define GX_E_BAD_VALUE 2008
/** A definition names another one that does not exist. */
#define GX_E_UNKNOWN_REFERENCE 2009
/** Definitions read each other in a circle. */
#define GX_E_CYCLE 2010
/** A format or semantics version that this library does not have. */
#define GX_E_UNSUPPORTED_VERSION 2011
/** A section of the playbook that this version does not evaluate. */
#define GX_E_UNSUPPORTED_SECTION 2012
/** Two definitions share a name. */
#define GX_E_DUPLICATE_NAME 2013
/** A name that the language cannot spell. */
#define GX_E_BAD_NAME 2014
/** The store was opened with a schema that contradicts the recorded one. */
#define GX_E_SCHEMA_MISMATCH 2015
/** A group of a query without any rule that counts, which would be everybody. */
#define GX_E_EMPTY_GROUP 2016
/** A field, an operator or a value of a query that nobody has chosen yet. */
#define GX_E_NOT_CHOSEN 2017
/** The expression cannot be read. */
#define GX_E_SYNTAX 3001
/** The expression is over 4 MiB. */
#define GX_E_EXPRESSION_TOO_LONG 3002
/** The expression has over 200,000 nodes. */
#define GX_E_TOO_MANY_NODES 3003
/** The expression nests deeper than 64. */
#define GX_E_TOO_DEEP 3004
/** Standard CEL that the profile leaves out. */
#define GX_E_NOT_IN_PROFILE 3005
/** No attribute, list, variable or definition has this name. */
#define GX_E_UNKNOWN_NAME 3006
/** No function has this name. */
#define GX_E_UNKNOWN_FUNCTION 3007
/** An event kind or value has no such field. */
#define GX_E_UNKNOWN_FIELD 3008
/** A function was given the wrong number or kind of arguments. */
#define GX_E_WRONG_ARGUMENTS 3009
/** Types that do not go together. */
#define GX_E_TYPE_MISMATCH 3010
/** A label that the enumeration does not have. */
#define GX_E_UNKNOWN_LABEL 3011
/** A literal that cannot be what it is used as. */
#define GX_E_BAD_LITERAL 3012
/** A pattern that is not a regular expression, or one that is too large. */
#define GX_E_BAD_PATTERN 3013
/** An operator or function has no meaning for these values. */
#define GX_E_NO_SUCH_OVERLOAD 3014
/** Division or remainder by zero. */
#define GX_E_DIVISION_BY_ZERO 3015
/** An index outside its list. */
#define GX_E_INDEX_OUT_OF_RANGE 3016
/** A value that cannot be converted to the wanted type. */
#define GX_E_BAD_CONVERSION 3017
/** The expression may cost more than the limit allows. */
#define GX_E_COST_TOO_HIGH 3018
/** A condition was expected, and the expression is something else. */
#define GX_E_NOT_A_CONDITION 3019
/** An expression over time whose next change nobody can tell. */
#define GX_E_UNFORESEEN 3020
/** An expression that a query builder has no form for. */
#define GX_E_NOT_EXPRESSIBLE 3021
/** A part of a condition that has no SQL with the same meaning. */
#define GX_E_NOT_IN_SQL 3040
/** A hint: a negation also holds for those without the value. */
#define GX_E_INCLUDES_MISSING 3101
/** A hint: a condition that everybody meets. */
#define GX_E_ALWAYS_TRUE 3102
/** A hint: a condition that nobody meets. */
#define GX_E_ALWAYS_FALSE 3103
/** A hint: a comparison that leaves out those who never had an event. */
#define GX_E_EXCLUDES_NEVER 3104
/** A hint: a part that changes nothing. */
#define GX_E_REDUNDANT 3105
/** A hint: capitals in a pattern for a text compared in small letters. */
#define GX_E_FOLDED_PATTERN 3106
/** A hint: a part of a query that the expression does not hold. */
#define GX_E_LEFT_OUT 3107
/** A hint: bounds that changed places, as the larger one stood first. */
#define GX_E_TURNED 3108
/** A column that must be there is not. */
#define GX_E_MISSING_COLUMN 4001
/** A column that neither the mapping nor the schema knows. */
#define GX_E_UNKNOWN_COLUMN 4002
/** The same column twice. */
#define GX_E_DUPLICATE_COLUMN 4003
/** A row with more or fewer cells than the header. */
#define GX_E_RAGGED_ROW 4004
/** A cell that is not a value of its column's type. */
#define GX_E_BAD_CELL 4005
/** A required value is empty. */
#define GX_E_MISSING_VALUE 4006
/** An event of a kind that the schema does not declare. */
#define GX_E_UNKNOWN_KIND 4007
/** A fact about a customer nobody has introduced, where policy refuses it. */
#define GX_E_UNKNOWN_SUBJECT 4008
/** The same source and id with another content. */
#define GX_E_CONFLICT 4009
/** Bytes that are not text in the declared encoding. */
#define GX_E_BAD_ENCODING 4010
/** Bytes that are not UTF-8, and no encoding was declared. */
#define GX_E_UNDECLARED_ENCODING 4011
/** `seen` is earlier than that of facts already appended. */
#define GX_E_SEEN_DECREASES 4012
/** A value for an attribute or a field that the schema does not declare. */
#define GX_E_UNDECLARED_FIELD 4013
/** A row that has values where its kind has no field. */
#define GX_E_UNUSED_VALUE 4014
/** A column in memory that is not laid out as it says. */
#define GX_E_MALFORMED_COLUMN 4015
/** Counts and times of a customer that cannot go together. */
#define GX_E_IMPOSSIBLE_HISTORY 4016
/** A value that cannot be the key that it should be: no telephone number, no code. */
#define GX_E_UNUSABLE_KEY 4017
/** A check character that does not follow from the characters before it. */
#define GX_E_CHECK_CHARACTER 4018
/** A fact about a customer who was erased. */
#define GX_E_ERASED_SUBJECT 4020
/** A snapshot of a table lacks more of the known rows than is believed. */
#define GX_E_TOO_MANY_GONE 4021
/** A question about a customer whose data is restricted: kept, and not used. */
#define GX_E_RESTRICTED_SUBJECT 4022
/** The operating system refused to read or write. */
#define GX_E_IO 5001
/** The file is not a guanxi store. */
#define GX_E_NOT_A_STORE 5002
/** The store was written by a newer version. */
#define GX_E_NEWER_STORE 5003
/** The store or its directory cannot be written. */
#define GX_E_READ_ONLY 5004
/** The disk is full. */
#define GX_E_DISK_FULL 5005
/** Another process is writing and did not finish in time. */
#define GX_E_BUSY 5006
/** The store is damaged. */
#define GX_E_CORRUPT 5007
/** The linked SQLite has a known fault. */
#define GX_E_UNSAFE_SQLITE 5008
/** A state that nobody can come to. */
#define GX_E_UNREACHABLE_STATE 6001
/** A state that nothing leads out of, and that is not tagged as final. */
#define GX_E_DEAD_END 6002
/** A state tagged as recoverable from which nobody can come to a goal. */
#define GX_E_TRAP 6003
/** A hint: two ways out of a state can be open at once. */
#define GX_E_AMBIGUOUS 6004
/** A transition that is never taken, because an earlier one always is. */
#define GX_E_SHADOWED 6005
/** States that follow each other without end while no time passes. */
#define GX_E_ENDLESS 6006
/** A timer that another one always precedes. */
#define GX_E_DOMINATED_TIMER 6007
/** A limit that comes after the one that it should precede. */
#define GX_E_INVERTED_LADDER 6008
/** A hint: customers are given up because a value is missing. */
#define GX_E_MISSING_DECIDES 6011
/** A hand-off that may wait for ever. */
#define GX_E_OPEN_HANDOFF 6013
/** A state whose customers belong to nobody, or to two at once. */
#define GX_E_OWNERSHIP_HOLE 6014
/** A hint: an effect that nothing takes back. */
#define GX_E_NO_UNDO 6015
/** A contact that its condition does not tie to consent. */
#define GX_E_CONSENT_LEAK 6016
/** A hint: one event leads to another state, and the next one back. */
#define GX_E_FLAPPING 6020
/** A map of states that loses customers or their timers. */
#define GX_E_BAD_MIGRATION 6021
/** A hint: a state without the wording that other states have. */
#define GX_E_MISSING_LABEL 6022
/** A hint: two states that nothing tells apart. */
#define GX_E_SAME_STATES 6023
/** A hint: stages of a customer for which there is no state. */
#define GX_E_MISSING_STAGE 6024
/** A hint: an event that may take very long to judge. */
#define GX_E_COSTLY 6025
/** A hint: something personal decides over price or access. */
#define GX_E_DISCRIMINATION 6028
/** A hint: something is too large for anything to be proven of it. */
#define GX_E_UNPROVEN 6029
/** A hint: a transition whose condition never holds where it is asked. */
#define GX_E_NEVER_TAKEN 6030
/** A hint: a lower limit of a time that is not below the upper one. */
#define GX_E_INVERTED_LIMITS 6031
/** A hint: a timer that another one leads away from, but for who comes late. */
#define GX_E_LATE_TIMER 6032
/** Somebody holds the customer who is asked for. */
#define GX_E_HELD 7001
/** The pool does not give the customer out at this time. */
#define GX_E_RESTING 7002
/** The former owner must wait before claiming the customer again. */
#define GX_E_TOO_SOON 7003
/** The owner holds as many customers as one may. */
#define GX_E_AT_CAPACITY 7004
/** The owner has claimed as many customers as one may in a period. */
#define GX_E_QUOTA_USED 7005
/** The customer is in no pool. */
#define GX_E_NO_POOL 7006
/** Nobody holds the customer. */
#define GX_E_NOT_HELD 7007
/** The customer is held for longer already as often as may be. */
#define GX_E_EXTENDED_TOO_OFTEN 7008
/** A customer may not be held for so long. */
#define GX_E_EXTENDED_TOO_FAR 7009
/** Something later was decided about the customer already. */
#define GX_E_DECIDED_SINCE 7010
/** The rules of the lifecycle do not follow the event. */
#define GX_E_NOT_FOLLOWED 7011
/** Data that say nothing about what is to be estimated. */
#define GX_E_NOTHING_TO_FIT 8001
/** A model was asked with parameters that it does not have. */
#define GX_E_BAD_PARAMETERS 8002
/** Nobody was left alone, so that no effect can be told. */
#define GX_E_NO_CONTROL 8003
/** There is nothing to divide by. */
#define GX_E_NO_DENOMINATOR 8004
/** A defect in guanxi itself; the host is unharmed. */
#define GX_E_INTERNAL 9001
/** A handle that a defect was met with; it can only be freed. */
#define GX_E_POISONED_HANDLE 9002
/** English. */
#define GX_EN 0

/** Simplified Chinese. */
#define GX_ZH 1

/** A picture as SVG. */
#define GX_SVG 0

/** A picture as Mermaid. */
#define GX_MERMAID 1

/** A picture as DOT. */
#define GX_DOT 2

/** Another playbook as if it had always held. */
#define GX_REINTERPRET 0

/** Another playbook from an instant on. */
#define GX_FORWARD 1

/** Another playbook beside the one that holds. */
#define GX_SHADOW 2

/** As the length of a text: it ends with a NUL, which is not part of it. */
#define GX_NUL UINT64_MAX

/** As the state that another is inside: it is inside none. */
#define GX_OUTERMOST UINT64_MAX

/**
 * As an instant: not given. As `as_of`: the first local midnight after the last
 * fact.
 */
#define GX_TIME_NONE INT64_MIN

/** As `seen`: history is filled in; each fact counts as learnt when it happened. */
#define GX_SEEN_BACKFILL INT64_MIN

/** As the kind of a column: UTF-8, with offsets. */
#define GX_COLUMN_TEXT 1

/** As the kind of a column: int64_t. */
#define GX_COLUMN_INT64 2

/**
 * As the kind of a column: double; it means the shortest number that is read as
 * it, so that 0.1 is one tenth.
 */
#define GX_COLUMN_FLOAT64 3

/** As the kind of a column: int64_t, units of `scale` decimal places. */
#define GX_COLUMN_DECIMAL 4

/** As the kind of a column: a uint8_t, 0 or 1. */
#define GX_COLUMN_BOOL 5

/** As the kind of a column: int32_t, days since 1970-01-01. */
#define GX_COLUMN_DATE 6

/** As the kind of a column: int64_t, microseconds since 1970 in UTC. */
#define GX_COLUMN_INSTANT 7

/**
 * As the kind of a column: int64_t, microseconds since 1970 on the clock of the
 * playbook's zone, or of the mapping's.
 */
#define GX_COLUMN_LOCAL 8

/** As the kind of a column: int32_t, positions among `words`, from 0. */
#define GX_COLUMN_CODES 9

/**
 * Version of this interface. It rises when a program compiled against an
 * earlier header would no longer work. 0, before the first release: every build
 * may differ, and goes with the header that it was built with.
 */
#define GX_ABI_VERSION 0

/**
 * Bytes that the library made: JSON, or a text, in UTF-8.
 *
 * Behind the last byte there is a NUL that is not counted, so that a text
 * without NULs can be used as a C string. Never changes; any thread.
 */
typedef struct gx_bytes gx_bytes;

/**
 * Why a call failed: one or more faults, as they stand in the input.
 *
 * Never changes; any thread.
 */
typedef struct gx_error gx_error;

/**
 * Ids of customers, ascending, in one piece of memory.
 *
 * Id `i` is the bytes from `offsets[i]` to before `offsets[i + 1]` of the data;
 * there is one offset more than there are ids. This is how Arrow lays out a
 * column of large texts. Never changes; any thread.
 */
typedef struct gx_ids gx_ids;

/**
 * A playbook: everything that was decided, checked as a whole.
 *
 * Compile it once and use it as often as you like. Never changes; any thread.
 */
typedef struct gx_playbook gx_playbook;

/**
 * A review: all answers of a playbook about a store at one instant.
 *
 * It holds the facts it was made from, so it can be asked further questions,
 * and what is appended to the store later does not change it. Any thread.
 */
typedef struct gx_review gx_review;

/**
 * A store: the facts of one tenant, in a file or in memory.
 *
 * One call at a time, from any thread; a second one at the same time is
 * GX_E_HANDLE_IN_USE. Several stores may be open on one file.
 */
typedef struct gx_store gx_store;

/** How rows are to be read. All zeroes: events with the names of the schema. */
typedef struct {
    /** sizeof(gx_append_options) */
    uint32_t struct_size;
    /** Of the reasons in the report: GX_EN or GX_ZH. */
    uint32_t language;
    /** What the rows are about: `customers`, `events`, `ref_NAME`; NULL: events. */
    const char *table;
    /** Bytes of `table`, or GX_NUL. */
    uint64_t table_len;
    /** A mapping document, where rows do not carry the schema's names; or NULL. */
    const char *mapping;
    /** Bytes of `mapping`, or GX_NUL. */
    uint64_t mapping_len;
    /** 1: the report is what it would be, and nothing is recorded. 0: it is. */
    uint32_t dry_run;
    /** 0. */
    uint32_t reserved;
} gx_append_options;

/** A column in the host's memory. Zero the whole struct first. */
typedef struct {
    /** sizeof(gx_column) */
    uint32_t struct_size;
    /** What `values` are: GX_COLUMN_... */
    uint32_t kind;
    /** The column's name: UTF-8. */
    const char *name;
    /** Bytes of `name`, or GX_NUL. */
    uint64_t name_len;
    /** A value for each row; of texts, their bytes one behind the other. */
    const void *values;
    /**
     * Of texts: where each begins in `values`, and where the last one ends;
     * one more than rows.
     */
    const int64_t *offsets;
    /**
     * A bit for each row, the lowest of each byte first: 0 where the value is
     * missing. NULL: none is.
     */
    const uint8_t *known;
    /** Of GX_COLUMN_CODES: a gx_column with the different values. */
    const void *words;
    /** Of GX_COLUMN_CODES: how many there are. */
    uint64_t n_words;
    /** Of GX_COLUMN_DECIMAL: how many places, 0 to 18. */
    uint32_t scale;
    /** 0. */
    uint32_t reserved;
} gx_column;

/** Rows that are asked without being recorded. Zero the whole struct first. */
typedef struct {
    /** sizeof(gx_table) */
    uint32_t struct_size;
    /** 0. */
    uint32_t reserved;
    /** What the rows are about: `customers`, `events`, `ref_NAME`; NULL: events. */
    const char *table;
    /** Bytes of `table`, or GX_NUL. */
    uint64_t table_len;
    /** A mapping document, where columns do not carry the schema's names; or NULL. */
    const char *mapping;
    /** Bytes of `mapping`, or GX_NUL. */
    uint64_t mapping_len;
    /** The columns, one behind the other; unless there is a stream. */
    const gx_column *columns;
    /** How many columns there are. */
    uint64_t n_columns;
    /** How many rows each column has. */
    uint64_t rows;
    /**
     * Arrays with the columns; or NULL. Moved: released once, whatever the call
     * returns.
     */
    struct ArrowArrayStream *stream;
    /** One array with the columns, where there is no stream; or NULL. Moved as well. */
    struct ArrowArray *array;
    /** What it is made of. Moved as well. */
    struct ArrowSchema *schema;
} gx_table;

/** How to review. All zeroes: one thread, everything that is known. */
typedef struct {
    /** sizeof(gx_review_options) */
    uint32_t struct_size;
    /**
     * Threads to use, up to 1024; 0: one. They live as long as the call, and
     * change no answer.
     */
    uint32_t threads;
    /** 1: facts learnt after `known_at` are left out. 0: nothing is. */
    uint32_t has_known_at;
    /** 0. */
    uint32_t reserved;
    /** Microseconds since 1970 in UTC; only with `has_known_at`. */
    int64_t known_at;
} gx_review_options;

/** Of one state in one period: opening + began + entered - left - erased = closing. */
typedef struct {
    /** There before the period. */
    uint64_t opening;
    /** Began there: first facts, or first facts with a key. */
    uint64_t began;
    /** Came from elsewhere. */
    uint64_t entered;
    /** Went elsewhere. */
    uint64_t left;
    /** Were erased while there. */
    uint64_t erased;
    /** There at the end, or at the instant of the review where that is earlier. */
    uint64_t closing;
} gx_balance;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Gives the version of the library as a text: `0.1.0`.
 *
 * @return         text with NUL, borrowed forever
 * @errors         none
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_version_number
 */
const char *gx_version_text(void);

/**
 * Gives the version as a number: major * 1000000 + minor * 1000 + patch.
 *
 * @return         the number
 * @errors         none
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_version_text
 */
uint32_t gx_version_number(void);

/**
 * Gives the version of the interface of the library that is loaded. A program
 * compares it with GX_ABI_VERSION of the header it was compiled with.
 *
 * @return         the version
 * @errors         none
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_version_number
 */
uint32_t gx_version_abi(void);

/**
 * Says how the library was built, as JSON: `version`, `abi`, `semantics` (the
 * version of the meaning of answers), `target`, `profile` and `features`.
 *
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_version_text
 */
int32_t gx_version_build(gx_bytes **json, gx_error **error);

/**
 * Counts the faults.
 *
 * @param error    in, borrowed
 * @return         how many faults there are, at least one
 * @errors         0 where `error` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_code
 */
uint64_t gx_error_count(const gx_error *error);

/**
 * Gives the code of a fault. That of the first is the status of the call.
 *
 * @param error    in, borrowed
 * @param index    which fault, from 0
 * @return         a code, GX_E_...
 * @errors         GX_OK where there is no such fault
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_name
 */
int32_t gx_error_code(const gx_error *error, uint64_t index);

/**
 * Gives the code of a fault in one word: `unknown_name`.
 *
 * @param error    in, borrowed
 * @param index    which fault, from 0
 * @return         text with NUL, borrowed until `error` is freed
 * @errors         NULL where there is no such fault
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_code
 */
const char *gx_error_name(const gx_error *error, uint64_t index);

/**
 * Says what is wrong, for a person, on one line.
 *
 * @param error    in, borrowed
 * @param index    which fault, from 0
 * @param language GX_EN or GX_ZH
 * @return         text with NUL, borrowed until `error` is freed
 * @errors         NULL where there is no such fault or language
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_hint
 */
const char *gx_error_message(const gx_error *error, uint64_t index, uint32_t language);

/**
 * Says where a fault is: a JSON pointer into a document, or `TABLE:ROW/COLUMN`.
 *
 * @param error    in, borrowed
 * @param index    which fault, from 0
 * @return         text with NUL, borrowed until `error` is freed
 * @errors         NULL where there is no such fault, or it has no place
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_span
 */
const char *gx_error_pointer(const gx_error *error, uint64_t index);

/**
 * Gives the bytes that a fault means: of the text at its pointer, as it is
 * without the escapes of JSON, or of the expression.
 *
 * @param error    in, borrowed
 * @param index    which fault, from 0
 * @param start    out: the first byte; not written without a span
 * @param end      out: the byte behind the last; not written without a span
 * @return         1 where the fault has a span, else 0
 * @errors         0 where there is no such fault, or `start` or `end` is NULL
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_pointer
 */
int32_t gx_error_span(const gx_error *error, uint64_t index, uint64_t *start, uint64_t *end);

/**
 * Says what to do about a fault.
 *
 * @param error    in, borrowed
 * @param index    which fault, from 0
 * @param language GX_EN or GX_ZH
 * @return         text with NUL, borrowed until `error` is freed
 * @errors         NULL where there is no such fault, language or hint
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_message
 */
const char *gx_error_hint(const gx_error *error, uint64_t index, uint32_t language);

/**
 * Gives all faults as JSON: `{"faults": [...]}`, each with `code`, `name`,
 * `message`, and where they are known `pointer`, `start`, `end` and `hint`.
 *
 * @param error    in, borrowed
 * @param language GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER, GX_E_INVALID_ARGUMENT
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_error_message
 */
int32_t gx_error_json(const gx_error *error, uint32_t language, gx_bytes **json);

/**
 * Frees an error.
 *
 * @param error    in, moved; NULL is fine
 * @return         GX_OK, or a code
 * @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
 * @threads        any; no other call uses `error`
 * @since          0.1
 * @see            gx_error_message
 */
int32_t gx_error_free(gx_error *error);

/**
 * Gives the first byte.
 *
 * @param bytes    in, borrowed
 * @return         borrowed until `bytes` is freed; never NULL for a live handle
 * @errors         NULL where `bytes` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_bytes_len
 */
const char *gx_bytes_data(const gx_bytes *bytes);

/**
 * Counts the bytes, without the NUL behind them.
 *
 * @param bytes    in, borrowed
 * @return         how many bytes there are
 * @errors         0 where `bytes` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_bytes_data
 */
uint64_t gx_bytes_len(const gx_bytes *bytes);

/**
 * Frees bytes.
 *
 * @param bytes    in, moved; NULL is fine
 * @return         GX_OK, or a code
 * @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
 * @threads        any; no other call uses `bytes`
 * @since          0.1
 * @see            gx_bytes_data
 */
int32_t gx_bytes_free(gx_bytes *bytes);

/**
 * Gives how many elements an array of a JSON document has, or members an object;
 * 0 of a text, a number, true, false and null.
 *
 * A part is named by a JSON pointer (RFC 6901): `/value/tiers/0/label/en`; the
 * empty one is the whole document, of at most 16 MiB. Each call reads the document
 * once: for the answers of this library, on the way to a screen.
 *
 * @param json     in, borrowed: a document, as an answer of this library
 * @param len      its bytes, or GX_NUL
 * @param pointer  in, borrowed: which part
 * @param pointer_len its bytes, or GX_NUL
 * @param n        out
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_MISSING_KEY where there is no such part; 2001 to 2004 of the document
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_json_text
 */
int32_t gx_json_count(const char *json,
                      uint64_t len,
                      const char *pointer,
                      uint64_t pointer_len,
                      uint64_t *n,
                      gx_error **error);

/**
 * Gives a part of a JSON document as text: a text without quotes and escapes,
 * numbers, true, false and null as they are written, arrays and objects as JSON.
 *
 * @param json     in, borrowed: a document, as an answer of this library
 * @param len      its bytes, or GX_NUL
 * @param pointer  in, borrowed: which part, as of gx_json_count
 * @param pointer_len its bytes, or GX_NUL
 * @param text     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_MISSING_KEY where there is no such part; 2001 to 2004 of the document
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_json_count
 */
int32_t gx_json_text(const char *json,
                     uint64_t len,
                     const char *pointer,
                     uint64_t pointer_len,
                     gx_bytes **text,
                     gx_error **error);

/**
 * Counts the ids.
 *
 * @param ids      in, borrowed
 * @return         how many ids there are
 * @errors         0 where `ids` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_ids_offsets, gx_ids_data
 */
uint64_t gx_ids_count(const gx_ids *ids);

/**
 * Gives where each id begins in the data, and where the last one ends.
 *
 * @param ids      in, borrowed
 * @return         gx_ids_count + 1 offsets, borrowed until `ids` is freed
 * @errors         NULL where `ids` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_ids_data
 */
const int64_t *gx_ids_offsets(const gx_ids *ids);

/**
 * Gives the bytes of all ids, one behind the other.
 *
 * @param ids      in, borrowed
 * @return         UTF-8, borrowed until `ids` is freed
 * @errors         NULL where `ids` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_ids_offsets
 */
const char *gx_ids_data(const gx_ids *ids);

/**
 * Gives the ids as an array of the Arrow C Data Interface: large_utf8.
 *
 * @param ids      in, borrowed
 * @param array    out, owned: released by its own callback; outlives `ids`
 * @param schema   out, owned: released by its own callback
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_ids, gx_query_ids
 */
int32_t gx_ids_arrow(const gx_ids *ids,
                     struct ArrowArray *array,
                     struct ArrowSchema *schema,
                     gx_error **error);

/**
 * Frees a list of ids.
 *
 * @param ids      in, moved; NULL is fine
 * @return         GX_OK, or a code
 * @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
 * @threads        any; no other call uses `ids`
 * @since          0.1
 * @see            gx_segment_ids, gx_query_ids
 */
int32_t gx_ids_free(gx_ids *ids);

/**
 * Compiles a playbook from JSON.
 *
 * Example:
 *
 *     gx_playbook *playbook = NULL;
 *     gx_error *error = NULL;
 *     if (gx_playbook_compile(text, len, &playbook, &error) != GX_OK) {
 *         for (uint64_t i = 0; i < gx_error_count(error); i++)
 *             fprintf(stderr, "%s: %s\n", gx_error_pointer(error, i),
 *                     gx_error_message(error, i, GX_EN));
 *         gx_error_free(error);
 *     }
 *
 * @param text     in, copied: the document, at most 16 MiB of UTF-8
 * @param len      its bytes, or GX_NUL
 * @param playbook out, owned: free with gx_playbook_free
 * @param error    out, owned, optional: *all* faults of the document, with places
 * @return         GX_OK, or the code of the first fault
 * @errors         2001 to 2014, 3001 to 3019, 1004 to 1010; GX_E_NULL_POINTER, GX_E_NOT_UTF8
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_playbook_check
 */
int32_t gx_playbook_compile(const char *text,
                            uint64_t len,
                            gx_playbook **playbook,
                            gx_error **error);

/**
 * Checks a text and says everything that was found, as JSON: `valid`, then of
 * a playbook `id`, `version`, `hash`, `semantic_hash` and what it counts, then
 * `faults` and `hints`.
 *
 * A text with faults is no failure of this call: look at `valid`.
 *
 * @param text     in, borrowed: the document
 * @param len      its bytes, or GX_NUL
 * @param language GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_playbook_compile
 */
int32_t gx_playbook_check(const char *text,
                          uint64_t len,
                          uint32_t language,
                          gx_bytes **json,
                          gx_error **error);

/**
 * Gives the document in its one canonical form: equal playbooks give equal
 * bytes.
 *
 * @param playbook in, borrowed
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_playbook_hash
 */
int32_t gx_playbook_json(const gx_playbook *playbook, gx_bytes **json, gx_error **error);

/**
 * Gives the SHA-256 of the canonical form, in 64 hexadecimal digits: which
 * playbook it is.
 *
 * @param playbook in, borrowed
 * @return         text with NUL, borrowed until `playbook` is freed
 * @errors         NULL where `playbook` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_playbook_json
 */
const char *gx_playbook_hash(const gx_playbook *playbook);

/**
 * Gives what people call the playbook; its id where its author gave no label.
 *
 * @param playbook in, borrowed
 * @param language GX_EN or GX_ZH
 * @return         text with NUL, borrowed until `playbook` is freed
 * @errors         NULL where `playbook` is no live handle, or there is no such language
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_label
 */
const char *gx_playbook_label(const gx_playbook *playbook, uint32_t language);

/**
 * Frees a playbook. Stores and reviews made with it are not affected.
 *
 * @param playbook in, moved; NULL is fine
 * @return         GX_OK, or a code
 * @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
 * @threads        any; no other call uses `playbook`
 * @since          0.1
 * @see            gx_playbook_compile
 */
int32_t gx_playbook_free(gx_playbook *playbook);

/**
 * Reads an instant: RFC 3339 (`2026-03-01T09:30:00+08:00`), local time of the
 * playbook's zone (`2026-03-01 09:30`), or a bare date for the end of that day.
 *
 * @param playbook in, borrowed: whose zone local times are of
 * @param text     in, borrowed
 * @param len      its bytes, or GX_NUL
 * @param time     out: microseconds since 1970 in UTC
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_MALFORMED_VALUE, GX_E_TIME_OUT_OF_RANGE, GX_E_TOO_FINE, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_time_show
 */
int32_t gx_time_parse(const gx_playbook *playbook,
                      const char *text,
                      uint64_t len,
                      int64_t *time,
                      gx_error **error);

/**
 * Writes an instant for a person, in local time with the zone:
 * `1998-07-01 00:00 America/New_York`.
 *
 * @param playbook in, borrowed: whose zone it is
 * @param time     microseconds since 1970 in UTC
 * @param text     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_TIME_OUT_OF_RANGE, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_time_parse
 */
int32_t gx_time_show(const gx_playbook *playbook, int64_t time, gx_bytes **text, gx_error **error);

/**
 * Opens the store in a file, or makes one where there is no file.
 *
 * The schema of the playbook is recorded in the file; one that adds kinds or
 * nullable attributes to the recorded one is recorded too.
 *
 * @param path     in, borrowed: UTF-8, the name of a file, whatever it is (`:memory:` too)
 * @param len      its bytes, or GX_NUL
 * @param playbook in, borrowed: what facts look like
 * @param store    out, owned: free with gx_store_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_INVALID_ARGUMENT for no path, or one with a NUL in it; GX_E_SCHEMA_MISMATCH, GX_E_NOT_A_STORE, GX_E_NEWER_STORE, GX_E_IO, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_CORRUPT
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_store_open_read_only, gx_store_in_memory
 */
int32_t gx_store_open(const char *path,
                      uint64_t len,
                      const gx_playbook *playbook,
                      gx_store **store,
                      gx_error **error);

/**
 * Opens the store in a file for questions only; never makes a file, and records
 * nothing.
 *
 * @param path     in, borrowed: UTF-8
 * @param len      its bytes, or GX_NUL
 * @param playbook in, borrowed: what facts look like
 * @param store    out, owned: free with gx_store_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         as gx_store_open; GX_E_IO where there is no file
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_store_open
 */
int32_t gx_store_open_read_only(const char *path,
                                uint64_t len,
                                const gx_playbook *playbook,
                                gx_store **store,
                                gx_error **error);

/**
 * Makes a store without facts that is gone when it is freed.
 *
 * @param playbook in, borrowed: what facts look like
 * @param store    out, owned: free with gx_store_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_store_open
 */
int32_t gx_store_in_memory(const gx_playbook *playbook, gx_store **store, gx_error **error);

/**
 * Counts what the store holds, as JSON: `kinds`, `first_at`, `last_at`,
 * `last_sequence` and `last_seen`.
 *
 * @param store    in, borrowed
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_IO, GX_E_BUSY, GX_E_CORRUPT
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_verify
 */
int32_t gx_store_statistics(gx_store *store, gx_bytes **json, gx_error **error);

/**
 * Checks that nothing of the store is damaged or missing. The report is JSON:
 * `sound`, `facts`, `batches`, `chain` (the running hash over all facts) and
 * `faults`. Costs several passes over the file.
 *
 * @param store    in, borrowed
 * @param language GX_EN or GX_ZH
 * @param report   out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK where the check could be done; look at `sound`
 * @errors         GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_backup
 */
int32_t gx_store_verify(gx_store *store, uint32_t language, gx_bytes **report, gx_error **error);

/**
 * Copies the store, while it is in use, into a new file, which appears under
 * its name only when it is complete and was checked.
 *
 * @param store    in, borrowed
 * @param path     in, borrowed: UTF-8; there must be no such file
 * @param len      its bytes, or GX_NUL
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_IO where the name is taken; GX_E_INVALID_ARGUMENT for a store in memory
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_verify
 */
int32_t gx_store_backup(gx_store *store, const char *path, uint64_t len, gx_error **error);

/**
 * Closes a store. What was appended is on the disk already.
 *
 * @param store    in, moved; NULL is fine
 * @return         GX_OK, or a code
 * @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE, GX_E_HANDLE_IN_USE
 * @threads        any; no other call uses `store`
 * @since          0.1
 * @see            gx_store_open
 */
int32_t gx_store_free(gx_store *store);

/**
 * Records facts from JSON Lines, in one transaction, with a verdict for every
 * line.
 *
 * A line is an object: `{"kind": "purchase", "customer": "C-1", "at":
 * "2026-03-01", "amount": "12.50"}`. A line that cannot be a fact is refused
 * with its reason and keeps no other from being recorded; the call is GX_OK,
 * and the report says so. Recording the same lines again changes nothing. A
 * line with `seen` was learnt then; lines are recorded in the order in which
 * they were learnt, and one that was learnt before what an earlier call has
 * recorded is refused.
 *
 * The report is JSON: `file`, `of`, `verdicts` (`new`, `same`, `pending`,
 * `conflict`, `refused`), `columns`, `unknown_kinds`, `not_recorded`, the first
 * 20 lines that were not recorded with the reasons, `more_not_recorded`, how
 * many others there are, and `waiting`, the first 20 lines whose corrections
 * are recorded and wait for what they correct. With `dry_run` of the options
 * the report is the same, and nothing is recorded: how a host sees before the
 * first import which rows, kinds and columns its mapping does not fit.
 *
 * @param store    in, borrowed, changed
 * @param lines    in, copied: UTF-8, an object a line
 * @param len      its bytes, or GX_NUL
 * @param seen     when the facts were learnt that do not say it themselves, in microseconds since 1970, never before that of an earlier call; or GX_SEEN_BACKFILL
 * @param options  in, borrowed, optional
 * @param report   out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was recorded
 * @errors         GX_E_SEEN_DECREASES, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_IO; of a mapping 2001 to 2014
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_append_options, gx_store_append_columns
 */
int32_t gx_store_append_lines(gx_store *store,
                              const char *lines,
                              uint64_t len,
                              int64_t seen,
                              const gx_append_options *options,
                              gx_bytes **report,
                              gx_error **error);

/**
 * Records facts from columns, in one transaction, with a verdict for every row.
 *
 * The columns are called as those of a table would be (customers: `id`,
 * `valid_from`, attributes, `consent.PURPOSE.CHANNEL`; events: `kind`,
 * `customer`, `at`, fields, `id`, `source`, `seen`, `revision`, `supersedes`,
 * `retracts`), or as a mapping says. A value means what its text in JSON would
 * mean: the same rows give the same facts as through gx_store_append_lines, and
 * the report is the same too; rows are counted from 1.
 *
 * @param store    in, borrowed, changed
 * @param columns  in, borrowed: so many structs, one behind the other
 * @param n_columns how many columns there are
 * @param rows     how many rows each column has
 * @param seen     when the facts were learnt that do not say it themselves, in microseconds since 1970, never before that of an earlier call; or GX_SEEN_BACKFILL
 * @param options  in, borrowed, optional
 * @param report   out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was recorded
 * @errors         GX_E_MALFORMED_COLUMN with the column's name as its place; GX_E_MISSING_COLUMN, GX_E_UNKNOWN_COLUMN, GX_E_DUPLICATE_COLUMN; as gx_store_append_lines
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_append_arrow, gx_store_append_lines
 */
int32_t gx_store_append_columns(gx_store *store,
                                const gx_column *columns,
                                uint64_t n_columns,
                                uint64_t rows,
                                int64_t seen,
                                const gx_append_options *options,
                                gx_bytes **report,
                                gx_error **error);

/**
 * Records facts from an array of the Arrow C Data Interface, in one
 * transaction, with a verdict for every row.
 *
 * The array is a struct of columns, called as for gx_store_append_columns. Read
 * are whole numbers, floats, decimal128, bool, utf8 (also large, and views),
 * date, timestamp (with a zone: an instant; without: local time), lists of
 * utf8, null, and dictionaries of these. Offsets, lengths, codes and UTF-8 are
 * checked; how long a buffer is cannot be.
 *
 * @param store    in, borrowed, changed
 * @param array    in, moved: released once, whatever the call returns
 * @param schema   in, moved: released once, whatever the call returns
 * @param seen     as for gx_store_append_columns
 * @param options  in, borrowed, optional
 * @param report   out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was recorded
 * @errors         as gx_store_append_columns
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_append_stream, gx_store_append_columns
 */
int32_t gx_store_append_arrow(gx_store *store,
                              struct ArrowArray *array,
                              struct ArrowSchema *schema,
                              int64_t seen,
                              const gx_append_options *options,
                              gx_bytes **report,
                              gx_error **error);

/**
 * Records facts from a stream of the Arrow C Data Interface, all its arrays in
 * one transaction, with a verdict for every row.
 *
 * @param store    in, borrowed, changed
 * @param stream   in, moved: released once, whatever the call returns
 * @param seen     as for gx_store_append_columns
 * @param options  in, borrowed, optional
 * @param report   out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was recorded
 * @errors         GX_E_IO where the stream fails, with what it says; as gx_store_append_columns
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_append_arrow
 */
int32_t gx_store_append_stream(gx_store *store,
                               struct ArrowArrayStream *stream,
                               int64_t seen,
                               const gx_append_options *options,
                               gx_bytes **report,
                               gx_error **error);

/**
 * Records facts from JSON Lines and works out what follows for the customers that
 * they are about: states, segments, effects. All of that is one transaction.
 *
 * The answer is JSON: `rows`, the report of gx_store_append_lines; `now`,
 * `customers` who were looked at, `changes` told, `effects` queued, `taken_back`,
 * `waiting` who are due besides, `failures` of definitions, and `begun` where this
 * was the first call. What changed and what is to be done is asked with
 * gx_store_follow. Facts that come as columns are appended, and caught up with by
 * its `advance`.
 *
 * @param store    in, borrowed, changed
 * @param playbook in, borrowed: with the schema that the store was opened with, the same in every call
 * @param lines    in, copied: UTF-8, an object a line
 * @param len      its bytes, or GX_NUL
 * @param seen     as for gx_store_append_lines
 * @param now      the host's clock, in microseconds since 1970: facts after it wait for `advance`; an earlier one counts as the latest that was given
 * @param options  in, borrowed, optional: of the rows
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was recorded
 * @errors         as gx_store_append_lines; GX_E_PLAYBOOK_CHANGED, GX_E_SCHEMA_MISMATCH
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_follow, gx_store_append_lines
 */
int32_t gx_store_apply(gx_store *store,
                       const gx_playbook *playbook,
                       const char *lines,
                       uint64_t len,
                       int64_t seen,
                       int64_t now,
                       const gx_append_options *options,
                       gx_bytes **json,
                       gx_error **error);

/**
 * Lets time pass for a store that is followed, tells what is otherwise and what is to
 * be done, and takes acknowledgements. The answer is what the command line prints with
 * `--json`.
 *
 * The question is an object; keys in brackets may be left out:
 *
 *     {"ask": "advance", ["limit": 1000]}    as long as somebody is `waiting`, ask again
 *     {"ask": "adopt"}                       from now on by this playbook
 *     {"ask": "changes", ["after": 0, "limit": 1000]}    go on after the `last`
 *     {"ask": "effects", ["after": 0, "limit": 1000]}    until they are acknowledged
 *     {"ask": "ack", "ids": ["..."]}
 *     {"ask": "recompute"}                   is what is kept what the facts give?
 *     {"ask": "audit_trail", ["about": "C-1", "after": 0, "limit": 1000, "expect": ".."]}
 *                                            what was done by hand, and whether it adds up
 *     {"ask": "restrict", "customer": "C-1", ["actor": "li", "reason": ".."]}
 *     {"ask": "lift_restriction", "customer": "C-1", ["actor": "li", "reason": ".."]}
 *     {"ask": "restrictions"}                whose facts are kept and not used
 *
 * A process that dies between two calls has lost nothing and repeats nothing; one that
 * dies after it carried out an effect gets it again, under the same id.
 *
 * Example:
 *
 *     gx_bytes *json = NULL;
 *     if (gx_store_follow(store, playbook, now, "{\"ask\": \"advance\"}", GX_NUL, GX_EN,
 *                         &json, NULL) == GX_OK) {
 *         puts(gx_bytes_data(json));
 *         gx_bytes_free(json);
 *     }
 *
 * @param store    in, borrowed, changed
 * @param playbook in, borrowed: with the schema that the store was opened with, the same in every call
 * @param now      up to when time passes, or when it is done, in microseconds since 1970; needed for `advance`, `adopt`, `restrict` and `lift_restriction`, otherwise GX_TIME_NONE
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the question, with places
 * @return         GX_OK; after any other code nothing has changed
 * @errors         2001 to 2014 of the question; GX_E_PLAYBOOK_CHANGED, GX_E_INVALID_ARGUMENT, GX_E_SCHEMA_MISMATCH, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_IO
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_apply
 */
int32_t gx_store_follow(gx_store *store,
                        const gx_playbook *playbook,
                        int64_t now,
                        const char *question,
                        uint64_t len,
                        uint32_t language,
                        gx_bytes **json,
                        gx_error **error);

/**
 * Says who acts through this handle from now on, and why: so it is entered into the
 * audit trail with every command, adoption of a playbook, erasure and restriction.
 *
 * @param store    in, borrowed, changed
 * @param actor    in, copied, optional: UTF-8, a person of the host; NULL: nobody says
 * @param actor_len its bytes, or GX_NUL
 * @param reason   in, copied, optional: UTF-8
 * @param reason_len its bytes, or GX_NUL
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NOT_UTF8
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_follow, gx_store_command, gx_store_erase
 */
int32_t gx_store_sign(gx_store *store,
                      const char *actor,
                      uint64_t actor_len,
                      const char *reason,
                      uint64_t reason_len,
                      gx_error **error);

/**
 * Follows a table of the host: works out which rows are new, say something else,
 * are gone or are missing, and records that, in one transaction; or tells which
 * tables are followed and how far each was read, or holds the host's counts and
 * sums against those of the store. The answer is what the command line prints with
 * `--json`; of a `sync`, of the one table.
 *
 * The question is an object; keys in brackets may be left out:
 *
 *     {"ask": "sync", "table": "orders", "mapping": {...},
 *      ["follow": true, "backfill": true, "host_restored": true, "most_gone": 20,
 *       "from": "2026-03-01", "to": "2026-03-31"]}
 *     {"ask": "feeds"}
 *     {"ask": "reconcile", "figures": [{"kind": "purchase", ["source": "erp",
 *      "period": "2026-03", "count": 120, "sums": {"amount": "1250.00"}]}]}
 *
 * The mapping says under `sync` which rows are handed over (`append`, `changes`,
 * `snapshot`), by which column a later version is known, which rows are deleted, and
 * how far the host was read. Rows are JSON Lines, flat objects with the host's columns
 * as keys. A row that cannot be read keeps no other from being recorded; it is in the
 * answer, and the cursor stays where it was.
 *
 * @param store    in, borrowed, changed by `sync` alone
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param rows     in, borrowed, optional: UTF-8, an object a line
 * @param rows_len its bytes, or GX_NUL
 * @param seen     when the rows were read from the host, in microseconds since 1970, never before that of an earlier call
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the question, with places
 * @return         GX_OK; after any other code nothing was recorded
 * @errors         2001 to 2014 of the question and its mapping; GX_E_TOO_MANY_GONE, GX_E_SEEN_DECREASES, GX_E_SCHEMA_MISMATCH, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_IO
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_append_lines
 */
int32_t gx_store_feed(gx_store *store,
                      const gx_playbook *playbook,
                      const char *question,
                      uint64_t len,
                      const char *rows,
                      uint64_t rows_len,
                      int64_t seen,
                      uint32_t language,
                      gx_bytes **json,
                      gx_error **error);

/**
 * Carries out what a person decided or asks for: checks it against the playbook
 * and what is known, and records it. All of that is one transaction, in which
 * nobody else writes: of two who claim one customer, one gets it.
 *
 * A command is a JSON object with one key:
 *
 *     {"merge": {"from": "C-2", "into": "C-1"}}        two ids are one customer
 *     {"unmerge": {"from": "C-2", "into": "C-1"}}      they are not after all
 *     {"override": {"customer": "C-1", "machine": "relationship", "state": "lost",
 *                   "pinned": true, "until": "2026-06-30", "actor": "li",
 *                   "reason": "moved away"}}           without `state`: let go of
 *     {"retract": {"source": "command", "id": "..."}}  a fact is taken back
 *     {"claim": {"customer": "C-1", "owner": "li"}}    also with `actor`, `reason`
 *     {"release": {"customer": "C-1", "actor": "li"}}  and `exempt`, as the next
 *     {"transfer": {"customer": "C-1", "owner": "wu", "actor": "li"}}
 *     {"extend": {"customer": "C-1", "until": "2026-06-30", "actor": "li"}}
 *
 * What was recorded is JSON: `customers`, `facts` (`source`, `id`, `verdict`),
 * `seen` and, of a request, `decision` with `granted`, `evidence` and `faults`. A
 * request that is refused is recorded too, and GX_OK.
 *
 * @param store    in, borrowed, changed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param command  in, borrowed: UTF-8
 * @param len      its bytes, or GX_NUL
 * @param at       from when on it holds, in microseconds since 1970
 * @param seen     when it was given, what is recorded already as the earliest; or GX_SEEN_BACKFILL
 * @param language of the reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was recorded
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE, GX_E_CONFLICT, GX_E_INVALID_ARGUMENT, GX_E_SEEN_DECREASES, GX_E_BUSY, GX_E_IO; of the command 2001 to 2008
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_journey_states
 */
int32_t gx_store_command(gx_store *store,
                         const gx_playbook *playbook,
                         const char *command,
                         uint64_t len,
                         int64_t at,
                         int64_t seen,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);

/**
 * Erases a customer: everything about this id and those merged with it goes,
 * from the file too. Skeletons of events stay under a surrogate, so that flows
 * balance; facts about the erased are refused from then on.
 *
 * What it came to is JSON: `at`, `ids`, `facts`, `events` (skeletons that stay),
 * `mentions` (facts about others that have such an id among their texts, and
 * stay as they are), `surrogates` and `wiped`: false where somebody was reading
 * or the disk is full, and old bytes are cleared away when the file is next
 * opened for writing.
 *
 * @param store    in, borrowed, changed
 * @param id       in, borrowed: the customer's id
 * @param len      its bytes, or GX_NUL
 * @param at       from when on nobody is there, in microseconds since 1970
 * @param trial    1: say what would go, and erase nothing; 0: erase
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was erased
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_BUSY, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_IO
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_erasures
 */
int32_t gx_store_erase(gx_store *store,
                       const char *id,
                       uint64_t len,
                       int64_t at,
                       uint32_t trial,
                       gx_bytes **json,
                       gx_error **error);

/**
 * Gives the list of erasures as JSON, to be kept with the backups: `[{"mark",
 * "at"}]`. No id can be read from a mark.
 *
 * @param store    in, borrowed
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_BUSY, GX_E_IO
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_erase_listed
 */
int32_t gx_store_erasures(gx_store *store, gx_bytes **json, gx_error **error);

/**
 * Erases everybody on a list of erasures, as after the restore of an older
 * backup, and keeps the list: who is not there and comes later is refused.
 *
 * What it came to is JSON as of gx_store_erase; `{"facts":0,"ids":0}` where
 * everybody was erased there already.
 *
 * @param store    in, borrowed, changed
 * @param list     in, borrowed: what gx_store_erasures gave
 * @param len      its bytes, or GX_NUL
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK; after any other code nothing was erased
 * @errors         GX_E_BUSY, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_IO; of the list 2001 to 2008
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_store_erasures
 */
int32_t gx_store_erase_listed(gx_store *store,
                              const char *list,
                              uint64_t len,
                              gx_bytes **json,
                              gx_error **error);

/**
 * Answers every question of a playbook about rows in memory, which are not
 * recorded: a store that held them, appended in this order as history that is
 * filled in, would be reviewed with the same answers.
 *
 * Put customers first and events last. Events are fast where their ids are
 * texts in ascending order and nothing is wrong with them or corrected.
 *
 * @param playbook in, borrowed
 * @param tables   in, borrowed: so many structs, one behind the other; streams in them are moved
 * @param n_tables how many tables there are
 * @param language of the reasons in the reports: GX_EN or GX_ZH
 * @param as_of    the instant of the answers, in microseconds since 1970; GX_TIME_NONE: the first local midnight after the last fact
 * @param options  in, borrowed, optional; without `known_at`
 * @param review   out, owned: free with gx_review_free
 * @param reports  out, owned, optional: a JSON array with the report on each table, as of gx_store_append_columns; free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         as gx_store_append_stream and gx_review_create
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_review_create, gx_store_append_columns
 */
int32_t gx_review_columns(const gx_playbook *playbook,
                          const gx_table *tables,
                          uint64_t n_tables,
                          uint32_t language,
                          int64_t as_of,
                          const gx_review_options *options,
                          gx_review **review,
                          gx_bytes **reports,
                          gx_error **error);

/**
 * Answers every question of a playbook about the facts of a store.
 *
 * Loads the facts once: about a second for two million of them.
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answers, in microseconds since 1970; GX_TIME_NONE: the first local midnight after the last fact, where a fact has a date
 * @param options  in, borrowed, optional
 * @param review   out, owned: free with gx_review_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_INVALID_ARGUMENT, GX_E_IO, GX_E_BUSY, GX_E_CORRUPT
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_kind_count, gx_machine_count, gx_segment_count, gx_query_json, gx_customer_json
 */
int32_t gx_review_create(gx_store *store,
                         const gx_playbook *playbook,
                         int64_t as_of,
                         const gx_review_options *options,
                         gx_review **review,
                         gx_error **error);

/**
 * Gives the whole review as JSON, without the members of segments.
 *
 * @param review   in, borrowed
 * @param language of reasons: GX_EN or GX_ZH; labels come in both
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER, GX_E_INVALID_ARGUMENT
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_ids
 */
int32_t gx_review_json(const gx_review *review,
                       uint32_t language,
                       gx_bytes **json,
                       gx_error **error);

/**
 * Gives the instant of the answers.
 *
 * @param review   in, borrowed
 * @return         microseconds since 1970 in UTC
 * @errors         GX_TIME_NONE where `review` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_time_show
 */
int64_t gx_review_as_of(const gx_review *review);

/**
 * Counts the customers who were there.
 *
 * @param review   in, borrowed
 * @return         how many customers there were at that instant
 * @errors         0 where `review` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_review_events
 */
uint64_t gx_review_customers(const gx_review *review);

/**
 * Counts the events that had happened.
 *
 * @param review   in, borrowed
 * @return         how many events had happened by that instant
 * @errors         0 where `review` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_review_customers
 */
uint64_t gx_review_events(const gx_review *review);

/**
 * Gives the customers who were there as an array of the Arrow C Data Interface:
 * a struct with a row for each, in the order of their ids.
 *
 * Its columns are `id` (large_utf8); each attribute by its name, as it was at the
 * instant of the review: int64, decimal128, bool, date32, timestamp in UTC, texts
 * and labels as a dictionary, sets as lists; and for each segment `segment.NAME`,
 * a bool.
 *
 * @param review   in, borrowed
 * @param array    out, owned: released by its own callback; outlives `review`
 * @param schema   out, owned: released by its own callback
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_query_arrow, gx_ids_arrow
 */
int32_t gx_review_arrow(const gx_review *review,
                        struct ArrowArray *array,
                        struct ArrowSchema *schema,
                        gx_error **error);

/**
 * Frees a review.
 *
 * @param review   in, moved; NULL is fine
 * @return         GX_OK, or a code
 * @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
 * @threads        any; no other call uses `review`
 * @since          0.1
 * @see            gx_review_create
 */
int32_t gx_review_free(gx_review *review);

/**
 * Counts the kinds of events of the playbook.
 *
 * @param review   in, borrowed
 * @return         how many kinds there are
 * @errors         0 where `review` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_kind_name
 */
uint64_t gx_kind_count(const gx_review *review);

/**
 * Gives the name of a kind of event. They are in the order of their names.
 *
 * @param review   in, borrowed
 * @param index    which kind, from 0
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such kind
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_kind_label
 */
const char *gx_kind_name(const gx_review *review, uint64_t index);

/**
 * Gives what people call a kind of event; its name where its author gave no label.
 *
 * @param review   in, borrowed
 * @param index    which kind, from 0
 * @param language GX_EN or GX_ZH
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such kind or language
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_kind_name
 */
const char *gx_kind_label(const gx_review *review, uint64_t index, uint32_t language);

/**
 * Counts the events of a kind that had happened, and the customers who had at
 * least one.
 *
 * @param review   in, borrowed
 * @param index    which kind, from 0
 * @param events   out
 * @param customers out, optional
 * @param first    out, optional: microseconds since 1970; GX_TIME_NONE where there is none
 * @param last     out, optional: microseconds since 1970; GX_TIME_NONE where there is none
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_INVALID_ARGUMENT, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_kind_count
 */
int32_t gx_kind_events(const gx_review *review,
                       uint64_t index,
                       uint64_t *events,
                       uint64_t *customers,
                       int64_t *first,
                       int64_t *last,
                       gx_error **error);

/**
 * Counts the lifecycle machines of the playbook.
 *
 * @param review   in, borrowed
 * @return         how many machines there are
 * @errors         0 where `review` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_name
 */
uint64_t gx_machine_count(const gx_review *review);

/**
 * Gives the name of a machine. They are in the order of their names.
 *
 * @param review   in, borrowed
 * @param machine  which machine, from 0
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such machine
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_label
 */
const char *gx_machine_name(const gx_review *review, uint64_t machine);

/**
 * Gives what people call a machine; its name where its author gave no label.
 *
 * @param review   in, borrowed
 * @param machine  which machine, from 0
 * @param language GX_EN or GX_ZH
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such machine or language
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_states
 */
const char *gx_machine_label(const gx_review *review, uint64_t machine, uint32_t language);

/**
 * Counts the states of a machine, and the customers for whom one of its
 * definitions failed and who went on without it.
 *
 * @param review   in, borrowed
 * @param machine  which machine, from 0
 * @param states   out
 * @param keyed    out, optional: 1 where the machine runs once for each key, so that runs are counted instead of customers; else 0
 * @param troubles out, optional
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_MACHINE, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_state_customers, gx_machine_balance
 */
int32_t gx_machine_states(const gx_review *review,
                          uint64_t machine,
                          uint64_t *states,
                          uint32_t *keyed,
                          uint64_t *troubles,
                          gx_error **error);

/**
 * Gives the name of a state. A state comes after the one it is inside, the
 * likely ones first.
 *
 * @param review   in, borrowed
 * @param machine  which machine, from 0
 * @param state    which of its states, from 0
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such machine or state
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_state_label
 */
const char *gx_state_name(const gx_review *review, uint64_t machine, uint64_t state);

/**
 * Gives what people call a state; its name where its author gave no label.
 *
 * @param review   in, borrowed
 * @param machine  which machine, from 0
 * @param state    which of its states, from 0
 * @param language GX_EN or GX_ZH
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such machine, state or language
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_state_customers
 */
const char *gx_state_label(const gx_review *review,
                           uint64_t machine,
                           uint64_t state,
                           uint32_t language);

/**
 * Counts the customers who are in a state, or in one inside it; of a machine
 * that runs once for each key, runs.
 *
 * @param review   in, borrowed
 * @param machine  which machine, from 0
 * @param state    which of its states, from 0
 * @param customers out
 * @param inside   out, optional: the state that it is inside, from 0; GX_OUTERMOST where it is inside none
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_states
 */
int32_t gx_state_customers(const gx_review *review,
                           uint64_t machine,
                           uint64_t state,
                           uint64_t *customers,
                           uint64_t *inside,
                           gx_error **error);

/**
 * Counts who came into each state of a machine and who went out, in the one
 * period of the calendar that an instant is in. The numbers are in the order of
 * gx_state_name. Costs a pass over the facts.
 *
 * @param review   in, borrowed
 * @param name     in, borrowed, optional: where the playbook has one machine alone
 * @param len      its bytes, or GX_NUL
 * @param every    in, borrowed: the unit of the calendar, as "month"
 * @param every_len its bytes, or GX_NUL
 * @param at       an instant of the period; GX_TIME_NONE: the last one before the instant of the review
 * @param balances out: one for each state
 * @param n_balances how many there is room for: as many as gx_machine_states says
 * @param from     out, optional: the first instant of the period
 * @param until    out, optional: the first instant after it; not over where it is after that of the review
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_MACHINE, GX_E_MALFORMED_VALUE, GX_E_INVALID_ARGUMENT, GX_E_TIME_OUT_OF_RANGE, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_states, gx_machine_flow
 */
int32_t gx_machine_balance(const gx_review *review,
                           const char *name,
                           uint64_t len,
                           const char *every,
                           uint64_t every_len,
                           int64_t at,
                           gx_balance *balances,
                           uint64_t n_balances,
                           int64_t *from,
                           int64_t *until,
                           gx_error **error);

/**
 * Counts the segments of the playbook.
 *
 * @param review   in, borrowed
 * @return         how many segments there are
 * @errors         0 where `review` is no live handle
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_name
 */
uint64_t gx_segment_count(const gx_review *review);

/**
 * Gives the name of a segment. They are in the order of their names.
 *
 * @param review   in, borrowed
 * @param index    which segment, from 0
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such segment
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_label
 */
const char *gx_segment_name(const gx_review *review, uint64_t index);

/**
 * Gives what people call a segment; its name where its author gave no label.
 *
 * @param review   in, borrowed
 * @param index    which segment, from 0
 * @param language GX_EN or GX_ZH
 * @return         text with NUL, borrowed until `review` is freed
 * @errors         NULL where there is no such segment or language
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_name
 */
const char *gx_segment_label(const gx_review *review, uint64_t index, uint32_t language);

/**
 * Counts the members of a segment, and those for whom its condition is an
 * error and who are not in it.
 *
 * @param review   in, borrowed
 * @param index    which segment, from 0
 * @param members  out
 * @param errors   out, optional
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_SEGMENT, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_ids
 */
int32_t gx_segment_members(const gx_review *review,
                           uint64_t index,
                           uint64_t *members,
                           uint64_t *errors,
                           gx_error **error);

/**
 * Gives the members of a segment.
 *
 * @param review   in, borrowed
 * @param name     in, borrowed: the segment's name
 * @param len      its bytes, or GX_NUL
 * @param ids      out, owned: free with gx_ids_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_SEGMENT, GX_E_NULL_POINTER, GX_E_NOT_UTF8
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_segment_members
 */
int32_t gx_segment_ids(const gx_review *review,
                       const char *name,
                       uint64_t len,
                       gx_ids **ids,
                       gx_error **error);

/**
 * Counts the customers who satisfy a condition, as JSON: `members`,
 * `population`, `errors`, `as_of`, and `failures` and `notes` where there are some.
 *
 * @param review     in, borrowed
 * @param expression in, borrowed: a condition in the words of the playbook
 * @param len        its bytes, or GX_NUL
 * @param language   of reasons: GX_EN or GX_ZH
 * @param json       out, owned: free with gx_bytes_free
 * @param error      out, owned, optional: all faults of the expression, with bytes
 * @return           GX_OK, or a code
 * @errors           3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
 * @threads          any, any number at once
 * @since            0.1
 * @see              gx_query_ids
 */
int32_t gx_query_json(const gx_review *review,
                      const char *expression,
                      uint64_t len,
                      uint32_t language,
                      gx_bytes **json,
                      gx_error **error);

/**
 * Gives the customers who satisfy a condition.
 *
 * @param review     in, borrowed
 * @param expression in, borrowed: a condition in the words of the playbook
 * @param len        its bytes, or GX_NUL
 * @param ids        out, owned: free with gx_ids_free
 * @param error      out, owned, optional: all faults of the expression, with bytes
 * @return           GX_OK, or a code
 * @errors           3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8
 * @threads          any, any number at once
 * @since            0.1
 * @see              gx_query_json
 */
int32_t gx_query_ids(const gx_review *review,
                     const char *expression,
                     uint64_t len,
                     gx_ids **ids,
                     gx_error **error);

/**
 * Gives the customers who satisfy a condition as an array of the Arrow C Data
 * Interface, with the columns of gx_review_arrow.
 *
 * @param review     in, borrowed
 * @param expression in, borrowed: a condition in the words of the playbook
 * @param len        its bytes, or GX_NUL
 * @param array      out, owned: released by its own callback; outlives `review`
 * @param schema     out, owned: released by its own callback
 * @param error      out, owned, optional: all faults of the expression, with bytes
 * @return           GX_OK, or a code
 * @errors           3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8
 * @threads          any, any number at once
 * @since            0.1
 * @see              gx_review_arrow, gx_query_ids
 */
int32_t gx_query_arrow(const gx_review *review,
                       const char *expression,
                       uint64_t len,
                       struct ArrowArray *array,
                       struct ArrowSchema *schema,
                       gx_error **error);

/**
 * Says why a customer satisfies a condition, or does not, as a tree in JSON.
 *
 * @param review     in, borrowed
 * @param expression in, borrowed: a condition in the words of the playbook
 * @param len        its bytes, or GX_NUL
 * @param customer   in, borrowed: the customer's id
 * @param customer_len its bytes, or GX_NUL
 * @param language   GX_EN or GX_ZH
 * @param json       out, owned: free with gx_bytes_free
 * @param error      out, owned, optional: all faults of the expression, with bytes
 * @return           GX_OK, or a code
 * @errors           GX_E_UNKNOWN_CUSTOMER; 3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
 * @threads          any, any number at once
 * @since            0.1
 * @see              gx_customer_json
 */
int32_t gx_query_explain(const gx_review *review,
                         const char *expression,
                         uint64_t len,
                         const char *customer,
                         uint64_t customer_len,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);

/**
 * Shows one customer of a review in full, as JSON: attributes, consents,
 * events, and each segment with the reason.
 *
 * @param review   in, borrowed
 * @param id       in, borrowed: the customer's id
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_customer_load
 */
int32_t gx_customer_json(const gx_review *review,
                         const char *id,
                         uint64_t len,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);

/**
 * Shows one customer of a store in full, as gx_customer_json. Loads the facts
 * of this customer alone, so it is the way for one page on a screen.
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answers, in microseconds since 1970
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param id       in, borrowed: the customer's id
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_customer_json, gx_journey_states
 */
int32_t gx_customer_load(gx_store *store,
                         const gx_playbook *playbook,
                         int64_t as_of,
                         int64_t known_at,
                         const char *id,
                         uint64_t len,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);

/**
 * Draws a machine of a playbook.
 *
 * @param playbook in, borrowed
 * @param name     in, borrowed, optional: where the playbook has one machine alone
 * @param len      its bytes, or GX_NUL
 * @param format   GX_SVG, GX_MERMAID or GX_DOT
 * @param language of labels: GX_EN or GX_ZH
 * @param text     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_MACHINE, GX_E_INVALID_ARGUMENT, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_picture
 */
int32_t gx_machine_diagram(const gx_playbook *playbook,
                           const char *name,
                           uint64_t len,
                           uint32_t format,
                           uint32_t language,
                           gx_bytes **text,
                           gx_error **error);

/**
 * Draws a machine with the customers of a review in each state, and how many
 * went each way in the last month.
 *
 * @param review   in, borrowed
 * @param name     in, borrowed, optional: where the playbook has one machine alone
 * @param len      its bytes, or GX_NUL
 * @param format   GX_SVG, GX_MERMAID or GX_DOT
 * @param language of labels: GX_EN or GX_ZH
 * @param text     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_MACHINE, GX_E_INVALID_ARGUMENT, GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_flow
 */
int32_t gx_machine_picture(const gx_review *review,
                           const char *name,
                           uint64_t len,
                           uint32_t format,
                           uint32_t language,
                           gx_bytes **text,
                           gx_error **error);

/**
 * Counts who came into each state and who went out, period by period, and how
 * long states last, as JSON. For each state opening + began + in - out -
 * erased = closing.
 *
 * @param review   in, borrowed
 * @param name     in, borrowed, optional: one machine; NULL: all
 * @param len      its bytes, or GX_NUL
 * @param every    in, borrowed, optional: the unit of periods, as "month"; NULL: one period
 * @param every_len its bytes, or GX_NUL
 * @param from     the first instant; GX_TIME_NONE: as gx_review chooses
 * @param until    the first instant after; GX_TIME_NONE: the instant of the review
 * @param by       in, borrowed, optional: an expression that groups customers
 * @param by_len   its bytes, or GX_NUL
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_MACHINE, GX_E_MALFORMED_VALUE, GX_E_INVALID_ARGUMENT, 3001 to 3020
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_compare
 */
int32_t gx_machine_flow(const gx_review *review,
                        const char *name,
                        uint64_t len,
                        const char *every,
                        uint64_t every_len,
                        int64_t from,
                        int64_t until,
                        const char *by,
                        uint64_t by_len,
                        gx_bytes **json,
                        gx_error **error);

/**
 * Sets another playbook against that of a review, over everybody, as JSON: who
 * would be in which state, from when on, and what would have to be done or
 * taken back. Both have one schema.
 *
 * @param review   in, borrowed
 * @param other    in, borrowed: the other playbook
 * @param mode     GX_REINTERPRET, GX_FORWARD or GX_SHADOW
 * @param from     from when on, for GX_FORWARD; GX_TIME_NONE otherwise
 * @param map      in, borrowed, optional: {"MACHINE": {"OLD STATE": "NEW STATE"}}
 * @param map_len  its bytes, or GX_NUL
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_SCHEMA_MISMATCH, GX_E_BAD_VALUE, GX_E_INVALID_ARGUMENT, GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_machine_flow
 */
int32_t gx_machine_compare(const gx_review *review,
                           const gx_playbook *other,
                           uint32_t mode,
                           int64_t from,
                           const char *map,
                           uint64_t map_len,
                           gx_bytes **json,
                           gx_error **error);

/**
 * Gives how often, how recently and for how much each customer bought, as an
 * array of the Arrow C Data Interface: a struct with a row for each customer who
 * bought to the end of the calibration, in the order of their ids.
 *
 * The definition is an object; all but `calibration_end` may be left out:
 *
 *     {"purchases": "purchase", "amount": "amount", "refunds": "return.amount",
 *      "grain": "day", "unit": "week", "day_starts": "4:00",
 *      "calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "scores": 5}
 *
 * Purchases within one `grain` are one, times are told in the `unit`; without
 * `amount`, it is the field of this name, where there is one. Counted are all
 * facts that the review was made from, up to the days that are named.
 *
 * Columns: `id` (large_utf8); `frequency` (int64, purchases after the first);
 * `recency` and `T` (float64, from the first purchase to the last and to the
 * end); `monetary` (float64, what a purchase after the first brought on average;
 * missing without one, or where an amount is not known); `log_gaps` (float64, the
 * sum of the logarithms of the times between); with `holdout_end`
 * `holdout_frequency` (int64); with `scores` `r`, `f` and `m` (int64 from 1 on,
 * missing where money is not known).
 *
 * @param review   in, borrowed
 * @param definition in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param array    out, owned: released by its own callback; outlives `review`
 * @param schema   out, owned: released by its own callback
 * @param report   out, owned, optional: JSON with `audit` (what became of every purchase), `excluded` (who has no row, and why) and `scores` (where they are cut); free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the definition, with places
 * @return         GX_OK, or a code
 * @errors         GX_E_INVALID_ARGUMENT, GX_E_UNKNOWN_NAME; 2001 to 2014 of the definition; GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_review_arrow
 */
int32_t gx_review_cbs(const gx_review *review,
                      const char *definition,
                      uint64_t len,
                      struct ArrowArray *array,
                      struct ArrowSchema *schema,
                      gx_bytes **report,
                      gx_error **error);

/**
 * Fits a model of customer value to customers in few numbers.
 *
 * The columns are those of gx_review_cbs: `frequency`, `recency` and `T`; where a
 * model reads them, `monetary` and `log_gaps`; where there are some, `id` and
 * `weight` (how many customers a row stands for). The question is an object:
 *
 *     {"ask": "fit", "model": "bg-nbd"}
 *
 * with `nbd`, `bg-nbd`, `mbg-nbd`, `pareto-nbd`, `bg-cnbd`, `mbg-cnbd`, `gamma-gamma`,
 * and `k`, a number of stages, for the two with a `c`; without it they try some.
 * The answer is what `guanxi fit MODEL CBS.csv --json` prints: `params`,
 * `standard_errors`, `intervals_95`, `covariance_log`, `log_likelihood`, `aic`, `bic`,
 * and in `limit` the simpler model that this one has become, if it has.
 *
 * The model `lead` learns who of those who have not bought yet will. Its columns are
 * `id`, `outcome` (1 for who bought, 0 for who did not, missing where that is open),
 * `weight` where there is one, and numbers for each factor, missing where one is not
 * known. Instead of `k` the question has `outcome` (that column's name), `l2` (how
 * much weights are drawn to zero: 0) and `holdout` (the share that is held out to be
 * judged by: 0.3). The answer is what `guanxi fit lead --json` prints, with the `axis`
 * of a playbook that scores leads so.
 *
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param rows     in, borrowed: columns, or a stream or an array, which are moved; its `table` and `mapping` are not read
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults, with places as `rows:3/recency`
 * @return         GX_OK, or a code
 * @errors         2001 to 2014 of the question; GX_E_BAD_PARAMETERS, GX_E_MISSING_COLUMN, GX_E_BAD_CELL, GX_E_IMPOSSIBLE_HISTORY, GX_E_MALFORMED_COLUMN
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_model_predict, gx_review_cbs
 */
int32_t gx_model_fit(const char *question,
                     uint64_t len,
                     const gx_table *rows,
                     uint32_t language,
                     gx_bytes **json,
                     gx_error **error);

/**
 * Asks a fitted model about the future of each customer.
 *
 * The columns are those of gx_model_fit. The question is an object; keys in
 * brackets may be left out:
 *
 *     {"ask": "predict", "model": "bg-nbd", "params": {"r": 0.24, "alpha": 4.41,
 *      "a": 0.79, "b": 2.43}, "horizon": 39, ["k": 2, "spend": {"p": .., "q": ..,
 *      "v": ..}, "discount": 0.001, "pmf": 5]}
 *
 * `horizon` is in the unit of the rows, `discount` the continuous rate for a unit of
 * it, `spend` the parameters of gamma-gamma, and `pmf` the greatest number of
 * purchases whose probability is asked.
 *
 * The columns that come out are `id` (large_utf8) and float64: `p_alive`, `expected`,
 * with `spend` also `spend` and `clv`, then `p_alive_later`, `discounted`, `residual`,
 * with `spend` also `lifetime_value`, and `p_0`, `p_1`, ...; missing where a value has
 * no bound or is not known.
 *
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param rows     in, borrowed: columns, or a stream or an array, which are moved; its `table` and `mapping` are not read
 * @param language of reasons: GX_EN or GX_ZH
 * @param threads  how many to use, up to 1024; 0 is 1; the number changes no answer
 * @param array    out, owned: released by its own callback
 * @param schema   out, owned: released by its own callback
 * @param report   out, owned, optional: JSON with totals, a newcomer's future, and by which convention money is counted; free with gx_bytes_free
 * @param error    out, owned, optional: all faults, with places as `rows:3/recency`
 * @return         GX_OK, or a code
 * @errors         as gx_model_fit; GX_E_INVALID_ARGUMENT
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_model_fit
 */
int32_t gx_model_predict(const char *question,
                         uint64_t len,
                         const gx_table *rows,
                         uint32_t language,
                         uint32_t threads,
                         struct ArrowArray *array,
                         struct ArrowSchema *schema,
                         gx_bytes **report,
                         gx_error **error);

/**
 * Says where one customer is in each machine, since when, and what is due
 * next, as JSON.
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answers, in microseconds since 1970
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param id       in, borrowed: the customer's id
 * @param len      its bytes, or GX_NUL
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_journey_history
 */
int32_t gx_journey_states(gx_store *store,
                          const gx_playbook *playbook,
                          int64_t as_of,
                          int64_t known_at,
                          const char *id,
                          uint64_t len,
                          gx_bytes **json,
                          gx_error **error);

/**
 * Tells every step of one customer through its machines, and what brought it
 * about, as JSON.
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answers, in microseconds since 1970
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param id       in, borrowed: the customer's id
 * @param len      its bytes, or GX_NUL
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_journey_explain
 */
int32_t gx_journey_history(gx_store *store,
                           const gx_playbook *playbook,
                           int64_t as_of,
                           int64_t known_at,
                           const char *id,
                           uint64_t len,
                           gx_bytes **json,
                           gx_error **error);

/**
 * Tells every step with its reasons, as JSON: the condition clause by clause,
 * and what kept the other ways out of the state.
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answers, in microseconds since 1970
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param id       in, borrowed: the customer's id
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_journey_why_not
 */
int32_t gx_journey_explain(gx_store *store,
                           const gx_playbook *playbook,
                           int64_t as_of,
                           int64_t known_at,
                           const char *id,
                           uint64_t len,
                           uint32_t language,
                           gx_bytes **json,
                           gx_error **error);

/**
 * Says why one customer is not in a state, and how they could come there, as
 * JSON.
 *
 * @param store       in, borrowed
 * @param playbook    in, borrowed: with the schema that the store was opened with
 * @param as_of       the instant of the answers, in microseconds since 1970
 * @param known_at    facts learnt later are left out; GX_TIME_NONE: none is
 * @param id          in, borrowed: the customer's id
 * @param len         its bytes, or GX_NUL
 * @param machine     in, borrowed, optional: where one machine alone has the state
 * @param machine_len its bytes, or GX_NUL
 * @param state       in, borrowed: the state's name
 * @param state_len   its bytes, or GX_NUL
 * @param language    of reasons: GX_EN or GX_ZH
 * @param json        out, owned: free with gx_bytes_free
 * @param error       out, owned, optional: free with gx_error_free
 * @return            GX_OK, or a code
 * @errors            GX_E_UNKNOWN_CUSTOMER, GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE, GX_E_UNKNOWN_RUN, GX_E_SCHEMA_MISMATCH
 * @threads           one call at a time for each store
 * @since             0.1
 * @see               gx_journey_if
 */
int32_t gx_journey_why_not(gx_store *store,
                           const gx_playbook *playbook,
                           int64_t as_of,
                           int64_t known_at,
                           const char *id,
                           uint64_t len,
                           const char *machine,
                           uint64_t machine_len,
                           const char *state,
                           uint64_t state_len,
                           uint32_t language,
                           gx_bytes **json,
                           gx_error **error);

/**
 * Says where one customer would be if something happened, as JSON. Nothing is
 * written.
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answers, in microseconds since 1970
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param id       in, borrowed: the customer's id
 * @param len      its bytes, or GX_NUL
 * @param rows     in, borrowed: a JSON array of rows, or a row a line, as events are taken in
 * @param rows_len its bytes, or GX_NUL
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: every fault of the rows, with places
 * @return         GX_OK, or a code
 * @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_INVALID_ARGUMENT, GX_E_CONFLICT, 4001 to 4015, GX_E_SCHEMA_MISMATCH
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_journey_states
 */
int32_t gx_journey_if(gx_store *store,
                      const gx_playbook *playbook,
                      int64_t as_of,
                      int64_t known_at,
                      const char *id,
                      uint64_t len,
                      const char *rows,
                      uint64_t rows_len,
                      gx_bytes **json,
                      gx_error **error);

/**
 * Evaluates an expression of the language without customers, and gives its
 * value as JSON that says its type: `{"type":"int","value":"3"}`.
 *
 * @param expression in, borrowed
 * @param len        its bytes, or GX_NUL
 * @param bindings   in, borrowed, optional: names and values, as JSON of the same kind: `{"x": {"type": "int", "value": "3"}}`
 * @param bindings_len its bytes, or GX_NUL
 * @param json       out, owned: free with gx_bytes_free
 * @param error      out, owned, optional: free with gx_error_free
 * @return           GX_OK, or a code
 * @errors           3001 to 3019, 1002 to 1010; of bindings 2001 to 2014; GX_E_NULL_POINTER, GX_E_NOT_UTF8
 * @threads          any, any number at once
 * @since            0.1
 * @see              gx_query_json
 */
int32_t gx_eval_json(const char *expression,
                     uint64_t len,
                     const char *bindings,
                     uint64_t bindings_len,
                     gx_bytes **json,
                     gx_error **error);

/**
 * Gives a condition as one SQL statement over the host's own tables, as JSON:
 * `sql`, and `parameters` in the order of their numbers or marks, each with
 * `type` and `value`. It gives the ids of those who satisfy the condition.
 *
 * @param playbook   in, borrowed
 * @param expression in, borrowed: a condition in the words of the playbook, like `segment('vip')`
 * @param len        its bytes, or GX_NUL
 * @param tables     in, borrowed: where the tables keep what the schema declares, as JSON
 * @param tables_len its bytes, or GX_NUL
 * @param dialect    in, borrowed: `sqlite`, `postgresql`, `mysql`, `mariadb` or `duckdb`
 * @param dialect_len its bytes, or GX_NUL
 * @param as_of      the instant of the question, in microseconds since 1970 in UTC
 * @param json       out, owned: free with gx_bytes_free
 * @param error      out, owned, optional: all faults of the tables, or of the expression, with bytes
 * @return           GX_OK, or a code
 * @errors           3001 to 3040; of tables 2001 to 2014; GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
 * @threads          any, any number at once
 * @since            0.1
 * @see              gx_query_ids
 */
int32_t gx_statement_json(const gx_playbook *playbook,
                          const char *expression,
                          uint64_t len,
                          const char *tables,
                          uint64_t tables_len,
                          const char *dialect,
                          uint64_t dialect_len,
                          int64_t as_of,
                          gx_bytes **json,
                          gx_error **error);

/**
 * Answers a question about segments, as JSON: who is in one, why, since when, who
 * will leave, how segments overlap and differ, what is wrong with them, who may be
 * contacted. The answer is what the command line prints with `--json`.
 *
 * The question is an object; keys in brackets may be left out:
 *
 *     {"ask": "list"}
 *     {"ask": "members", "segment": "vip"}
 *     {"ask": "explain", "segment": "vip", "customer": "C-1"}
 *     {"ask": "history", "segment": "vip", "customer": "C-1"}
 *     {"ask": "leaving", "segment": "vip", ["within": "days(7)"]}
 *     {"ask": "overlap", ["segments": ["vip", "silent"]]}
 *     {"ask": "diff"}
 *     {"ask": "diff_review"}
 *     {"ask": "review", ["measured_from": "2026-03-01"]}
 *     {"ask": "audience", "segment": "vip", "purpose": "marketing", "channels": ["sms"],
 *      ["exclude": ["silent"], "holdout": {"percent": "10", "salt": "spring"},
 *       "caps": [{"list": "contacts", "most": 2, "within": "days(30)"}],
 *       "quiet": {"from": "21:00", "until": "09:00"}]}
 *
 * Example:
 *
 *     gx_bytes *json = NULL;
 *     if (gx_segment_answer(store, playbook, NULL, GX_TIME_NONE, GX_TIME_NONE,
 *                           "{\"ask\": \"members\", \"segment\": \"vip\"}", GX_NUL, GX_EN,
 *                           &json, NULL) == GX_OK) {
 *         puts(gx_bytes_data(json));
 *         gx_bytes_free(json);
 *     }
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param other    in, borrowed, optional: the playbook that `diff` (of segments) and `diff_review` (of everything) compare with, of the same schema
 * @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the question, with places
 * @return         GX_OK, or a code
 * @errors         2001 to 2014 of the question; GX_E_UNKNOWN_SEGMENT, GX_E_UNKNOWN_CUSTOMER, GX_E_UNFORESEEN, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_segment_ids
 */
int32_t gx_segment_answer(gx_store *store,
                          const gx_playbook *playbook,
                          const gx_playbook *other,
                          int64_t as_of,
                          int64_t known_at,
                          const char *question,
                          uint64_t len,
                          uint32_t language,
                          gx_bytes **json,
                          gx_error **error);

/**
 * Answers a question about value and tiers, as JSON: what everybody is worth, in
 * which tier one customer is and why, who moved. The answer is what the command
 * line prints with `--json`.
 *
 * The question is an object; keys in brackets may be left out:
 *
 *     {"ask": "value", ["top": 10]}          everybody, the whale curve, key accounts
 *     {"ask": "tier", "customer": "C-1"}     why, and what would change it
 *     {"ask": "tiers", "from": "2026-01-01"} who moved since, by causes
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the question, with places
 * @return         GX_OK, or a code
 * @errors         2001 to 2014 of the question; GX_E_UNKNOWN_REFERENCE where the playbook values nobody, GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_segment_answer
 */
int32_t gx_value_answer(gx_store *store,
                        const gx_playbook *playbook,
                        int64_t as_of,
                        int64_t known_at,
                        const char *question,
                        uint64_t len,
                        uint32_t language,
                        gx_bytes **json,
                        gx_error **error);

/**
 * Answers a question about KPIs and scorecards, as JSON: what was achieved period
 * by period and group by group, with intervals and reasons for what is missing;
 * scores beside targets; which groups did how much of a change. The answer is what
 * the command line prints with `--json`.
 *
 * The question is an object; keys in brackets may be left out:
 *
 *     {"ask": "list"}                        every KPI, its last period and the one before
 *     {"ask": "value", ["kpis": ["revenue"], "to": "2026-05", "from": "2026-01",
 *      "count": 5, "every": "month", "by": "region"]}
 *     {"ask": "scorecard", ["scorecards": ["firm"], "period": "2026-05"]}
 *     {"ask": "why", "kpi": "revenue", "from": "2026-04", "to": "2026-05", "by": ["region"]}
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the question, with places
 * @return         GX_OK, or a code
 * @errors         2001 to 2014 of the question; 3001 to 3040 of an expression; GX_E_UNKNOWN_KPI, GX_E_UNKNOWN_REFERENCE, GX_E_MALFORMED_VALUE, GX_E_INVALID_ARGUMENT, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_value_answer
 */
int32_t gx_kpi_answer(gx_store *store,
                      const gx_playbook *playbook,
                      int64_t as_of,
                      int64_t known_at,
                      const char *question,
                      uint64_t len,
                      uint32_t language,
                      gx_bytes **json,
                      gx_error **error);

/**
 * Answers a question about who is there already, as JSON: whether somebody with these
 * values is a customer, by what, held by whom and reported first when; who is there
 * twice. The answer is what `guanxi collide` prints with `--json`.
 *
 * The question is an object:
 *
 *     {"ask": "collide", "row": {"mobile": "139 1234 0001", "name": ["..."]}}
 *     {"ask": "same", "customer": "C-1"}     under another id too?
 *     {"ask": "scan"}                        everybody who is there twice
 *
 * @param store    in, borrowed
 * @param playbook in, borrowed: with the schema that the store was opened with
 * @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
 * @param known_at facts learnt later are left out; GX_TIME_NONE: none is
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param language of reasons: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the question, with places
 * @return         GX_OK, or a code
 * @errors         2001 to 2014 of the question; GX_E_UNKNOWN_REFERENCE for attributes that are no match key; GX_E_INVALID_ARGUMENT where the playbook has no section `identity`; GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
 * @threads        one call at a time for each store
 * @since          0.1
 * @see            gx_segment_answer
 */
int32_t gx_collision_answer(gx_store *store,
                            const gx_playbook *playbook,
                            int64_t as_of,
                            int64_t known_at,
                            const char *question,
                            uint64_t len,
                            uint32_t language,
                            gx_bytes **json,
                            gx_error **error);

/**
 * Answers a question of an editor of conditions, as JSON: what it can offer, what
 * may stand at a place, what a condition says in plain words; queries of
 * react-querybuilder in, out, and asked of plain records.
 *
 * The question is an object; keys in brackets may be left out:
 *
 *     {"ask": "authoring"}                             fields, operators, functions, names
 *     {"ask": "say", "segment": "vip"}                 or "expression": a sentence, with links
 *     {"ask": "complete", "expression": "ag", ["at": 2]}
 *     {"ask": "import", "query": {...}, ["as_written": true]}
 *     {"ask": "export", "segment": "vip", ["like": {...}]}     or "expression"
 *     {"ask": "match", "query": {...}, "records": [...], ["as_written": true]}
 *
 * `as_written`: a range whose bounds stand the wrong way round is not turned. `like`
 * is the query that a condition came from, whose ids and layout come back.
 *
 * @param playbook in, borrowed
 * @param question in, borrowed: a JSON document
 * @param len      its bytes, or GX_NUL
 * @param language of labels and sentences: GX_EN or GX_ZH
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: all faults of the question, the query or the expression
 * @return         GX_OK, or a code
 * @errors         2001 to 2014 of the question and of a query; 3001 to 3040 of an expression; GX_E_UNKNOWN_SEGMENT
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_playbook_schema
 */
int32_t gx_condition_answer(const gx_playbook *playbook,
                            const char *question,
                            uint64_t len,
                            uint32_t language,
                            gx_bytes **json,
                            gx_error **error);

/**
 * Gives the JSON Schema (draft 2020-12) of playbooks, for editors, with a
 * description of every key in English and Chinese.
 *
 * @param json     out, owned: free with gx_bytes_free
 * @param error    out, owned, optional: free with gx_error_free
 * @return         GX_OK, or a code
 * @errors         GX_E_NULL_POINTER
 * @threads        any, any number at once
 * @since          0.1
 * @see            gx_playbook_check
 */
int32_t gx_playbook_schema(gx_bytes **json, gx_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GUANXI_H */
