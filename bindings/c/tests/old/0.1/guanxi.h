enum { GX_OK = 0 };
enum { GX_E_INVALID_ARGUMENT = 1001 };
enum { GX_E_TIME_OUT_OF_RANGE = 1002 };
enum { GX_E_OVERFLOW = 1003 };
enum { GX_E_CURRENCY_MISMATCH = 1004 };
enum { GX_E_UNKNOWN_CURRENCY = 1005 };
enum { GX_E_UNKNOWN_ZONE = 1006 };
enum { GX_E_MALFORMED_VALUE = 1007 };
enum { GX_E_UNKNOWN_CUSTOMER = 1008 };
enum { GX_E_UNKNOWN_SEGMENT = 1009 };
enum { GX_E_TOO_FINE = 1010 };
enum { GX_E_NULL_POINTER = 1011 };
enum { GX_E_WRONG_HANDLE = 1012 };
enum { GX_E_FREED_HANDLE = 1013 };
enum { GX_E_HANDLE_IN_USE = 1014 };
enum { GX_E_NOT_UTF8 = 1015 };
enum { GX_E_UNKNOWN_MACHINE = 1016 };
enum { GX_E_UNKNOWN_STATE = 1017 };
enum { GX_E_UNKNOWN_RUN = 1018 };
enum { GX_E_OUTSIDE_WORKDAYS = 1019 };
enum { GX_E_NO_WORKDAYS = 1020 };
enum { GX_E_UNKNOWN_KPI = 1021 };
enum { GX_E_PLAYBOOK_CHANGED = 1022 };
enum { GX_E_UNKNOWN_TENANT = 1023 };
enum { GX_E_JSON_SYNTAX = 2001 };
enum { GX_E_JSON_TOO_DEEP = 2002 };
enum { GX_E_JSON_TOO_LARGE = 2003 };
enum { GX_E_DUPLICATE_KEY = 2004 };
enum { GX_E_UNKNOWN_KEY = 2005 };
enum { GX_E_MISSING_KEY = 2006 };
enum { GX_E_WRONG_JSON_TYPE = 2007 };
enum { GX_E_BAD_VALUE = 2008 };
enum { GX_E_UNKNOWN_REFERENCE = 2009 };
enum { GX_E_CYCLE = 2010 };
enum { GX_E_UNSUPPORTED_VERSION = 2011 };
enum { GX_E_UNSUPPORTED_SECTION = 2012 };
enum { GX_E_DUPLICATE_NAME = 2013 };
enum { GX_E_BAD_NAME = 2014 };
enum { GX_E_SCHEMA_MISMATCH = 2015 };
enum { GX_E_EMPTY_GROUP = 2016 };
enum { GX_E_NOT_CHOSEN = 2017 };
enum { GX_E_SYNTAX = 3001 };
enum { GX_E_EXPRESSION_TOO_LONG = 3002 };
enum { GX_E_TOO_MANY_NODES = 3003 };
enum { GX_E_TOO_DEEP = 3004 };
enum { GX_E_NOT_IN_PROFILE = 3005 };
enum { GX_E_UNKNOWN_NAME = 3006 };
enum { GX_E_UNKNOWN_FUNCTION = 3007 };
enum { GX_E_UNKNOWN_FIELD = 3008 };
enum { GX_E_WRONG_ARGUMENTS = 3009 };
enum { GX_E_TYPE_MISMATCH = 3010 };
enum { GX_E_UNKNOWN_LABEL = 3011 };
enum { GX_E_BAD_LITERAL = 3012 };
enum { GX_E_BAD_PATTERN = 3013 };
enum { GX_E_NO_SUCH_OVERLOAD = 3014 };
enum { GX_E_DIVISION_BY_ZERO = 3015 };
enum { GX_E_INDEX_OUT_OF_RANGE = 3016 };
enum { GX_E_BAD_CONVERSION = 3017 };
enum { GX_E_COST_TOO_HIGH = 3018 };
enum { GX_E_NOT_A_CONDITION = 3019 };
enum { GX_E_UNFORESEEN = 3020 };
enum { GX_E_NOT_EXPRESSIBLE = 3021 };
enum { GX_E_NOT_IN_SQL = 3040 };
enum { GX_E_INCLUDES_MISSING = 3101 };
enum { GX_E_ALWAYS_TRUE = 3102 };
enum { GX_E_ALWAYS_FALSE = 3103 };
enum { GX_E_EXCLUDES_NEVER = 3104 };
enum { GX_E_REDUNDANT = 3105 };
enum { GX_E_FOLDED_PATTERN = 3106 };
enum { GX_E_LEFT_OUT = 3107 };
enum { GX_E_TURNED = 3108 };
enum { GX_E_MISSING_COLUMN = 4001 };
enum { GX_E_UNKNOWN_COLUMN = 4002 };
enum { GX_E_DUPLICATE_COLUMN = 4003 };
enum { GX_E_RAGGED_ROW = 4004 };
enum { GX_E_BAD_CELL = 4005 };
enum { GX_E_MISSING_VALUE = 4006 };
enum { GX_E_UNKNOWN_KIND = 4007 };
enum { GX_E_UNKNOWN_SUBJECT = 4008 };
enum { GX_E_CONFLICT = 4009 };
enum { GX_E_BAD_ENCODING = 4010 };
enum { GX_E_UNDECLARED_ENCODING = 4011 };
enum { GX_E_SEEN_DECREASES = 4012 };
enum { GX_E_UNDECLARED_FIELD = 4013 };
enum { GX_E_UNUSED_VALUE = 4014 };
enum { GX_E_MALFORMED_COLUMN = 4015 };
enum { GX_E_IMPOSSIBLE_HISTORY = 4016 };
enum { GX_E_UNUSABLE_KEY = 4017 };
enum { GX_E_CHECK_CHARACTER = 4018 };
enum { GX_E_ERASED_SUBJECT = 4020 };
enum { GX_E_TOO_MANY_GONE = 4021 };
enum { GX_E_RESTRICTED_SUBJECT = 4022 };
enum { GX_E_IO = 5001 };
enum { GX_E_NOT_A_STORE = 5002 };
enum { GX_E_NEWER_STORE = 5003 };
enum { GX_E_READ_ONLY = 5004 };
enum { GX_E_DISK_FULL = 5005 };
enum { GX_E_BUSY = 5006 };
enum { GX_E_CORRUPT = 5007 };
enum { GX_E_UNSAFE_SQLITE = 5008 };
enum { GX_E_UNREACHABLE_STATE = 6001 };
enum { GX_E_DEAD_END = 6002 };
enum { GX_E_TRAP = 6003 };
enum { GX_E_AMBIGUOUS = 6004 };
enum { GX_E_SHADOWED = 6005 };
enum { GX_E_ENDLESS = 6006 };
enum { GX_E_DOMINATED_TIMER = 6007 };
enum { GX_E_INVERTED_LADDER = 6008 };
enum { GX_E_MISSING_DECIDES = 6011 };
enum { GX_E_OPEN_HANDOFF = 6013 };
enum { GX_E_OWNERSHIP_HOLE = 6014 };
enum { GX_E_NO_UNDO = 6015 };
enum { GX_E_CONSENT_LEAK = 6016 };
enum { GX_E_FLAPPING = 6020 };
enum { GX_E_BAD_MIGRATION = 6021 };
enum { GX_E_MISSING_LABEL = 6022 };
enum { GX_E_SAME_STATES = 6023 };
enum { GX_E_MISSING_STAGE = 6024 };
enum { GX_E_COSTLY = 6025 };
enum { GX_E_DISCRIMINATION = 6028 };
enum { GX_E_UNPROVEN = 6029 };
enum { GX_E_NEVER_TAKEN = 6030 };
enum { GX_E_INVERTED_LIMITS = 6031 };
enum { GX_E_LATE_TIMER = 6032 };
enum { GX_E_HELD = 7001 };
enum { GX_E_RESTING = 7002 };
enum { GX_E_TOO_SOON = 7003 };
enum { GX_E_AT_CAPACITY = 7004 };
enum { GX_E_QUOTA_USED = 7005 };
enum { GX_E_NO_POOL = 7006 };
enum { GX_E_NOT_HELD = 7007 };
enum { GX_E_EXTENDED_TOO_OFTEN = 7008 };
enum { GX_E_EXTENDED_TOO_FAR = 7009 };
enum { GX_E_DECIDED_SINCE = 7010 };
enum { GX_E_NOT_FOLLOWED = 7011 };
enum { GX_E_NOTHING_TO_FIT = 8001 };
enum { GX_E_BAD_PARAMETERS = 8002 };
enum { GX_E_NO_CONTROL = 8003 };
enum { GX_E_NO_DENOMINATOR = 8004 };
enum { GX_E_INTERNAL = 9001 };
enum { GX_E_POISONED_HANDLE = 9002 };
enum { GX_EN = 0 };
enum { GX_ZH = 1 };
enum { GX_SVG = 0 };
enum { GX_MERMAID = 1 };
enum { GX_DOT = 2 };
enum { GX_REINTERPRET = 0 };
enum { GX_FORWARD = 1 };
enum { GX_SHADOW = 2 };
static const uint64_t GX_NUL = 0xffffffffffffffffu;
static const uint64_t GX_OUTERMOST = 0xffffffffffffffffu;
static const int64_t GX_TIME_NONE = -0x8000000000000000;
static const int64_t GX_SEEN_BACKFILL = -0x8000000000000000;
enum { GX_COLUMN_TEXT = 1 };
enum { GX_COLUMN_INT64 = 2 };
enum { GX_COLUMN_FLOAT64 = 3 };
enum { GX_COLUMN_DECIMAL = 4 };
enum { GX_COLUMN_BOOL = 5 };
enum { GX_COLUMN_DATE = 6 };
enum { GX_COLUMN_INSTANT = 7 };
enum { GX_COLUMN_LOCAL = 8 };
enum { GX_COLUMN_CODES = 9 };
enum { GX_ABI_VERSION = 0 };
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
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
typedef struct gx_bytes gx_bytes;
typedef struct gx_error gx_error;
typedef struct gx_ids gx_ids;
typedef struct gx_playbook gx_playbook;
typedef struct gx_review gx_review;
typedef struct gx_store gx_store;
typedef struct {
    uint32_t struct_size;
    uint32_t language;
    const char *table;
    uint64_t table_len;
    const char *mapping;
    uint64_t mapping_len;
    uint32_t dry_run;
    uint32_t reserved;
} gx_append_options;
typedef struct {
    uint32_t struct_size;
    uint32_t kind;
    const char *name;
    uint64_t name_len;
    const void *values;
    const int64_t *offsets;
    const uint8_t *known;
    const void *words;
    uint64_t n_words;
    uint32_t scale;
    uint32_t reserved;
} gx_column;
typedef struct {
    uint32_t struct_size;
    uint32_t reserved;
    const char *table;
    uint64_t table_len;
    const char *mapping;
    uint64_t mapping_len;
    const gx_column *columns;
    uint64_t n_columns;
    uint64_t rows;
    struct ArrowArrayStream *stream;
    struct ArrowArray *array;
    struct ArrowSchema *schema;
} gx_table;
typedef struct {
    uint32_t struct_size;
    uint32_t threads;
    uint32_t has_known_at;
    uint32_t reserved;
    int64_t known_at;
} gx_review_options;
typedef struct {
    uint64_t opening;
    uint64_t began;
    uint64_t entered;
    uint64_t left;
    uint64_t erased;
    uint64_t closing;
} gx_balance;
const char *gx_version_text(void);
uint32_t gx_version_number(void);
uint32_t gx_version_abi(void);
int32_t gx_version_build(gx_bytes **json, gx_error **error);
uint64_t gx_error_count(const gx_error *error);
int32_t gx_error_code(const gx_error *error, uint64_t index);
const char *gx_error_name(const gx_error *error, uint64_t index);
const char *gx_error_message(const gx_error *error, uint64_t index, uint32_t language);
const char *gx_error_pointer(const gx_error *error, uint64_t index);
int32_t gx_error_span(const gx_error *error, uint64_t index, uint64_t *start, uint64_t *end);
const char *gx_error_hint(const gx_error *error, uint64_t index, uint32_t language);
int32_t gx_error_json(const gx_error *error, uint32_t language, gx_bytes **json);
int32_t gx_error_free(gx_error *error);
const char *gx_bytes_data(const gx_bytes *bytes);
uint64_t gx_bytes_len(const gx_bytes *bytes);
int32_t gx_bytes_free(gx_bytes *bytes);
int32_t gx_json_count(const char *json,
                      uint64_t len,
                      const char *pointer,
                      uint64_t pointer_len,
                      uint64_t *n,
                      gx_error **error);
