package guanxi;

import com.sun.jna.Pointer;

/** The C library as its header declares it. Written by bindings/declare.py from include/guanxi_ffi.h: change that. */
final class C {
    private C() {}

    static final int GX_OK = 0;
    static final int GX_E_INVALID_ARGUMENT = 1001;
    static final int GX_E_TIME_OUT_OF_RANGE = 1002;
    static final int GX_E_OVERFLOW = 1003;
    static final int GX_E_CURRENCY_MISMATCH = 1004;
    static final int GX_E_UNKNOWN_CURRENCY = 1005;
    static final int GX_E_UNKNOWN_ZONE = 1006;
    static final int GX_E_MALFORMED_VALUE = 1007;
    static final int GX_E_UNKNOWN_CUSTOMER = 1008;
    static final int GX_E_UNKNOWN_SEGMENT = 1009;
    static final int GX_E_TOO_FINE = 1010;
    static final int GX_E_NULL_POINTER = 1011;
    static final int GX_E_WRONG_HANDLE = 1012;
    static final int GX_E_FREED_HANDLE = 1013;
    static final int GX_E_HANDLE_IN_USE = 1014;
    static final int GX_E_NOT_UTF8 = 1015;
    static final int GX_E_UNKNOWN_MACHINE = 1016;
    static final int GX_E_UNKNOWN_STATE = 1017;
    static final int GX_E_UNKNOWN_RUN = 1018;
    static final int GX_E_OUTSIDE_WORKDAYS = 1019;
    static final int GX_E_NO_WORKDAYS = 1020;
    static final int GX_E_UNKNOWN_KPI = 1021;
    static final int GX_E_PLAYBOOK_CHANGED = 1022;
    static final int GX_E_UNKNOWN_TENANT = 1023;
    static final int GX_E_JSON_SYNTAX = 2001;
    static final int GX_E_JSON_TOO_DEEP = 2002;
    static final int GX_E_JSON_TOO_LARGE = 2003;
    static final int GX_E_DUPLICATE_KEY = 2004;
    static final int GX_E_UNKNOWN_KEY = 2005;
    static final int GX_E_MISSING_KEY = 2006;
    static final int GX_E_WRONG_JSON_TYPE = 2007;
    static final int GX_E_BAD_VALUE = 2008;
    static final int GX_E_UNKNOWN_REFERENCE = 2009;
    static final int GX_E_CYCLE = 2010;
    static final int GX_E_UNSUPPORTED_VERSION = 2011;
    static final int GX_E_UNSUPPORTED_SECTION = 2012;
    static final int GX_E_DUPLICATE_NAME = 2013;
    static final int GX_E_BAD_NAME = 2014;
    static final int GX_E_SCHEMA_MISMATCH = 2015;
    static final int GX_E_EMPTY_GROUP = 2016;
    static final int GX_E_NOT_CHOSEN = 2017;
    static final int GX_E_SYNTAX = 3001;
    static final int GX_E_EXPRESSION_TOO_LONG = 3002;
    static final int GX_E_TOO_MANY_NODES = 3003;
    static final int GX_E_TOO_DEEP = 3004;
    static final int GX_E_NOT_IN_PROFILE = 3005;
    static final int GX_E_UNKNOWN_NAME = 3006;
    static final int GX_E_UNKNOWN_FUNCTION = 3007;
    static final int GX_E_UNKNOWN_FIELD = 3008;
    static final int GX_E_WRONG_ARGUMENTS = 3009;
    static final int GX_E_TYPE_MISMATCH = 3010;
    static final int GX_E_UNKNOWN_LABEL = 3011;
    static final int GX_E_BAD_LITERAL = 3012;
    static final int GX_E_BAD_PATTERN = 3013;
    static final int GX_E_NO_SUCH_OVERLOAD = 3014;
    static final int GX_E_DIVISION_BY_ZERO = 3015;
    static final int GX_E_INDEX_OUT_OF_RANGE = 3016;
    static final int GX_E_BAD_CONVERSION = 3017;
    static final int GX_E_COST_TOO_HIGH = 3018;
    static final int GX_E_NOT_A_CONDITION = 3019;
    static final int GX_E_UNFORESEEN = 3020;
    static final int GX_E_NOT_EXPRESSIBLE = 3021;
    static final int GX_E_NOT_IN_SQL = 3040;
    static final int GX_E_INCLUDES_MISSING = 3101;
    static final int GX_E_ALWAYS_TRUE = 3102;
    static final int GX_E_ALWAYS_FALSE = 3103;
    static final int GX_E_EXCLUDES_NEVER = 3104;
    static final int GX_E_REDUNDANT = 3105;
    static final int GX_E_FOLDED_PATTERN = 3106;
    static final int GX_E_LEFT_OUT = 3107;
    static final int GX_E_TURNED = 3108;
    static final int GX_E_MISSING_COLUMN = 4001;
    static final int GX_E_UNKNOWN_COLUMN = 4002;
    static final int GX_E_DUPLICATE_COLUMN = 4003;
    static final int GX_E_RAGGED_ROW = 4004;
    static final int GX_E_BAD_CELL = 4005;
    static final int GX_E_MISSING_VALUE = 4006;
    static final int GX_E_UNKNOWN_KIND = 4007;
    static final int GX_E_UNKNOWN_SUBJECT = 4008;
    static final int GX_E_CONFLICT = 4009;
    static final int GX_E_BAD_ENCODING = 4010;
    static final int GX_E_UNDECLARED_ENCODING = 4011;
    static final int GX_E_SEEN_DECREASES = 4012;
    static final int GX_E_UNDECLARED_FIELD = 4013;
    static final int GX_E_UNUSED_VALUE = 4014;
    static final int GX_E_MALFORMED_COLUMN = 4015;
    static final int GX_E_IMPOSSIBLE_HISTORY = 4016;
    static final int GX_E_UNUSABLE_KEY = 4017;
    static final int GX_E_CHECK_CHARACTER = 4018;
    static final int GX_E_ERASED_SUBJECT = 4020;
    static final int GX_E_TOO_MANY_GONE = 4021;
    static final int GX_E_RESTRICTED_SUBJECT = 4022;
    static final int GX_E_IO = 5001;
    static final int GX_E_NOT_A_STORE = 5002;
    static final int GX_E_NEWER_STORE = 5003;
    static final int GX_E_READ_ONLY = 5004;
    static final int GX_E_DISK_FULL = 5005;
    static final int GX_E_BUSY = 5006;
    static final int GX_E_CORRUPT = 5007;
    static final int GX_E_UNSAFE_SQLITE = 5008;
    static final int GX_E_UNREACHABLE_STATE = 6001;
    static final int GX_E_DEAD_END = 6002;
    static final int GX_E_TRAP = 6003;
    static final int GX_E_AMBIGUOUS = 6004;
    static final int GX_E_SHADOWED = 6005;
    static final int GX_E_ENDLESS = 6006;
    static final int GX_E_DOMINATED_TIMER = 6007;
    static final int GX_E_INVERTED_LADDER = 6008;
    static final int GX_E_MISSING_DECIDES = 6011;
    static final int GX_E_OPEN_HANDOFF = 6013;
    static final int GX_E_OWNERSHIP_HOLE = 6014;
    static final int GX_E_NO_UNDO = 6015;
    static final int GX_E_CONSENT_LEAK = 6016;
    static final int GX_E_FLAPPING = 6020;
    static final int GX_E_BAD_MIGRATION = 6021;
    static final int GX_E_MISSING_LABEL = 6022;
    static final int GX_E_SAME_STATES = 6023;
    static final int GX_E_MISSING_STAGE = 6024;
    static final int GX_E_COSTLY = 6025;
    static final int GX_E_DISCRIMINATION = 6028;
    static final int GX_E_UNPROVEN = 6029;
    static final int GX_E_NEVER_TAKEN = 6030;
    static final int GX_E_INVERTED_LIMITS = 6031;
    static final int GX_E_LATE_TIMER = 6032;
    static final int GX_E_HELD = 7001;
    static final int GX_E_RESTING = 7002;
    static final int GX_E_TOO_SOON = 7003;
    static final int GX_E_AT_CAPACITY = 7004;
    static final int GX_E_QUOTA_USED = 7005;
    static final int GX_E_NO_POOL = 7006;
    static final int GX_E_NOT_HELD = 7007;
    static final int GX_E_EXTENDED_TOO_OFTEN = 7008;
    static final int GX_E_EXTENDED_TOO_FAR = 7009;
    static final int GX_E_DECIDED_SINCE = 7010;
    static final int GX_E_NOT_FOLLOWED = 7011;
    static final int GX_E_NOTHING_TO_FIT = 8001;
    static final int GX_E_BAD_PARAMETERS = 8002;
    static final int GX_E_NO_CONTROL = 8003;
    static final int GX_E_NO_DENOMINATOR = 8004;
    static final int GX_E_INTERNAL = 9001;
    static final int GX_E_POISONED_HANDLE = 9002;
    static final int GX_EN = 0;
    static final int GX_ZH = 1;
    static final int GX_SVG = 0;
    static final int GX_MERMAID = 1;
    static final int GX_DOT = 2;
    static final int GX_REINTERPRET = 0;
    static final int GX_FORWARD = 1;
    static final int GX_SHADOW = 2;
    static final int GX_COLUMN_TEXT = 1;
    static final int GX_COLUMN_INT64 = 2;
    static final int GX_COLUMN_FLOAT64 = 3;
    static final int GX_COLUMN_DECIMAL = 4;
    static final int GX_COLUMN_BOOL = 5;
    static final int GX_COLUMN_DATE = 6;
    static final int GX_COLUMN_INSTANT = 7;
    static final int GX_COLUMN_LOCAL = 8;
    static final int GX_COLUMN_CODES = 9;
    static final int GX_ABI_VERSION = 0;
    static final long GX_NUL = -1L;
    static final long GX_OUTERMOST = -1L;
    static final long GX_TIME_NONE = Long.MIN_VALUE;
    static final long GX_SEEN_BACKFILL = Long.MIN_VALUE;

