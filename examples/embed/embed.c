/* guanxi inside a shop's ERP: its tables every night, one order as it comes, and why, on a screen. */
#include <guanxi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Goes on where a call succeeded, and else says why it did not. */
static void must(int32_t status, gx_error *error) {
    if (status == GX_OK) return;
    fprintf(stderr, "%d: %s\n", (int)status, gx_error_message(error, 0, GX_EN));
    exit(1);
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);
    if (file == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, file) == 0) exit(1);
    fclose(file);
    return text;
}

/* Prints the value at a JSON pointer of an answer. */
static void show(const gx_bytes *json, const char *before, const char *pointer, const char *after) {
    gx_bytes *text = NULL;
    gx_error *error = NULL;
    must(gx_json_text(gx_bytes_data(json), gx_bytes_len(json), pointer, GX_NUL, &text, &error), error);
    printf("%s%s%s", before, gx_bytes_data(text), after);
    gx_bytes_free(text);
}

static int64_t at(const gx_playbook *playbook, const char *when) {
    gx_error *error = NULL;
    int64_t time = 0;
    must(gx_time_parse(playbook, when, GX_NUL, &time, &error), error);
    return time;
}

/* Hands over rows of one of the host's tables, by the names that they have there. */
static gx_bytes *sync_rows(gx_store *store, const gx_playbook *playbook, const char *table, const char *rows) {
    gx_bytes *json = NULL;
    gx_error *error = NULL;
    char *mapping = read_file("examples/sync/mapping.json"), *question = calloc(1, 1 << 20);
    if (question == NULL) exit(1);
    snprintf(question, 1 << 20, "{\"ask\":\"sync\",\"table\":\"%s\",\"follow\":true,\"mapping\":%s}", table, mapping);
    must(gx_store_feed(store, playbook, question, GX_NUL, rows, strlen(rows), at(playbook, "2026-03-03 02:00"), GX_EN,
                       &json, &error), error);
    free(question);
    free(mapping);
    return json;
}

static gx_bytes *states(gx_store *store, const gx_playbook *playbook, const char *customer, const char *when) {
    gx_bytes *json = NULL;
    gx_error *error = NULL;
    must(gx_journey_states(store, playbook, at(playbook, when), GX_TIME_NONE, customer, GX_NUL, &json, &error), error);
    return json;
}

int main(void) {
    gx_playbook *playbook = NULL;
    gx_store *store = NULL;
    gx_error *error = NULL;
    gx_bytes *json = NULL;
    gx_append_options options;
    char *document = read_file("examples/presets/retail.json");
    const char *order = "{\"kind\":\"purchase\",\"id\":\"S-2\",\"customer\":\"M-2\","
                        "\"at\":\"2026-03-03 11:30\",\"amount\":\"80.50\"}";
    int64_t now;
    must(gx_playbook_compile(document, GX_NUL, &playbook, &error), error);
    /* gx_store_open keeps it in a file. */
    must(gx_store_in_memory(playbook, &store, &error), error);

    /* Every night: the host's own tables. */
    gx_bytes_free(sync_rows(store, playbook, "members",
        "{\"member_no\":\"M-1\",\"mobile\":\"13800000001\",\"sms_ok\":\"1\"}\n"
        "{\"member_no\":\"M-2\",\"mobile\":\"13800000002\",\"sms_ok\":\"0\"}"));
    json = sync_rows(store, playbook, "orders",
        "{\"order_no\":\"S-1\",\"member_no\":\"M-1\",\"ordered_at\":\"2026-03-02 10:12:00\","
        "\"paid\":\"120.00\",\"status\":\"paid\",\"updated_at\":\"2026-03-02 10:12:00\"}");
    show(json, "new orders: ", "/new", "\n");
    gx_bytes_free(json);
    json = states(store, playbook, "M-1", "2026-03-03 02:00");
    show(json, "M-1: ", "/1/state_label/en", "\n");
    gx_bytes_free(json);

    /* As it comes: one order, and what follows from it. */
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    now = at(playbook, "2026-03-03 11:30");
    must(gx_store_apply(store, playbook, order, strlen(order), now, now, &options, &json, &error), error);
    show(json, "changed by S-2: ", "/changes", "\n");
    gx_bytes_free(json);

    /* On a screen: where a customer is, what comes next, and why. */
    json = states(store, playbook, "M-2", "2026-06-01");
    show(json, "M-2: ", "/1/state_label/zh-Hans", "\n");
    show(json, "", "/1/next/days", " 天后：");
    show(json, "", "/1/next/to_label/zh-Hans", "（");
    show(json, "", "/1/next/because/zh-Hans", "）\n");
    gx_bytes_free(json);

    gx_store_free(store);
    gx_playbook_free(playbook);
    free(document);
    return 0;
}
