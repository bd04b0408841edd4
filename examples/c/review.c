/*
 * Reviews a folder with playbook.json, mapping.json and events.csv: the C
 * program to begin with.
 *
 *     review FOLDER [en | zh]
 *
 * It reads the host's rows, hands them over as JSON Lines, asks for a review at
 * the end of the facts, and prints the page of the command line: each kind of
 * event, the most frequent first, the states of each lifecycle and who came and
 * went in the last month, what customers are worth (worth.h), and each segment,
 * the largest first. Attributes and notes, which the record shop has none of, are
 * in the JSON of the review.
 */
#include "worth.h"

/* Says everything that is wrong, and ends. */
static void fail(gx_error *error, uint32_t language) {
    uint64_t i;
    for (i = 0; i < gx_error_count(error); i++) {
        const char *place = gx_error_pointer(error, i), *hint = gx_error_hint(error, i, language);
        fprintf(stderr, "%d %s: %s\n", (int)gx_error_code(error, i), gx_error_name(error, i),
                gx_error_message(error, i, language));
        if (place) fprintf(stderr, "  --> %s\n", place);
        if (hint) fprintf(stderr, "   = %s\n", hint);
    }
    gx_error_free(error);
    exit(1);
}

static int read_file(const char *folder, const char *name, Text *text) {
    char path[4096], chunk[65536];
    size_t n;
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file) return 0;
    say(text, "");
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0) add(text, chunk, n);
    fclose(file);
    return 1;
}

/* A cell as a JSON text. */
static void quote(Text *out, const char *cell, size_t len) {
    size_t i;
    add(out, "\"", 1);
    for (i = 0; i < len; i++) {
        char escape[8];
        if (cell[i] == '"' || cell[i] == '\\') {
            add(out, "\\", 1);
            add(out, cell + i, 1);
        } else if ((unsigned char)cell[i] < 0x20) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)cell[i]);
            say(out, escape);
        } else {
            add(out, cell + i, 1);
        }
    }
    add(out, "\"", 1);
}

/* The next cell of a row without quotes; `*at` moves behind it. */
static size_t cell_of(const char **at, const char **cell) {
    *cell = *at;
    while (**at && **at != ',' && **at != '\r' && **at != '\n') (*at)++;
    return (size_t)(*at - *cell);
}

/* Rows as JSON Lines: an object a row, keys from the first row. A host that has
 * its rows in memory writes them so at once. */
static void to_lines(const char *csv, Text *out) {
    const char *names[64], *cell, *at = csv;
    size_t lens[64], n = 0, column;
    while (*at && *at != '\n' && n < 64) {
        lens[n] = cell_of(&at, &names[n]);
        n++;
        while (*at == ',' || *at == '\r') at++;
    }
    while (*at == '\n') at++;
    while (*at) {
        for (column = 0; column < n; column++) {
            size_t len = cell_of(&at, &cell);
            say(out, column ? "," : "{");
            quote(out, names[column], lens[column]);
            say(out, ":");
            quote(out, cell, len);
            if (*at == ',') at++;
        }
        say(out, "}\n");
        while (*at && *at != '\n') at++;
        while (*at == '\n') at++;
    }
}

/* The local day of an instant; `-` for none. */
static void day(const gx_playbook *playbook, int64_t at, char out[CELL]) {
    gx_bytes *shown = NULL;
    strcpy(out, "-");
    if (at != GX_TIME_NONE && gx_time_show(playbook, at, &shown, NULL) == GX_OK)
        snprintf(out, CELL, "%.10s", gx_bytes_data(shown));
    gx_bytes_free(shown);
}

typedef struct {
    uint64_t count, index;
} Counted;

/* The largest first, in the order of their names where they are as large. */
static int larger_first(const void *a, const void *b) {
    const Counted *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return x->index < y->index ? -1 : 1;
}

static Counted *counted(uint64_t n) {
    Counted *all = calloc(n ? n : 1, sizeof *all);
    if (!all) die("out of memory");
    return all;
}

static void print_kinds(const gx_playbook *playbook, const gx_review *review, uint32_t language) {
    static const char *const HEADERS[2][6] = {
        {"event", "events", "customers", "share", "first", "last"},
        {"事件", "次数", "客户", "占比", "首次", "最近"}};
    uint64_t n = gx_kind_count(review), i;
    Counted *kinds;
    Table table = {"lrrrrr", NULL, 0, 0};
    if (!n) return;
    kinds = counted(n);
    for (i = 0; i < 6; i++) put(&table, HEADERS[language == GX_ZH][i]);
    for (i = 0; i < n; i++) {
        kinds[i].index = i;
        gx_kind_events(review, i, &kinds[i].count, NULL, NULL, NULL, NULL);
    }
    qsort(kinds, n, sizeof *kinds, larger_first);
    for (i = 0; i < n; i++) {
        uint64_t kind = kinds[i].index, events = 0, customers = 0;
        int64_t first = GX_TIME_NONE, last = GX_TIME_NONE;
        char shown[CELL];
        gx_kind_events(review, kind, &events, &customers, &first, &last, NULL);
        put(&table, gx_kind_label(review, kind, language));
        put(&table, grouped(events));
        put(&table, grouped(customers));
        percent(&table, customers, gx_review_customers(review));
        day(playbook, first, shown);
        put(&table, shown);
        day(playbook, last, shown);
        put(&table, shown);
    }
    puts("");
    print_table(&table);
    free(kinds);
}

