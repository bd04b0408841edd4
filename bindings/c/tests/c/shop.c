/* A small shop, from its playbook to its answers, in a file.
 *
 *     shop FOLDER
 */
#include "check.h"

static void ids_are(const gx_ids *ids, const char *wanted) {
    const char *data = gx_ids_data(ids);
    const int64_t *offsets = gx_ids_offsets(ids);
    char all[256] = "";
    uint64_t i;
    for (i = 0; i < gx_ids_count(ids); i++) {
        strncat(all, data + offsets[i], (size_t)(offsets[i + 1] - offsets[i]));
        strcat(all, " ");
    }
    CHECK(strcmp(all, wanted) == 0);
}

static void has(gx_bytes *bytes, const char *part) {
    if (!strstr(gx_bytes_data(bytes), part)) {
        fprintf(stderr, "no %s in\n%s\n", part, gx_bytes_data(bytes));
        exit(1);
    }
    CHECK(gx_bytes_len(bytes) == strlen(gx_bytes_data(bytes)));
    CHECK_STATUS(gx_bytes_free(bytes), GX_OK);
}

static void facts(gx_store *store) {
    gx_append_options options = {0};
    gx_bytes *report = NULL;
    gx_error *error = NULL;
    options.struct_size = sizeof options;
    options.language = GX_ZH;
    /* A trial says the same and leaves nothing; a third choice there is not. */
    for (options.dry_run = 1; options.dry_run < 3; options.dry_run++) {
        int32_t wanted = options.dry_run == 1 ? GX_OK : GX_E_INVALID_ARGUMENT;
        CHECK_STATUS(gx_store_append_lines(store, SALES, GX_NUL, GX_SEEN_BACKFILL, &options,
                                           &report, &error),
                     wanted);
        if (wanted == GX_OK) {
            has(report, "\"new\":4,\"same\":0,\"pending\":0,\"conflict\":0,\"refused\":1}");
        } else {
            CHECK_STATUS(gx_error_free(error), GX_OK);
            error = NULL;
        }
    }
    options.dry_run = 0;
    CHECK_STATUS(gx_store_append_lines(store, SALES, sizeof SALES - 1, GX_SEEN_BACKFILL, &options,
                                       &report, &error),
                 GX_OK);
    CHECK(strstr(gx_bytes_data(report), "events:5/at"));
    has(report, "\"verdicts\":{\"new\":4,\"same\":0,\"pending\":0,\"conflict\":0,\"refused\":1}");
    /* The same lines again change nothing. */
    CHECK_STATUS(gx_store_append_lines(store, SALES, GX_NUL, GX_SEEN_BACKFILL, NULL, &report,
                                       &error),
                 GX_OK);
    has(report, "\"new\":0,\"same\":4");
    /* Other columns, by a mapping; another table; learnt in March. */
    options.table = "customers";
    options.table_len = 9;
    options.mapping = "{\"guanxi_mapping\": 1, \"tables\": {\"customers\": {\"columns\": "
                      "{\"id\": \"客户\", \"region\": \"大区\"}}}}";
    options.mapping_len = GX_NUL;
    CHECK_STATUS(gx_store_append_lines(store, "{\"客户\":\"C-9\",\"大区\":\"华南\"}", GX_NUL,
                                       1772380800000000, &options, &report, &error),
                 GX_OK);
    has(report, "\"new\":1");
    /* Knowledge does not go back. */
    CHECK_STATUS(gx_store_append_lines(store, "{\"客户\":\"C-8\",\"age\":3}", GX_NUL, 0, &options,
                                       &report, &error),
                 GX_E_SEEN_DECREASES);
    CHECK_STATUS(gx_error_free(error), GX_OK);
    error = NULL;
    options.table = "orders";
    options.table_len = 6;
    CHECK_STATUS(gx_store_append_lines(store, "", 0, 0, &options, &report, &error),
                 GX_E_INVALID_ARGUMENT);
    CHECK_STATUS(gx_error_free(error), GX_OK);
}