int32_t gx_json_text(const char *json,
                     uint64_t len,
                     const char *pointer,
                     uint64_t pointer_len,
                     gx_bytes **text,
                     gx_error **error);
uint64_t gx_ids_count(const gx_ids *ids);
const int64_t *gx_ids_offsets(const gx_ids *ids);
const char *gx_ids_data(const gx_ids *ids);
int32_t gx_ids_arrow(const gx_ids *ids,
                     struct ArrowArray *array,
                     struct ArrowSchema *schema,
                     gx_error **error);
int32_t gx_ids_free(gx_ids *ids);
int32_t gx_playbook_compile(const char *text,
                            uint64_t len,
                            gx_playbook **playbook,
                            gx_error **error);
int32_t gx_playbook_check(const char *text,
                          uint64_t len,
                          uint32_t language,
                          gx_bytes **json,
                          gx_error **error);
int32_t gx_playbook_json(const gx_playbook *playbook, gx_bytes **json, gx_error **error);
const char *gx_playbook_hash(const gx_playbook *playbook);
const char *gx_playbook_label(const gx_playbook *playbook, uint32_t language);
int32_t gx_playbook_free(gx_playbook *playbook);
int32_t gx_time_parse(const gx_playbook *playbook,
                      const char *text,
                      uint64_t len,
                      int64_t *time,
                      gx_error **error);