/* The label of a state, further in for each state that it is inside. */
static void put_state(Table *table, const gx_review *review, uint64_t machine, uint64_t state,
                      uint32_t language) {
    Text cell = {0};
    uint64_t customers, inside = GX_OUTERMOST, outer = state;
    say(&cell, "");
    while (gx_state_customers(review, machine, outer, &customers, &inside, NULL) == GX_OK
           && inside != GX_OUTERMOST) {
        say(&cell, "  ");
        outer = inside;
    }
    say(&cell, gx_state_label(review, machine, state, language));
    put(table, cell.data);
    free(cell.data);
}

static void print_states(const gx_review *review, uint64_t machine, uint32_t language) {
    static const char *const HEADERS[2][4] = {{"state", "customers", "runs", "share"},
                                              {"状态", "客户", "件数", "占比"}};
    const char *const *header = HEADERS[language == GX_ZH];
    uint64_t n = 0, whole = 0, troubles = 0, state, customers, inside;
    uint32_t keyed = 0;
    Table table = {"llrrl", NULL, 0, 0};
    gx_machine_states(review, machine, &n, &keyed, &troubles, NULL);
    /* Of a machine with runs, the shares are those of all runs. */
    for (state = 0; keyed && state < n; state++) {
        gx_state_customers(review, machine, state, &customers, &inside, NULL);
        if (inside == GX_OUTERMOST) whole += customers;
    }
    if (!keyed) whole = gx_review_customers(review);
    put(&table, gx_machine_label(review, machine, language));
    put(&table, header[0]);
    put(&table, header[keyed ? 2 : 1]);
    put(&table, header[3]);
    put(&table, "");
    for (state = 0; state < n; state++) {
        gx_state_customers(review, machine, state, &customers, NULL, NULL);
        put_state(&table, review, machine, state, language);
        put(&table, gx_state_name(review, machine, state));
        put(&table, grouped(customers));
        percent(&table, customers, whole);
        bar(&table, customers, whole);
    }
    puts("");
    print_table(&table);
    if (troubles)
        fprintf(stderr, "review: definitions of %s failed for %s customers\n",
                gx_machine_name(review, machine), grouped(troubles));
}

/* What happens at the very instant of the review counts in its states, and in the
 * flow of the period after. */
static void print_difference(const gx_playbook *playbook, const gx_review *review,
                             uint64_t machine, const gx_balance *balances, uint64_t n, int zh) {
    gx_bytes *shown = NULL;
    const char *at;
    uint64_t i, customers;
    for (i = 0; i < n; i++) {
        gx_state_customers(review, machine, i, &customers, NULL, NULL);
        if (balances[i].closing != customers) break;
    }
    if (i == n || gx_time_show(playbook, gx_review_as_of(review), &shown, NULL) != GX_OK) return;
    at = gx_bytes_data(shown);
    printf(zh ? "恰在 %.*s 发生的转换已计入上表，在流水中属于下一期间\n"
              : "steps taken at %.*s itself are in the counts above, and in the next period here\n",
           (int)(strrchr(at, ' ') - at), at);
    gx_bytes_free(shown);
}

/* Who came into each state and who went out, in the month of the review. */
static void print_flow(const gx_playbook *playbook, const gx_review *review, uint64_t machine,
                       uint32_t language) {
    static const char *const HEADERS[2][6] = {
        {"state", "opening", "began", "in", "out", "closing"},
        {"状态", "期初", "新增", "转入", "转出", "期末"}};
    int zh = language == GX_ZH, so_far;
    uint64_t n = 0, i;
    int64_t from, until;
    char first[CELL], last[CELL];
    gx_balance *balances;
    gx_error *error = NULL;
    Table table = {"lrrrrr", NULL, 0, 0};
    gx_machine_states(review, machine, &n, NULL, NULL, NULL);
    balances = calloc(n ? n : 1, sizeof *balances);
    if (!balances) die("out of memory");
    if (gx_machine_balance(review, gx_machine_name(review, machine), GX_NUL, "month", GX_NUL,
                           GX_TIME_NONE, balances, n, &from, &until, &error))
        fail(error, language);
    for (i = 0; i < 6; i++) put(&table, HEADERS[zh][i]);
    for (i = 0; i < n; i++) {
        put_state(&table, review, machine, i, language);
        put(&table, grouped(balances[i].opening));
        put(&table, grouped(balances[i].began));
        put(&table, grouped(balances[i].entered));
        put(&table, grouped(balances[i].left));
        put(&table, grouped(balances[i].closing));
    }
    day(playbook, from, first);
    day(playbook, until - 1, last);
    so_far = gx_review_as_of(review) < until;
    printf(zh ? "\n%s，%s 至 %s%s\n" : "\n%s, %s to %s%s\n",
           gx_machine_label(review, machine, language), first, last,
           !so_far ? "" : zh ? "，未结束" : ", so far");
    print_table(&table);
    if (until == gx_review_as_of(review))
        print_difference(playbook, review, machine, balances, n, zh);
    free(balances);
}

