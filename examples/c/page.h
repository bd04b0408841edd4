/* Texts that grow, and tables of a page: nothing here knows of guanxi. */
#ifndef PAGE_H
#define PAGE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text that grows. */
typedef struct {
    char *data;
    size_t len, room;
} Text;

static void die(const char *what) {
    fprintf(stderr, "review: %s\n", what);
    exit(4);
}

static void add(Text *text, const char *data, size_t len) {
    if (text->room - text->len <= len) {
        text->room = (text->len + len + 1) * 2;
        text->data = realloc(text->data, text->room);
        if (!text->data) die("out of memory");
    }
    memcpy(text->data + text->len, data, len);
    text->len += len;
    text->data[text->len] = '\0';
}

static void say(Text *text, const char *words) { add(text, words, strlen(words)); }

/* 23570 as 23,570. */
static const char *grouped(uint64_t number) {
    static char texts[4][32];
    static int turn;
    char digits[24], *out = texts[turn = (turn + 1) % 4];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number), i;
    for (i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return texts[turn];
}

/* Columns that a UTF-8 text takes on a terminal: letters of three bytes and
 * more are as good as always wide ones. */
static int width(const char *text) {
    int columns = 0;
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if ((byte & 0xc0) != 0x80) columns += byte >= 0xe0 ? 2 : 1;
    }
    return columns;
}

/* A table: the cells of a row one behind the other, its header first. */
typedef struct {
    const char *stands; /* of each column: l for words, r for numbers */
    char **cells;
    size_t n, room;
} Table;

static void put(Table *table, const char *cell) {
    size_t len = strlen(cell) + 1;
    if (table->n == table->room) {
        table->room = (table->room + 16) * 2;
        table->cells = realloc(table->cells, table->room * sizeof *table->cells);
        if (!table->cells) die("out of memory");
    }
    table->cells[table->n] = malloc(len);
    if (!table->cells[table->n]) die("out of memory");
    memcpy(table->cells[table->n++], cell, len);
}

static void spaces(int n) { printf("%*s", n, ""); }

/* Prints the table with two spaces between columns, and gives it back. */
static void print_table(Table *table) {
    size_t columns = strlen(table->stands), column, cell;
    int *widths = calloc(columns, sizeof *widths);
    if (!widths) die("out of memory");
    for (cell = 0; cell < table->n; cell++) {
        int wide = width(table->cells[cell]);
        if (widths[cell % columns] < wide) widths[cell % columns] = wide;
    }
    for (cell = 0; cell < table->n; cell += columns) {
        size_t last = columns;
        while (last > 0 && !*table->cells[cell + last - 1]) last--;
        for (column = 0; column < last; column++) {
            const char *text = table->cells[cell + column];
            int room = widths[column] - width(text);
            if (table->stands[column] == 'r') spaces(room);
            fputs(text, stdout);
            if (column + 1 < last) spaces((table->stands[column] == 'l' ? room : 0) + 2);
        }
        puts("");
    }
    for (cell = 0; cell < table->n; cell++) free(table->cells[cell]);
    free(table->cells);
    free(widths);
}

enum { CELL = 96 };

static void percent(Table *table, uint64_t part, uint64_t whole) {
    char cell[CELL] = "-";
    uint64_t share = whole ? (part * 2000 + whole) / (whole * 2) : 0;
    if (whole) snprintf(cell, CELL, "%" PRIu64 ".%" PRIu64 "%%", share / 10, share % 10);
    put(table, cell);
}

/* Up to twenty blocks; anything above nothing shows. */
static void bar(Table *table, uint64_t part, uint64_t whole) {
    static const char *const EIGHTHS[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint64_t eighths = whole ? (part * 160 + whole - 1) / whole : 0, i;
    char cell[CELL] = "";
    for (i = 0; i < eighths / 8; i++) strcat(cell, "█");
    strcat(cell, EIGHTHS[eighths % 8]);
    put(table, cell);
}

#endif
