/* What customers are worth and in which tiers they are, from the JSON of a review:
 * a part of a document is asked for by its JSON pointer. */
#ifndef WORTH_H
#define WORTH_H

#include "guanxi.h"
#include "page.h"

/* A part of the review below `/value`, which the caller frees; NULL: there is none,
 * or it is null. */
static char *part(const gx_bytes *json, const char *pointer) {
    char whole[128];
    gx_bytes *found = NULL;
    char *copy = NULL;
    snprintf(whole, sizeof whole, "/value%s", pointer);
    if (gx_json_text(gx_bytes_data(json), gx_bytes_len(json), whole, GX_NUL, &found, NULL) == GX_OK
        && strcmp(gx_bytes_data(found), "null") != 0) {
        copy = malloc(gx_bytes_len(found) + 1);
        if (!copy) die("out of memory");
        strcpy(copy, gx_bytes_data(found));
    }
    gx_bytes_free(found);
    return copy;
}

/* A part of the element `at` of a list: `/tiers`, 2, `/customers`. */
static char *part_of(const gx_bytes *json, const char *list, uint64_t at, const char *name) {
    char pointer[96];
    snprintf(pointer, sizeof pointer, "%s/%" PRIu64 "%s", list, at, name);
    return part(json, pointer);
}

static uint64_t parts(const gx_bytes *json, const char *pointer) {
    char whole[128];
    uint64_t n = 0;
    snprintf(whole, sizeof whole, "/value%s", pointer);
    gx_json_count(gx_bytes_data(json), gx_bytes_len(json), whole, GX_NUL, &n, NULL);
    return n;
}

static uint64_t whole_number(const gx_bytes *json, const char *list, uint64_t at,
                             const char *name) {
    char *text = part_of(json, list, at, name);
    uint64_t number = text ? strtoull(text, NULL, 10) : 0;
    free(text);
    return number;
}

/* The label of an element in a language; what the playbook calls it where it has none. */
static char *label_of(const gx_bytes *json, const char *list, uint64_t at, const char *name, int zh) {
    char *label = part_of(json, list, at, zh ? "/label/zh-Hans" : "/label/en");
    return label ? label : part_of(json, list, at, name);
}

/* Puts a text that is freed; `-` for none. */
static void put_part(Table *table, char *text) {
    put(table, text ? text : "-");
    free(text);
}

/* 327781.84 USD as 327,781.84 USD. */
static void put_money(Table *table, char *amount) {
    char cell[CELL] = "";
    size_t digits, i, from;
    if (!amount) {
        put(table, "-");
        return;
    }
    from = *amount == '-';
    digits = strspn(amount + from, "0123456789");
    if (from) strcat(cell, "-");
    for (i = 0; i < digits; i++) {
        if (i > 0 && (digits - i) % 3 == 0) strcat(cell, ",");
        strncat(cell, amount + from + i, 1);
    }
    strncat(cell, amount + from + digits, CELL / 2);
    put(table, cell);
    free(amount);
}

/* A number with five digits. */
static void print_number(char *text) {
    double value = text ? strtod(text, NULL) : 0, size = value < 0 ? -value : value, ten = 1;
    int before = 0;
    if (value == 0) printf("0");
    else if (size < 1e-4 || size >= 1e9) printf("%.4e", value);
    else {
        for (; size >= ten; ten *= 10) before++;
        if (before < 1) before = 1;
        printf("%.*f", before < 5 ? 5 - before : 0, value);
    }
    free(text);
}

static void print_tiers(const gx_bytes *json, uint64_t customers, int zh) {
    static const char *const HEADERS[2][6] = {
        {"tier", "customers", "share", "earned so far", "to come", ""},
        {"等级", "客户", "占比", "已创造利润", "预期利润", ""}};
    uint64_t n = parts(json, "/tiers"), i;
    Table table = {"lrrrrl", NULL, 0, 0};
    if (!n) return;
    for (i = 0; i < 6; i++) put(&table, HEADERS[zh][i]);
    for (i = 0; i < n; i++) {
        uint64_t in_tier = whole_number(json, "/tiers", i, "/customers");
        put_part(&table, label_of(json, "/tiers", i, "/tier", zh));
        put(&table, grouped(in_tier));
        percent(&table, in_tier, customers);
        put_money(&table, part_of(json, "/tiers", i, "/past_value/sum"));
        put_money(&table, part_of(json, "/tiers", i, "/future_value/sum"));
        bar(&table, in_tier, customers);
    }
    puts("");
    print_table(&table);
}

