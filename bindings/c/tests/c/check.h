/* What every test program here needs: a check that says where it failed, and a
 * small shop. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guanxi.h"

#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_STATUS(status, wanted) check_status((status), (wanted), #status, __FILE__, __LINE__)

static void check(int holds, const char *what, const char *file, int line) {
    if (!holds) {
        fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
        exit(1);
    }
}

static void check_status(int32_t status, int32_t wanted, const char *what, const char *file,
                         int line) {
    if (status != wanted) {
        fprintf(stderr, "%s:%d: status %d, expected %d: %s\n", file, line, (int)status,
                (int)wanted, what);
        exit(1);
    }
}

static const char SHOP[] =
    "{\"guanxi\": 1, \"id\": \"shop\", \"version\": \"1\","
    " \"labels\": {\"zh-Hans\": \"小店\", \"en\": \"a shop\"},"
    " \"calendar\": {\"zone\": \"Asia/Shanghai\"},"
    " \"schema\": {\"attributes\": {\"region\": {\"type\": \"text\", \"nullable\": true},"
    "                           \"age\": {\"type\": \"int\", \"nullable\": true}},"
    "            \"events\": {\"purchase\": {\"list\": \"purchases\", \"fields\": {"
    "                \"amount\": {\"type\": \"money\", \"currency\": \"CNY\"}}}}},"
    " \"segments\": {\"regulars\": {\"when\": \"purchases.size() >= 2\","
    "              \"labels\": {\"zh-Hans\": \"常客\", \"en\": \"regulars\"}},"
    "              \"odd\": {\"when\": \"10 / age > 1\"}},"
    " \"identity\": {\"keys\": [{\"attribute\": \"region\", \"as\": \"id\"}]},"
    " \"machines\": {\"relationship\": {\"initial\": \"prospect\", \"states\": {"
    "     \"prospect\": {\"on\": [{\"event\": \"purchase\", \"to\": \"buyer\"}]},"
    "     \"buyer\": {\"on\": [{\"silent\": \"days(20)\", \"to\": \"lapsed\"}]},"
    "     \"lapsed\": {\"on\": [{\"event\": \"purchase\", \"to\": \"buyer\"}]}}}},"
    " \"value\": {\"purchases\": {\"event\": \"purchase\", \"amount\": \"amount\"},"
    "     \"axes\": {\"loyalty\": {\"from\": \"purchases.size()\", \"curve\": [[0, 0], [4, 100]]}},"
    "     \"assess\": {\"every\": \"month\"},"
    "     \"tiers\": [{\"name\": \"A\", \"when\": \"axis('loyalty') >= 50\"},"
    "                {\"name\": \"B\", \"when\": \"true\"}]}}";

static const char SALES[] =
    "{\"kind\":\"purchase\",\"customer\":\"C-1\",\"at\":\"2026-01-05\",\"amount\":\"12.50\"}\n"
    "{\"kind\":\"purchase\",\"customer\":\"C-1\",\"at\":\"2026-02-05\",\"amount\":\"12.50\"}\n"
    "{\"kind\":\"purchase\",\"customer\":\"C-2\",\"at\":\"2026-02-06\",\"amount\":\"1.00\"}\n"
    "{\"customer\":\"C-2\",\"attributes\":{\"region\":\"华东\",\"age\":0}}\n"
    "{\"kind\":\"purchase\",\"customer\":\"C-3\",\"at\":\"2026-02-30\",\"amount\":\"1.00\"}\n";

#endif
