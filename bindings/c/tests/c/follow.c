/* A store that is followed by a process that may be killed at any instant.
 *
 *     follow FOLDER work ORDERS   applies orders one by one; carries out each effect
 *                                 by a line in a journal, and acknowledges it
 *     follow FOLDER effects       prints how many effects are pending
 *
 * Started again after a kill, it goes on: an order that is there is the same fact, an
 * effect that was carried out and not acknowledged comes again under its id.
 */
#include "check.h"

static const char FOLLOWED[] =
    "{\"guanxi\": 1, \"id\": \"shop\", \"version\": \"1\", \"calendar\": {\"zone\": \"UTC\"},"
    " \"schema\": {\"events\": {\"purchase\": {\"list\": \"purchases\"}}},"
    " \"machines\": {\"relationship\": {\"initial\": \"odd\", \"states\": {"
    "     \"odd\": {\"on\": [{\"event\": \"purchase\", \"to\": \"even\","
    "                       \"effects\": [{\"do\": \"thank\"}]}]},"
    "     \"even\": {\"on\": [{\"event\": \"purchase\", \"to\": \"odd\","
    "                        \"effects\": [{\"do\": \"thank\"}]}]}}}}}";

/* Noon of 2026-03-01. */
static const int64_t NOON = 1772366400000000;

static gx_playbook *playbook;
static gx_store *store;
static FILE *journal;

static gx_bytes *ask(const char *question) {
    gx_bytes *json = NULL;
    CHECK_STATUS(gx_store_follow(store, playbook, NOON, question, GX_NUL, GX_EN, &json, NULL),
                 GX_OK);
    return json;
}

static void apply(int order) {
    char row[256];
    gx_bytes *json = NULL;
    snprintf(row, sizeof row,
             "{\"kind\": \"purchase\", \"id\": \"o%d\", \"customer\": \"C-%d\","
             " \"at\": \"2026-02-%02dT00:00:00Z\"}",
             order, order % 7, 1 + order % 28);
    CHECK_STATUS(gx_store_apply(store, playbook, row, GX_NUL, GX_SEEN_BACKFILL, NOON, NULL, &json,
                                NULL),
                 GX_OK);
    CHECK_STATUS(gx_bytes_free(json), GX_OK);
}

/* The texts of all keys `id` at the outermost level of effects. */
static void carry_out(void) {
    static char question[65536];
    size_t len = 0;
    gx_bytes *effects = ask("{\"ask\": \"effects\"}");
    const char *at = strstr(gx_bytes_data(effects), "\"customer\":");
    int n = 0;
    len += (size_t)snprintf(question, sizeof question, "{\"ask\": \"ack\", \"ids\": [");
    for (; at; at = strstr(at + 1, "\"customer\":")) {
        const char *id = strstr(at, "\"id\":\""), *end;
        CHECK(id != NULL);
        id += strlen("\"id\":\"");
        end = strchr(id, '"');
        CHECK(end != NULL && len + (size_t)(end - id) + 8 < sizeof question);
        fprintf(journal, "%.*s\n", (int)(end - id), id);
        CHECK(fflush(journal) == 0);
        len += (size_t)snprintf(question + len, sizeof question - len, "%s\"%.*s\"",
                                n++ ? "," : "", (int)(end - id), id);
    }
    CHECK_STATUS(gx_bytes_free(effects), GX_OK);
    snprintf(question + len, sizeof question - len, "]}");
    if (n) CHECK_STATUS(gx_bytes_free(ask(question)), GX_OK);
}

int main(int argc, char **argv) {
    char path[512];
    int order;
    CHECK(argc >= 3);
    snprintf(path, sizeof path, "%s/followed.db", argv[1]);
    CHECK_STATUS(gx_playbook_compile(FOLLOWED, GX_NUL, &playbook, NULL), GX_OK);
    CHECK_STATUS(gx_store_open(path, GX_NUL, playbook, &store, NULL), GX_OK);
    if (strcmp(argv[2], "work") == 0) {
        CHECK(argc == 4);
        snprintf(path, sizeof path, "%s/journal.txt", argv[1]);
        CHECK((journal = fopen(path, "a")) != NULL);
        CHECK_STATUS(gx_bytes_free(ask("{\"ask\": \"advance\"}")), GX_OK);
        carry_out();
        for (order = 0; order < atoi(argv[3]); order++) {
            apply(order);
            carry_out();
        }
        CHECK(fclose(journal) == 0);
    } else {
        gx_bytes *effects = ask("{\"ask\": \"effects\"}"), *verified = NULL;
        puts(gx_bytes_data(effects));
        CHECK_STATUS(gx_bytes_free(effects), GX_OK);
        CHECK_STATUS(gx_store_verify(store, GX_EN, &verified, NULL), GX_OK);
        CHECK(strstr(gx_bytes_data(verified), "\"sound\":true") != NULL);
        CHECK_STATUS(gx_bytes_free(verified), GX_OK);
    }
    CHECK_STATUS(gx_store_free(store), GX_OK);
    CHECK_STATUS(gx_playbook_free(playbook), GX_OK);
    return 0;
}