static void answers(gx_store *store, gx_playbook *playbook) {
    gx_review_options options = {0};
    gx_review *review = NULL;
    gx_ids *ids = NULL;
    gx_bytes *json = NULL;
    gx_error *error = NULL;
    int64_t march;
    CHECK_STATUS(gx_time_parse(playbook, "2026-03-02 00:00", GX_NUL, &march, NULL), GX_OK);
    options.struct_size = sizeof options;
    options.threads = 2;
    CHECK_STATUS(gx_review_create(store, playbook, march, &options, &review, NULL), GX_OK);
    CHECK(gx_review_customers(review) == 3 && gx_review_events(review) == 3);
    CHECK(gx_review_as_of(review) == march);
    CHECK(gx_segment_count(review) == 2);
    CHECK(strcmp(gx_segment_label(review, 1, GX_ZH), "常客") == 0);
    CHECK_STATUS(gx_segment_ids(review, "regulars", GX_NUL, &ids, NULL), GX_OK);
    ids_are(ids, "C-1 ");
    CHECK_STATUS(gx_ids_free(ids), GX_OK);
    CHECK_STATUS(gx_query_ids(review, "!(region == '华南')", GX_NUL, &ids, NULL), GX_OK);
    ids_are(ids, "C-1 C-2 ");
    CHECK_STATUS(gx_ids_free(ids), GX_OK);
    CHECK_STATUS(gx_query_ids(review, "age > 1000", GX_NUL, &ids, NULL), GX_OK);
    ids_are(ids, "");
    CHECK_STATUS(gx_ids_free(ids), GX_OK);
    CHECK_STATUS(gx_query_json(review, "segment('odd')", GX_NUL, GX_EN, &json, NULL), GX_OK);
    has(json, "\"members\":0,\"population\":3,\"errors\":1");
    CHECK_STATUS(gx_customer_json(review, "C-2", 3, GX_ZH, &json, NULL), GX_OK);
    has(json, "不满足");
    CHECK_STATUS(gx_customer_load(store, playbook, march, GX_TIME_NONE, "C-2", 3, GX_EN, &json, NULL), GX_OK);
    has(json, "\"customer\":\"C-2\"");
    /* Faults have their place and their way out, in both languages. */
    CHECK_STATUS(gx_segment_ids(review, "regular", GX_NUL, &ids, &error), GX_E_UNKNOWN_SEGMENT);
    CHECK(strstr(gx_error_hint(error, 0, GX_ZH), "regulars"));
    CHECK_STATUS(gx_error_free(error), GX_OK);
    error = NULL;
    CHECK_STATUS(gx_query_ids(review, "agee > 1 && regoin == 'x'", GX_NUL, &ids, &error),
                 GX_E_UNKNOWN_NAME);
    CHECK(gx_error_count(error) == 2);
    {
        uint64_t start = 0, end = 0;
        CHECK(gx_error_span(error, 1, &start, &end) == 1 && start == 12 && end == 18);
    }
    CHECK_STATUS(gx_error_json(error, GX_ZH, &json), GX_OK);
    has(json, "\"name\":\"unknown_name\"");
    CHECK_STATUS(gx_error_free(error), GX_OK);
    CHECK_STATUS(gx_review_free(review), GX_OK);
    /* What was known on the first of February. */
    CHECK_STATUS(gx_time_parse(playbook, "2026-02-01", 10, &options.known_at, NULL), GX_OK);
    options.has_known_at = 1;
    CHECK_STATUS(gx_review_create(store, playbook, march, &options, &review, NULL), GX_OK);
    CHECK(gx_review_events(review) == 1);
    CHECK_STATUS(gx_review_free(review), GX_OK);
}

