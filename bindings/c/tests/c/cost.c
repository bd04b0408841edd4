/* What a call costs beside an empty C function, in nanoseconds.
 *
 *     cost
 *
 * Time of the processor, which others on the machine disturb less. Not run by
 * the tests: a time proves nothing. `make bench` in bindings/c compiles it
 * against a release build and runs it.
 */
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "check.h"

enum { CALLS = 10000000, TIMES = 7 };

__attribute__((noinline)) static uint64_t empty(const void *handle) {
    __asm__ volatile("" : : "r"(handle) : "memory");
    return handle != NULL;
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

#define MEASURE(name, call)                                              \
    do {                                                                 \
        double best = 1e18;                                              \
        int time, i;                                                     \
        for (time = 0; time < TIMES; time++) {                           \
            double begun = now();                                        \
            for (i = 0; i < CALLS; i++) sum += (uint64_t)(call);         \
            if (now() - begun < best) best = now() - begun;              \
        }                                                                \
        printf("%-28s %6.1f ns\n", name, best / CALLS);                  \
    } while (0)

int main(void) {
    gx_playbook *playbook = NULL;
    gx_store *store = NULL;
    gx_review *review = NULL;
    gx_bytes *bytes = NULL;
    uint64_t sum = 0, members = 0;
    CHECK_STATUS(gx_playbook_compile(SHOP, GX_NUL, &playbook, NULL), GX_OK);
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
    CHECK_STATUS(gx_store_append_lines(store, SALES, GX_NUL, GX_SEEN_BACKFILL, NULL, &bytes, NULL),
                 GX_OK);
    CHECK_STATUS(gx_review_create(store, playbook, GX_TIME_NONE, NULL, &review, NULL), GX_OK);
    MEASURE("an empty function", empty(review));
    MEASURE("gx_version_abi", gx_version_abi());
    MEASURE("gx_review_customers", gx_review_customers(review));
    MEASURE("gx_segment_members", gx_segment_members(review, 1, &members, NULL, NULL));
    gx_bytes_free(bytes);
    gx_review_free(review);
    gx_store_free(store);
    gx_playbook_free(playbook);
    return sum == 0;
}