int32_t gx_time_show(const gx_playbook *playbook, int64_t time, gx_bytes **text, gx_error **error);
int32_t gx_store_open(const char *path,
                      uint64_t len,
                      const gx_playbook *playbook,
                      gx_store **store,
                      gx_error **error);
int32_t gx_store_open_read_only(const char *path,
                                uint64_t len,
                                const gx_playbook *playbook,
                                gx_store **store,
                                gx_error **error);
int32_t gx_store_in_memory(const gx_playbook *playbook, gx_store **store, gx_error **error);
int32_t gx_store_statistics(gx_store *store, gx_bytes **json, gx_error **error);
int32_t gx_store_verify(gx_store *store, uint32_t language, gx_bytes **report, gx_error **error);
int32_t gx_store_backup(gx_store *store, const char *path, uint64_t len, gx_error **error);
int32_t gx_store_free(gx_store *store);
int32_t gx_store_append_lines(gx_store *store,
                              const char *lines,
                              uint64_t len,
                              int64_t seen,
                              const gx_append_options *options,
                              gx_bytes **report,
                              gx_error **error);
int32_t gx_store_append_columns(gx_store *store,
                                const gx_column *columns,
                                uint64_t n_columns,
                                uint64_t rows,
                                int64_t seen,
                                const gx_append_options *options,
                                gx_bytes **report,
                                gx_error **error);
