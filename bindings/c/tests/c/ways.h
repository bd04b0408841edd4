/* The ways into and out of the library that are not JSON: columns, Arrow arrays
 * and streams, the names and counts of a review. */
#ifndef WAYS_H
#define WAYS_H

#include "arrow.h"

typedef struct {
    char *data;
    uint64_t len;
} Text;

/* Rows as columns: texts, or whole numbers. */
enum { MOST_COLUMNS = MOST_CHILDREN, MOST_ROWS = 64 };

typedef struct {
    char *name;
    int is_whole;
    int64_t offsets[MOST_ROWS + 1];
    int64_t numbers[MOST_ROWS];
    char *bytes;
    uint8_t known[MOST_ROWS / 8];
} Column;

typedef struct {
    int64_t rows, n;
    Column columns[MOST_COLUMNS];
} Columns;

static char *next_line(char **at) {
    char *line = *at, *end = strchr(line, '\n');
    CHECK(end != NULL);
    *end = '\0';
    *at = end + 1;
    return line;
}

/* From lines: how many rows and columns; for each column its name, `t` or `i`,
 * and for each row `=` and the value, or `-`. */
static void read_columns(char *text, Columns *out) {
    int64_t column, row;
    memset(out, 0, sizeof *out);
    out->rows = atoll(next_line(&text));
    out->n = atoll(next_line(&text));
    CHECK(out->n <= MOST_COLUMNS && out->rows <= MOST_ROWS);
    for (column = 0; column < out->n; column++) {
        Column *it = &out->columns[column];
        it->name = next_line(&text);
        it->is_whole = *next_line(&text) == 'i';
        it->bytes = text;
        for (row = 0; row < out->rows; row++) {
            char *value = next_line(&text);
            int64_t len = 0;
            if (*value == '=') {
                it->known[row / 8] |= (uint8_t)(1 << row % 8);
                if (it->is_whole) it->numbers[row] = atoll(value + 1);
                len = (int64_t)strlen(value + 1);
                memmove(it->bytes + it->offsets[row], value + 1, (size_t)len);
            }
            it->offsets[row + 1] = it->offsets[row] + len;
        }
    }
}

/* As the library has columns. */
static void plain_columns(const Columns *from, gx_column *out) {
    int64_t column;
    memset(out, 0, sizeof *out * MOST_COLUMNS);
    for (column = 0; column < from->n; column++) {
        const Column *it = &from->columns[column];
        out[column].struct_size = sizeof *out;
        out[column].kind = it->is_whole ? GX_COLUMN_INT64 : GX_COLUMN_TEXT;
        out[column].name = it->name;
        out[column].name_len = GX_NUL;
        out[column].values = it->is_whole ? (const void *)it->numbers : it->bytes;
        out[column].offsets = it->is_whole ? NULL : it->offsets;
        out[column].known = it->known;
    }
}

/* As Arrow has them. */
static void arrow_columns(const Columns *from, Made *rows, Made *made) {
    int64_t column;
    as_rows(rows, from->rows);
    for (column = 0; column < from->n; column++) {
        const Column *it = &from->columns[column];
        if (it->is_whole) make(&made[column], "l", it->name, from->rows, 2, it->known, it->numbers, NULL);
        else make(&made[column], "U", it->name, from->rows, 3, it->known, it->offsets, it->bytes);
        adopt(rows, &made[column]);
    }
}

/* A stream of which the first array has the first row, the second the others. */
typedef struct {
    Made rows, made[MOST_COLUMNS];
    int given;
} River;

static int river_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    *out = ((River *)stream->private_data)->rows.schema;
    return 0;
}

static int river_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    River *river = stream->private_data;
    int part = river->given++;
    memset(out, 0, sizeof *out);
    if (part < 2) {
        *out = river->rows.array;
        out->offset = part;
        out->length = part ? river->rows.array.length - 1 : 1;
    }
    return 0;
}

static struct ArrowArrayStream river_of(const Columns *from, River *river) {
    struct ArrowArrayStream stream = {0};
    arrow_columns(from, &river->rows, river->made);
    river->given = 0;
    stream.get_schema = river_schema;
    stream.get_next = river_next;
    stream.get_last_error = give_error;
    stream.release = release_stream;
    stream.private_data = river;
    return stream;
}

static int32_t append_columns(gx_store *store, const char *through, Text *lines, int64_t seen,
                              const gx_append_options *options, gx_bytes **json,
                              gx_error **error) {
    static Columns columns;
    read_columns(lines->data, &columns);
    if (strcmp(through, "columns") == 0) {
        gx_column plain[MOST_COLUMNS];
        plain_columns(&columns, plain);
        return gx_store_append_columns(store, plain, (uint64_t)columns.n, (uint64_t)columns.rows,
                                       seen, options, json, error);
    }
    if (strcmp(through, "arrow") == 0) {
        Made rows, made[MOST_COLUMNS];
        arrow_columns(&columns, &rows, made);
        return gx_store_append_arrow(store, &rows.array, &rows.schema, seen, options, json, error);
    }
    {
        River river;
        struct ArrowArrayStream stream = river_of(&columns, &river);
        return gx_store_append_stream(store, &stream, seen, options, json, error);
    }
}

