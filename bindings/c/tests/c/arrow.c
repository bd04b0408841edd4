/* Columns in and out: what is read, what is refused, and that everything handed
 * over is released once, on every path.
 *
 *     arrow FOLDER
 */
#include "arrow.h"

static gx_playbook *playbook;

static gx_store *new_store(void) {
    gx_store *store = NULL;
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
    return store;
}

static void counts(int arrays, int schemas, int streams) {
    CHECK(arrays_released == arrays && schemas_released == schemas);
    CHECK(streams_released == streams);
    arrays_released = schemas_released = streams_released = 0;
}

/* The report has this in it. */
static void reports(gx_bytes *report, const char *wanted) {
    if (!strstr(gx_bytes_data(report), wanted)) {
        fprintf(stderr, "%s\nhas no %s\n", gx_bytes_data(report), wanted);
        exit(1);
    }
    gx_bytes_free(report);
}

/* The first fault says this. */
static void says(const gx_error *error, uint32_t language, const char *wanted) {
    const char *said = gx_error_message(error, 0, language);
    if (wanted && strcmp(said, wanted)) {
        fprintf(stderr, "%s\nexpected: %s\n", said, wanted);
        exit(1);
    }
}

/* An append that is refused as a whole, at this place and in these words, where
 * they are given, and releases all. */
static void refused(Made *rows, const char *place, const char *en, const char *zh) {
    gx_store *store = new_store();
    gx_bytes *report = NULL;
    gx_error *error = NULL;
    const char *pointer;
    CHECK_STATUS(gx_store_append_arrow(store, &rows->array, &rows->schema, GX_SEEN_BACKFILL, NULL,
                                       &report, &error),
                 GX_E_MALFORMED_COLUMN);
    CHECK(report == NULL && rows->array.release == NULL && rows->schema.release == NULL);
    pointer = gx_error_pointer(error, 0);
    if (place ? !pointer || strcmp(pointer, place) : pointer != NULL) {
        fprintf(stderr, "at %s, expected %s: %s\n", pointer ? pointer : "none",
                place ? place : "none", gx_error_message(error, 0, GX_EN));
        exit(1);
    }
    says(error, GX_EN, en);
    says(error, GX_ZH, zh);
    gx_error_free(error);
    gx_store_free(store);
    counts(1, 1, 0);
}

/* A few bytes that claim to be rows without end: only values bound their number. */
static void rows_of_nothing(void) {
    int64_t many = (int64_t)1 << 40;
    gx_store *store = new_store();
    gx_bytes *report = NULL;
    Made rows, column;
    as_rows(&rows, many);
    make(&column, "n", "kind", many, 0, NULL, NULL, NULL);
    adopt(&rows, &column);
    refused(&rows, NULL, "there are rows, and no column with values", "有数据行，却没有任何含值的列");
    as_rows(&rows, many);
    refused(&rows, NULL, NULL, NULL);
    CHECK_STATUS(gx_store_append_columns(store, NULL, 0, (uint64_t)many, GX_SEEN_BACKFILL, NULL,
                                         &report, NULL),
                 GX_E_MALFORMED_COLUMN);
    CHECK_STATUS(gx_store_append_columns(store, (gx_column[1]){{0}}, 0, (uint64_t)many,
                                         GX_SEEN_BACKFILL, NULL, &report, NULL),
                 GX_E_MALFORMED_COLUMN);
    gx_store_free(store);
}