int32_t gx_store_append_arrow(gx_store *store,
                              struct ArrowArray *array,
                              struct ArrowSchema *schema,
                              int64_t seen,
                              const gx_append_options *options,
                              gx_bytes **report,
                              gx_error **error);
int32_t gx_store_append_stream(gx_store *store,
                               struct ArrowArrayStream *stream,
                               int64_t seen,
                               const gx_append_options *options,
                               gx_bytes **report,
                               gx_error **error);
int32_t gx_store_apply(gx_store *store,
                       const gx_playbook *playbook,
                       const char *lines,
                       uint64_t len,
                       int64_t seen,
                       int64_t now,
                       const gx_append_options *options,
                       gx_bytes **json,
                       gx_error **error);
int32_t gx_store_follow(gx_store *store,
                        const gx_playbook *playbook,
                        int64_t now,
                        const char *question,
                        uint64_t len,
                        uint32_t language,
                        gx_bytes **json,
                        gx_error **error);
int32_t gx_store_sign(gx_store *store,
                      const char *actor,
                      uint64_t actor_len,
                      const char *reason,
                      uint64_t reason_len,
                      gx_error **error);
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
int32_t gx_store_command(gx_store *store,
                         const gx_playbook *playbook,
                         const char *command,
                         uint64_t len,
                         int64_t at,
                         int64_t seen,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);
