/* Every function of the header, called rightly, with each pointer wrong in each
 * way, and while a defect is injected.
 *
 *     calls FOLDER rightly | misuse | defects | names
 *     calls FOLDER sequences N      N times, in an order that nobody thought of
 */
#include "arrow.h"

#ifdef INJECT
void gx_inject_panic(const char *name);
int32_t gx_inject_panic_in_commit(int32_t panics);
#endif

/* What an output holds before it is written. */
static char untouched;
#define UNTOUCHED ((void *)&untouched)

typedef struct {
    gx_playbook *playbook;
    gx_store *store;
    gx_review *review;
    gx_bytes *bytes;
    gx_ids *ids;
    gx_error *error;
    const char *folder;
    /* Where the store is. */
    char path[512];
    /* Which pointer of the next call is replaced, and by what. */
    int at;
    void *with;
    gx_error **why;
} World;

typedef int32_t (*Call)(World *w);
typedef uint64_t (*Look)(const void *handle);

#define AT(n, pointer) (w->at == (n) ? w->with : (void *)(pointer))

/* One table entry for each function that returns a status. In the signature,
 * one letter a pointer: P S R E handles, t a text, o an output, h an output that
 * is a handle; a small letter is a handle that may be NULL. Other pointers that may
 * be NULL are left out. */
typedef struct {
    const char *name;
    const char *signature;
    Call call;
} Entry;

static int made_files = 0;

static const char *new_path(World *w) {
    static char path[512];
    snprintf(path, sizeof path, "%s/store-%d.db", w->folder, made_files++);
    return path;
}