static void print_axes(const gx_bytes *json, int zh) {
    static const char *const HEADERS[2][6] = {
        {"axis", "mean", "lower quartile", "median", "upper quartile", "missing"},
        {"维度", "均值", "下四分位", "中位数", "上四分位", "缺失"}};
    static const char *const PARTS[] = {"/mean", "/quartiles/0", "/quartiles/1", "/quartiles/2"};
    uint64_t n = parts(json, "/axes"), i, column;
    Table table = {"lrrrrr", NULL, 0, 0};
    if (!n) return;
    for (i = 0; i < 6; i++) put(&table, HEADERS[zh][i]);
    for (i = 0; i < n; i++) {
        put_part(&table, label_of(json, "/axes", i, "/axis", zh));
        for (column = 0; column < 4; column++)
            put_part(&table, part_of(json, "/axes", i, PARTS[column]));
        put(&table, grouped(whole_number(json, "/axes", i, "/missing")));
    }
    puts("");
    print_table(&table);
}

/* The parameters of a model, each with the interval in which it lies. */
static void print_parameters(const gx_bytes *json, uint64_t model, int zh) {
    char list[48];
    uint64_t n, i;
    snprintf(list, sizeof list, "/models/%" PRIu64 "/parameters", model);
    n = parts(json, list);
    for (i = 0; i < n; i++) {
        char *name = part_of(json, list, i, "/name"), *low = part_of(json, list, i, "/interval/0");
        printf("%s%s ", i == 0 ? "  " : zh ? "，" : ", ", name);
        print_number(part_of(json, list, i, "/value"));
        if (low) {
            printf(" [");
            print_number(low);
            printf(", ");
            print_number(part_of(json, list, i, "/interval/1"));
            printf("]");
        }
        free(name);
    }
    puts("");
}

static void print_models(const gx_bytes *json, int zh) {
    uint64_t n = parts(json, "/models"), i;
    for (i = 0; i < n; i++) {
        char *name = part_of(json, "/models", i, "/model"), *k = part_of(json, "/models", i, "/k");
        char *pinned = part_of(json, "/models", i, "/pinned");
        uint64_t customers = whole_number(json, "/models", i, "/customers");
        printf("\n%s%s%s%s", name, k ? " k = " : "", k ? k : "", zh ? "（" : " (");
        if (pinned && *pinned == 't') printf(zh ? "参数已固定" : "pinned");
        else if (zh) printf("据 %s 名客户拟合", grouped(customers));
        else printf("fitted to %s customer%s", grouped(customers), customers == 1 ? "" : "s");
        puts(zh ? "）" : ")");
        print_parameters(json, i, zh);
        free(name);
        free(k);
        free(pinned);
    }
}

static void print_cuts(const gx_bytes *json, int zh) {
    uint64_t n = parts(json, "/cuts"), i;
    for (i = 0; i < n; i++) {
        char *name = label_of(json, "/cuts", i, "/cut", zh), *value = part_of(json, "/cuts", i, "/value");
        printf(zh ? "切点 %s：%s\n" : "cut point %s: %s\n", name, value ? value : "-");
        free(name);
        free(value);
    }
}

/* Nothing where the playbook values nobody. */
static void print_worth(const gx_playbook *playbook, const gx_review *review, uint32_t language) {
    gx_bytes *json = NULL, *shown = NULL;
    char *assessed = NULL, *times = NULL;
    int64_t at = 0;
    int zh = language == GX_ZH;
    if (gx_review_json(review, language, &json, NULL)) die("the review cannot be had");
    assessed = part(json, "/assessed");
    times = part(json, "/assessments");
    if (times && !assessed) puts(zh ? "\n客户价值：尚未定级" : "\nvalue: nobody has been assessed yet");
    if (times && assessed && gx_time_parse(playbook, assessed, GX_NUL, &at, NULL) == GX_OK
        && gx_time_show(playbook, at, &shown, NULL) == GX_OK) {
        const char *local = gx_bytes_data(shown);
        int len = (int)(strrchr(local, ' ') - local);
        const char *number = grouped(strtoull(times, NULL, 10));
        if (zh) printf("\n客户价值，定级于 %.*s（第 %s 次）\n", len, local, number);
        else printf("\nvalue, assessed on %.*s (assessment %s)\n", len, local, number);
        print_tiers(json, gx_review_customers(review), zh);
        print_axes(json, zh);
        print_models(json, zh);
        print_cuts(json, zh);
    }
    free(assessed);
    free(times);
    gx_bytes_free(shown);
    gx_bytes_free(json);
}

#endif