    static {
        Library.register(C.class);
    }

    static native Pointer gx_version_text();

    static native int gx_version_number();

    static native int gx_version_abi();

    static native int gx_version_build(long[] json, long[] error);

    static native long gx_error_count(long error);

    static native int gx_error_code(long error, long index);

    static native Pointer gx_error_name(long error, long index);

    static native Pointer gx_error_message(long error, long index, int language);

    static native Pointer gx_error_pointer(long error, long index);

    static native int gx_error_span(long error, long index, long[] start, long[] end);

    static native Pointer gx_error_hint(long error, long index, int language);

    static native int gx_error_json(long error, int language, long[] json);

    static native int gx_error_free(long error);

    static native Pointer gx_bytes_data(long bytes);

    static native long gx_bytes_len(long bytes);

    static native int gx_bytes_free(long bytes);

    static native int gx_json_count(
            byte[] json,
            long len,
            byte[] pointer,
            long pointer_len,
            long[] n,
            long[] error);

    static native int gx_json_text(
            byte[] json,
            long len,
            byte[] pointer,
            long pointer_len,
            long[] text,
            long[] error);

    static native long gx_ids_count(long ids);

    static native Pointer gx_ids_offsets(long ids);

    static native Pointer gx_ids_data(long ids);

    static native int gx_ids_arrow(long ids, Pointer array, Pointer schema, long[] error);

