/* As a host compiled it against the header beside this file: it has to run, and to
   print the same, with every later library of this soname. Never edited. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "guanxi.h"

static const char PLAYBOOK[] =
    "{\"guanxi\": 1, \"id\": \"old\", \"version\": \"1\", \"calendar\": {\"zone\": \"Asia/Shanghai\"},"
    " \"schema\": {\"events\": {\"purchase\": {\"list\": \"purchases\","
    "  \"fields\": {\"amount\": {\"type\": \"money\", \"currency\": \"CNY\"}}}}},"
    " \"segments\": {\"good\": {\"when\": \"purchases.sum(p, p.amount) >= 300.00\"}},"
    " \"machines\": {\"m\": {\"initial\": \"stranger\", \"states\": {"
    "  \"stranger\": {\"on\": [{\"event\": \"purchase\", \"to\": \"buyer\"}]}, \"buyer\": {\"tags\": [\"final\"]}}}}}";

static const char LINES[] =
    "{\"kind\":\"purchase\",\"customer\":\"C-1\",\"at\":\"2026-03-01\",\"amount\":\"400.00\"}\n"
    "{\"kind\":\"purchase\",\"customer\":\"C-2\",\"at\":\"2026-03-02\",\"amount\":\"20.00\"}\n"
    "{\"kind\":\"purchase\",\"customer\":\"C-2\",\"at\":\"never\",\"amount\":\"20.00\"}\n";

/* Ends with a failure at the first call that does not give its code. */
static int failures;

static void expect(int32_t code, int32_t wanted, const char *what, gx_error **error) {
    if (code != wanted) {
        printf("%s: %d, %s\n", what, code, *error ? gx_error_message(*error, 0, GX_EN) : "");
        failures++;
    }
    gx_error_free(*error);
    *error = NULL;
}

static void review(const gx_review *review) {
    uint64_t members = 0, errors = 0;
    gx_error *error = NULL;
    gx_ids *ids = NULL;
    expect(gx_segment_members(review, 0, &members, &errors, &error), GX_OK, "members", &error);
    printf("%llu customers, %llu events, %llu good, as of %lld\n",
           (unsigned long long)gx_review_customers(review), (unsigned long long)gx_review_events(review),
           (unsigned long long)members, (long long)gx_review_as_of(review));
    expect(gx_query_ids(review, "in_state('m', 'buyer')", GX_NUL, &ids, &error), GX_OK, "ids", &error);
    printf("buyers: %.*s\n", (int)gx_ids_offsets(ids)[gx_ids_count(ids)], gx_ids_data(ids));
    gx_ids_free(ids);
}

int main(void) {
    gx_playbook *playbook = NULL;
    gx_store *store = NULL;
    gx_review *made = NULL;
    gx_bytes *bytes = NULL;
    gx_error *error = NULL;
    int64_t time = 0;
    expect(gx_playbook_compile("{\"guanxi\": 1,}", GX_NUL, &playbook, &error), GX_E_JSON_SYNTAX, "wrong", &error);
    expect(gx_playbook_compile(PLAYBOOK, GX_NUL, &playbook, &error), GX_OK, "compile", &error);
    expect(gx_time_parse(playbook, "2026-04-01", GX_NUL, &time, &error), GX_OK, "time", &error);
    expect(gx_store_in_memory(playbook, &store, &error), GX_OK, "store", &error);
    gx_append_options options = {0};
    options.struct_size = sizeof options;
    options.table = "events";
    options.table_len = GX_NUL;
    expect(gx_store_append_lines(store, LINES, strlen(LINES), GX_SEEN_BACKFILL, &options, &bytes, &error), GX_OK,
           "append", &error);
    printf("refused: %d\n", strstr(gx_bytes_data(bytes), "\"refused\":1") != NULL);
    gx_bytes_free(bytes);
    gx_review_options how = {0};
    how.struct_size = sizeof how;
    how.threads = 2;
    expect(gx_review_create(store, playbook, time, &how, &made, &error), GX_OK, "review", &error);
    review(made);
    gx_review_free(made);
    gx_store_free(store);

    const char *kinds = "purchasepurchase", *customers = "甲乙";
    const int64_t kind_ends[] = {0, 8, 16}, customer_ends[] = {0, 3, 6}, at[] = {1772323200000000, 1772409600000000};
    const int64_t cents[] = {30000, 29999};
    gx_column columns[4];
    memset(columns, 0, sizeof columns);
    for (int i = 0; i < 4; i++) {
        columns[i].struct_size = sizeof(gx_column);
        columns[i].name_len = GX_NUL;
    }
    columns[0].kind = GX_COLUMN_TEXT, columns[0].name = "kind", columns[0].values = kinds;
    columns[0].offsets = kind_ends;
    columns[1].kind = GX_COLUMN_TEXT, columns[1].name = "customer", columns[1].values = customers;
    columns[1].offsets = customer_ends;
    columns[2].kind = GX_COLUMN_INSTANT, columns[2].name = "at", columns[2].values = at;
    columns[3].kind = GX_COLUMN_DECIMAL, columns[3].name = "amount", columns[3].values = cents;
    columns[3].scale = 2;
    gx_table table = {0};
    table.struct_size = sizeof table;
    table.columns = columns;
    table.n_columns = 4;
    table.rows = 2;
    bytes = NULL;
    expect(gx_review_columns(playbook, &table, 1, GX_ZH, time, &how, &made, &bytes, &error), GX_OK, "columns", &error);
    review(made);
    gx_bytes_free(bytes);
    gx_review_free(made);
    gx_playbook_free(playbook);
    printf("ABI %u\n", gx_version_abi());
    return failures;
}
