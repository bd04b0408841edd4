using System;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>The C library as its header declares it. Written by bindings/declare.py from include/guanxi_ffi.h: change that.</summary>
    internal static class C
    {
        internal const int GX_OK = 0;
        internal const int GX_E_INVALID_ARGUMENT = 1001;
        internal const int GX_E_TIME_OUT_OF_RANGE = 1002;
        internal const int GX_E_OVERFLOW = 1003;
        internal const int GX_E_CURRENCY_MISMATCH = 1004;
        internal const int GX_E_UNKNOWN_CURRENCY = 1005;
        internal const int GX_E_UNKNOWN_ZONE = 1006;
        internal const int GX_E_MALFORMED_VALUE = 1007;
        internal const int GX_E_UNKNOWN_CUSTOMER = 1008;
        internal const int GX_E_UNKNOWN_SEGMENT = 1009;
        internal const int GX_E_TOO_FINE = 1010;
        internal const int GX_E_NULL_POINTER = 1011;
        internal const int GX_E_WRONG_HANDLE = 1012;
        internal const int GX_E_FREED_HANDLE = 1013;
        internal const int GX_E_HANDLE_IN_USE = 1014;
        internal const int GX_E_NOT_UTF8 = 1015;
        internal const int GX_E_UNKNOWN_MACHINE = 1016;
        internal const int GX_E_UNKNOWN_STATE = 1017;
        internal const int GX_E_UNKNOWN_RUN = 1018;
        internal const int GX_E_OUTSIDE_WORKDAYS = 1019;
        internal const int GX_E_NO_WORKDAYS = 1020;
        internal const int GX_E_UNKNOWN_KPI = 1021;
        internal const int GX_E_PLAYBOOK_CHANGED = 1022;
        internal const int GX_E_UNKNOWN_TENANT = 1023;
        internal const int GX_E_JSON_SYNTAX = 2001;
        internal const int GX_E_JSON_TOO_DEEP = 2002;
        internal const int GX_E_JSON_TOO_LARGE = 2003;
        internal const int GX_E_DUPLICATE_KEY = 2004;
        internal const int GX_E_UNKNOWN_KEY = 2005;
        internal const int GX_E_MISSING_KEY = 2006;
        internal const int GX_E_WRONG_JSON_TYPE = 2007;
        internal const int GX_E_BAD_VALUE = 2008;
        internal const int GX_E_UNKNOWN_REFERENCE = 2009;
        internal const int GX_E_CYCLE = 2010;
        internal const int GX_E_UNSUPPORTED_VERSION = 2011;
        internal const int GX_E_UNSUPPORTED_SECTION = 2012;
        internal const int GX_E_DUPLICATE_NAME = 2013;
        internal const int GX_E_BAD_NAME = 2014;
        internal const int GX_E_SCHEMA_MISMATCH = 2015;
        internal const int GX_E_EMPTY_GROUP = 2016;
        internal const int GX_E_NOT_CHOSEN = 2017;
        internal const int GX_E_SYNTAX = 3001;
        internal const int GX_E_EXPRESSION_TOO_LONG = 3002;
        internal const int GX_E_TOO_MANY_NODES = 3003;
        internal const int GX_E_TOO_DEEP = 3004;
        internal const int GX_E_NOT_IN_PROFILE = 3005;
        internal const int GX_E_UNKNOWN_NAME = 3006;
        internal const int GX_E_UNKNOWN_FUNCTION = 3007;
        internal const int GX_E_UNKNOWN_FIELD = 3008;
        internal const int GX_E_WRONG_ARGUMENTS = 3009;
        internal const int GX_E_TYPE_MISMATCH = 3010;
        internal const int GX_E_UNKNOWN_LABEL = 3011;
        internal const int GX_E_BAD_LITERAL = 3012;
        internal const int GX_E_BAD_PATTERN = 3013;
        internal const int GX_E_NO_SUCH_OVERLOAD = 3014;
        internal const int GX_E_DIVISION_BY_ZERO = 3015;
        internal const int GX_E_INDEX_OUT_OF_RANGE = 3016;
        internal const int GX_E_BAD_CONVERSION = 3017;
        internal const int GX_E_COST_TOO_HIGH = 3018;
        internal const int GX_E_NOT_A_CONDITION = 3019;
        internal const int GX_E_UNFORESEEN = 3020;
        internal const int GX_E_NOT_EXPRESSIBLE = 3021;
        internal const int GX_E_NOT_IN_SQL = 3040;
        internal const int GX_E_INCLUDES_MISSING = 3101;
        internal const int GX_E_ALWAYS_TRUE = 3102;
        internal const int GX_E_ALWAYS_FALSE = 3103;
        internal const int GX_E_EXCLUDES_NEVER = 3104;
        internal const int GX_E_REDUNDANT = 3105;
        internal const int GX_E_FOLDED_PATTERN = 3106;
        internal const int GX_E_LEFT_OUT = 3107;
        internal const int GX_E_TURNED = 3108;
        internal const int GX_E_MISSING_COLUMN = 4001;
        internal const int GX_E_UNKNOWN_COLUMN = 4002;
        internal const int GX_E_DUPLICATE_COLUMN = 4003;
        internal const int GX_E_RAGGED_ROW = 4004;
        internal const int GX_E_BAD_CELL = 4005;
        internal const int GX_E_MISSING_VALUE = 4006;
        internal const int GX_E_UNKNOWN_KIND = 4007;
        internal const int GX_E_UNKNOWN_SUBJECT = 4008;
        internal const int GX_E_CONFLICT = 4009;
        internal const int GX_E_BAD_ENCODING = 4010;
        internal const int GX_E_UNDECLARED_ENCODING = 4011;
        internal const int GX_E_SEEN_DECREASES = 4012;
        internal const int GX_E_UNDECLARED_FIELD = 4013;
        internal const int GX_E_UNUSED_VALUE = 4014;
        internal const int GX_E_MALFORMED_COLUMN = 4015;
        internal const int GX_E_IMPOSSIBLE_HISTORY = 4016;
        internal const int GX_E_UNUSABLE_KEY = 4017;
        internal const int GX_E_CHECK_CHARACTER = 4018;
        internal const int GX_E_ERASED_SUBJECT = 4020;
        internal const int GX_E_TOO_MANY_GONE = 4021;
        internal const int GX_E_RESTRICTED_SUBJECT = 4022;
        internal const int GX_E_IO = 5001;
        internal const int GX_E_NOT_A_STORE = 5002;
        internal const int GX_E_NEWER_STORE = 5003;
        internal const int GX_E_READ_ONLY = 5004;
        internal const int GX_E_DISK_FULL = 5005;
        internal const int GX_E_BUSY = 5006;
        internal const int GX_E_CORRUPT = 5007;
        internal const int GX_E_UNSAFE_SQLITE = 5008;
        internal const int GX_E_UNREACHABLE_STATE = 6001;
        internal const int GX_E_DEAD_END = 6002;
        internal const int GX_E_TRAP = 6003;
        internal const int GX_E_AMBIGUOUS = 6004;
        internal const int GX_E_SHADOWED = 6005;
        internal const int GX_E_ENDLESS = 6006;
        internal const int GX_E_DOMINATED_TIMER = 6007;
        internal const int GX_E_INVERTED_LADDER = 6008;
        internal const int GX_E_MISSING_DECIDES = 6011;
        internal const int GX_E_OPEN_HANDOFF = 6013;
        internal const int GX_E_OWNERSHIP_HOLE = 6014;
        internal const int GX_E_NO_UNDO = 6015;
        internal const int GX_E_CONSENT_LEAK = 6016;
        internal const int GX_E_FLAPPING = 6020;
        internal const int GX_E_BAD_MIGRATION = 6021;
        internal const int GX_E_MISSING_LABEL = 6022;
        internal const int GX_E_SAME_STATES = 6023;
        internal const int GX_E_MISSING_STAGE = 6024;
        internal const int GX_E_COSTLY = 6025;
        internal const int GX_E_DISCRIMINATION = 6028;
        internal const int GX_E_UNPROVEN = 6029;
        internal const int GX_E_NEVER_TAKEN = 6030;
        internal const int GX_E_INVERTED_LIMITS = 6031;
        internal const int GX_E_LATE_TIMER = 6032;
        internal const int GX_E_HELD = 7001;
        internal const int GX_E_RESTING = 7002;
        internal const int GX_E_TOO_SOON = 7003;
        internal const int GX_E_AT_CAPACITY = 7004;
        internal const int GX_E_QUOTA_USED = 7005;
        internal const int GX_E_NO_POOL = 7006;
        internal const int GX_E_NOT_HELD = 7007;
        internal const int GX_E_EXTENDED_TOO_OFTEN = 7008;
        internal const int GX_E_EXTENDED_TOO_FAR = 7009;
        internal const int GX_E_DECIDED_SINCE = 7010;
        internal const int GX_E_NOT_FOLLOWED = 7011;
        internal const int GX_E_NOTHING_TO_FIT = 8001;
        internal const int GX_E_BAD_PARAMETERS = 8002;
        internal const int GX_E_NO_CONTROL = 8003;
        internal const int GX_E_NO_DENOMINATOR = 8004;
        internal const int GX_E_INTERNAL = 9001;
        internal const int GX_E_POISONED_HANDLE = 9002;
        internal const int GX_EN = 0;
        internal const int GX_ZH = 1;
        internal const int GX_SVG = 0;
        internal const int GX_MERMAID = 1;
        internal const int GX_DOT = 2;
        internal const int GX_REINTERPRET = 0;
        internal const int GX_FORWARD = 1;
        internal const int GX_SHADOW = 2;
        internal const int GX_COLUMN_TEXT = 1;
        internal const int GX_COLUMN_INT64 = 2;
        internal const int GX_COLUMN_FLOAT64 = 3;
        internal const int GX_COLUMN_DECIMAL = 4;
        internal const int GX_COLUMN_BOOL = 5;
        internal const int GX_COLUMN_DATE = 6;
        internal const int GX_COLUMN_INSTANT = 7;
        internal const int GX_COLUMN_LOCAL = 8;
        internal const int GX_COLUMN_CODES = 9;
        internal const int GX_ABI_VERSION = 0;
        internal const long GX_NUL = -1;
        internal const long GX_OUTERMOST = -1;
        internal const long GX_TIME_NONE = long.MinValue;
        internal const long GX_SEEN_BACKFILL = long.MinValue;

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_version_text();
        internal static readonly As_gx_version_text gx_version_text = Library.Function<As_gx_version_text>("gx_version_text");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_version_number();
        internal static readonly As_gx_version_number gx_version_number = Library.Function<As_gx_version_number>("gx_version_number");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_version_abi();
        internal static readonly As_gx_version_abi gx_version_abi = Library.Function<As_gx_version_abi>("gx_version_abi");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_version_build(IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_version_build gx_version_build = Library.Function<As_gx_version_build>("gx_version_build");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_error_count(IntPtr error);
        internal static readonly As_gx_error_count gx_error_count = Library.Function<As_gx_error_count>("gx_error_count");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_error_code(IntPtr error, long index);
        internal static readonly As_gx_error_code gx_error_code = Library.Function<As_gx_error_code>("gx_error_code");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_error_name(IntPtr error, long index);
        internal static readonly As_gx_error_name gx_error_name = Library.Function<As_gx_error_name>("gx_error_name");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_error_message(IntPtr error, long index, int language);
        internal static readonly As_gx_error_message gx_error_message = Library.Function<As_gx_error_message>("gx_error_message");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_error_pointer(IntPtr error, long index);
        internal static readonly As_gx_error_pointer gx_error_pointer = Library.Function<As_gx_error_pointer>("gx_error_pointer");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_error_span(IntPtr error, long index, long[] start, long[] end);
        internal static readonly As_gx_error_span gx_error_span = Library.Function<As_gx_error_span>("gx_error_span");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_error_hint(IntPtr error, long index, int language);
        internal static readonly As_gx_error_hint gx_error_hint = Library.Function<As_gx_error_hint>("gx_error_hint");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_error_json(IntPtr error, int language, IntPtr[] json);
        internal static readonly As_gx_error_json gx_error_json = Library.Function<As_gx_error_json>("gx_error_json");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_error_free(IntPtr error);
        internal static readonly As_gx_error_free gx_error_free = Library.Function<As_gx_error_free>("gx_error_free");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_bytes_data(IntPtr bytes);
        internal static readonly As_gx_bytes_data gx_bytes_data = Library.Function<As_gx_bytes_data>("gx_bytes_data");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_bytes_len(IntPtr bytes);
        internal static readonly As_gx_bytes_len gx_bytes_len = Library.Function<As_gx_bytes_len>("gx_bytes_len");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_bytes_free(IntPtr bytes);
        internal static readonly As_gx_bytes_free gx_bytes_free = Library.Function<As_gx_bytes_free>("gx_bytes_free");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_json_count(byte[] json, long len, byte[] pointer, long pointer_len, long[] n, IntPtr[] error);
        internal static readonly As_gx_json_count gx_json_count = Library.Function<As_gx_json_count>("gx_json_count");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_json_text(byte[] json, long len, byte[] pointer, long pointer_len, IntPtr[] text, IntPtr[] error);
        internal static readonly As_gx_json_text gx_json_text = Library.Function<As_gx_json_text>("gx_json_text");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_ids_count(IntPtr ids);
        internal static readonly As_gx_ids_count gx_ids_count = Library.Function<As_gx_ids_count>("gx_ids_count");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_ids_offsets(IntPtr ids);
        internal static readonly As_gx_ids_offsets gx_ids_offsets = Library.Function<As_gx_ids_offsets>("gx_ids_offsets");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_ids_data(IntPtr ids);
        internal static readonly As_gx_ids_data gx_ids_data = Library.Function<As_gx_ids_data>("gx_ids_data");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_ids_arrow(IntPtr ids, IntPtr array, IntPtr schema, IntPtr[] error);
        internal static readonly As_gx_ids_arrow gx_ids_arrow = Library.Function<As_gx_ids_arrow>("gx_ids_arrow");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_ids_free(IntPtr ids);
        internal static readonly As_gx_ids_free gx_ids_free = Library.Function<As_gx_ids_free>("gx_ids_free");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_playbook_compile(byte[] text, long len, IntPtr[] playbook, IntPtr[] error);
        internal static readonly As_gx_playbook_compile gx_playbook_compile = Library.Function<As_gx_playbook_compile>("gx_playbook_compile");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_playbook_check(byte[] text, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_playbook_check gx_playbook_check = Library.Function<As_gx_playbook_check>("gx_playbook_check");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_playbook_json(IntPtr playbook, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_playbook_json gx_playbook_json = Library.Function<As_gx_playbook_json>("gx_playbook_json");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_playbook_hash(IntPtr playbook);
        internal static readonly As_gx_playbook_hash gx_playbook_hash = Library.Function<As_gx_playbook_hash>("gx_playbook_hash");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_playbook_label(IntPtr playbook, int language);
        internal static readonly As_gx_playbook_label gx_playbook_label = Library.Function<As_gx_playbook_label>("gx_playbook_label");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_playbook_free(IntPtr playbook);
        internal static readonly As_gx_playbook_free gx_playbook_free = Library.Function<As_gx_playbook_free>("gx_playbook_free");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_time_parse(IntPtr playbook, byte[] text, long len, long[] time, IntPtr[] error);
        internal static readonly As_gx_time_parse gx_time_parse = Library.Function<As_gx_time_parse>("gx_time_parse");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_time_show(IntPtr playbook, long time, IntPtr[] text, IntPtr[] error);
        internal static readonly As_gx_time_show gx_time_show = Library.Function<As_gx_time_show>("gx_time_show");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_open(byte[] path, long len, IntPtr playbook, IntPtr[] store, IntPtr[] error);
        internal static readonly As_gx_store_open gx_store_open = Library.Function<As_gx_store_open>("gx_store_open");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_open_read_only(byte[] path, long len, IntPtr playbook, IntPtr[] store, IntPtr[] error);
        internal static readonly As_gx_store_open_read_only gx_store_open_read_only = Library.Function<As_gx_store_open_read_only>("gx_store_open_read_only");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_in_memory(IntPtr playbook, IntPtr[] store, IntPtr[] error);
        internal static readonly As_gx_store_in_memory gx_store_in_memory = Library.Function<As_gx_store_in_memory>("gx_store_in_memory");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_statistics(IntPtr store, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_statistics gx_store_statistics = Library.Function<As_gx_store_statistics>("gx_store_statistics");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_verify(IntPtr store, int language, IntPtr[] report, IntPtr[] error);
        internal static readonly As_gx_store_verify gx_store_verify = Library.Function<As_gx_store_verify>("gx_store_verify");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_backup(IntPtr store, byte[] path, long len, IntPtr[] error);
        internal static readonly As_gx_store_backup gx_store_backup = Library.Function<As_gx_store_backup>("gx_store_backup");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_free(IntPtr store);
        internal static readonly As_gx_store_free gx_store_free = Library.Function<As_gx_store_free>("gx_store_free");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_append_lines(IntPtr store, byte[] lines, long len, long seen, IntPtr options, IntPtr[] report, IntPtr[] error);
        internal static readonly As_gx_store_append_lines gx_store_append_lines = Library.Function<As_gx_store_append_lines>("gx_store_append_lines");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_append_columns(IntPtr store, IntPtr columns, long n_columns, long rows, long seen, IntPtr options, IntPtr[] report, IntPtr[] error);
        internal static readonly As_gx_store_append_columns gx_store_append_columns = Library.Function<As_gx_store_append_columns>("gx_store_append_columns");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_append_arrow(IntPtr store, IntPtr array, IntPtr schema, long seen, IntPtr options, IntPtr[] report, IntPtr[] error);
        internal static readonly As_gx_store_append_arrow gx_store_append_arrow = Library.Function<As_gx_store_append_arrow>("gx_store_append_arrow");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_append_stream(IntPtr store, IntPtr stream, long seen, IntPtr options, IntPtr[] report, IntPtr[] error);
        internal static readonly As_gx_store_append_stream gx_store_append_stream = Library.Function<As_gx_store_append_stream>("gx_store_append_stream");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_apply(IntPtr store, IntPtr playbook, byte[] lines, long len, long seen, long now, IntPtr options, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_apply gx_store_apply = Library.Function<As_gx_store_apply>("gx_store_apply");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_follow(IntPtr store, IntPtr playbook, long now, byte[] question, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_follow gx_store_follow = Library.Function<As_gx_store_follow>("gx_store_follow");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_sign(IntPtr store, byte[] actor, long actor_len, byte[] reason, long reason_len, IntPtr[] error);
        internal static readonly As_gx_store_sign gx_store_sign = Library.Function<As_gx_store_sign>("gx_store_sign");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_feed(IntPtr store, IntPtr playbook, byte[] question, long len, byte[] rows, long rows_len, long seen, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_feed gx_store_feed = Library.Function<As_gx_store_feed>("gx_store_feed");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_command(IntPtr store, IntPtr playbook, byte[] command, long len, long at, long seen, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_command gx_store_command = Library.Function<As_gx_store_command>("gx_store_command");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_erase(IntPtr store, byte[] id, long len, long at, int trial, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_erase gx_store_erase = Library.Function<As_gx_store_erase>("gx_store_erase");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_erasures(IntPtr store, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_erasures gx_store_erasures = Library.Function<As_gx_store_erasures>("gx_store_erasures");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_store_erase_listed(IntPtr store, byte[] list, long len, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_store_erase_listed gx_store_erase_listed = Library.Function<As_gx_store_erase_listed>("gx_store_erase_listed");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_review_columns(IntPtr playbook, IntPtr tables, long n_tables, int language, long as_of, IntPtr options, IntPtr[] review, IntPtr[] reports, IntPtr[] error);
        internal static readonly As_gx_review_columns gx_review_columns = Library.Function<As_gx_review_columns>("gx_review_columns");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_review_create(IntPtr store, IntPtr playbook, long as_of, IntPtr options, IntPtr[] review, IntPtr[] error);
        internal static readonly As_gx_review_create gx_review_create = Library.Function<As_gx_review_create>("gx_review_create");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_review_json(IntPtr review, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_review_json gx_review_json = Library.Function<As_gx_review_json>("gx_review_json");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_review_as_of(IntPtr review);
        internal static readonly As_gx_review_as_of gx_review_as_of = Library.Function<As_gx_review_as_of>("gx_review_as_of");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_review_customers(IntPtr review);
        internal static readonly As_gx_review_customers gx_review_customers = Library.Function<As_gx_review_customers>("gx_review_customers");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_review_events(IntPtr review);
        internal static readonly As_gx_review_events gx_review_events = Library.Function<As_gx_review_events>("gx_review_events");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_review_arrow(IntPtr review, IntPtr array, IntPtr schema, IntPtr[] error);
        internal static readonly As_gx_review_arrow gx_review_arrow = Library.Function<As_gx_review_arrow>("gx_review_arrow");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_review_free(IntPtr review);
        internal static readonly As_gx_review_free gx_review_free = Library.Function<As_gx_review_free>("gx_review_free");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_kind_count(IntPtr review);
        internal static readonly As_gx_kind_count gx_kind_count = Library.Function<As_gx_kind_count>("gx_kind_count");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_kind_name(IntPtr review, long index);
        internal static readonly As_gx_kind_name gx_kind_name = Library.Function<As_gx_kind_name>("gx_kind_name");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_kind_label(IntPtr review, long index, int language);
        internal static readonly As_gx_kind_label gx_kind_label = Library.Function<As_gx_kind_label>("gx_kind_label");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_kind_events(IntPtr review, long index, long[] events, long[] customers, long[] first, long[] last, IntPtr[] error);
        internal static readonly As_gx_kind_events gx_kind_events = Library.Function<As_gx_kind_events>("gx_kind_events");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_machine_count(IntPtr review);
        internal static readonly As_gx_machine_count gx_machine_count = Library.Function<As_gx_machine_count>("gx_machine_count");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_machine_name(IntPtr review, long machine);
        internal static readonly As_gx_machine_name gx_machine_name = Library.Function<As_gx_machine_name>("gx_machine_name");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_machine_label(IntPtr review, long machine, int language);
        internal static readonly As_gx_machine_label gx_machine_label = Library.Function<As_gx_machine_label>("gx_machine_label");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_machine_states(IntPtr review, long machine, long[] states, int[] keyed, long[] troubles, IntPtr[] error);
        internal static readonly As_gx_machine_states gx_machine_states = Library.Function<As_gx_machine_states>("gx_machine_states");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_state_name(IntPtr review, long machine, long state);
        internal static readonly As_gx_state_name gx_state_name = Library.Function<As_gx_state_name>("gx_state_name");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_state_label(IntPtr review, long machine, long state, int language);
        internal static readonly As_gx_state_label gx_state_label = Library.Function<As_gx_state_label>("gx_state_label");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_state_customers(IntPtr review, long machine, long state, long[] customers, long[] inside, IntPtr[] error);
        internal static readonly As_gx_state_customers gx_state_customers = Library.Function<As_gx_state_customers>("gx_state_customers");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_machine_balance(IntPtr review, byte[] name, long len, byte[] every, long every_len, long at, IntPtr balances, long n_balances, long[] @from, long[] until, IntPtr[] error);
        internal static readonly As_gx_machine_balance gx_machine_balance = Library.Function<As_gx_machine_balance>("gx_machine_balance");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate long As_gx_segment_count(IntPtr review);
        internal static readonly As_gx_segment_count gx_segment_count = Library.Function<As_gx_segment_count>("gx_segment_count");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_segment_name(IntPtr review, long index);
        internal static readonly As_gx_segment_name gx_segment_name = Library.Function<As_gx_segment_name>("gx_segment_name");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr As_gx_segment_label(IntPtr review, long index, int language);
        internal static readonly As_gx_segment_label gx_segment_label = Library.Function<As_gx_segment_label>("gx_segment_label");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_segment_members(IntPtr review, long index, long[] members, long[] errors, IntPtr[] error);
        internal static readonly As_gx_segment_members gx_segment_members = Library.Function<As_gx_segment_members>("gx_segment_members");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_segment_ids(IntPtr review, byte[] name, long len, IntPtr[] ids, IntPtr[] error);
        internal static readonly As_gx_segment_ids gx_segment_ids = Library.Function<As_gx_segment_ids>("gx_segment_ids");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_query_json(IntPtr review, byte[] expression, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_query_json gx_query_json = Library.Function<As_gx_query_json>("gx_query_json");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_query_ids(IntPtr review, byte[] expression, long len, IntPtr[] ids, IntPtr[] error);
        internal static readonly As_gx_query_ids gx_query_ids = Library.Function<As_gx_query_ids>("gx_query_ids");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_query_arrow(IntPtr review, byte[] expression, long len, IntPtr array, IntPtr schema, IntPtr[] error);
        internal static readonly As_gx_query_arrow gx_query_arrow = Library.Function<As_gx_query_arrow>("gx_query_arrow");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_query_explain(IntPtr review, byte[] expression, long len, byte[] customer, long customer_len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_query_explain gx_query_explain = Library.Function<As_gx_query_explain>("gx_query_explain");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_customer_json(IntPtr review, byte[] id, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_customer_json gx_customer_json = Library.Function<As_gx_customer_json>("gx_customer_json");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_customer_load(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] id, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_customer_load gx_customer_load = Library.Function<As_gx_customer_load>("gx_customer_load");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_machine_diagram(IntPtr playbook, byte[] name, long len, int format, int language, IntPtr[] text, IntPtr[] error);
        internal static readonly As_gx_machine_diagram gx_machine_diagram = Library.Function<As_gx_machine_diagram>("gx_machine_diagram");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_machine_picture(IntPtr review, byte[] name, long len, int format, int language, IntPtr[] text, IntPtr[] error);
        internal static readonly As_gx_machine_picture gx_machine_picture = Library.Function<As_gx_machine_picture>("gx_machine_picture");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_machine_flow(IntPtr review, byte[] name, long len, byte[] every, long every_len, long @from, long until, byte[] @by, long by_len, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_machine_flow gx_machine_flow = Library.Function<As_gx_machine_flow>("gx_machine_flow");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_machine_compare(IntPtr review, IntPtr other, int mode, long @from, byte[] map, long map_len, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_machine_compare gx_machine_compare = Library.Function<As_gx_machine_compare>("gx_machine_compare");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_review_cbs(IntPtr review, byte[] definition, long len, IntPtr array, IntPtr schema, IntPtr[] report, IntPtr[] error);
        internal static readonly As_gx_review_cbs gx_review_cbs = Library.Function<As_gx_review_cbs>("gx_review_cbs");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_model_fit(byte[] question, long len, IntPtr rows, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_model_fit gx_model_fit = Library.Function<As_gx_model_fit>("gx_model_fit");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_model_predict(byte[] question, long len, IntPtr rows, int language, int threads, IntPtr array, IntPtr schema, IntPtr[] report, IntPtr[] error);
        internal static readonly As_gx_model_predict gx_model_predict = Library.Function<As_gx_model_predict>("gx_model_predict");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_journey_states(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] id, long len, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_journey_states gx_journey_states = Library.Function<As_gx_journey_states>("gx_journey_states");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_journey_history(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] id, long len, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_journey_history gx_journey_history = Library.Function<As_gx_journey_history>("gx_journey_history");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_journey_explain(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] id, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_journey_explain gx_journey_explain = Library.Function<As_gx_journey_explain>("gx_journey_explain");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_journey_why_not(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] id, long len, byte[] machine, long machine_len, byte[] state, long state_len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_journey_why_not gx_journey_why_not = Library.Function<As_gx_journey_why_not>("gx_journey_why_not");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_journey_if(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] id, long len, byte[] rows, long rows_len, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_journey_if gx_journey_if = Library.Function<As_gx_journey_if>("gx_journey_if");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_eval_json(byte[] expression, long len, byte[] bindings, long bindings_len, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_eval_json gx_eval_json = Library.Function<As_gx_eval_json>("gx_eval_json");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_statement_json(IntPtr playbook, byte[] expression, long len, byte[] tables, long tables_len, byte[] dialect, long dialect_len, long as_of, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_statement_json gx_statement_json = Library.Function<As_gx_statement_json>("gx_statement_json");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_segment_answer(IntPtr store, IntPtr playbook, IntPtr other, long as_of, long known_at, byte[] question, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_segment_answer gx_segment_answer = Library.Function<As_gx_segment_answer>("gx_segment_answer");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_value_answer(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] question, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_value_answer gx_value_answer = Library.Function<As_gx_value_answer>("gx_value_answer");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_kpi_answer(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] question, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_kpi_answer gx_kpi_answer = Library.Function<As_gx_kpi_answer>("gx_kpi_answer");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_collision_answer(IntPtr store, IntPtr playbook, long as_of, long known_at, byte[] question, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_collision_answer gx_collision_answer = Library.Function<As_gx_collision_answer>("gx_collision_answer");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_condition_answer(IntPtr playbook, byte[] question, long len, int language, IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_condition_answer gx_condition_answer = Library.Function<As_gx_condition_answer>("gx_condition_answer");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int As_gx_playbook_schema(IntPtr[] json, IntPtr[] error);
        internal static readonly As_gx_playbook_schema gx_playbook_schema = Library.Function<As_gx_playbook_schema>("gx_playbook_schema");
    }
}