    static native int gx_ids_free(long ids);

    static native int gx_playbook_compile(byte[] text, long len, long[] playbook, long[] error);

    static native int gx_playbook_check(
            byte[] text,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_playbook_json(long playbook, long[] json, long[] error);

    static native Pointer gx_playbook_hash(long playbook);

    static native Pointer gx_playbook_label(long playbook, int language);

    static native int gx_playbook_free(long playbook);

    static native int gx_time_parse(
            long playbook,
            byte[] text,
            long len,
            long[] time,
            long[] error);

    static native int gx_time_show(long playbook, long time, long[] text, long[] error);

    static native int gx_store_open(
            byte[] path,
            long len,
            long playbook,
            long[] store,
            long[] error);

    static native int gx_store_open_read_only(
            byte[] path,
            long len,
            long playbook,
            long[] store,
            long[] error);

    static native int gx_store_in_memory(long playbook, long[] store, long[] error);

    static native int gx_store_statistics(long store, long[] json, long[] error);

    static native int gx_store_verify(long store, int language, long[] report, long[] error);

    static native int gx_store_backup(long store, byte[] path, long len, long[] error);

    static native int gx_store_free(long store);

    static native int gx_store_append_lines(
            long store,
            byte[] lines,
            long len,
            long seen,
            Pointer options,
            long[] report,
            long[] error);

    static native int gx_store_append_columns(
            long store,
            Pointer columns,
            long n_columns,
            long rows,
            long seen,
            Pointer options,
            long[] report,
            long[] error);

    static native int gx_store_append_arrow(
            long store,
            Pointer array,
            Pointer schema,
            long seen,
            Pointer options,
            long[] report,
            long[] error);

    static native int gx_store_append_stream(
            long store,
            Pointer stream,
            long seen,
            Pointer options,
            long[] report,
            long[] error);

    static native int gx_store_apply(
            long store,
            long playbook,
            byte[] lines,
            long len,
            long seen,
            long now,
            Pointer options,
            long[] json,
            long[] error);

    static native int gx_store_follow(
            long store,
            long playbook,
            long now,
            byte[] question,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_store_sign(
            long store,
            byte[] actor,
            long actor_len,
            byte[] reason,
            long reason_len,
            long[] error);

    static native int gx_store_feed(
            long store,
            long playbook,
            byte[] question,
            long len,
            byte[] rows,
            long rows_len,
            long seen,
            int language,
            long[] json,
            long[] error);

    static native int gx_store_command(
            long store,
            long playbook,
            byte[] command,
            long len,
            long at,
            long seen,
            int language,
            long[] json,
            long[] error);

    static native int gx_store_erase(
            long store,
            byte[] id,
            long len,
            long at,
            int trial,
            long[] json,
            long[] error);

    static native int gx_store_erasures(long store, long[] json, long[] error);

    static native int gx_store_erase_listed(
            long store,
            byte[] list,
            long len,
            long[] json,
            long[] error);

    static native int gx_review_columns(
            long playbook,
            Pointer tables,
            long n_tables,
            int language,
            long as_of,
            Pointer options,
            long[] review,
            long[] reports,
            long[] error);

    static native int gx_review_create(
            long store,
            long playbook,
            long as_of,
            Pointer options,
            long[] review,
            long[] error);

    static native int gx_review_json(long review, int language, long[] json, long[] error);

    static native long gx_review_as_of(long review);

    static native long gx_review_customers(long review);

    static native long gx_review_events(long review);

    static native int gx_review_arrow(long review, Pointer array, Pointer schema, long[] error);

    static native int gx_review_free(long review);

    static native long gx_kind_count(long review);

    static native Pointer gx_kind_name(long review, long index);

    static native Pointer gx_kind_label(long review, long index, int language);

    static native int gx_kind_events(
            long review,
            long index,
            long[] events,
            long[] customers,
            long[] first,
            long[] last,
            long[] error);

    static native long gx_machine_count(long review);

    static native Pointer gx_machine_name(long review, long machine);

    static native Pointer gx_machine_label(long review, long machine, int language);

    static native int gx_machine_states(
            long review,
            long machine,
            long[] states,
            int[] keyed,
            long[] troubles,
            long[] error);

    static native Pointer gx_state_name(long review, long machine, long state);

    static native Pointer gx_state_label(long review, long machine, long state, int language);

    static native int gx_state_customers(
            long review,
            long machine,
            long state,
            long[] customers,
            long[] inside,
            long[] error);

    static native int gx_machine_balance(
            long review,
            byte[] name,
            long len,
            byte[] every,
            long every_len,
            long at,
            Pointer balances,
            long n_balances,
            long[] from,
            long[] until,
            long[] error);

    static native long gx_segment_count(long review);

    static native Pointer gx_segment_name(long review, long index);

    static native Pointer gx_segment_label(long review, long index, int language);

    static native int gx_segment_members(
            long review,
            long index,
            long[] members,
            long[] errors,
            long[] error);

    static native int gx_segment_ids(long review, byte[] name, long len, long[] ids, long[] error);

    static native int gx_query_json(
            long review,
            byte[] expression,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_query_ids(
            long review,
            byte[] expression,
            long len,
            long[] ids,
            long[] error);

    static native int gx_query_arrow(
            long review,
            byte[] expression,
            long len,
            Pointer array,
            Pointer schema,
            long[] error);

    static native int gx_query_explain(
            long review,
            byte[] expression,
            long len,
            byte[] customer,
            long customer_len,
            int language,
            long[] json,
            long[] error);

    static native int gx_customer_json(
            long review,
            byte[] id,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_customer_load(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] id,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_machine_diagram(
            long playbook,
            byte[] name,
            long len,
            int format,
            int language,
            long[] text,
            long[] error);

    static native int gx_machine_picture(
            long review,
            byte[] name,
            long len,
            int format,
            int language,
            long[] text,
            long[] error);

    static native int gx_machine_flow(
            long review,
            byte[] name,
            long len,
            byte[] every,
            long every_len,
            long from,
            long until,
            byte[] by,
            long by_len,
            long[] json,
            long[] error);

    static native int gx_machine_compare(
            long review,
            long other,
            int mode,
            long from,
            byte[] map,
            long map_len,
            long[] json,
            long[] error);

    static native int gx_review_cbs(
            long review,
            byte[] definition,
            long len,
            Pointer array,
            Pointer schema,
            long[] report,
            long[] error);

    static native int gx_model_fit(
            byte[] question,
            long len,
            Pointer rows,
            int language,
            long[] json,
            long[] error);

    static native int gx_model_predict(
            byte[] question,
            long len,
            Pointer rows,
            int language,
            int threads,
            Pointer array,
            Pointer schema,
            long[] report,
            long[] error);

    static native int gx_journey_states(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] id,
            long len,
            long[] json,
            long[] error);

    static native int gx_journey_history(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] id,
            long len,
            long[] json,
            long[] error);

    static native int gx_journey_explain(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] id,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_journey_why_not(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] id,
            long len,
            byte[] machine,
            long machine_len,
            byte[] state,
            long state_len,
            int language,
            long[] json,
            long[] error);

    static native int gx_journey_if(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] id,
            long len,
            byte[] rows,
            long rows_len,
            long[] json,
            long[] error);

    static native int gx_eval_json(
            byte[] expression,
            long len,
            byte[] bindings,
            long bindings_len,
            long[] json,
            long[] error);

    static native int gx_statement_json(
            long playbook,
            byte[] expression,
            long len,
            byte[] tables,
            long tables_len,
            byte[] dialect,
            long dialect_len,
            long as_of,
            long[] json,
            long[] error);

    static native int gx_segment_answer(
            long store,
            long playbook,
            long other,
            long as_of,
            long known_at,
            byte[] question,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_value_answer(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] question,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_kpi_answer(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] question,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_collision_answer(
            long store,
            long playbook,
            long as_of,
            long known_at,
            byte[] question,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_condition_answer(
            long playbook,
            byte[] question,
            long len,
            int language,
            long[] json,
            long[] error);

    static native int gx_playbook_schema(long[] json, long[] error);
}
