/*
 * Reviews a folder with playbook.json, mapping.json and events.csv: the C
 * program to begin with.
 *
 *     review FOLDER [en | zh]
 *
 * It reads the host's rows, hands them over as JSON Lines, asks for a review at
 * the end of the facts, and prints the page of the command line: each kind of
 * event, the most frequent first, and each segment, the largest first. Only the
 * states of lifecycles are left out: they are in the JSON of the review.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guanxi.h"

/* A text that grows. */
typedef struct {
    char *data;
    size_t len, room;
} Text;

static void die(const char *what) {
    fprintf(stderr, "review: %s\n", what);
    exit(4);
}

static void add(Text *text, const char *data, size_t len) {
    if (text->room - text->len <= len) {
        text->room = (text->len + len + 1) * 2;
        text->data = realloc(text->data, text->room);
        if (!text->data) die("out of memory");
    }
    memcpy(text->data + text->len, data, len);
    text->len += len;
    text->data[text->len] = '\0';
}

static void say(Text *text, const char *words) { add(text, words, strlen(words)); }

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

/* 23570 as 23,570. */
static const char *grouped(uint64_t number) {
    static char texts[4][32];
    static int turn;
    char digits[24], *out = texts[turn = (turn + 1) % 4];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number), i;
    for (i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return texts[turn];
}

/* Columns that a UTF-8 text takes on a terminal: letters of three bytes and
 * more are as good as always wide ones. */
static int width(const char *text) {
    int columns = 0;
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if ((byte & 0xc0) != 0x80) columns += byte >= 0xe0 ? 2 : 1;
    }
    return columns;
}

static void left(const char *text, int columns) {
    printf("%s%*s  ", text, columns - width(text), "");
}

typedef struct {
    const char *label, *name;
    uint64_t members, errors;
} Segment;

static int larger_first(const void *a, const void *b) {
    const Segment *x = a, *y = b;
    if (x->members != y->members) return x->members < y->members ? 1 : -1;
    return strcmp(x->name, y->name);
}