static void arguments(gx_store *store, gx_playbook *playbook) {
    struct {
        gx_review_options known;
        uint64_t unknown;
    } options;
    gx_review *review = NULL;
    gx_bytes *json = NULL;
    gx_playbook *other = NULL;
    gx_error *error = NULL;
    memset(&options, 0, sizeof options);
    CHECK_STATUS(gx_review_create(store, playbook, 0, &options.known, &review, NULL),
                 GX_E_INVALID_ARGUMENT);
    options.known.struct_size = sizeof options;
    CHECK_STATUS(gx_review_create(store, playbook, 0, &options.known, &review, NULL), GX_OK);
    CHECK_STATUS(gx_review_free(review), GX_OK);
    options.unknown = 1;
    CHECK_STATUS(gx_review_create(store, playbook, 0, &options.known, &review, NULL),
                 GX_E_INVALID_ARGUMENT);
    options.known.struct_size = 1u << 31;
    CHECK_STATUS(gx_review_create(store, playbook, 0, &options.known, &review, NULL),
                 GX_E_INVALID_ARGUMENT);
    options.known.struct_size = sizeof options.known;
    options.known.threads = 1025;
    options.known.has_known_at = 2;
    options.known.reserved = 7;
    CHECK_STATUS(gx_review_create(store, playbook, 0, &options.known, &review, &error),
                 GX_E_INVALID_ARGUMENT);
    CHECK(gx_error_count(error) == 3);
    CHECK(!strcmp(gx_error_message(error, 0, GX_EN),
                  "`threads` of `gx_review_options` is 1025, expected 0 to 1024"));
    CHECK(!strcmp(gx_error_message(error, 0, GX_ZH),
                  "`gx_review_options` 的 `threads` 为 1025，应为 0 到 1024"));
    CHECK(!strcmp(gx_error_message(error, 1, GX_EN),
                  "`has_known_at` of `gx_review_options` is 2, expected 0 to 1"));
    CHECK(!strcmp(gx_error_message(error, 2, GX_EN),
                  "`reserved` of `gx_review_options` is 7, expected 0"));
    CHECK_STATUS(gx_error_free(error), GX_OK);
    error = NULL;
    CHECK_STATUS(gx_review_create(store, playbook, INT64_MAX, NULL, &review, NULL),
                 GX_E_TIME_OUT_OF_RANGE);
    CHECK_STATUS(gx_eval_json("1", 1ull << 63, NULL, 0, &json, NULL), GX_E_INVALID_ARGUMENT);
    CHECK_STATUS(gx_playbook_compile("\xff", 1, &other, &error), GX_E_NOT_UTF8);
    CHECK_STATUS(gx_error_free(error), GX_OK);
    error = NULL;
    CHECK_STATUS(gx_playbook_check("{}", 2, 7, &json, NULL), GX_E_INVALID_ARGUMENT);
    CHECK_STATUS(gx_store_backup(store, "", 0, NULL), GX_E_INVALID_ARGUMENT);
    CHECK_STATUS(gx_store_backup(store, "a\0b", 3, NULL), GX_E_INVALID_ARGUMENT);
    /* Bytes with a NUL inside keep it; a message about them is still a text. */
    CHECK_STATUS(gx_eval_json("a\0b", 3, NULL, 0, &json, &error), GX_E_SYNTAX);
    CHECK(strlen(gx_error_message(error, 0, GX_EN)) > 0);
    CHECK_STATUS(gx_error_free(error), GX_OK);
    error = NULL;
    /* A playbook whose facts look otherwise cannot ask this store. */
    CHECK_STATUS(gx_playbook_compile("{\"guanxi\": 1, \"id\": \"s\", \"version\": \"1\","
                                     "\"calendar\": {\"zone\": \"UTC\"},"
                                     "\"schema\": {\"attributes\": {\"a\": {\"type\": \"int\"}}}}",
                                     GX_NUL, &other, NULL),
                 GX_OK);
    CHECK_STATUS(gx_review_create(store, other, 0, NULL, &review, &error), GX_E_SCHEMA_MISMATCH);
    CHECK_STATUS(gx_error_free(error), GX_OK);
    CHECK_STATUS(gx_playbook_free(other), GX_OK);
}