/* Frees an output, or sees that it was left alone. */
#define DONE(type, out)                                     \
    do {                                                    \
        if (status == GX_OK) {                              \
            CHECK(out != UNTOUCHED && out != NULL);         \
            CHECK_STATUS(gx_##type##_free(out), GX_OK);     \
        } else {                                            \
            CHECK(out == UNTOUCHED);                        \
        }                                                   \
        return status;                                      \
    } while (0)

static int32_t call_version_build(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_version_build(AT(0, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_error_json(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_error_json(AT(0, w->error), GX_ZH, AT(1, &out));
    DONE(bytes, out);
}

static int32_t call_playbook_compile(World *w) {
    gx_playbook *out = UNTOUCHED;
    int32_t status = gx_playbook_compile(AT(0, SHOP), GX_NUL, AT(1, &out), w->why);
    DONE(playbook, out);
}

static int32_t call_playbook_check(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_playbook_check(AT(0, "{"), 1, GX_EN, AT(1, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_playbook_json(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_playbook_json(AT(0, w->playbook), AT(1, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_time_parse(World *w) {
    int64_t out = 77;
    int32_t status =
        gx_time_parse(AT(0, w->playbook), AT(1, "2026-03-01"), GX_NUL, AT(2, &out), w->why);
    CHECK(status == GX_OK ? out == 1772380799999999 : out == 77);
    return status;
}

static int32_t call_time_show(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_time_show(AT(0, w->playbook), 0, AT(1, &out), w->why);
    if (status == GX_OK) CHECK(strcmp(gx_bytes_data(out), "1970-01-01 08:00 Asia/Shanghai") == 0);
    DONE(bytes, out);
}

static int32_t call_store_open(World *w) {
    gx_store *out = UNTOUCHED;
    int32_t status =
        gx_store_open(AT(0, new_path(w)), GX_NUL, AT(1, w->playbook), AT(2, &out), w->why);
    DONE(store, out);
}

static int32_t call_store_open_read_only(World *w) {
    gx_store *out = UNTOUCHED;
    int32_t status;
    status =
        gx_store_open_read_only(AT(0, w->path), GX_NUL, AT(1, w->playbook), AT(2, &out), w->why);
    DONE(store, out);
}

static int32_t call_store_in_memory(World *w) {
    gx_store *out = UNTOUCHED;
    int32_t status = gx_store_in_memory(AT(0, w->playbook), AT(1, &out), w->why);
    DONE(store, out);
}

static int32_t call_store_append_lines(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_append_lines(AT(0, w->store), AT(1, SALES), GX_NUL,
                                           GX_SEEN_BACKFILL, NULL, AT(2, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_store_append_columns(World *w) {
    static const int64_t offsets[] = {0, 3};
    gx_bytes *out = UNTOUCHED;
    gx_column column = {0};
    gx_append_options options = {0};
    int32_t status;
    column.struct_size = sizeof column;
    column.kind = GX_COLUMN_TEXT;
    column.name = "id";
    column.name_len = GX_NUL;
    column.values = "C-9";
    column.offsets = offsets;
    options.struct_size = sizeof options;
    options.table = "customers";
    options.table_len = GX_NUL;
    status = gx_store_append_columns(AT(0, w->store), AT(1, &column), 1, 1, GX_SEEN_BACKFILL,
                                     &options, AT(2, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_store_append_arrow(World *w) {
    gx_bytes *out = UNTOUCHED;
    Made rows, columns[5];
    int32_t status;
    arrays_released = schemas_released = 0;
    make_sales(&rows, columns);
    status = gx_store_append_arrow(AT(0, w->store), AT(1, &rows.array), AT(2, &rows.schema),
                                   GX_SEEN_BACKFILL, NULL, AT(3, &out), w->why);
    CHECK(arrays_released == (w->at != 1) && schemas_released == (w->at != 2));
    DONE(bytes, out);
}

static int32_t call_store_append_stream(World *w) {
    gx_bytes *out = UNTOUCHED;
    Source source;
    struct ArrowArrayStream stream = make_stream(&source, 2, 0);
    int32_t status;
    streams_released = 0;
    status = gx_store_append_stream(AT(0, w->store), AT(1, &stream), GX_SEEN_BACKFILL, NULL,
                                    AT(2, &out), w->why);
    CHECK(streams_released == (w->at != 1));
    DONE(bytes, out);
}

/* Releases an array and its schema, or sees that they were left alone. */
static int32_t given(int32_t status, struct ArrowArray *array, struct ArrowSchema *schema) {
    CHECK((status == GX_OK) == (array->release != NULL));
    CHECK((status == GX_OK) == (schema->release != NULL));
    if (status == GX_OK) {
        array->release(array);
        schema->release(schema);
    }
    return status;
}

static int32_t call_ids_arrow(World *w) {
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    return given(gx_ids_arrow(AT(0, w->ids), AT(1, &array), AT(2, &schema), w->why), &array,
                 &schema);
}

static int32_t call_review_arrow(World *w) {
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    return given(gx_review_arrow(AT(0, w->review), AT(1, &array), AT(2, &schema), w->why), &array,
                 &schema);
}

static int32_t call_query_arrow(World *w) {
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    return given(gx_query_arrow(AT(0, w->review), AT(1, "age == 0"), GX_NUL, AT(2, &array),
                                AT(3, &schema), w->why),
                 &array, &schema);
}

static int32_t call_review_cbs(World *w) {
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    gx_bytes *report = UNTOUCHED;
    int32_t status =
        gx_review_cbs(AT(0, w->review), AT(1, "{\"calibration_end\": \"2026-02-28\"}"), GX_NUL,
                      AT(2, &array), AT(3, &schema), &report, w->why);
    if (status == GX_OK) {
        const double *age = array.children[3]->buffers[1];
        CHECK(array.length == 2 && array.n_children == 6);
        CHECK(strcmp(schema.children[3]->name, "T") == 0 && age[0] == 54.0 / 7);
        CHECK(((const int64_t *)array.children[1]->buffers[1])[0] == 1);
        CHECK(array.children[4]->null_count == 1);
        CHECK(strstr(gx_bytes_data(report), "\"purchases\":3,") != NULL);
        CHECK_STATUS(gx_bytes_free(report), GX_OK);
    } else {
        CHECK(report == UNTOUCHED);
    }
    return given(status, &array, &schema);
}

static int32_t call_store_statistics(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_statistics(AT(0, w->store), AT(1, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_store_verify(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_verify(AT(0, w->store), GX_EN, AT(1, &out), w->why);
    DONE(bytes, out);
}

/* The same decision for the same instant is one decision. */
static int32_t call_store_command(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_command(
        AT(0, w->store), AT(1, w->playbook),
        AT(2, "{\"override\": {\"customer\": \"C-1\", \"machine\": \"relationship\","
              " \"state\": \"lapsed\", \"actor\": \"li\", \"reason\": \"moved away\"}}"),
        GX_NUL, 1775000000000000, GX_SEEN_BACKFILL, GX_EN, AT(3, &out), w->why);
    if (status == GX_OK) {
        CHECK(strstr(gx_bytes_data(out), "\"customers\":[\"C-1\"]") != NULL);
    }
    DONE(bytes, out);
}

static int32_t call_store_erase(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_erase(AT(0, w->store), AT(1, "C-1"), GX_NUL, 1775000000000000, 1,
                                    AT(2, &out), w->why);
    if (status == GX_OK) {
        CHECK(strstr(gx_bytes_data(out), "\"ids\":1") != NULL);
    }
    DONE(bytes, out);
}

static int32_t call_store_erasures(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_erasures(AT(0, w->store), AT(1, &out), w->why);
    if (status == GX_OK) CHECK(strcmp(gx_bytes_data(out), "[]") == 0);
    DONE(bytes, out);
}

static int32_t call_store_erase_listed(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_store_erase_listed(AT(0, w->store), AT(1, "[]"), GX_NUL, AT(2, &out), w->why);
    if (status == GX_OK) CHECK(strcmp(gx_bytes_data(out), "{\"facts\":0,\"ids\":0}") == 0);
    DONE(bytes, out);
}

static int32_t call_store_backup(World *w) {
    return gx_store_backup(AT(0, w->store), AT(1, new_path(w)), GX_NUL, w->why);
}

static int32_t call_review_create(World *w) {
    gx_review *out = UNTOUCHED;
    int32_t status = gx_review_create(AT(0, w->store), AT(1, w->playbook), GX_TIME_NONE, NULL,
                                      AT(2, &out), w->why);
    DONE(review, out);
}

static int32_t call_review_columns(World *w) {
    gx_review *out = UNTOUCHED;
    gx_bytes *reports = UNTOUCHED;
    gx_table table = {0};
    Source source;
    struct ArrowArrayStream stream = make_stream(&source, 2, 0);
    int32_t status;
    streams_released = 0;
    table.struct_size = sizeof table;
    table.stream = &stream;
    status = gx_review_columns(AT(0, w->playbook), AT(1, &table), 1, GX_EN, GX_TIME_NONE, NULL,
                               AT(2, &out), &reports, w->why);
    CHECK(streams_released == (w->at != 1));
    if (status == GX_OK) {
        CHECK_STATUS(gx_bytes_free(reports), GX_OK);
    } else {
        CHECK(reports == UNTOUCHED);
    }
    DONE(review, out);
}

static int32_t call_review_json(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_review_json(AT(0, w->review), GX_EN, AT(1, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_kind_events(World *w) {
    uint64_t events = 77, customers = 77;
    int64_t first = 77, last = 77;
    int32_t status =
        gx_kind_events(AT(0, w->review), 0, AT(1, &events), &customers, &first, &last, w->why);
    CHECK(status == GX_OK ? events == 3 && customers == 2 && first == 1767542400000000
                                && last == 1770307200000000
                          : events == 77 && customers == 77 && first == 77 && last == 77);
    return status;
}

static int32_t call_segment_members(World *w) {
    uint64_t members = 77, errors = 77;
    int32_t status = gx_segment_members(AT(0, w->review), 0, AT(1, &members), &errors, w->why);
    CHECK(status == GX_OK ? members == 0 && errors == 1 : members == 77 && errors == 77);
    return status;
}

static int32_t call_segment_ids(World *w) {
    gx_ids *out = UNTOUCHED;
    int32_t status =
        gx_segment_ids(AT(0, w->review), AT(1, "regulars"), GX_NUL, AT(2, &out), w->why);
    DONE(ids, out);
}

static int32_t call_query_json(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_query_json(AT(0, w->review), AT(1, "age == 0"), GX_NUL, GX_EN,
                                   AT(2, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_query_ids(World *w) {
    gx_ids *out = UNTOUCHED;
    int32_t status =
        gx_query_ids(AT(0, w->review), AT(1, "age == 0"), GX_NUL, AT(2, &out), w->why);
    DONE(ids, out);
}

static int32_t call_query_explain(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_query_explain(AT(0, w->review), AT(1, "age == 0"), GX_NUL, AT(2, "C-2"),
                                      3, GX_ZH, AT(3, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_customer_json(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_customer_json(AT(0, w->review), AT(1, "C-1"), 3, GX_EN, AT(2, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_customer_load(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_customer_load(AT(0, w->store), AT(1, w->playbook), 1772380800000000, GX_TIME_NONE,
                               AT(2, "C-1"), GX_NUL, GX_EN, AT(3, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_journey_states(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_journey_states(AT(0, w->store), AT(1, w->playbook), 1772380800000000, GX_TIME_NONE,
                          AT(2, "C-1"), GX_NUL, AT(3, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_journey_history(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_journey_history(AT(0, w->store), AT(1, w->playbook), 1772380800000000, GX_TIME_NONE,
                           AT(2, "C-1"), GX_NUL, AT(3, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_journey_explain(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_journey_explain(AT(0, w->store), AT(1, w->playbook), 1772380800000000, GX_TIME_NONE,
                           AT(2, "C-1"), GX_NUL, GX_ZH, AT(3, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_journey_why_not(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_journey_why_not(AT(0, w->store), AT(1, w->playbook), 1772380800000000,
                                        GX_TIME_NONE, AT(2, "C-1"), GX_NUL, NULL, 0,
                                        AT(3, "buyer"), GX_NUL, GX_EN, AT(4, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_journey_if(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_journey_if(AT(0, w->store), AT(1, w->playbook), 1772380800000000, GX_TIME_NONE,
                      AT(2, "C-1"), GX_NUL, AT(3, "[]"), GX_NUL, AT(4, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_machine_diagram(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_machine_diagram(AT(0, w->playbook), NULL, 0, GX_SVG, GX_ZH, AT(1, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_machine_picture(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_machine_picture(AT(0, w->review), NULL, 0, GX_MERMAID, GX_EN, AT(1, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_machine_flow(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_machine_flow(AT(0, w->review), NULL, 0, "month", GX_NUL, GX_TIME_NONE,
                                     GX_TIME_NONE, NULL, 0, AT(1, &out), w->why);
    DONE(bytes, out);
}

static int32_t call_machine_states(World *w) {
    uint64_t states = 77, troubles = 77;
    uint32_t keyed = 77;
    int32_t status =
        gx_machine_states(AT(0, w->review), 0, AT(1, &states), &keyed, &troubles, w->why);
    CHECK(status == GX_OK ? states == 3 && keyed == 0 && troubles == 0
                          : states == 77 && keyed == 77 && troubles == 77);
    return status;
}

static int32_t call_state_customers(World *w) {
    uint64_t customers = 77, inside = 77;
    int32_t status = gx_state_customers(AT(0, w->review), 0, 1, AT(1, &customers), &inside, w->why);
    CHECK(status == GX_OK ? customers == 2 && inside == GX_OUTERMOST
                          : customers == 77 && inside == 77);
    return status;
}

static int32_t call_machine_balance(World *w) {
    gx_balance balances[4];
    int64_t from = 77, until = 77;
    int32_t status;
    memset(balances, 0x77, sizeof balances);
    status = gx_machine_balance(AT(0, w->review), NULL, 0, AT(1, "month"), GX_NUL, GX_TIME_NONE,
                                AT(2, balances), 3, &from, &until, w->why);
    if (status == GX_OK) {
        const gx_balance *buyer = &balances[1];
        CHECK(buyer->opening == 0 && buyer->began == 0 && buyer->entered == 2);
        CHECK(buyer->left == 0 && buyer->erased == 0 && buyer->closing == 2);
        CHECK(from == 1769875200000000 && until == 1772294400000000);
    } else {
        CHECK(from == 77 && until == 77 && balances[1].opening == 0x7777777777777777);
    }
    /* No more is written than there is room for. */
    CHECK(balances[3].opening == 0x7777777777777777);
    return status;
}

static int32_t call_machine_compare(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_machine_compare(AT(0, w->review), AT(1, w->playbook), GX_REINTERPRET, GX_TIME_NONE,
                           NULL, 0, AT(2, &out), w->why);
    DONE(bytes, out);
}

/* `other` may be NULL, and is asked for by `diff` alone. */
static int32_t call_segment_answer(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_segment_answer(AT(0, w->store), AT(1, w->playbook), AT(2, NULL),
                                       1772380800000000, GX_TIME_NONE,
                                       AT(3, "{\"ask\": \"members\", \"segment\": \"regulars\"}"),
                                       GX_NUL, GX_EN, AT(4, &out), w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"ids\":[\"C-1\"]") != NULL);
    DONE(bytes, out);
}

static int32_t call_value_answer(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_value_answer(AT(0, w->store), AT(1, w->playbook), 1772380800000000,
                                     GX_TIME_NONE, AT(2, "{\"ask\": \"tier\", \"customer\": \"C-1\"}"),
                                     GX_NUL, GX_ZH, AT(3, &out), w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"A\"") != NULL);
    DONE(bytes, out);
}

static int32_t call_kpi_answer(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_kpi_answer(AT(0, w->store), AT(1, w->playbook), 1772380800000000,
                                   GX_TIME_NONE, AT(2, "{\"ask\": \"list\"}"), GX_NUL, GX_ZH,
                                   AT(3, &out), w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"kpis\":[") != NULL);
    DONE(bytes, out);
}

static int32_t call_collision_answer(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_collision_answer(
        AT(0, w->store), AT(1, w->playbook), 1772380800000000, GX_TIME_NONE,
        AT(2, "{\"ask\": \"collide\", \"row\": {\"region\": \"北极\"}}"), GX_NUL, GX_EN,
        AT(3, &out), w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"verdict\":\"new\"") != NULL);
    DONE(bytes, out);
}

static int32_t call_store_apply(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_store_apply(AT(0, w->store), AT(1, w->playbook), AT(2, SALES), GX_NUL, GX_SEEN_BACKFILL,
                       1772380800000000, NULL, AT(3, &out), w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"waiting\":0") != NULL);
    DONE(bytes, out);
}

static int32_t call_store_follow(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_follow(AT(0, w->store), AT(1, w->playbook), 1772380800000000,
                                     AT(2, "{\"ask\": \"advance\"}"), GX_NUL, GX_EN, AT(3, &out),
                                     w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"customers\":") != NULL);
    DONE(bytes, out);
}

static int32_t call_store_feed(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_feed(AT(0, w->store), AT(1, w->playbook), AT(2, "{\"ask\": \"feeds\"}"),
                                   GX_NUL, NULL, 0, 1772380800000000, GX_EN, AT(3, &out), w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"feeds\":[") != NULL);
    DONE(bytes, out);
}

static int32_t call_store_sign(World *w) {
    return gx_store_sign(AT(0, w->store), "li", GX_NUL, "asked on the telephone", GX_NUL, w->why);
}

static int32_t call_condition_answer(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_condition_answer(
        AT(0, w->playbook), AT(1, "{\"ask\": \"complete\", \"expression\": \"ag\"}"), GX_NUL,
        GX_EN, AT(2, &out), w->why);
    if (status == GX_OK) {
        CHECK(strstr(gx_bytes_data(out), "{\"from\":0,\"offers\":[{\"text\":\"age\"") != NULL);
    }
    DONE(bytes, out);
}

static int32_t call_playbook_schema(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_playbook_schema(AT(0, &out), w->why);
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "2020-12/schema") != NULL);
    DONE(bytes, out);
}

static int32_t call_statement_json(World *w) {
    static const char TABLES[] = "{\"guanxi_tables\": 1, \"customers\": {\"table\": \"m\", \"id\": \"id\"}}";
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_statement_json(AT(0, w->playbook), AT(1, "true"), GX_NUL, AT(2, TABLES), GX_NUL,
                                       AT(3, "postgresql"), GX_NUL, 0, AT(4, &out), w->why);
    if (status == GX_OK) {
        CHECK(strcmp(gx_bytes_data(out),
                     "{\"sql\":\"SELECT \\\"c\\\".\\\"id\\\"\\nFROM \\\"m\\\" AS \\\"c\\\"\\n\","
                     "\"parameters\":[]}") == 0);
    }
    DONE(bytes, out);
}

static int32_t call_eval_json(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_eval_json(AT(0, "1 + 2"), GX_NUL, NULL, 0, AT(1, &out), w->why);
    if (status == GX_OK) {
        CHECK(strcmp(gx_bytes_data(out), "{\"type\":\"int\",\"value\":\"3\"}") == 0);
    }
    DONE(bytes, out);
}

static gx_table rows_of(Source *source, struct ArrowArrayStream *stream) {
    static const int64_t frequency[] = {2, 1, 0, 0, 7};
    static const double recency[] = {30.4, 1.7, 0, 0, 29.4}, age[] = {38.9, 38.9, 38.9, 38.9, 38.9};
    gx_table rows = {0};
    *stream = make_stream(source, 1, 0);
    make(&source->columns[0], "l", "frequency", 5, 2, NULL, frequency, NULL);
    make(&source->columns[2], "g", "recency", 5, 2, NULL, recency, NULL);
    make(&source->columns[3], "g", "T", 5, 2, NULL, age, NULL);
    as_rows(&source->rows, 5);
    adopt(&source->rows, &source->columns[0]);
    adopt(&source->rows, &source->columns[2]);
    adopt(&source->rows, &source->columns[3]);
    rows.struct_size = sizeof rows;
    rows.stream = stream;
    streams_released = 0;
    return rows;
}

static int32_t call_model_fit(World *w) {
    gx_bytes *out = UNTOUCHED;
    Source source;
    struct ArrowArrayStream stream;
    gx_table rows = rows_of(&source, &stream);
    int32_t status = gx_model_fit(AT(0, "{\"ask\": \"fit\", \"model\": \"nbd\"}"), GX_NUL,
                                  AT(1, &rows), GX_ZH, AT(2, &out), w->why);
    CHECK(streams_released == (w->at != 1));
    if (status == GX_OK) CHECK(strstr(gx_bytes_data(out), "\"converged\":true") != NULL);
    DONE(bytes, out);
}

static int32_t call_model_predict(World *w) {
    static const char QUESTION[] = "{\"ask\": \"predict\", \"model\": \"nbd\", \"horizon\": 10,"
                                   " \"params\": {\"r\": 0.5, \"alpha\": 4.5}}";
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    gx_bytes *report = UNTOUCHED;
    Source source;
    struct ArrowArrayStream stream;
    gx_table rows = rows_of(&source, &stream);
    int32_t status = gx_model_predict(AT(0, QUESTION), GX_NUL, AT(1, &rows), GX_EN, 2,
                                      AT(2, &array), AT(3, &schema), &report, w->why);
    CHECK(streams_released == (w->at != 1));
    if (status == GX_OK) {
        /* (r + x) / (alpha + T) a unit of time. */
        double expected = ((const double *)array.children[2]->buffers[1])[0] - 25.0 / 43.4;
        CHECK(array.length == 5 && expected < 1e-12 && expected > -1e-12);
        CHECK(strcmp(schema.children[2]->name, "expected") == 0);
        CHECK(strstr(gx_bytes_data(report), "\"n\":5") != NULL);
        CHECK_STATUS(gx_bytes_free(report), GX_OK);
    } else {
        CHECK(report == UNTOUCHED);
    }
    return given(status, &array, &schema);
}

#define PARTS "{\"tiers\": [{\"a/b\": \"\\u7532\"}, {\"n\": 1.50}]}"

static int32_t call_json_count(World *w) {
    uint64_t n = 77;
    int32_t status = gx_json_count(AT(0, PARTS), GX_NUL, AT(1, "/tiers"), GX_NUL, AT(2, &n), w->why);
    CHECK(n == (status == GX_OK ? 2 : 77));
    return status;
}

static int32_t call_json_text(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_json_text(AT(0, PARTS), GX_NUL, AT(1, "/tiers/0/a~1b"), GX_NUL, AT(2, &out),
                                  w->why);
    if (status == GX_OK) CHECK(strcmp(gx_bytes_data(out), "甲") == 0);
    DONE(bytes, out);
}

static const Entry ENTRIES[] = {
    {"gx_version_build", "o", call_version_build},
    {"gx_error_json", "Eo", call_error_json},
    {"gx_model_fit", "tto", call_model_fit},
    {"gx_model_predict", "ttoo", call_model_predict},
    {"gx_json_count", "tto", call_json_count},
    {"gx_json_text", "tto", call_json_text},
    {"gx_playbook_compile", "to", call_playbook_compile},
    {"gx_playbook_check", "to", call_playbook_check},
    {"gx_playbook_json", "Po", call_playbook_json},
    {"gx_time_parse", "Pto", call_time_parse},
    {"gx_time_show", "Po", call_time_show},
    {"gx_store_open", "tPo", call_store_open},
    {"gx_store_open_read_only", "tPo", call_store_open_read_only},
    {"gx_store_in_memory", "Po", call_store_in_memory},
    {"gx_store_append_lines", "Sto", call_store_append_lines},
    {"gx_store_append_columns", "Sto", call_store_append_columns},
    {"gx_store_append_arrow", "Stto", call_store_append_arrow},
    {"gx_store_append_stream", "Sto", call_store_append_stream},
    {"gx_ids_arrow", "Ioo", call_ids_arrow},
    {"gx_review_arrow", "Roo", call_review_arrow},
    {"gx_query_arrow", "Rtoo", call_query_arrow},
    {"gx_review_cbs", "Rtoo", call_review_cbs},
    {"gx_store_statistics", "So", call_store_statistics},
    {"gx_store_verify", "So", call_store_verify},
    {"gx_store_backup", "St", call_store_backup},
    {"gx_review_create", "SPo", call_review_create},
    {"gx_review_columns", "Pto", call_review_columns},
    {"gx_review_json", "Ro", call_review_json},
    {"gx_kind_events", "Ro", call_kind_events},
    {"gx_segment_members", "Ro", call_segment_members},
    {"gx_segment_ids", "Rto", call_segment_ids},
    {"gx_query_json", "Rto", call_query_json},
    {"gx_query_ids", "Rto", call_query_ids},
    {"gx_query_explain", "Rtto", call_query_explain},
    {"gx_customer_json", "Rto", call_customer_json},
    {"gx_customer_load", "SPto", call_customer_load},
    {"gx_journey_states", "SPto", call_journey_states},
    {"gx_journey_history", "SPto", call_journey_history},
    {"gx_journey_explain", "SPto", call_journey_explain},
    {"gx_journey_why_not", "SPtto", call_journey_why_not},
    {"gx_journey_if", "SPtto", call_journey_if},
    {"gx_machine_diagram", "Po", call_machine_diagram},
    {"gx_machine_picture", "Ro", call_machine_picture},
    {"gx_machine_flow", "Ro", call_machine_flow},
    {"gx_machine_states", "Ro", call_machine_states},
    {"gx_state_customers", "Ro", call_state_customers},
    {"gx_machine_balance", "Rto", call_machine_balance},
    {"gx_machine_compare", "RPo", call_machine_compare},
    {"gx_eval_json", "to", call_eval_json},
    {"gx_statement_json", "Pttto", call_statement_json},
    {"gx_segment_answer", "SPpto", call_segment_answer},
    {"gx_value_answer", "SPto", call_value_answer},
    {"gx_kpi_answer", "SPto", call_kpi_answer},
    {"gx_collision_answer", "SPto", call_collision_answer},
    {"gx_store_apply", "SPto", call_store_apply},
    {"gx_store_follow", "SPto", call_store_follow},
    {"gx_store_feed", "SPto", call_store_feed},
    {"gx_store_sign", "S", call_store_sign},
    {"gx_condition_answer", "Pto", call_condition_answer},
    {"gx_playbook_schema", "o", call_playbook_schema},
    {"gx_store_command", "SPto", call_store_command},
    {"gx_store_erase", "Sto", call_store_erase},
    {"gx_store_erasures", "So", call_store_erasures},
    {"gx_store_erase_listed", "Sto", call_store_erase_listed},
};
#define N_ENTRIES (sizeof ENTRIES / sizeof *ENTRIES)

/* Functions that look at one handle, with what they answer to a bad one. */
typedef struct {
    const char *name;
    char kind;
    uint64_t neutral;
    Look look;
} Looker;

#define POINTER(call) ((uint64_t)(uintptr_t)(call))

static uint64_t look_error_count(const void *h) { return gx_error_count(h); }
static uint64_t look_error_code(const void *h) { return (uint64_t)gx_error_code(h, 0); }
static uint64_t look_error_name(const void *h) { return POINTER(gx_error_name(h, 0)); }
static uint64_t look_error_message(const void *h) {
    return POINTER(gx_error_message(h, 0, GX_ZH));
}
static uint64_t look_error_pointer(const void *h) { return POINTER(gx_error_pointer(h, 0)); }
static uint64_t look_error_span(const void *h) {
    uint64_t start = 7, end = 7;
    int32_t has = gx_error_span(h, 0, &start, &end);
    CHECK(has ? start < end : start == 7 && end == 7);
    CHECK(gx_error_span(h, 0, NULL, &end) == 0 && gx_error_span(h, 0, &start, NULL) == 0);
    return (uint64_t)has;
}
static uint64_t look_error_hint(const void *h) { return POINTER(gx_error_hint(h, 0, GX_EN)); }
static uint64_t look_bytes_data(const void *h) { return POINTER(gx_bytes_data(h)); }
static uint64_t look_bytes_len(const void *h) { return gx_bytes_len(h); }
static uint64_t look_ids_count(const void *h) { return gx_ids_count(h); }
static uint64_t look_ids_offsets(const void *h) { return POINTER(gx_ids_offsets(h)); }
static uint64_t look_ids_data(const void *h) { return POINTER(gx_ids_data(h)); }
static uint64_t look_playbook_hash(const void *h) { return POINTER(gx_playbook_hash(h)); }
static uint64_t look_playbook_label(const void *h) {
    CHECK(gx_playbook_label(h, 99) == NULL);
    return POINTER(gx_playbook_label(h, GX_EN));
}
static uint64_t look_review_as_of(const void *h) { return (uint64_t)gx_review_as_of(h); }
static uint64_t look_review_customers(const void *h) { return gx_review_customers(h); }
static uint64_t look_review_events(const void *h) { return gx_review_events(h); }
static uint64_t look_kind_count(const void *h) { return gx_kind_count(h); }
static uint64_t look_kind_name(const void *h) {
    CHECK(gx_kind_name(h, 99) == NULL);
    return POINTER(gx_kind_name(h, 0));
}
static uint64_t look_kind_label(const void *h) {
    CHECK(gx_kind_label(h, UINT64_MAX, GX_EN) == NULL);
    return POINTER(gx_kind_label(h, 0, GX_EN));
}
static uint64_t look_machine_count(const void *h) { return gx_machine_count(h); }
static uint64_t look_machine_name(const void *h) {
    CHECK(gx_machine_name(h, 99) == NULL);
    return POINTER(gx_machine_name(h, 0));
}
static uint64_t look_machine_label(const void *h) {
    CHECK(gx_machine_label(h, UINT64_MAX, GX_EN) == NULL && gx_machine_label(h, 0, 99) == NULL);
    return POINTER(gx_machine_label(h, 0, GX_EN));
}
static uint64_t look_state_name(const void *h) {
    CHECK(gx_state_name(h, 99, 0) == NULL && gx_state_name(h, 0, 99) == NULL);
    return POINTER(gx_state_name(h, 0, 0));
}
static uint64_t look_state_label(const void *h) {
    CHECK(gx_state_label(h, 0, UINT64_MAX, GX_EN) == NULL && gx_state_label(h, 0, 0, 99) == NULL);
    return POINTER(gx_state_label(h, 0, 0, GX_EN));
}
static uint64_t look_segment_count(const void *h) { return gx_segment_count(h); }
static uint64_t look_segment_name(const void *h) {
    CHECK(gx_segment_name(h, 99) == NULL);
    return POINTER(gx_segment_name(h, 0));
}
static uint64_t look_segment_label(const void *h) {
    CHECK(gx_segment_label(h, UINT64_MAX, GX_EN) == NULL);
    return POINTER(gx_segment_label(h, 0, GX_EN));
}

static const Looker LOOKERS[] = {
    {"gx_error_count", 'E', 0, look_error_count},
    {"gx_error_code", 'E', 0, look_error_code},
    {"gx_error_name", 'E', 0, look_error_name},
    {"gx_error_message", 'E', 0, look_error_message},
    {"gx_error_pointer", 'E', 0, look_error_pointer},
    {"gx_error_span", 'E', 0, look_error_span},
    {"gx_error_hint", 'E', 0, look_error_hint},
    {"gx_bytes_data", 'B', 0, look_bytes_data},
    {"gx_bytes_len", 'B', 0, look_bytes_len},
    {"gx_ids_count", 'I', 0, look_ids_count},
    {"gx_ids_offsets", 'I', 0, look_ids_offsets},
    {"gx_ids_data", 'I', 0, look_ids_data},
    {"gx_playbook_hash", 'P', 0, look_playbook_hash},
    {"gx_playbook_label", 'P', 0, look_playbook_label},
    {"gx_review_as_of", 'R', (uint64_t)GX_TIME_NONE, look_review_as_of},
    {"gx_review_customers", 'R', 0, look_review_customers},
    {"gx_review_events", 'R', 0, look_review_events},
    {"gx_kind_count", 'R', 0, look_kind_count},
    {"gx_kind_name", 'R', 0, look_kind_name},
    {"gx_kind_label", 'R', 0, look_kind_label},
    {"gx_machine_count", 'R', 0, look_machine_count},
    {"gx_machine_name", 'R', 0, look_machine_name},
    {"gx_machine_label", 'R', 0, look_machine_label},
    {"gx_state_name", 'R', 0, look_state_name},
    {"gx_state_label", 'R', 0, look_state_label},
    {"gx_segment_count", 'R', 0, look_segment_count},
    {"gx_segment_name", 'R', 0, look_segment_name},
    {"gx_segment_label", 'R', 0, look_segment_label},
};
#define N_LOOKERS (sizeof LOOKERS / sizeof *LOOKERS)

static const char KINDS[] = "EBIPSR";
static const char *const FREES[] = {"gx_error_free",    "gx_bytes_free", "gx_ids_free",
                                    "gx_playbook_free", "gx_store_free", "gx_review_free"};

static void *handle_of(World *w, char kind) {
    switch (kind) {
        case 'E': return w->error;
        case 'B': return w->bytes;
        case 'I': return w->ids;
        case 'P': return w->playbook;
        case 'S': return w->store;
        default: return w->review;
    }
}

static int32_t free_as(char kind, void *handle) {
    switch (kind) {
        case 'E': return gx_error_free(handle);
        case 'B': return gx_bytes_free(handle);
        case 'I': return gx_ids_free(handle);
        case 'P': return gx_playbook_free(handle);
        case 'S': return gx_store_free(handle);
        default: return gx_review_free(handle);
    }
}

static World new_world(const char *folder) {
    World w = {0};
    w.folder = folder;
    w.at = -1;
    CHECK_STATUS(gx_playbook_compile(SHOP, sizeof SHOP - 1, &w.playbook, NULL), GX_OK);
    strcpy(w.path, new_path(&w));
    CHECK_STATUS(gx_store_open(w.path, GX_NUL, w.playbook, &w.store, NULL), GX_OK);
    CHECK_STATUS(gx_store_append_lines(w.store, SALES, GX_NUL, GX_SEEN_BACKFILL, NULL, &w.bytes,
                                       NULL),
                 GX_OK);
    CHECK_STATUS(gx_review_create(w.store, w.playbook, GX_TIME_NONE, NULL, &w.review, NULL),
                 GX_OK);
    CHECK_STATUS(gx_segment_ids(w.review, "regulars", 8, &w.ids, NULL), GX_OK);
    /* A fault with every part that a fault can have. */
    CHECK_STATUS(gx_playbook_compile("{\"guanxi\": 1, \"id\": \"s\", \"version\": \"1\","
                                     "\"calendar\": {\"zone\": \"UTC\"}, \"schema\": {"
                                     "\"attributes\": {\"age\": {\"type\": \"int\"}}},"
                                     "\"segments\": {\"a\": {\"when\": \"agee > 1\"}}}",
                                     GX_NUL, &(gx_playbook *){NULL}, &w.error),
                 GX_E_UNKNOWN_NAME);
    return w;
}

static void free_world(World *w) {
    size_t kind;
    for (kind = 0; KINDS[kind]; kind++) {
        CHECK_STATUS(free_as(KINDS[kind], handle_of(w, KINDS[kind])), GX_OK);
    }
}

static void rightly(const char *folder) {
    World w = new_world(folder);
    size_t i;
    for (i = 0; i < N_ENTRIES; i++) {
        gx_error *error = NULL;
        int32_t status;
        w.why = &error;
        status = ENTRIES[i].call(&w);
        if (status != GX_OK) fprintf(stderr, "%s\n", gx_error_message(error, 0, GX_EN));
        CHECK_STATUS(status, GX_OK);
        CHECK(error == NULL);
    }
    for (i = 0; i < N_LOOKERS; i++) {
        CHECK(LOOKERS[i].look(handle_of(&w, LOOKERS[i].kind)) != LOOKERS[i].neutral);
    }
    CHECK_STATUS(gx_kind_events(w.review, 1, &(uint64_t){0}, NULL, NULL, NULL, NULL),
                 GX_E_INVALID_ARGUMENT);
    {
        gx_balance balances[3] = {{0}};
        gx_error *error = NULL;
        uint64_t n = 0;
        CHECK_STATUS(gx_machine_states(w.review, 1, &n, NULL, NULL, NULL), GX_E_UNKNOWN_MACHINE);
        CHECK_STATUS(gx_state_customers(w.review, 1, 0, &n, NULL, NULL), GX_E_UNKNOWN_MACHINE);
        CHECK_STATUS(gx_state_customers(w.review, 0, 3, &n, NULL, NULL), GX_E_UNKNOWN_STATE);
        CHECK_STATUS(gx_state_customers(w.review, 0, 2, &n, NULL, NULL), GX_OK);
        CHECK(n == 0 && strcmp(gx_state_name(w.review, 0, 2), "lapsed") == 0);
#define BALANCE(name, every, at, room)                                                            \
    gx_machine_balance(w.review, name, GX_NUL, every, GX_NUL, at, balances, room, NULL, NULL, &error)
#define NO_BALANCE(call, status)                          \
    do {                                                  \
        CHECK_STATUS(call, status);                       \
        CHECK_STATUS(gx_error_free(error), GX_OK);        \
        error = NULL;                                     \
    } while (0)
        NO_BALANCE(BALANCE("relation", "month", GX_TIME_NONE, 3), GX_E_UNKNOWN_MACHINE);
        NO_BALANCE(BALANCE("relationship", "moon", GX_TIME_NONE, 3), GX_E_MALFORMED_VALUE);
        NO_BALANCE(BALANCE("relationship", "month", INT64_MAX, 3), GX_E_TIME_OUT_OF_RANGE);
        CHECK_STATUS(BALANCE("relationship", "month", GX_TIME_NONE, 4), GX_E_INVALID_ARGUMENT);
        CHECK(!strcmp(gx_error_message(error, 0, GX_EN),
                      "`n_balances` is 4, expected 3, one for each state"));
        CHECK_STATUS(gx_error_free(error), GX_OK);
        error = NULL;
        CHECK_STATUS(BALANCE("relationship", "day", 1767542400000000, 3), GX_OK);
        CHECK(balances[1].opening == 0 && balances[1].entered == 1 && balances[1].closing == 1);
    }
    {
        gx_error *error = NULL;
        gx_bytes *out = NULL;
#define ANSWER(other, question)                                                               \
    gx_segment_answer(w.store, w.playbook, other, GX_TIME_NONE, GX_TIME_NONE, question, GX_NUL, \
                      GX_EN, &out, &error)
        CHECK_STATUS(ANSWER(NULL, "{\"ask\": \"diff\"}"), GX_E_INVALID_ARGUMENT);
        CHECK_STATUS(gx_error_free(error), GX_OK);
        error = NULL;
        CHECK_STATUS(ANSWER((gx_playbook *)w.store, "{\"ask\": \"diff\"}"), GX_E_WRONG_HANDLE);
        CHECK_STATUS(gx_error_free(error), GX_OK);
        error = NULL;
        CHECK_STATUS(ANSWER(w.playbook, "{\"ask\": \"diff\"}"), GX_OK);
        CHECK_STATUS(gx_bytes_free(out), GX_OK);
        CHECK_STATUS(ANSWER(NULL, "{\"ask\": \"members\", \"sgment\": \"regulars\"}"), GX_E_MISSING_KEY);
        CHECK(gx_error_count(error) == 2 && strcmp(gx_error_pointer(error, 1), "/sgment") == 0);
        CHECK_STATUS(gx_error_free(error), GX_OK);
    }
    {
        gx_bytes *out = NULL;
        uint64_t n = 77;
#define PART(pointer) gx_json_text(PARTS, GX_NUL, pointer, GX_NUL, &out, NULL)
        CHECK_STATUS(PART("/tiers/2"), GX_E_MISSING_KEY);
        CHECK_STATUS(PART("tiers"), GX_E_MISSING_KEY);
        CHECK_STATUS(PART("/tiers/00"), GX_E_MISSING_KEY);
        CHECK_STATUS(PART("/tiers/-"), GX_E_MISSING_KEY);
        CHECK_STATUS(gx_json_text("{", 1, "", 0, &out, NULL), GX_E_JSON_SYNTAX);
        CHECK_STATUS(PART("/tiers/1/n"), GX_OK);
        CHECK(strcmp(gx_bytes_data(out), "1.50") == 0);
        CHECK_STATUS(gx_bytes_free(out), GX_OK);
        CHECK_STATUS(PART("/tiers/1"), GX_OK);
        CHECK(strcmp(gx_bytes_data(out), "{\"n\":1.50}") == 0);
        CHECK_STATUS(gx_bytes_free(out), GX_OK);
        CHECK_STATUS(gx_json_count(PARTS, GX_NUL, "/tiers/1/n", GX_NUL, &n, NULL), GX_OK);
        CHECK(n == 0);
        CHECK_STATUS(gx_json_count(PARTS, GX_NUL, "", 0, &n, NULL), GX_OK);
        CHECK(n == 1);
    }
    CHECK(gx_version_number() > 0 && strlen(gx_version_text()) >= 5);
    CHECK(gx_version_abi() == GX_ABI_VERSION);
    free_world(&w);
}

/* One call with one pointer replaced fails as it should and tells why. */
static void fails(World *w, const Entry *entry, int at, void *with, int32_t wanted) {
    gx_error *error = NULL;
    int32_t status;
    w->at = at;
    w->with = with;
    w->why = strcmp(entry->name, "gx_error_json") ? &error : NULL;
    status = entry->call(w);
    if (status != wanted) fprintf(stderr, "%s, pointer %d: ", entry->name, at);
    CHECK_STATUS(status, wanted);
    if (w->why) {
        CHECK(gx_error_code(error, 0) == wanted);
        CHECK(gx_error_message(error, 0, GX_EN) && gx_error_message(error, 0, GX_ZH));
        CHECK_STATUS(gx_error_free(error), GX_OK);
    }
    w->why = NULL;
    CHECK_STATUS(entry->call(w), wanted);
    w->at = -1;
}

static void misuse(const char *folder) {
    World w = new_world(folder), gone = new_world(folder);
    uint64_t garbage[4] = {1, 2, 3, 4};
    size_t i, kind;
    free_world(&gone);
    for (i = 0; i < N_ENTRIES; i++) {
        int at;
        for (at = 0; ENTRIES[i].signature[at]; at++) {
            char letter = ENTRIES[i].signature[at];
            if (letter == 'p') letter = 'P';
            else fails(&w, &ENTRIES[i], at, NULL, GX_E_NULL_POINTER);
            if (!strchr(KINDS, letter)) continue;
            fails(&w, &ENTRIES[i], at, handle_of(&gone, letter), GX_E_FREED_HANDLE);
            fails(&w, &ENTRIES[i], at, garbage, GX_E_WRONG_HANDLE);
            fails(&w, &ENTRIES[i], at, (char *)garbage + 1, GX_E_WRONG_HANDLE);
            for (kind = 0; KINDS[kind]; kind++) {
                if (KINDS[kind] == letter) continue;
                fails(&w, &ENTRIES[i], at, handle_of(&w, KINDS[kind]), GX_E_WRONG_HANDLE);
            }
        }
    }
    for (i = 0; i < N_LOOKERS; i++) {
        const Looker *looker = &LOOKERS[i];
        CHECK(looker->look(NULL) == looker->neutral);
        CHECK(looker->look(garbage) == looker->neutral);
        CHECK(looker->look(handle_of(&gone, looker->kind)) == looker->neutral);
        for (kind = 0; KINDS[kind]; kind++) {
            if (KINDS[kind] == looker->kind) continue;
            CHECK(looker->look(handle_of(&w, KINDS[kind])) == looker->neutral);
        }
    }
    for (i = 0; KINDS[i]; i++) {
        CHECK_STATUS(free_as(KINDS[i], NULL), GX_OK);
        CHECK_STATUS(free_as(KINDS[i], garbage), GX_E_WRONG_HANDLE);
        CHECK_STATUS(free_as(KINDS[i], handle_of(&gone, KINDS[i])), GX_E_FREED_HANDLE);
        for (kind = 0; KINDS[kind]; kind++) {
            if (kind == i) continue;
            CHECK_STATUS(free_as(KINDS[i], handle_of(&w, KINDS[kind])), GX_E_WRONG_HANDLE);
        }
    }
    /* After all that everything still works. */
    for (i = 0; i < N_ENTRIES; i++) CHECK_STATUS(ENTRIES[i].call(&w), GX_OK);
    free_world(&w);
}

/* A number below n, the same in every run. */
static uint32_t roll(uint32_t n) {
    static uint64_t state = 0x9e3779b97f4a7c15u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 33) % n);
}

/* Whether each handle of a world is still there. */
typedef struct {
    World world;
    int live[sizeof KINDS - 1];
} Used;

/* How many handles of a call are gone. */
static int gone_in(const Used *used, const char *signature) {
    int gone = 0;
    for (; *signature; signature++) {
        const char *kind = strchr(KINDS, *signature == 'p' ? 'P' : *signature);
        gone += kind && !used->live[kind - KINDS];
    }
    return gone;
}

/* Calls of sequences. */
static unsigned succeeded, refused;

static int is_about_pointers(int32_t status) {
    return status == GX_E_NULL_POINTER || status == GX_E_WRONG_HANDLE || status == GX_E_FREED_HANDLE;
}

/* Any call, perhaps with a pointer that is wrong. */
static void any_call(Used *used) {
    static uint64_t garbage[4] = {1, 2, 3, 4};
    World *w = &used->world;
    const Entry *entry = &ENTRIES[roll(N_ENTRIES)];
    int gone = gone_in(used, entry->signature), wrong = *entry->signature && roll(4) == 0;
    int32_t status;
    if (wrong) {
        char letter;
        w->at = (int)roll((uint32_t)strlen(entry->signature));
        letter = entry->signature[w->at];
        w->with = strchr(KINDS, letter == 'p' ? 'P' : letter) && roll(2) ? garbage : NULL;
        /* Which may be left out is not wrong. */
        wrong = w->with != NULL || letter != 'p';
    }
    status = entry->call(w);
    w->at = -1;
    if (wrong ? !is_about_pointers(status)
              : gone ? status != GX_E_FREED_HANDLE && !is_about_pointers(status)
                     : is_about_pointers(status)) {
        fprintf(stderr, "%s: %d, wrong %d, gone %d\n", entry->name, status, wrong, gone);
        CHECK(!"a call of a sequence gives what it should");
    }
    CHECK(status != GX_E_INTERNAL && status != GX_E_POISONED_HANDLE);
    *(status == GX_OK ? &succeeded : &refused) += 1;
}

/* Calls, looks and frees in any order, of two worlds that share nothing. */
static void sequence(const char *folder) {
    Used used[2];
    int step, of, kind;
    for (of = 0; of < 2; of++) {
        used[of].world = new_world(folder);
        for (kind = 0; KINDS[kind]; kind++) used[of].live[kind] = 1;
    }
    for (step = 0; step < 150; step++) {
        Used *it = &used[roll(2)];
        uint32_t what = roll(16);
        if (what == 0) {
            kind = (int)roll(sizeof KINDS - 1);
            CHECK_STATUS(free_as(KINDS[kind], handle_of(&it->world, KINDS[kind])),
                         it->live[kind] ? GX_OK : GX_E_FREED_HANDLE);
            it->live[kind] = 0;
        } else if (what < 4) {
            const Looker *looker = &LOOKERS[roll(N_LOOKERS)];
            void *handle = handle_of(&it->world, looker->kind);
            int live = it->live[strchr(KINDS, looker->kind) - KINDS];
            CHECK((looker->look(handle) != looker->neutral) == live);
        } else {
            any_call(it);
        }
    }
    for (of = 0; of < 2; of++) {
        for (kind = 0; KINDS[kind]; kind++) {
            CHECK_STATUS(free_as(KINDS[kind], handle_of(&used[of].world, KINDS[kind])),
                         used[of].live[kind] ? GX_OK : GX_E_FREED_HANDLE);
        }
    }
}

/* So many of them, and how many calls succeeded and were refused. */
static void sequences(const char *folder, const char *count) {
    int n;
    for (n = atoi(count); n > 0; n--) sequence(folder);
    printf("%u %u\n", succeeded, refused);
}

#ifdef INJECT
/* A sync that finds a new row: what the table of calls asks changes nothing. */
static int32_t call_store_feed_sync(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_feed(
        w->store, w->playbook,
        "{\"ask\": \"sync\", \"table\": \"customers\", \"mapping\": {\"guanxi_mapping\": 1,"
        " \"tables\": {\"customers\": {\"columns\": {\"id\": \"id\"},"
        " \"sync\": {\"rows\": \"snapshot\"}}}}}",
        GX_NUL, "{\"id\": \"C-7\"}", GX_NUL, 1772380800000000, GX_EN, &out, w->why);
    DONE(bytes, out);
}

static int32_t call_store_append_new(World *w) {
    static const char SALE[] =
        "{\"kind\":\"purchase\",\"customer\":\"C-5\",\"at\":\"2026-01-05\",\"amount\":\"1.00\"}";
    gx_bytes *out = UNTOUCHED;
    int32_t status = gx_store_append_lines(w->store, SALE, GX_NUL, GX_SEEN_BACKFILL, NULL, &out,
                                           w->why);
    DONE(bytes, out);
}

static int32_t call_store_erase_all(World *w) {
    gx_bytes *out = UNTOUCHED;
    int32_t status =
        gx_store_erase(w->store, "C-1", GX_NUL, 1775000000000000, 0, &out, w->why);
    DONE(bytes, out);
}

/* Calls that change a store. */
static const Entry CHANGES[] = {
    {"gx_store_append_lines", "S", call_store_append_new},
    {"gx_store_append_columns", "S", call_store_append_columns},
    {"gx_store_append_arrow", "S", call_store_append_arrow},
    {"gx_store_append_stream", "S", call_store_append_stream},
    {"gx_store_apply", "S", call_store_apply},
    {"gx_store_follow", "S", call_store_follow},
    {"gx_store_feed", "S", call_store_feed_sync},
    {"gx_store_command", "S", call_store_command},
    {"gx_store_erase", "S", call_store_erase_all},
};
#define N_CHANGES (sizeof CHANGES / sizeof *CHANGES)

/* What a store holds, when it is opened once more. */
static gx_bytes *reopened(World *w) {
    gx_playbook *playbook = NULL;
    gx_store *store = NULL;
    gx_bytes *held = NULL, *verified = NULL;
    CHECK_STATUS(gx_playbook_compile(SHOP, GX_NUL, &playbook, NULL), GX_OK);
    CHECK_STATUS(gx_store_open(w->path, GX_NUL, playbook, &store, NULL), GX_OK);
    CHECK_STATUS(gx_store_verify(store, GX_EN, &verified, NULL), GX_OK);
    CHECK(strstr(gx_bytes_data(verified), "\"sound\":true") != NULL);
    CHECK_STATUS(gx_store_statistics(store, &held, NULL), GX_OK);
    CHECK_STATUS(gx_bytes_free(verified), GX_OK);
    CHECK_STATUS(gx_store_free(store), GX_OK);
    CHECK_STATUS(gx_playbook_free(playbook), GX_OK);
    return held;
}

/* A defect when all is written and nothing committed leaves nothing in the file,
 * and the same call then does its work. */
static void defects_in_changes(const char *folder) {
    size_t i;
    for (i = 0; i < N_CHANGES; i++) {
        World w = new_world(folder), again;
        gx_bytes *before = reopened(&w), *after;
        gx_error *error = NULL;
        w.why = &error;
        gx_inject_panic_in_commit(1);
        CHECK_STATUS(CHANGES[i].call(&w), GX_E_INTERNAL);
        CHECK(gx_inject_panic_in_commit(0) == 0);
        CHECK(strstr(gx_error_message(error, 0, GX_EN), "defect.rs:") != NULL);
        CHECK_STATUS(gx_error_free(error), GX_OK);
        w.why = NULL;
        CHECK_STATUS(CHANGES[i].call(&w), GX_E_POISONED_HANDLE);
        again = w;
        free_world(&w);
        after = reopened(&again);
        if (strcmp(gx_bytes_data(before), gx_bytes_data(after))) fprintf(stderr, "%s: ", CHANGES[i].name);
        CHECK(strcmp(gx_bytes_data(before), gx_bytes_data(after)) == 0);
        CHECK_STATUS(gx_bytes_free(after), GX_OK);
        again.at = -1;
        again.why = NULL;
        CHECK_STATUS(gx_playbook_compile(SHOP, GX_NUL, &again.playbook, NULL), GX_OK);
        CHECK_STATUS(gx_store_open(again.path, GX_NUL, again.playbook, &again.store, NULL), GX_OK);
        CHECK_STATUS(CHANGES[i].call(&again), GX_OK);
        CHECK_STATUS(gx_store_free(again.store), GX_OK);
        CHECK_STATUS(gx_playbook_free(again.playbook), GX_OK);
        CHECK_STATUS(gx_bytes_free(before), GX_OK);
    }
}

static void defects(const char *folder) {
    /* Without defects: poisoned handles are tried on its calls. */
    World sound = new_world(folder);
    size_t i, kind;
    for (i = 0; i < N_ENTRIES; i++) {
        World w = new_world(folder);
        gx_error *error = NULL;
        char where[80];
        w.why = &error;
        /* Every other one in a thread that the call starts. */
        sprintf(where, "%s%s", i % 2 ? "@" : "", ENTRIES[i].name);
        gx_inject_panic(where);
        CHECK_STATUS(ENTRIES[i].call(&w), GX_E_INTERNAL);
        if (strcmp(ENTRIES[i].name, "gx_error_json")) {
            CHECK(strstr(gx_error_message(error, 0, GX_EN), "guard.rs:") != NULL);
            CHECK_STATUS(gx_error_free(error), GX_OK);
        }
        w.why = NULL;
        /* Every handle of the call is poisoned, and no other. */
        for (kind = 0; KINDS[kind]; kind++) {
            const char *used = strchr(ENTRIES[i].signature, KINDS[kind]);
            size_t other;
            for (other = 0; other < N_ENTRIES; other++) {
                const char *place = strchr(ENTRIES[other].signature, KINDS[kind]);
                if (!place) continue;
                sound.at = (int)(place - ENTRIES[other].signature);
                sound.with = handle_of(&w, KINDS[kind]);
                if (used) {
                    CHECK_STATUS(ENTRIES[other].call(&sound), GX_E_POISONED_HANDLE);
                } else {
                    CHECK_STATUS(ENTRIES[other].call(&sound), GX_OK);
                }
                break;
            }
        }
        free_world(&w);
    }
    for (i = 0; i < N_LOOKERS; i++) {
        World w = new_world(folder);
        void *handle = handle_of(&w, LOOKERS[i].kind);
        gx_inject_panic(LOOKERS[i].name);
        CHECK(LOOKERS[i].look(handle) == LOOKERS[i].neutral);
        CHECK(LOOKERS[i].look(handle) == LOOKERS[i].neutral);
        free_world(&w);
    }
    for (i = 0; KINDS[i]; i++) {
        World w = new_world(folder);
        gx_inject_panic(FREES[i]);
        CHECK_STATUS(free_as(KINDS[i], handle_of(&w, KINDS[i])), GX_E_INTERNAL);
        for (kind = 0; KINDS[kind]; kind++) {
            int32_t wanted = kind == i ? GX_E_FREED_HANDLE : GX_OK;
            CHECK_STATUS(free_as(KINDS[kind], handle_of(&w, KINDS[kind])), wanted);
        }
    }
    sound.at = -1;
    free_world(&sound);
    defects_in_changes(folder);
}
#endif

static void names(void) {
    size_t i;
    for (i = 0; i < N_ENTRIES; i++) puts(ENTRIES[i].name);
    for (i = 0; i < N_LOOKERS; i++) puts(LOOKERS[i].name);
    for (i = 0; KINDS[i]; i++) puts(FREES[i]);
    puts("gx_version_text\ngx_version_number\ngx_version_abi");
}

int main(int argc, char **argv) {
    CHECK(argc == 3 || argc == 4);
    if (strcmp(argv[2], "rightly") == 0) rightly(argv[1]);
    else if (strcmp(argv[2], "misuse") == 0) misuse(argv[1]);
    else if (strcmp(argv[2], "names") == 0) names();
    else if (strcmp(argv[2], "sequences") == 0) sequences(argv[1], argv[argc - 1]);
#ifdef INJECT
    else if (strcmp(argv[2], "defects") == 0) defects(argv[1]);
#endif
    else CHECK(!"a known mode");
    return 0;
}