int32_t gx_store_erase(gx_store *store,
                       const char *id,
                       uint64_t len,
                       int64_t at,
                       uint32_t trial,
                       gx_bytes **json,
                       gx_error **error);
int32_t gx_store_erasures(gx_store *store, gx_bytes **json, gx_error **error);
int32_t gx_store_erase_listed(gx_store *store,
                              const char *list,
                              uint64_t len,
                              gx_bytes **json,
                              gx_error **error);
int32_t gx_review_columns(const gx_playbook *playbook,
                          const gx_table *tables,
                          uint64_t n_tables,
                          uint32_t language,
                          int64_t as_of,
                          const gx_review_options *options,
                          gx_review **review,
                          gx_bytes **reports,
                          gx_error **error);
int32_t gx_review_create(gx_store *store,
                         const gx_playbook *playbook,
                         int64_t as_of,
                         const gx_review_options *options,
                         gx_review **review,
                         gx_error **error);
int32_t gx_review_json(const gx_review *review,
                       uint32_t language,
                       gx_bytes **json,
                       gx_error **error);
int64_t gx_review_as_of(const gx_review *review);
uint64_t gx_review_customers(const gx_review *review);
uint64_t gx_review_events(const gx_review *review);
int32_t gx_review_arrow(const gx_review *review,
                        struct ArrowArray *array,
                        struct ArrowSchema *schema,
                        gx_error **error);
int32_t gx_review_free(gx_review *review);
uint64_t gx_kind_count(const gx_review *review);
const char *gx_kind_name(const gx_review *review, uint64_t index);
const char *gx_kind_label(const gx_review *review, uint64_t index, uint32_t language);
int32_t gx_kind_events(const gx_review *review,
                       uint64_t index,
                       uint64_t *events,
                       uint64_t *customers,
                       int64_t *first,
                       int64_t *last,
                       gx_error **error);
uint64_t gx_machine_count(const gx_review *review);
const char *gx_machine_name(const gx_review *review, uint64_t machine);
const char *gx_machine_label(const gx_review *review, uint64_t machine, uint32_t language);
int32_t gx_machine_states(const gx_review *review,
                          uint64_t machine,
                          uint64_t *states,
                          uint32_t *keyed,
                          uint64_t *troubles,
                          gx_error **error);
const char *gx_state_name(const gx_review *review, uint64_t machine, uint64_t state);
const char *gx_state_label(const gx_review *review,
                           uint64_t machine,
                           uint64_t state,
                           uint32_t language);
int32_t gx_state_customers(const gx_review *review,
                           uint64_t machine,
                           uint64_t state,
                           uint64_t *customers,
                           uint64_t *inside,
                           gx_error **error);
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
uint64_t gx_segment_count(const gx_review *review);
const char *gx_segment_name(const gx_review *review, uint64_t index);
const char *gx_segment_label(const gx_review *review, uint64_t index, uint32_t language);
int32_t gx_segment_members(const gx_review *review,
                           uint64_t index,
                           uint64_t *members,
                           uint64_t *errors,
                           gx_error **error);
int32_t gx_segment_ids(const gx_review *review,
                       const char *name,
                       uint64_t len,
                       gx_ids **ids,
                       gx_error **error);
int32_t gx_query_json(const gx_review *review,
                      const char *expression,
                      uint64_t len,
                      uint32_t language,
                      gx_bytes **json,
                      gx_error **error);
int32_t gx_query_ids(const gx_review *review,
                     const char *expression,
                     uint64_t len,
                     gx_ids **ids,
                     gx_error **error);
