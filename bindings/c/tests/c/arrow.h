/* Arrays of the Arrow C Data Interface in static memory, that count how often
 * they are released. */
#ifndef ARROW_H
#define ARROW_H

#include "check.h"

enum { MOST_CHILDREN = 8, MOST_BUFFERS = 5 };

/* A column: both structs and what they point to. */
typedef struct Made {
    struct ArrowArray array;
    struct ArrowSchema schema;
    const void *buffers[MOST_BUFFERS];
    struct ArrowArray *arrays[MOST_CHILDREN];
    struct ArrowSchema *schemas[MOST_CHILDREN];
} Made;

static int arrays_released, schemas_released, streams_released;

static void release_array(struct ArrowArray *array) {
    arrays_released++;
    array->release = NULL;
}

static void release_schema(struct ArrowSchema *schema) {
    schemas_released++;
    schema->release = NULL;
}

/* Children belong to their parent: they are not released by anybody else. */
static void not_mine_array(struct ArrowArray *array) {
    (void)array;
    CHECK(!"a child is released by itself");
}

static void not_mine_schema(struct ArrowSchema *schema) {
    (void)schema;
    CHECK(!"a child is released by itself");
}

static void make(Made *made, const char *format, const char *name, int64_t length,
                 int64_t n_buffers, const void *b0, const void *b1, const void *b2) {
    memset(made, 0, sizeof *made);
    made->buffers[0] = b0;
    made->buffers[1] = b1;
    made->buffers[2] = b2;
    made->array.length = length;
    made->array.null_count = b0 ? -1 : 0;
    made->array.n_buffers = n_buffers;
    made->array.buffers = made->buffers;
    made->array.children = made->arrays;
    made->array.release = not_mine_array;
    made->schema.format = format;
    made->schema.name = name;
    made->schema.flags = ARROW_FLAG_NULLABLE;
    made->schema.children = made->schemas;
    made->schema.release = not_mine_schema;
}

static void adopt(Made *parent, Made *child) {
    int64_t at = parent->array.n_children++;
    parent->schema.n_children++;
    CHECK(at < MOST_CHILDREN);
    parent->arrays[at] = &child->array;
    parent->schemas[at] = &child->schema;
}

static void as_rows(Made *made, int64_t length) {
    make(made, "+s", "", length, 1, NULL, NULL, NULL);
    made->array.release = release_array;
    made->schema.release = release_schema;
}

/* Three purchases, of which the last has no amount. */
static void make_sales(Made *rows, Made *columns) {
    static const int32_t kind[] = {0, 0, 0};
    static const int32_t word[] = {0, 8};
    static const int32_t customer[] = {0, 3, 6, 9};
    static const int64_t at[] = {1767571200, 1770249600, 1770336000};
    static const int64_t amount[] = {1250, 0, 1250, 0, 100, 0};
    static const uint8_t known = 3;
    make(&columns[0], "i", "kind", 3, 2, NULL, kind, NULL);
    make(&columns[1], "u", NULL, 1, 3, NULL, word, "purchase");
    columns[0].array.dictionary = &columns[1].array;
    columns[0].schema.dictionary = &columns[1].schema;
    make(&columns[2], "u", "customer", 3, 3, NULL, customer, "C-1C-1C-2");
    make(&columns[3], "tss:UTC", "at", 3, 2, NULL, at, NULL);
    make(&columns[4], "d:19,2", "amount", 3, 2, &known, amount, NULL);
    as_rows(rows, 3);
    adopt(rows, &columns[0]);
    adopt(rows, &columns[2]);
    adopt(rows, &columns[3]);
    adopt(rows, &columns[4]);
}

/* A stream of the same array so many times. */
typedef struct {
    Made rows;
    Made columns[5];
    int left;
    int fails;
} Source;

static int give_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    Source *source = stream->private_data;
    *out = source->rows.schema;
    return source->fails == 1 ? 5 : 0;
}

static int give_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    Source *source = stream->private_data;
    memset(out, 0, sizeof *out);
    if (source->fails == 2 && source->left == 0) return 22;
    if (source->left-- > 0) *out = source->rows.array;
    return 0;
}

static const char *give_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "the river is dry";
}

static void release_stream(struct ArrowArrayStream *stream) {
    streams_released++;
    stream->release = NULL;
}

static inline struct ArrowArrayStream make_stream(Source *source, int times, int fails) {
    struct ArrowArrayStream stream = {0};
    make_sales(&source->rows, source->columns);
    source->left = times;
    source->fails = fails;
    stream.get_schema = give_schema;
    stream.get_next = give_next;
    stream.get_last_error = give_error;
    stream.release = release_stream;
    stream.private_data = source;
    return stream;
}

#endif
