/* What Go says to C in C: structs of Arrow hold functions, which Go cannot call. */
#ifndef GUANXI_BRIDGE_H
#define GUANXI_BRIDGE_H

#include <stdlib.h>

#include "guanxi.h"

/* Columns that are ours: an array, and what it is made of. */
typedef struct {
    struct ArrowArray array;
    struct ArrowSchema schema;
} gxgo_frame;

static inline void gxgo_release_array(struct ArrowArray *array) {
    if (array != NULL && array->release != NULL) array->release(array);
}

static inline void gxgo_release_schema(struct ArrowSchema *schema) {
    if (schema != NULL && schema->release != NULL) schema->release(schema);
}

static inline void gxgo_release_stream(struct ArrowArrayStream *stream) {
    if (stream != NULL && stream->release != NULL) stream->release(stream);
}

static inline void gxgo_lent_array(struct ArrowArray *array) { array->release = NULL; }

static inline void gxgo_lent_schema(struct ArrowSchema *schema) { schema->release = NULL; }

/* The same columns for the time of a call: whoever releases them releases nothing. */
static inline void gxgo_lend(const gxgo_frame *from, gxgo_frame *to) {
    *to = *from;
    to->array.release = gxgo_lent_array;
    to->schema.release = gxgo_lent_schema;
}

/* Moves columns to where their next owner wants them. */
static inline void gxgo_move(gxgo_frame *from, struct ArrowArray *array, struct ArrowSchema *schema) {
    *array = from->array;
    *schema = from->schema;
    from->array.release = NULL;
    from->schema.release = NULL;
}

#endif
