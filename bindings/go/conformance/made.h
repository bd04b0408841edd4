/* Columns as somebody else's arrays and streams of the Arrow C Data Interface, with
 * nothing of guanxi in them. Children lie in one block with what they are made of. */
#ifndef MADE_H
#define MADE_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Parents release what their children have. */
static void made_release_array(struct ArrowArray *array) {
    int64_t n;
    for (n = 0; n < array->n_children; n++) {
        struct ArrowArray *child = array->children[n];
        int64_t buffer;
        for (buffer = 0; buffer < child->n_buffers; buffer++) free((void *)child->buffers[buffer]);
        free(child->buffers);
        free(child);
    }
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

static void made_release_schema(struct ArrowSchema *schema) {
    int64_t n;
    for (n = 0; n < schema->n_children; n++) {
        free((void *)schema->children[n]->name);
        free(schema->children[n]);
    }
    free(schema->children);
    schema->release = NULL;
}

/* Parts of a parent are released with it, never by themselves. */
static void made_never_array(struct ArrowArray *array) { (void)array, abort(); }
static void made_never_schema(struct ArrowSchema *schema) { (void)schema, abort(); }

/* The rows, of which columns are added one by one. */
static void made_rows(struct ArrowArray *array, struct ArrowSchema *schema, int64_t rows,
                      int64_t columns) {
    memset(array, 0, sizeof *array);
    memset(schema, 0, sizeof *schema);
    array->length = rows;
    array->n_buffers = 1;
    array->buffers = calloc(1, sizeof *array->buffers);
    array->children = calloc((size_t)columns + 1, sizeof *array->children);
    array->release = made_release_array;
    schema->format = "+s";
    schema->name = "";
    schema->children = calloc((size_t)columns + 1, sizeof *schema->children);
    schema->release = made_release_schema;
}

/* A column whose buffers are the parent's from now on; of texts there are three. */
static void made_column(struct ArrowArray *array, struct ArrowSchema *schema, char *name,
                        void *known, void *values, void *bytes) {
    struct ArrowArray *child = calloc(1, sizeof *child);
    struct ArrowSchema *of = calloc(1, sizeof *of);
    child->length = array->length;
    child->null_count = -1;
    child->n_buffers = bytes ? 3 : 2;
    child->buffers = calloc(3, sizeof *child->buffers);
    child->buffers[0] = known;
    child->buffers[1] = values;
    child->buffers[2] = bytes;
    child->release = made_never_array;
    of->format = bytes ? "U" : "l";
    of->name = name;
    of->flags = ARROW_FLAG_NULLABLE;
    of->release = made_never_schema;
    array->children[array->n_children++] = child;
    schema->children[schema->n_children++] = of;
}

/* A stream of which the first array has the first row, the second the others: both show
 * the same columns, which go with the last that shows them, as arrays may outlive the
 * stream. */
struct made_stream {
    struct ArrowArray array;
    struct ArrowSchema schema;
    int given, holders;
};

static void made_let_go(struct made_stream *made) {
    if (--made->holders > 0) return;
    made->array.release(&made->array);
    made->schema.release(&made->schema);
    free(made);
}

static void made_part_array(struct ArrowArray *array) {
    made_let_go(array->private_data);
    array->release = NULL;
}

static void made_part_schema(struct ArrowSchema *schema) {
    made_let_go(schema->private_data);
    schema->release = NULL;
}

static int made_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    struct made_stream *made = stream->private_data;
    *out = made->schema;
    out->release = made_part_schema;
    out->private_data = made;
    made->holders++;
    return 0;
}

static int made_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    struct made_stream *made = stream->private_data;
    int part = made->given++;
    memset(out, 0, sizeof *out);
    if (part < 2) {
        *out = made->array;
        out->offset = part;
        out->length = part ? made->array.length - 1 : 1;
        out->release = made_part_array;
        out->private_data = made;
        made->holders++;
    }
    return 0;
}

static const char *made_last_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "nothing is wrong";
}

static void made_release_stream(struct ArrowArrayStream *stream) {
    made_let_go(stream->private_data);
    stream->release = NULL;
}

/* Takes an array and its schema. */
static void made_stream_of(struct ArrowArray *array, struct ArrowSchema *schema,
                           struct ArrowArrayStream *stream) {
    struct made_stream *made = calloc(1, sizeof *made);
    made->array = *array;
    made->schema = *schema;
    made->holders = 1;
    memset(stream, 0, sizeof *stream);
    stream->get_schema = made_get_schema;
    stream->get_next = made_get_next;
    stream->get_last_error = made_last_error;
    stream->release = made_release_stream;
    stream->private_data = made;
}

#endif
