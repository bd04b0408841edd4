/* How many rows a second go in through columns, and what a review of them
 * costs.
 *
 *     bulk [ROWS]
 *
 * Time of the processor, one thread unless it says two. Not run by the tests: a
 * time proves nothing. `make bench` in bindings/c compiles it against a release
 * build and runs it.
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

/* One segment and no more: what is measured is the way of the rows. */
static const char LEAN[] =
    "{\"guanxi\": 1, \"id\": \"lean\", \"version\": \"1\","
    " \"labels\": {\"zh-Hans\": \"小店\", \"en\": \"a shop\"},"
    " \"calendar\": {\"zone\": \"Asia/Shanghai\"},"
    " \"schema\": {\"events\": {\"purchase\": {\"list\": \"purchases\", \"fields\": {"
    "                \"amount\": {\"type\": \"money\", \"currency\": \"CNY\"}}}}},"
    " \"segments\": {\"regulars\": {\"when\": \"purchases.size() >= 2\","
    "              \"labels\": {\"zh-Hans\": \"常客\", \"en\": \"regulars\"}}}}";

static double wall(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* The least processor time of 9 reviews, and the least time on the clock. */
static void only_asked(const gx_playbook *asked, uint64_t n_columns, uint32_t threads,
                       const char *what) {
    gx_table table = {0};
    gx_review_options options = {0};
    double best = 1e9, soonest = 1e9;
    char line[80];
    int time;
    table.struct_size = sizeof table;
    table.columns = columns;
    table.n_columns = n_columns;
    table.rows = sales.rows;
    options.struct_size = sizeof options;
    options.threads = threads;
    for (time = 0; time < 9; time++) {
        gx_review *review = NULL;
        double begun = now(), at = wall();
        CHECK_STATUS(gx_review_columns(asked, &table, 1, GX_EN, GX_TIME_NONE, &options, &review,
                                       NULL, NULL),
                     GX_OK);
        if (now() - begun < best) best = now() - begun;
        if (wall() - at < soonest) soonest = wall() - at;
        CHECK(gx_review_events(review) == sales.rows);
        gx_review_free(review);
    }
    say(what, sales.rows, best);
    sprintf(line, "  on the clock, %" PRIu32 " thread%s", threads, threads == 1 ? "" : "s");
    say(line, sales.rows, soonest);
}

/* A text for each row instead of a code. */
static char *texts;
static int64_t *ends;

static void as_texts(void) {
    uint64_t row;
    texts = get(sales.rows, 12);
    ends = get(sales.rows + 1, 8);
    for (row = 0; row < sales.rows; row++) {
        memcpy(texts + ends[row], sales.customers + sales.customer_ends[sales.codes[row]], 9);
        ends[row + 1] = ends[row] + 9;
    }
    columns[1] = column("customer", GX_COLUMN_TEXT, texts, ends);
}

static void as_codes(void) {
    free(texts);
    free(ends);
    columns[1] = column("customer", GX_COLUMN_CODES, sales.codes, NULL);
    columns[1].words = &words[1];
    columns[1].n_words = sales.n_customers;
}

static int by_code(const void *a, const void *b) {
    int32_t one = *(const int32_t *)a, other = *(const int32_t *)b;
    return (one > other) - (one < other);
}

/* Ten events each, customer by customer, as an export of a database has them. */
static void sort_by_customer(void) {
    qsort(sales.codes, (size_t)sales.rows, sizeof *sales.codes, by_code);
}

/* What can hardly be done without: every byte read once and written once, and
 * every customer's bytes looked at. */
static void floors(void) {
    uint64_t bytes = sales.rows * (8 + 8 + 4 + 8) + (uint64_t)sales.id_ends[sales.rows];
    char *copy = get(bytes, 1);
    double best = 1e9, begun;
    volatile uint64_t seen = 0;
    uint64_t row, sum;
    int time, byte;
    for (time = 0; time < 9; time++) {
        char *to = copy;
        begun = now();
        memcpy(to, sales.at, sales.rows * 8);
        memcpy(to += sales.rows * 8, sales.amount, sales.rows * 8);
        memcpy(to += sales.rows * 8, sales.codes, sales.rows * 4);
        memcpy(to += sales.rows * 4, sales.id_ends, sales.rows * 8);
        memcpy(to += sales.rows * 8, sales.ids, (size_t)sales.id_ends[sales.rows]);
        if (now() - begun < best) best = now() - begun;
    }
    say("floor: memcpy of the columns", sales.rows, best);
    free(copy);
    for (best = 1e9, time = 0; time < 9; time++) {
        begun = now();
        for (sum = 0, row = 0; row < sales.rows; row++) {
            const char *text = sales.customers + sales.customer_ends[sales.codes[row]];
            uint64_t hash = 1469598103934665603u;
            for (byte = 0; byte < 9; byte++) {
                hash = (hash ^ (unsigned char)text[byte]) * 1099511628211u;
            }
            sum += hash;
        }
        seen += sum;
        if (now() - begun < best) best = now() - begun;
    }
    say("floor: FNV-1a of each row's customer", sales.rows, best);
}

static void straight(void) {
    gx_playbook *lean = NULL;
    CHECK_STATUS(gx_playbook_compile(LEAN, GX_NUL, &lean, NULL), GX_OK);
    puts("straight from columns, one segment, best of 9:");
    only_asked(lean, 5, 1, "customers a dictionary");
    only_asked(lean, 5, 2, "customers a dictionary");
    only_asked(lean, 4, 1, "customers a dictionary, no ids");
    as_texts();
    only_asked(lean, 5, 1, "customers texts");
    as_codes();
    sort_by_customer();
    only_asked(lean, 5, 1, "by customer, a dictionary");
    only_asked(lean, 5, 2, "by customer, a dictionary");
    as_texts();
    only_asked(lean, 5, 1, "by customer, texts");
    as_codes();
    floors();
    gx_playbook_free(lean);
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
    only_asked(playbook, 5, 1, "straight, with a machine and tiers by month");
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
    append(store, 4, "append as columns without ids");
    gx_store_free(store);
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
    as_lines(store);
    gx_store_free(store);
    straight();
    gx_playbook_free(playbook);
    return 0;
}