static void rightly(void) {
    Made rows, columns[5];
    gx_store *store = new_store(), *lines = new_store();
    gx_bytes *report = NULL, *a = NULL;
    make_sales(&rows, columns);
    CHECK_STATUS(gx_store_append_arrow(store, &rows.array, &rows.schema, GX_SEEN_BACKFILL, NULL,
                                       &report, NULL),
                 GX_OK);
    counts(1, 1, 0);
    CHECK(strstr(gx_bytes_data(report), "events:3/amount") != NULL);
    reports(report, "{\"new\":2,\"same\":0,\"pending\":0,\"conflict\":0,\"refused\":1}");
    /* The same rows as lines are the same facts. */
    CHECK_STATUS(gx_store_append_lines(
                     store,
                     "{\"kind\":\"purchase\",\"customer\":\"C-1\",\"at\":\"2026-01-05T00:00:00Z\","
                     "\"amount\":12.5}\n",
                     GX_NUL, GX_SEEN_BACKFILL, NULL, &report, NULL),
                 GX_OK);
    reports(report, "{\"new\":0,\"same\":1,");
    /* One row of a longer array. */
    make_sales(&rows, columns);
    rows.array.offset = 1;
    rows.array.length = 1;
    CHECK_STATUS(gx_store_append_arrow(lines, &rows.array, &rows.schema, GX_SEEN_BACKFILL, NULL,
                                       &report, NULL),
                 GX_OK);
    counts(1, 1, 0);
    reports(report, "{\"new\":1,\"same\":0,\"pending\":0,\"conflict\":0,\"refused\":0}");
    CHECK_STATUS(gx_store_statistics(lines, &a, NULL), GX_OK);
    CHECK(strstr(gx_bytes_data(a), "\"first_at\":\"2026-02-05T00:00:00Z\"") != NULL);
    gx_bytes_free(a);
    gx_store_free(store);
    gx_store_free(lines);
}

/* Every way in which a column can lie. */
static void malformed(void) {
    static const int64_t numbers[4] = {1, 2, 3, 4};
    static const int32_t falling[] = {0, 3, 2, 9}, below[] = {-1, 3, 6, 9}, codes[] = {0, 1, 0};
    Made rows, columns[5];
#define WRONG(place, change)          \
    do {                              \
        make_sales(&rows, columns);   \
        change;                       \
        refused(&rows, place, NULL, NULL); \
    } while (0)
#define SAYS(place, change, en, zh)   \
    do {                              \
        make_sales(&rows, columns);   \
        change;                       \
        refused(&rows, place, en, zh); \
    } while (0)
    WRONG(NULL, rows.schema.format = "l");
    WRONG(NULL, rows.schema.format = NULL);
    WRONG(NULL, rows.array.length = -1);
    WRONG(NULL, rows.array.length = INT64_MAX);
    WRONG(NULL, rows.array.offset = -1);
    WRONG(NULL, rows.array.n_children = 3);
    WRONG(NULL, rows.array.n_children = rows.schema.n_children = -1);
    WRONG(NULL, rows.array.n_children = rows.schema.n_children = INT64_MAX);
    WRONG(NULL, rows.array.children = NULL);
    WRONG(NULL, rows.schema.children = NULL);
    WRONG(NULL, rows.arrays[1] = NULL);
    WRONG(NULL, rows.schemas[1] = NULL);
    WRONG(NULL, (rows.array.null_count = 1));
    WRONG("/kind", rows.array.length = 4);
    WRONG("/kind", rows.array.offset = 1);
    WRONG("/customer", columns[2].array.release = NULL);
    WRONG("/customer", columns[2].schema.release = NULL);
    WRONG("/customer", columns[2].array.length = 2);
    WRONG("/customer", columns[2].array.length = -3);
    WRONG("/customer", columns[2].array.offset = -3);
    WRONG("/customer", columns[2].array.offset = INT64_MAX);
    WRONG("/customer", columns[2].array.n_buffers = 1);
    WRONG("/customer", columns[2].array.n_buffers = -1);
    WRONG("/customer", columns[2].array.buffers = NULL);
    WRONG("/customer", columns[2].buffers[1] = NULL);
    WRONG("/customer", columns[2].buffers[2] = NULL);
    WRONG("/customer", columns[2].buffers[1] = falling);
    WRONG("/customer", columns[2].buffers[1] = below);
    WRONG("/customer", columns[2].buffers[2] = "C-1\xff-1C-2");
    WRONG("/customer", columns[2].schema.format = "z");
    WRONG("/customer", columns[2].schema.format = "");
    WRONG("/customer", columns[2].schema.format = "+l");
    WRONG("/customer", columns[2].array.null_count = 2);
    WRONG("/kind", columns[0].buffers[1] = codes);
    WRONG("/kind", columns[0].schema.format = "g");
    WRONG("/kind", columns[0].array.dictionary = NULL);
    WRONG("/kind/dictionary", columns[1].buffers[1] = NULL);
    WRONG("/at", columns[3].schema.format = "ts");
    WRONG("/at", columns[3].schema.format = "tsx:UTC");
    WRONG("/at", columns[3].buffers[1] = NULL);
    WRONG("/amount", columns[4].schema.format = "d:40,2,256");
    WRONG("/amount", columns[4].schema.format = "d:19");
    WRONG("/a~1b~0", (columns[4].schema.name = "a/b~", columns[4].schema.format = "w:3"));
    SAYS(NULL, rows.array.offset = -1,
         "`length` is 3 and `offset` is -1, expected 0 to 144115188075855871 for both",
         "`length` 为 3，`offset` 为 -1，两者均应为 0 到 144115188075855871");
    SAYS(NULL, rows.array.n_children = 3, "`n_children` is 3 in the array, but 4 in its schema",
         "`n_children` 在数组中为 3，在其声明中却为 4");
    SAYS(NULL, rows.array.n_children = rows.schema.n_children = -1,
         "`n_children` is -1, expected 0 to 10000", "`n_children` 为 -1，应为 0 到 10000");
    SAYS("/customer", columns[2].schema.format = "+l", "`n_children` is 0, expected 1",
         "`n_children` 为 0，应为 1");
    SAYS("/customer", columns[2].array.n_buffers = 1, "`n_buffers` is 1, expected at least 2",
         "`n_buffers` 为 1，应至少为 2");
    SAYS("/customer", columns[2].array.null_count = 2,
         "`null_count` is 2, but the pointer to the bits that say which values are missing is null",
         "`null_count` 为 2，但标明哪些值缺失的位图指针为空");
    /* Not malformed: read as what they are, or nobody knows the column. */
    make_sales(&rows, columns);
    columns[4].schema.format = "l";
    columns[4].buffers[0] = NULL;
    columns[4].buffers[1] = numbers;
    {
        gx_store *store = new_store();
        gx_bytes *report = NULL;
        CHECK_STATUS(gx_store_append_arrow(store, &rows.array, &rows.schema, GX_SEEN_BACKFILL,
                                           NULL, &report, NULL),
                     GX_OK);
        reports(report, "\"new\":3");
        columns[4].schema.name = "amuont";
        as_rows(&rows, 3);
        adopt(&rows, &columns[0]);
        adopt(&rows, &columns[4]);
        CHECK_STATUS(gx_store_append_arrow(store, &rows.array, &rows.schema, GX_SEEN_BACKFILL,
                                           NULL, &report, NULL),
                     GX_E_UNKNOWN_COLUMN);
        /* An array that was released already. */
        CHECK_STATUS(gx_store_append_arrow(store, &rows.array, &rows.schema, GX_SEEN_BACKFILL,
                                           NULL, &report, NULL),
                     GX_E_MALFORMED_COLUMN);
        gx_store_free(store);
        counts(2, 2, 0);
    }
}

