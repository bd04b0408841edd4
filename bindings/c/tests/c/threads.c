/* Two threads with one review, which is fine, and with one store, which is an
 * error and no harm; and very many handles, one after the other.
 *
 *     threads FOLDER
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "check.h"

static gx_playbook *playbook;
static gx_store *store;
static gx_review *review;

enum { ROUNDS = 200 };

static void *work(void *counted) {
    uint64_t *answered = counted;
    int i;
    for (i = 0; i < ROUNDS; i++) {
        gx_bytes *json = NULL;
        gx_error *error = NULL;
        int32_t status = gx_store_statistics(store, &json, &error);
        CHECK(status == GX_OK || status == GX_E_HANDLE_IN_USE);
        CHECK((json != NULL) == (status == GX_OK) && (error == NULL) == (status == GX_OK));
        *answered += status == GX_OK;
        CHECK_STATUS(gx_bytes_free(json), GX_OK);
        CHECK_STATUS(gx_error_free(error), GX_OK);
        CHECK_STATUS(gx_query_json(review, "purchases.size() >= 2", GX_NUL, GX_EN, &json, NULL),
                     GX_OK);
        CHECK(strstr(gx_bytes_data(json), "{\"members\":1,\"population\":2"));
        CHECK_STATUS(gx_bytes_free(json), GX_OK);
    }
    return NULL;
}

static void many_handles(void) {
    gx_bytes *first = NULL, *json = NULL;
    int i;
    CHECK_STATUS(gx_playbook_json(playbook, &first, NULL), GX_OK);
    CHECK_STATUS(gx_bytes_free(first), GX_OK);
    for (i = 0; i < 4000; i++) {
        CHECK_STATUS(gx_bytes_free(first), GX_E_FREED_HANDLE);
        CHECK_STATUS(gx_playbook_json(playbook, &json, NULL), GX_OK);
        CHECK_STATUS(gx_bytes_free(json), GX_OK);
    }
    for (i = 0; i < 10000; i++) {
        CHECK_STATUS(gx_playbook_json(playbook, &json, NULL), GX_OK);
        CHECK_STATUS(gx_bytes_free(json), GX_OK);
    }
}

int main(int argc, char **argv) {
    pthread_t threads[2];
    uint64_t answered[2] = {0, 0};
    gx_bytes *report = NULL;
    char path[512];
    int i;
    CHECK(argc == 2);
    snprintf(path, sizeof path, "%s/shop.db", argv[1]);
    CHECK_STATUS(gx_playbook_compile(SHOP, sizeof SHOP - 1, &playbook, NULL), GX_OK);
    CHECK_STATUS(gx_store_open(path, GX_NUL, playbook, &store, NULL), GX_OK);
    CHECK_STATUS(
        gx_store_append_lines(store, SALES, GX_NUL, GX_SEEN_BACKFILL, NULL, &report, NULL),
        GX_OK);
    CHECK_STATUS(gx_review_create(store, playbook, GX_TIME_NONE, NULL, &review, NULL), GX_OK);
    for (i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, work, &answered[i]) == 0);
    for (i = 0; i < 2; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    /* Whoever comes while nobody is there is answered. */
    CHECK(answered[0] + answered[1] > 0);
    many_handles();
    CHECK_STATUS(gx_bytes_free(report), GX_OK);
    CHECK_STATUS(gx_review_free(review), GX_OK);
    CHECK_STATUS(gx_store_free(store), GX_OK);
    CHECK_STATUS(gx_playbook_free(playbook), GX_OK);
    return 0;
}
