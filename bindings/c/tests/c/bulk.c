/* How many rows a second go in through columns, and what a review of them
 * costs.
 *
 *     bulk [ROWS]
 *
 * Time of the processor, one thread. Not run by the tests: a time proves
 * nothing. `make bench` in bindings/c compiles it against a release build and
 * runs it.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <time.h>

#include "check.h"

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void say(const char *what, uint64_t rows, double seconds) {
    printf("%-44s %8.3f s  %10.2f M rows/s\n", what, seconds, (double)rows / seconds / 1e6);
}

/* The columns of one batch. */
typedef struct {
    int64_t *at, *amount, *id_ends, *customer_ends;
    char *ids, *customers;
    int32_t *codes;
    uint64_t rows, n_customers;
} Sales;

static void *get(uint64_t n, size_t size) {
    void *memory = calloc(n ? n : 1, size);
    CHECK(memory != NULL);
    return memory;
}

static uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static Sales make_sales(uint64_t rows) {
    Sales s = {0};
    uint64_t i, state = 88172645463325252u;
    s.rows = rows;
    s.n_customers = rows / 10 + 1;
    s.at = get(rows, 8);
    s.amount = get(rows, 8);
    s.codes = get(rows, 4);
    s.id_ends = get(rows + 1, 8);
    s.ids = get(rows, 12);
    s.customer_ends = get(s.n_customers + 1, 8);
    s.customers = get(s.n_customers, 12);
    for (i = 0; i < rows; i++) {
        uint64_t random = random_next(&state);
        s.at[i] = 1700000000000000 + (int64_t)(random % 63072000) * 1000000;
        s.amount[i] = (int64_t)(random_next(&state) % 100000);
        s.codes[i] = (int32_t)(random_next(&state) % s.n_customers);
        s.id_ends[i + 1] =
            s.id_ends[i] + sprintf(s.ids + s.id_ends[i], "o%09" PRIu64, i);
    }
    for (i = 0; i < s.n_customers; i++) {
        s.customer_ends[i + 1] = s.customer_ends[i]
            + sprintf(s.customers + s.customer_ends[i], "C%08" PRIu64, i);
    }
    return s;
}

static gx_column column(const char *name, uint32_t kind, const void *values,
                        const int64_t *offsets) {
    gx_column made = {0};
    made.struct_size = sizeof made;
    made.kind = kind;
    made.name = name;
    made.name_len = GX_NUL;
    made.values = values;
    made.offsets = offsets;
    return made;
}

static gx_playbook *playbook;
static gx_column columns[5], words[2];
static Sales sales;

static void lay_out(void) {
    static const int64_t eight[] = {0, 8};
    static int32_t *kinds;
    kinds = get(sales.rows, 4);
    words[0] = column("", GX_COLUMN_TEXT, "purchase", eight);
    words[1] = column("", GX_COLUMN_TEXT, sales.customers, sales.customer_ends);
    columns[0] = column("kind", GX_COLUMN_CODES, kinds, NULL);
    columns[0].words = &words[0];
    columns[0].n_words = 1;
    columns[1] = column("customer", GX_COLUMN_CODES, sales.codes, NULL);
    columns[1].words = &words[1];
    columns[1].n_words = sales.n_customers;
    columns[2] = column("at", GX_COLUMN_INSTANT, sales.at, NULL);
    columns[3] = column("amount", GX_COLUMN_DECIMAL, sales.amount, NULL);
    columns[3].scale = 2;
    columns[4] = column("id", GX_COLUMN_TEXT, sales.ids, sales.id_ends);
}

static void append(gx_store *store, uint64_t n_columns, const char *what) {
    gx_bytes *report = NULL;
    double begun = now();
    CHECK_STATUS(gx_store_append_columns(store, columns, n_columns, sales.rows, GX_SEEN_BACKFILL,
                                         NULL, &report, NULL),
                 GX_OK);
    say(what, sales.rows, now() - begun);
    CHECK(strstr(gx_bytes_data(report), "\"conflict\":0,\"refused\":0}") != NULL);
    gx_bytes_free(report);
}

static void as_lines(gx_store *store) {
    char *lines = get(sales.rows, 140), *end = lines;
    gx_bytes *report = NULL;
    double begun, mid;
    uint64_t i;
    begun = now();
    for (i = 0; i < sales.rows; i++) {
        int32_t code = sales.codes[i];
        end += sprintf(end,
                       "{\"kind\":\"purchase\",\"customer\":\"%.*s\",\"at\":%" PRId64
                       ",\"amount\":%" PRId64 ".%02" PRId64 ",\"id\":\"%.*s\"}\n",
                       9, sales.customers + sales.customer_ends[code], sales.at[i],
                       sales.amount[i] / 100, sales.amount[i] % 100, 10,
                       sales.ids + sales.id_ends[i]);
    }
    mid = now();
    {
        static const char MAPPING[] =
            "{\"guanxi_mapping\": 1, \"tables\": {\"events\": {\"columns\":"
            " {\"at\": {\"column\": \"at\", \"format\": \"microseconds\"}}}}}";
        gx_append_options options = {0};
        options.struct_size = sizeof options;
        options.mapping = MAPPING;
        options.mapping_len = GX_NUL;
        CHECK_STATUS(gx_store_append_lines(store, lines, (uint64_t)(end - lines), GX_SEEN_BACKFILL,
                                           &options, &report, NULL),
                     GX_OK);
    }
    say("append as JSON Lines, without writing them", sales.rows, now() - mid);
    say("append as JSON Lines, with writing them", sales.rows, now() - begun);
    CHECK(strstr(gx_bytes_data(report), "\"conflict\":0,\"refused\":0}") != NULL);
    gx_bytes_free(report);
    free(lines);
}

static void only_asked(void) {
    gx_table table = {0};
    double best = 1e9;
    int time;
    table.struct_size = sizeof table;
    table.columns = columns;
    table.n_columns = 5;
    table.rows = sales.rows;
    for (time = 0; time < 5; time++) {
        gx_review *review = NULL;
        double begun = now();
        CHECK_STATUS(gx_review_columns(playbook, &table, 1, GX_EN, GX_TIME_NONE, NULL, &review,
                                       NULL, NULL),
                     GX_OK);
        if (now() - begun < best) best = now() - begun;
        CHECK(gx_review_events(review) == sales.rows);
        gx_review_free(review);
    }
    say("review straight from columns, best of 5", sales.rows, best);
}

int main(int argc, char **argv) {
    uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    gx_store *store = NULL;
    gx_review *review = NULL;
    double begun;
    CHECK_STATUS(gx_playbook_compile(SHOP, GX_NUL, &playbook, NULL), GX_OK);
    sales = make_sales(rows);
    lay_out();
    printf("%" PRIu64 " purchases of %" PRIu64 " customers, in memory\n", rows, sales.n_customers);
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
    append(store, 5, "append as columns");
    append(store, 5, "the same again, nothing to record");
    begun = now();
    CHECK_STATUS(gx_review_create(store, playbook, GX_TIME_NONE, NULL, &review, NULL), GX_OK);
    say("review of the store", rows, now() - begun);
    printf("%" PRIu64 " customers, %" PRIu64 " events\n", gx_review_customers(review),
           gx_review_events(review));
    gx_review_free(review);
    gx_store_free(store);
    only_asked();
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
    append(store, 4, "append as columns without ids");
    gx_store_free(store);
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
    as_lines(store);
    gx_store_free(store);
    gx_playbook_free(playbook);
    return 0;
}