/* What cannot be appended is released as well. */
static void released_on_every_path(void) {
    Made rows, columns[5];
    gx_store *store = new_store();
    gx_bytes *report = NULL;
    gx_append_options options = {0};
    Source source;
    struct ArrowArrayStream stream;
#define APPEND(s, a, c, seen, options, out) \
    gx_store_append_arrow(s, a, c, seen, options, out, NULL)
    make_sales(&rows, columns);
    CHECK_STATUS(APPEND(NULL, &rows.array, &rows.schema, 0, NULL, &report), GX_E_NULL_POINTER);
    make_sales(&rows, columns);
    CHECK_STATUS(APPEND(store, &rows.array, &rows.schema, 0, NULL, NULL), GX_E_NULL_POINTER);
    make_sales(&rows, columns);
    CHECK_STATUS(APPEND(store, &rows.array, &rows.schema, 0, &options, &report),
                 GX_E_INVALID_ARGUMENT);
    counts(3, 3, 0);
    make_sales(&rows, columns);
    CHECK_STATUS(APPEND(store, NULL, &rows.schema, 0, NULL, &report), GX_E_NULL_POINTER);
    counts(0, 1, 0);
    make_sales(&rows, columns);
    CHECK_STATUS(APPEND(store, &rows.array, NULL, 0, NULL, &report), GX_E_NULL_POINTER);
    counts(1, 0, 0);
    options.struct_size = sizeof options;
    options.table = "shops";
    options.table_len = GX_NUL;
    make_sales(&rows, columns);
    CHECK_STATUS(APPEND(store, &rows.array, &rows.schema, 0, &options, &report),
                 GX_E_INVALID_ARGUMENT);
    counts(1, 1, 0);
    make_sales(&rows, columns);
    CHECK_STATUS(APPEND(store, &rows.array, &rows.schema, INT64_MAX, NULL, &report),
                 GX_E_TIME_OUT_OF_RANGE);
    counts(1, 1, 0);

    stream = make_stream(&source, 3, 0);
    CHECK_STATUS(gx_store_append_stream(NULL, &stream, 0, NULL, &report, NULL), GX_E_NULL_POINTER);
    counts(0, 0, 1);
    CHECK_STATUS(gx_store_append_stream(store, &stream, 0, NULL, &report, NULL),
                 GX_E_MALFORMED_COLUMN);
    counts(0, 0, 0);
    stream = make_stream(&source, 3, 2);
    {
        gx_error *error = NULL;
        CHECK_STATUS(gx_store_append_stream(store, &stream, 0, NULL, &report, &error), GX_E_IO);
        CHECK(strstr(gx_error_message(error, 0, GX_EN), "the river is dry") != NULL);
        gx_error_free(error);
    }
    counts(3, 1, 1);
    stream = make_stream(&source, 3, 1);
    CHECK_STATUS(gx_store_append_stream(store, &stream, 0, NULL, &report, NULL), GX_E_IO);
    counts(0, 1, 1);
    /* Nothing of all that was recorded. */
    CHECK_STATUS(gx_store_statistics(store, &report, NULL), GX_OK);
    reports(report, "\"kinds\":[]");
    stream = make_stream(&source, 3, 0);
    CHECK_STATUS(gx_store_append_stream(store, &stream, GX_SEEN_BACKFILL, NULL, &report, NULL),
                 GX_OK);
    counts(3, 1, 1);
    CHECK(strstr(gx_bytes_data(report), "events:9/amount") != NULL);
    reports(report, "{\"new\":6,\"same\":0,\"pending\":0,\"conflict\":0,\"refused\":3}");
    stream = make_stream(&source, 0, 0);
    CHECK_STATUS(gx_store_append_stream(store, &stream, GX_SEEN_BACKFILL, NULL, &report, NULL),
                 GX_OK);
    counts(0, 1, 1);
    reports(report, "{\"new\":0,");
    gx_store_free(store);
}