static void bar(uint64_t part, uint64_t whole) {
    static const char *const EIGHTHS[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint64_t eighths = whole ? (part * 160 + whole - 1) / whole : 0, i;
    for (i = 0; i < eighths / 8; i++) fputs("█", stdout);
    puts(EIGHTHS[eighths % 8]);
}

enum { KIND_CELLS = 6, CELL = 32 };

/* The local day of an instant; `-` for none. */
static void day(const gx_playbook *playbook, int64_t at, char out[CELL]) {
    gx_bytes *shown = NULL;
    strcpy(out, "-");
    if (at != GX_TIME_NONE && gx_time_show(playbook, at, &shown, NULL) == GX_OK)
        snprintf(out, CELL, "%.10s", gx_bytes_data(shown));
    gx_bytes_free(shown);
}

static void percent(uint64_t part, uint64_t whole, char out[CELL]) {
    uint64_t share = whole ? (part * 2000 + whole) / (whole * 2) : 0;
    snprintf(out, CELL, "%" PRIu64 ".%" PRIu64 "%%", share / 10, share % 10);
}

static void right(const char *text, int columns) {
    printf("  %*s%s", columns - width(text), "", text);
}

typedef struct {
    uint64_t events;
    const char *label;
    char cells[KIND_CELLS][CELL];
} Kind;

/* In the order of their names where they are as frequent. */
static void most_first(Kind *kinds, uint64_t n) {
    uint64_t i, j;
    for (i = 1; i < n; i++) {
        Kind kind = kinds[i];
        for (j = i; j > 0 && kinds[j - 1].events < kind.events; j--) kinds[j] = kinds[j - 1];
        kinds[j] = kind;
    }
}

static void print_kinds(const gx_playbook *playbook, const gx_review *review, uint32_t language) {
    static const char *const HEADERS[2][KIND_CELLS] = {
        {"event", "events", "customers", "share", "first", "last"},
        {"事件", "次数", "客户", "占比", "首次", "最近"}};
    const char *const *header = HEADERS[language == GX_ZH];
    uint64_t n = gx_kind_count(review), i;
    Kind *kinds = calloc(n ? n : 1, sizeof *kinds);
    int widths[KIND_CELLS], cell;
    if (!kinds) die("out of memory");
    for (cell = 0; cell < KIND_CELLS; cell++) widths[cell] = width(header[cell]);
    for (i = 0; i < n; i++) {
        Kind *it = &kinds[i];
        uint64_t customers = 0;
        int64_t first = GX_TIME_NONE, last = GX_TIME_NONE;
        gx_kind_events(review, i, &it->events, &customers, &first, &last, NULL);
        it->label = gx_kind_label(review, i, language);
        if (!*it->label) it->label = gx_kind_name(review, i);
        strcpy(it->cells[1], grouped(it->events));
        strcpy(it->cells[2], grouped(customers));
        percent(customers, gx_review_customers(review), it->cells[3]);
        day(playbook, first, it->cells[4]);
        day(playbook, last, it->cells[5]);
        if (widths[0] < width(it->label)) widths[0] = width(it->label);
        for (cell = 1; cell < KIND_CELLS; cell++)
            if (widths[cell] < width(it->cells[cell])) widths[cell] = width(it->cells[cell]);
    }
    most_first(kinds, n);
    printf("%s%*s", header[0], widths[0] - width(header[0]), "");
    for (cell = 1; cell < KIND_CELLS; cell++) right(header[cell], widths[cell]);
    puts("");
    for (i = 0; i < n; i++) {
        printf("%s%*s", kinds[i].label, widths[0] - width(kinds[i].label), "");
        for (cell = 1; cell < KIND_CELLS; cell++) right(kinds[i].cells[cell], widths[cell]);
        puts("");
    }
    puts("");
    free(kinds);
}

static void print_segments(const gx_review *review, uint32_t language) {
    static const char *const HEADERS[2][4] = {{"segment", "name", "customers", "share"},
                                              {"细分", "名称", "客户", "占比"}};
    const char *const *header = HEADERS[language == GX_ZH];
    uint64_t n = gx_segment_count(review), whole = gx_review_customers(review), i;
    Segment *segments = calloc(n ? n : 1, sizeof *segments);
    int label = width(header[0]), name = width(header[1]), members = width(header[2]);
    if (!segments) die("out of memory");
    for (i = 0; i < n; i++) {
        Segment *it = &segments[i];
        it->label = gx_segment_label(review, i, language);
        it->name = gx_segment_name(review, i);
        if (!*it->label) it->label = it->name;
        gx_segment_members(review, i, &it->members, &it->errors, NULL);
        if (label < width(it->label)) label = width(it->label);
        if (name < width(it->name)) name = width(it->name);
        if (members < width(grouped(it->members))) members = width(grouped(it->members));
    }
    qsort(segments, n, sizeof *segments, larger_first);
    left(header[0], label);
    left(header[1], name);
    printf("%*s%s  %*s%s\n", members - width(header[2]), "", header[2], 5 - width(header[3]), "",
           header[3]);
    for (i = 0; i < n; i++) {
        const Segment *it = &segments[i];
        char share[CELL];
        left(it->label, label);
        left(it->name, name);
        percent(it->members, whole, share);
        printf("%*s  %5s", members, grouped(it->members), share);
        if (it->members) {
            fputs("  ", stdout);
            bar(it->members, whole);
        } else {
            puts("");
        }
    }
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
        printf("\n截至 %.*s（%s）\n客户 %s 名，事件 %s 条\n\n", (int)(zone - shown), shown, zone + 1,
               grouped(gx_review_customers(review)), grouped(gx_review_events(review)));
    } else {
        printf("\nas of %s\n%s customers, %s events\n\n", gx_bytes_data(moment),
               grouped(gx_review_customers(review)), grouped(gx_review_events(review)));
    }
    print_kinds(playbook, review, language);
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