static void print_segments(const gx_review *review, uint32_t language) {
    static const char *const HEADERS[2][5] = {{"segment", "name", "customers", "share", ""},
                                              {"细分", "名称", "客户", "占比", ""}};
    uint64_t n = gx_segment_count(review), whole = gx_review_customers(review), i;
    Counted *segments;
    Table table = {"llrrl", NULL, 0, 0};
    if (!n) return;
    segments = counted(n);
    for (i = 0; i < 5; i++) put(&table, HEADERS[language == GX_ZH][i]);
    for (i = 0; i < n; i++) {
        segments[i].index = i;
        gx_segment_members(review, i, &segments[i].count, NULL, NULL);
    }
    qsort(segments, n, sizeof *segments, larger_first);
    for (i = 0; i < n; i++) {
        put(&table, gx_segment_label(review, segments[i].index, language));
        put(&table, gx_segment_name(review, segments[i].index));
        put(&table, grouped(segments[i].count));
        percent(&table, segments[i].count, whole);
        bar(&table, segments[i].count, whole);
    }
    puts("");
    print_table(&table);
    free(segments);
}

int main(int argc, char **argv) {
    Text playbook_text = {0}, mapping = {0}, csv = {0}, lines = {0};
    gx_append_options options = {0};
    gx_playbook *playbook = NULL;
    gx_store *store = NULL;
    gx_review *review = NULL;
    gx_bytes *report = NULL, *moment = NULL;
    gx_error *error = NULL;
    uint32_t language = argc > 2 && strcmp(argv[2], "zh") == 0 ? GX_ZH : GX_EN;
    const char *title;
    uint64_t machine;
    int columns;

    if (argc < 2) die("expected a folder");
    if (gx_version_abi() != GX_ABI_VERSION) die("libguanxi is of another version");
    if (!read_file(argv[1], "playbook.json", &playbook_text)) die("there is no playbook.json");
    if (!read_file(argv[1], "events.csv", &csv)) die("there is no events.csv");
    to_lines(csv.data, &lines);

    if (gx_playbook_compile(playbook_text.data, playbook_text.len, &playbook, &error)
        || gx_store_in_memory(playbook, &store, &error))
        fail(error, language);

    options.struct_size = sizeof options;
    options.language = language;
    if (read_file(argv[1], "mapping.json", &mapping)) {
        options.mapping = mapping.data;
        options.mapping_len = mapping.len;
    }
    if (gx_store_append_lines(store, lines.data, lines.len, GX_SEEN_BACKFILL, &options, &report,
                              &error)
        || gx_review_create(store, playbook, GX_TIME_NONE, NULL, &review, &error)
        || gx_time_show(playbook, gx_review_as_of(review), &moment, &error))
        fail(error, language);
    if (!strstr(gx_bytes_data(report), "\"not_recorded\":[]"))
        fprintf(stderr, "%s\n", gx_bytes_data(report));

    title = gx_playbook_label(playbook, language);
    puts(title);
    for (columns = width(title); columns > 0; columns--) putchar('-');
    if (language == GX_ZH) {
        const char *shown = gx_bytes_data(moment), *zone = strrchr(shown, ' ');
        printf("\n截至 %.*s（%s）\n客户 %s 名，事件 %s 条\n", (int)(zone - shown), shown, zone + 1,
               grouped(gx_review_customers(review)), grouped(gx_review_events(review)));
    } else {
        uint64_t customers = gx_review_customers(review), events = gx_review_events(review);
        printf("\nas of %s\n%s customer%s, %s event%s\n", gx_bytes_data(moment),
               grouped(customers), customers == 1 ? "" : "s", grouped(events),
               events == 1 ? "" : "s");
    }
    print_kinds(playbook, review, language);
    for (machine = 0; machine < gx_machine_count(review); machine++)
        print_states(review, machine, language);
    for (machine = 0; machine < gx_machine_count(review); machine++)
        print_flow(playbook, review, machine, language);
    print_worth(playbook, review, language);
    print_segments(review, language);

    gx_bytes_free(moment);
    gx_bytes_free(report);
    gx_review_free(review);
    gx_store_free(store);
    gx_playbook_free(playbook);
    free(playbook_text.data);
    free(mapping.data);
    free(csv.data);
    free(lines.data);
    return 0;
}