/* Everything that plain columns can be. */
static void plainly(void) {
    static const int64_t two[] = {0, 3, 6}, words[] = {0, 5, 10};
    static const int64_t ages[] = {34, 0};
    static const double prices[] = {12.5, 0.1};
    static const int64_t cents[] = {1250, 10};
    static const int32_t codes[] = {1, 0}, days[] = {20000, 20001};
    static const int64_t micros[] = {1767571200000000, 1770249600000000};
    static const uint8_t known = 1;
    gx_column columns[4], dictionary = {0};
    gx_append_options options = {0};
    gx_store *store = new_store();
    gx_bytes *report = NULL;
    int i;
    options.struct_size = sizeof options;
    options.table = "customers";
    options.table_len = GX_NUL;
    memset(columns, 0, sizeof columns);
    for (i = 0; i < 4; i++) {
        columns[i].struct_size = sizeof *columns;
        columns[i].name_len = GX_NUL;
    }
    columns[0].kind = GX_COLUMN_TEXT;
    columns[0].name = "id";
    columns[0].values = "C-1C-2";
    columns[0].offsets = two;
    columns[1].kind = GX_COLUMN_CODES;
    columns[1].name = "region";
    columns[1].values = codes;
    columns[1].words = &dictionary;
    columns[1].n_words = 2;
    dictionary.struct_size = sizeof dictionary;
    dictionary.kind = GX_COLUMN_TEXT;
    dictionary.values = "northsouth";
    dictionary.offsets = words;
    columns[2].kind = GX_COLUMN_INT64;
    columns[2].name = "age";
    columns[2].values = ages;
    columns[2].known = &known;
    CHECK_STATUS(gx_store_append_columns(store, columns, 3, 2, GX_SEEN_BACKFILL, &options, &report,
                                         NULL),
                 GX_OK);
    reports(report, "{\"new\":2,");
#define PLAIN(n, rows, wanted) \
    CHECK_STATUS(gx_store_append_columns(store, columns, n, rows, GX_SEEN_BACKFILL, &options, \
                                         &report, NULL), wanted)
    PLAIN(UINT64_MAX, 2, GX_E_MALFORMED_COLUMN);
    PLAIN(3, UINT64_MAX, GX_E_MALFORMED_COLUMN);
    PLAIN(0, 0, GX_E_MISSING_COLUMN);
    columns[1].struct_size = 8;
    PLAIN(3, 2, GX_E_INVALID_ARGUMENT);
    columns[1].struct_size = sizeof *columns;
    columns[1].kind = 99;
    PLAIN(3, 2, GX_E_MALFORMED_COLUMN);
    columns[1].kind = GX_COLUMN_CODES;
    columns[1].n_words = 1;
    PLAIN(3, 2, GX_E_MALFORMED_COLUMN);
    columns[1].n_words = 2;
    dictionary.kind = GX_COLUMN_CODES;
    PLAIN(3, 2, GX_E_MALFORMED_COLUMN);
    dictionary.kind = GX_COLUMN_TEXT;
    columns[1].words = NULL;
    PLAIN(3, 2, GX_E_NULL_POINTER);
    columns[1].words = &dictionary;
    columns[2].values = NULL;
    PLAIN(3, 2, GX_E_NULL_POINTER);
    columns[2].values = ages;
    columns[0].name = "ID";
    PLAIN(3, 2, GX_E_UNKNOWN_COLUMN);

    options.table = NULL;
    columns[0].name = "customer";
    columns[1].name = "kind";
    dictionary.values = "purchvisit";
    columns[2] = columns[0];
    columns[2].name = "at";
    columns[2].kind = GX_COLUMN_INSTANT;
    columns[2].values = micros;
    columns[3] = columns[2];
    columns[3].name = "amount";
    columns[3].kind = GX_COLUMN_FLOAT64;
    columns[3].values = prices;
    columns[1].kind = GX_COLUMN_TEXT;
    columns[1].values = "purchasepurchase";
    {
        static const int64_t eight[] = {0, 8, 16};
        columns[1].offsets = eight;
        PLAIN(4, 2, GX_OK);
        reports(report, "{\"new\":2,");
        /* The same as exact numbers, and on the clock of the zone. */
        columns[3].kind = GX_COLUMN_DECIMAL;
        columns[3].values = cents;
        columns[3].scale = 2;
        PLAIN(4, 2, GX_OK);
        reports(report, "{\"new\":0,\"same\":2,");
        columns[3].scale = 19;
        PLAIN(4, 2, GX_E_MALFORMED_COLUMN);
        columns[3].scale = 2;
        columns[2].kind = GX_COLUMN_LOCAL;
        PLAIN(4, 2, GX_OK);
        reports(report, "{\"new\":2,");
        columns[2].kind = GX_COLUMN_DATE;
        columns[2].values = days;
        PLAIN(4, 2, GX_OK);
        reports(report, "{\"new\":2,");
        columns[3].kind = GX_COLUMN_BOOL;
        columns[3].values = "\1";
        PLAIN(4, 2, GX_OK);
        reports(report, "\"refused\":2}");
    }
    gx_store_free(store);
}