/* Two columns of two rows, each wrong in one way: the fault says which. */
static void columns(gx_store *store) {
    const uint8_t flags[] = {1, 2};
    const uint8_t known[] = {1};
    gx_column two[2];
    gx_bytes *report = NULL;
    gx_error *error = NULL;
    int way;
    for (way = 0; way < 4; way++) {
        static const char *const places[] = {"/columns/1", "/good", "/columns/1", "/good"};
        static const char *const said[] = {
            "`struct_size` is 8, that of the first struct", "the value of row 2 is 2, expected 0 or 1",
            "the pointer to `name` is null", "the pointer to `values` is null"};
        memset(two, 0, sizeof two);
        two[0].struct_size = two[1].struct_size = sizeof two[0];
        two[0].kind = two[1].kind = GX_COLUMN_BOOL;
        two[0].name = "first";
        two[1].name = "good";
        two[0].name_len = two[1].name_len = GX_NUL;
        two[0].values = two[1].values = flags;
        two[0].known = known;
        two[1].known = known;
        if (way == 0) two[1].struct_size = 8;
        if (way == 1) two[1].known = NULL;
        if (way == 2) two[1].name = NULL;
        if (way == 3) two[1].values = NULL;
        CHECK(gx_store_append_columns(store, two, 2, 2, GX_SEEN_BACKFILL, NULL, &report, &error) !=
              GX_OK);
        CHECK(gx_error_count(error) == 1);
        CHECK(strncmp(gx_error_message(error, 0, GX_EN), said[way], strlen(said[way])) == 0);
        CHECK(strcmp(gx_error_pointer(error, 0), places[way]) == 0);
        CHECK_STATUS(gx_error_free(error), GX_OK);
        error = NULL;
    }
}

int main(int argc, char **argv) {
    char path[512], copy[512];
    gx_playbook *playbook = NULL;
    gx_store *store = NULL, *reader = NULL;
    gx_bytes *report = NULL;
    CHECK(argc == 2);
    snprintf(path, sizeof path, "%s/shop.db", argv[1]);
    snprintf(copy, sizeof copy, "%s/copy.db", argv[1]);
    CHECK_STATUS(gx_playbook_compile(SHOP, sizeof SHOP - 1, &playbook, NULL), GX_OK);
    CHECK_STATUS(gx_store_open_read_only(path, GX_NUL, playbook, &reader, NULL), GX_E_IO);
    CHECK_STATUS(gx_store_open(path, GX_NUL, playbook, &store, NULL), GX_OK);
    facts(store);
    answers(store, playbook);
    arguments(store, playbook);
    columns(store);
    CHECK_STATUS(gx_store_statistics(store, &report, NULL), GX_OK);
    has(report, "\"last_sequence\":5");
    CHECK_STATUS(gx_store_verify(store, GX_EN, &report, NULL), GX_OK);
    has(report, "\"sound\":true,\"facts\":5");
    CHECK_STATUS(gx_store_backup(store, copy, GX_NUL, NULL), GX_OK);
    CHECK_STATUS(gx_store_backup(store, copy, GX_NUL, NULL), GX_E_IO);
    CHECK_STATUS(gx_store_free(store), GX_OK);
    /* The copy answers as the store did, and takes nothing more. */
    CHECK_STATUS(gx_store_open_read_only(copy, GX_NUL, playbook, &reader, NULL), GX_OK);
    answers(reader, playbook);
    CHECK_STATUS(gx_store_append_lines(reader, "{\"customer\":\"X\",\"attributes\":{\"age\":1}}",
                                       GX_NUL, GX_SEEN_BACKFILL, NULL, &report, NULL),
                 GX_E_READ_ONLY);
    /* Handles outlive what they were made with. */
    CHECK_STATUS(gx_playbook_free(playbook), GX_OK);
    CHECK_STATUS(gx_store_verify(reader, GX_EN, &report, NULL), GX_OK);
    has(report, "\"sound\":true");
    CHECK_STATUS(gx_store_free(reader), GX_OK);
    CHECK_STATUS(gx_version_build(&report, NULL), GX_OK);
    has(report, "\"semantics\":");
    return 0;
}