int32_t gx_query_arrow(const gx_review *review,
                       const char *expression,
                       uint64_t len,
                       struct ArrowArray *array,
                       struct ArrowSchema *schema,
                       gx_error **error);
int32_t gx_query_explain(const gx_review *review,
                         const char *expression,
                         uint64_t len,
                         const char *customer,
                         uint64_t customer_len,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);
int32_t gx_customer_json(const gx_review *review,
                         const char *id,
                         uint64_t len,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);
int32_t gx_customer_load(gx_store *store,
                         const gx_playbook *playbook,
                         int64_t as_of,
                         int64_t known_at,
                         const char *id,
                         uint64_t len,
                         uint32_t language,
                         gx_bytes **json,
                         gx_error **error);
int32_t gx_machine_diagram(const gx_playbook *playbook,
                           const char *name,
                           uint64_t len,
                           uint32_t format,
                           uint32_t language,
                           gx_bytes **text,
                           gx_error **error);
int32_t gx_machine_picture(const gx_review *review,
                           const char *name,
                           uint64_t len,
                           uint32_t format,
                           uint32_t language,
                           gx_bytes **text,
                           gx_error **error);
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
int32_t gx_machine_compare(const gx_review *review,
                           const gx_playbook *other,
                           uint32_t mode,
                           int64_t from,
                           const char *map,
                           uint64_t map_len,
                           gx_bytes **json,
                           gx_error **error);
int32_t gx_review_cbs(const gx_review *review,
                      const char *definition,
                      uint64_t len,
                      struct ArrowArray *array,
                      struct ArrowSchema *schema,
                      gx_bytes **report,
                      gx_error **error);
int32_t gx_model_fit(const char *question,
                     uint64_t len,
                     const gx_table *rows,
                     uint32_t language,
                     gx_bytes **json,
                     gx_error **error);
int32_t gx_model_predict(const char *question,
                         uint64_t len,
                         const gx_table *rows,
                         uint32_t language,
                         uint32_t threads,
                         struct ArrowArray *array,
                         struct ArrowSchema *schema,
                         gx_bytes **report,
                         gx_error **error);
int32_t gx_journey_states(gx_store *store,
                          const gx_playbook *playbook,
                          int64_t as_of,
                          int64_t known_at,
                          const char *id,
                          uint64_t len,
                          gx_bytes **json,
                          gx_error **error);
int32_t gx_journey_history(gx_store *store,
                           const gx_playbook *playbook,
                           int64_t as_of,
                           int64_t known_at,
                           const char *id,
                           uint64_t len,
                           gx_bytes **json,
                           gx_error **error);
int32_t gx_journey_explain(gx_store *store,
                           const gx_playbook *playbook,
                           int64_t as_of,
                           int64_t known_at,
                           const char *id,
                           uint64_t len,
                           uint32_t language,
                           gx_bytes **json,
                           gx_error **error);
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
int32_t gx_eval_json(const char *expression,
                     uint64_t len,
                     const char *bindings,
                     uint64_t bindings_len,
                     gx_bytes **json,
                     gx_error **error);
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
int32_t gx_value_answer(gx_store *store,
                        const gx_playbook *playbook,
                        int64_t as_of,
                        int64_t known_at,
                        const char *question,
                        uint64_t len,
                        uint32_t language,
                        gx_bytes **json,
                        gx_error **error);
int32_t gx_kpi_answer(gx_store *store,
                      const gx_playbook *playbook,
                      int64_t as_of,
                      int64_t known_at,
                      const char *question,
                      uint64_t len,
                      uint32_t language,
                      gx_bytes **json,
                      gx_error **error);
int32_t gx_collision_answer(gx_store *store,
                            const gx_playbook *playbook,
                            int64_t as_of,
                            int64_t known_at,
                            const char *question,
                            uint64_t len,
                            uint32_t language,
                            gx_bytes **json,
                            gx_error **error);
int32_t gx_condition_answer(const gx_playbook *playbook,
                            const char *question,
                            uint64_t len,
                            uint32_t language,
                            gx_bytes **json,
                            gx_error **error);
int32_t gx_playbook_schema(gx_bytes **json, gx_error **error);