/* What comes out can go in again, and says the same. */
static void round_trip(void) {
    gx_store *store = new_store(), *copy = new_store();
    gx_review *review = NULL;
    gx_bytes *report = NULL;
    gx_ids *ids = NULL;
    struct ArrowArray array;
    struct ArrowSchema schema;
    gx_append_options options = {0};
    const struct ArrowArray *child;
    CHECK_STATUS(gx_store_append_lines(store, SALES, GX_NUL, GX_SEEN_BACKFILL, NULL, &report, NULL),
                 GX_OK);
    gx_bytes_free(report);
    CHECK_STATUS(gx_review_create(store, playbook, GX_TIME_NONE, NULL, &review, NULL), GX_OK);
    CHECK_STATUS(gx_review_arrow(review, &array, &schema, NULL), GX_OK);
    CHECK(array.length == 2 && array.n_children == 5 && schema.n_children == 5);
    CHECK(strcmp(schema.format, "+s") == 0 && strcmp(schema.children[0]->name, "id") == 0);
    CHECK(strcmp(schema.children[0]->format, "U") == 0);
    CHECK(strcmp(schema.children[1]->name, "age") == 0);
    CHECK(strcmp(schema.children[1]->format, "l") == 0);
    CHECK(array.children[1]->null_count == 1);
    CHECK(strcmp(schema.children[2]->name, "region") == 0);
    CHECK(strcmp(schema.children[2]->format, "i") == 0);
    CHECK(strcmp(schema.children[2]->dictionary->format, "U") == 0);
    CHECK(strcmp(schema.children[3]->name, "segment.odd") == 0);
    CHECK(strcmp(schema.children[4]->name, "segment.regulars") == 0);
    child = array.children[4];
    CHECK((((const uint8_t *)child->buffers[1])[0] & 3) == 1);
    /* The table outlives the review. A consumer may keep a column of it. */
    gx_review_free(review);
    {
        struct ArrowArray kept = *array.children[0];
        array.children[0]->release = NULL;
        array.release(&array);
        schema.release(&schema);
        CHECK(array.release == NULL && schema.release == NULL);
        CHECK(memcmp(kept.buffers[2], "C-1C-2", 6) == 0);
        kept.release(&kept);
    }
    CHECK_STATUS(gx_review_create(store, playbook, GX_TIME_NONE, NULL, &review, NULL), GX_OK);
    CHECK_STATUS(gx_query_arrow(review, "region == '华东'", GX_NUL, &array, &schema, NULL), GX_OK);
    CHECK(array.length == 1);
    options.struct_size = sizeof options;
    options.table = "customers";
    options.table_len = GX_NUL;
    options.mapping =
        "{\"guanxi_mapping\": 1, \"tables\": {\"customers\": {\"columns\": {},"
        " \"ignore\": [\"segment.odd\", \"segment.regulars\"]}}}";
    options.mapping_len = GX_NUL;
    CHECK_STATUS(gx_store_append_arrow(copy, &array, &schema, GX_SEEN_BACKFILL, &options, &report,
                                       NULL),
                 GX_OK);
    CHECK(array.release == NULL && schema.release == NULL);
    reports(report, "{\"new\":1,");
    CHECK_STATUS(gx_segment_ids(review, "regulars", GX_NUL, &ids, NULL), GX_OK);
    CHECK_STATUS(gx_ids_arrow(ids, &array, &schema, NULL), GX_OK);
    gx_ids_free(ids);
    CHECK(array.length == 1 && strcmp(schema.format, "U") == 0);
    CHECK(((const int64_t *)array.buffers[1])[1] == 3);
    CHECK(memcmp(array.buffers[2], "C-1", 3) == 0);
    array.release(&array);
    schema.release(&schema);
    /* Only a struct has rows. */
    CHECK_STATUS(gx_query_ids(review, "true", GX_NUL, &ids, NULL), GX_OK);
    CHECK_STATUS(gx_ids_arrow(ids, &array, &schema, NULL), GX_OK);
    gx_ids_free(ids);
    CHECK_STATUS(gx_store_append_arrow(copy, &array, &schema, GX_SEEN_BACKFILL, &options, &report,
                                       NULL),
                 GX_E_MALFORMED_COLUMN);
    gx_review_free(review);
    gx_store_free(store);
    gx_store_free(copy);
}