/* An answer that is written piece by piece. */
static char line[65536];
static size_t line_len;

static void piece(const char *before, const char *text, const char *after) {
    int n = snprintf(line + line_len, sizeof line - line_len, "%s%s%s", before, text, after);
    CHECK(n >= 0 && line_len + (size_t)n < sizeof line);
    line_len += (size_t)n;
}

static void number(const char *before, int64_t value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%lld", (long long)value);
    piece(before, digits, "");
}

/* A text of a column of large_utf8; those of the files need no escapes. */
static void text_at(const char *before, const struct ArrowArray *array, int64_t row) {
    const int64_t *offsets = array->buffers[1];
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)(offsets[row + 1] - offsets[row]),
             (const char *)array->buffers[2] + offsets[row]);
    piece(before, text, "\"");
}

static int is_set(const void *bits, int64_t row) {
    return bits == NULL || ((const uint8_t *)bits)[row / 8] >> row % 8 & 1;
}

/* A fraction by its bits, or null. */
static void bits_at(const struct ArrowArray *array, int64_t row) {
    uint64_t bits;
    char digits[32];
    memcpy(&bits, (const double *)array->buffers[1] + row, sizeof bits);
    snprintf(digits, sizeof digits, "%08x%08x", (unsigned)(bits >> 32), (unsigned)bits);
    if (is_set(array->buffers[0], row)) piece(",\"", digits, "\"");
    else piece(",", "null", "");
}

/* Of the columns of a review the id and the segments. */
static void table(const struct ArrowArray *array, const struct ArrowSchema *schema) {
    int64_t column, row;
    line_len = 0;
    piece("[", "", "");
    for (column = 0; column < array->n_children; column++) {
        const struct ArrowArray *values = array->children[column];
        const char *name = schema->children[column]->name;
        if (column && strncmp(name, "segment.", 8) != 0) continue;
        CHECK(strcmp(schema->children[column]->format, column ? "b" : "U") == 0);
        piece(column ? ",[\"" : "[\"", name, "\"");
        for (row = 0; row < array->length; row++) {
            if (column) piece(",", is_set(values->buffers[1], row) ? "true" : "false", "");
            else text_at(",\"", values, row);
        }
        piece("]", "", "");
    }
    piece("]", "", "");
}

static void purchases(const struct ArrowArray *array, const gx_bytes *report) {
    int64_t row;
    int column;
    line_len = 0;
    piece("{\"rows\":[", "", "");
    for (row = 0; row < array->length; row++) {
        text_at(row ? ",[\"" : "[\"", array->children[0], row);
        number(",", ((const int64_t *)array->children[1]->buffers[1])[row]);
        for (column = 2; column < 6; column++) bits_at(array->children[column], row);
        piece("]", "", "");
    }
    piece("],\"report\":", gx_bytes_data(report), "}");
}

static void predicted(const struct ArrowArray *array, const struct ArrowSchema *schema,
                      const gx_bytes *report) {
    int64_t row, column;
    line_len = 0;
    piece("{\"names\":[", "", "");
    for (column = 1; column < array->n_children; column++)
        piece(column > 1 ? ",\"" : "\"", schema->children[column]->name, "\"");
    piece("],\"rows\":[", "", "");
    for (row = 0; row < array->length; row++) {
        text_at(row ? ",[\"" : "[\"", array->children[0], row);
        for (column = 1; column < array->n_children; column++)
            bits_at(array->children[column], row);
        piece("]", "", "");
    }
    piece("],\"report\":", gx_bytes_data(report), "}");
}

static void kinds(const gx_review *review, uint32_t language) {
    uint64_t i, events, customers;
    int64_t first, last;
    line_len = 0;
    piece("[", "", "");
    for (i = 0; i < gx_kind_count(review); i++) {
        CHECK_STATUS(gx_kind_events(review, i, &events, &customers, &first, &last, NULL), GX_OK);
        piece(i ? ",[\"" : "[\"", gx_kind_name(review, i), "\",\"");
        piece("", gx_kind_label(review, i, language), "\"");
        number(",", (int64_t)events);
        number(",", (int64_t)customers);
        number(",", first);
        number(",", last);
        piece("]", "", "");
    }
    piece("]", "", "");
}

static void segments(const gx_review *review, uint32_t language) {
    uint64_t i, members, errors;
    line_len = 0;
    piece("[", "", "");
    for (i = 0; i < gx_segment_count(review); i++) {
        CHECK_STATUS(gx_segment_members(review, i, &members, &errors, NULL), GX_OK);
        piece(i ? ",[\"" : "[\"", gx_segment_name(review, i), "\",\"");
        piece("", gx_segment_label(review, i, language), "\"");
        number(",", (int64_t)members);
        number(",", (int64_t)errors);
        piece("]", "", "");
    }
    piece("]", "", "");
}

#endif