/* What rows say without a store is what they say in one. */
static void only_asked(void) {
    static const int64_t offsets[] = {0, 2, 4, 6}, eight[] = {0, 8};
    static const int64_t at[] = {1767571200000000, 1770249600000000, 1770336000000000};
    static const int64_t cents[] = {1250, 1250, 100};
    static const int32_t kinds[] = {0, 0, 0}, who[] = {0, 0, 1};
    static const int64_t three[] = {0, 3, 6};
    gx_column columns[6] = {{0}}, words[2] = {{0}};
    gx_table table = {0};
    gx_review_options options = {0};
    gx_store *store = new_store();
    gx_review *review = NULL, *stored = NULL;
    gx_bytes *a = NULL, *b = NULL;
    const char *const names[] = {"kind", "customer", "at", "amount", "id"};
    const uint32_t types[] = {GX_COLUMN_CODES, GX_COLUMN_CODES, GX_COLUMN_INSTANT,
                              GX_COLUMN_DECIMAL, GX_COLUMN_TEXT};
    const void *const values[] = {kinds, who, at, cents, "o1o2o3"};
    int i, fast;
    for (i = 0; i < 5; i++) {
        columns[i].struct_size = sizeof *columns;
        columns[i].kind = types[i];
        columns[i].name = names[i];
        columns[i].name_len = GX_NUL;
        columns[i].values = values[i];
        columns[i].offsets = offsets;
        columns[i].scale = i == 3 ? 2 : 0;
    }
    for (i = 0; i < 2; i++) {
        words[i].struct_size = sizeof *words;
        words[i].kind = GX_COLUMN_TEXT;
        words[i].values = i ? "C-1C-2" : "purchase";
        words[i].offsets = i ? three : eight;
        columns[i].words = &words[i];
        columns[i].n_words = (uint64_t)i + 1;
    }
    table.struct_size = sizeof table;
    table.columns = columns;
    table.n_columns = 5;
    table.rows = 3;
    for (fast = 1; fast >= 0; fast--) {
        /* Ids out of order go the long way. */
        if (!fast) columns[4].values = "o2o1o3";
        CHECK_STATUS(gx_review_columns(playbook, &table, 1, GX_EN, GX_TIME_NONE, NULL, &review, &a,
                                       NULL),
                     GX_OK);
        CHECK_STATUS(gx_store_append_columns(store, columns, 5, 3, GX_SEEN_BACKFILL, NULL, &b, NULL),
                     GX_OK);
        if (fast) {
            CHECK(gx_bytes_len(a) == gx_bytes_len(b) + 2);
            CHECK(memcmp(gx_bytes_data(a) + 1, gx_bytes_data(b), gx_bytes_len(b)) == 0);
        }
        gx_bytes_free(a);
        gx_bytes_free(b);
        CHECK_STATUS(gx_review_create(store, playbook, GX_TIME_NONE, NULL, &stored, NULL), GX_OK);
        CHECK_STATUS(gx_review_json(review, GX_EN, &a, NULL), GX_OK);
        CHECK_STATUS(gx_review_json(stored, GX_EN, &b, NULL), GX_OK);
        CHECK(strcmp(gx_bytes_data(a), gx_bytes_data(b)) == 0);
        gx_bytes_free(a);
        gx_bytes_free(b);
        gx_review_free(review);
        gx_review_free(stored);
    }
    options.struct_size = sizeof options;
    options.has_known_at = 1;
#define ASK(n, options, wanted)                                                                \
    CHECK_STATUS(gx_review_columns(playbook, &table, n, GX_EN, 0, options, &review, NULL, NULL), \
                 wanted)
    ASK(1, &options, GX_E_INVALID_ARGUMENT);
    ASK(UINT64_MAX, NULL, GX_E_INVALID_ARGUMENT);
    table.rows = UINT64_MAX;
    ASK(1, NULL, GX_E_MALFORMED_COLUMN);
    table.rows = 3;
    table.table = "shops";
    table.table_len = GX_NUL;
    ASK(1, NULL, GX_E_INVALID_ARGUMENT);
    table.table = NULL;
    table.struct_size = 4;
    ASK(1, NULL, GX_E_INVALID_ARGUMENT);
    table.struct_size = sizeof table;
    {
        Source source;
        struct ArrowArrayStream stream = make_stream(&source, 2, 2);
        table.stream = &stream;
        ASK(1, NULL, GX_E_IO);
        counts(2, 1, 1);
        stream = make_stream(&source, 2, 0);
        ASK(1, NULL, GX_OK);
        counts(2, 1, 1);
        CHECK(gx_review_events(review) == 0 && gx_review_customers(review) == 0);
        gx_review_free(review);
        ASK(1, NULL, GX_E_MALFORMED_COLUMN);
    }
    gx_store_free(store);
}

/* Lists, views, and every width of numbers. */
static void formats(void) {
    static const char PLAYBOOK[] =
        "{\"guanxi\": 1, \"id\": \"f\", \"version\": \"1\", \"calendar\": {\"zone\": \"UTC\"},"
        " \"schema\": {\"attributes\": {\"n\": {\"type\": \"int\", \"nullable\": true},"
        "   \"tags\": {\"type\": \"set<text>\", \"nullable\": true},"
        "   \"born\": {\"type\": \"date\", \"nullable\": true},"
        "   \"vip\": {\"type\": \"bool\", \"nullable\": true},"
        "   \"share\": {\"type\": \"decimal(3)\", \"nullable\": true}}}}";
    static const int8_t c[] = {-1, 2};
    static const uint8_t C[] = {1, 255}, bits = 0xfe;
    static const int16_t s[] = {-1, 300};
    static const uint16_t S[] = {1, 60000};
    static const int32_t i[] = {-1, 70000};
    static const uint32_t I[] = {1, 4000000000u};
    static const int64_t l[] = {-1, 5};
    static const uint64_t L[] = {1, 5};
    static const float f[] = {1.0f, 2.0f};
    static const double g[] = {1.0, -2.0};
    static const float shares[] = {0.1f, 12.125f};
    static const int64_t days[] = {86400000, 172800000};
    static const int64_t offsets[] = {0, 2, 3}, items[] = {0, 3, 6, 10};
    static const int32_t small[] = {0, 2, 3};
    /* "C-1" in the view itself, "a rather long name" in a buffer. */
    static const int32_t views[] = {3, 0x00312d43, 0, 0, 18, 0x61722061, 0, 0};
    static const int64_t lengths[] = {18};
    static const struct {
        const char *format;
        const void *values;
    } NUMBERS[] = {{"c", c}, {"C", C}, {"s", s}, {"S", S}, {"i", i},
                   {"I", I}, {"l", l}, {"L", L}, {"f", f}, {"g", g}};
    gx_playbook *other = NULL;
    gx_append_options options = {0};
    gx_bytes *report = NULL;
    Made rows, id, n, tags, item, born, vip, share;
    size_t at;
    CHECK_STATUS(gx_playbook_compile(PLAYBOOK, GX_NUL, &other, NULL), GX_OK);
    options.struct_size = sizeof options;
    options.table = "customers";
    options.table_len = GX_NUL;
    for (at = 0; at < sizeof NUMBERS / sizeof *NUMBERS; at++) {
        gx_store *store = NULL;
        gx_review *review = NULL;
        struct ArrowArray array;
        struct ArrowSchema schema;
        CHECK_STATUS(gx_store_in_memory(other, &store, NULL), GX_OK);
        as_rows(&rows, 2);
        make(&id, "vu", "id", 2, 4, NULL, views, "a rather long name");
        id.buffers[3] = lengths;
        make(&n, NUMBERS[at].format, "n", 2, 2, NULL, NUMBERS[at].values, NULL);
        if (at % 2) {
            make(&tags, "+L", "tags", 2, 2, NULL, offsets, NULL);
        } else {
            make(&tags, "+l", "tags", 2, 2, NULL, small, NULL);
        }
        make(&item, "U", "item", 3, 3, NULL, items, "teatengolf");
        adopt(&tags, &item);
        make(&born, "tdm", "born", 2, 2, NULL, days, NULL);
        make(&vip, "b", "vip", 2, 2, NULL, &bits, NULL);
        make(&share, "f", "share", 2, 2, NULL, shares, NULL);
        adopt(&rows, &id);
        adopt(&rows, &n);
        adopt(&rows, &tags);
        adopt(&rows, &born);
        adopt(&rows, &vip);
        adopt(&rows, &share);
        CHECK_STATUS(gx_store_append_arrow(store, &rows.array, &rows.schema, GX_SEEN_BACKFILL,
                                           &options, &report, NULL),
                     GX_OK);
        reports(report, "{\"new\":2,");
        counts(1, 1, 0);
        CHECK_STATUS(gx_review_create(store, other, 0, NULL, &review, NULL), GX_OK);
        CHECK_STATUS(gx_query_json(review,
                                   "n >= -2 && 'tea' in tags && born == date('1970-01-02') && !vip"
                                   " && share == 0.100",
                                   GX_NUL, GX_EN, &report, NULL),
                     GX_OK);
        reports(report, "\"members\":1,");
        CHECK_STATUS(gx_review_arrow(review, &array, &schema, NULL), GX_OK);
        CHECK(array.n_children == 6 && strcmp(schema.children[1]->format, "tdD") == 0);
        CHECK(strcmp(schema.children[3]->format, "d:19,3") == 0);
        CHECK(strcmp(schema.children[4]->format, "+L") == 0);
        CHECK(strcmp(schema.children[4]->children[0]->name, "item") == 0);
        CHECK(((const int64_t *)array.children[4]->buffers[1])[2] == 3);
        array.release(&array);
        schema.release(&schema);
        gx_review_free(review);
        gx_store_free(store);
    }
    gx_playbook_free(other);
}

int main(void) {
    CHECK_STATUS(gx_playbook_compile(SHOP, GX_NUL, &playbook, NULL), GX_OK);
    rightly();
    malformed();
    rows_of_nothing();
    released_on_every_path();
    plainly();
    round_trip();
    formats();
    only_asked();
    gx_playbook_free(playbook);
    return 0;
}
