/* Answers questions through the C interface, for the conformance files.
 *
 * Reads calls from standard input and writes what they give to standard output.
 * A call is a line with a verb and six texts, each as a line with its length
 * (-1: there is none) and then its bytes and a line feed; an answer is a length
 * and bytes in the same way.
 *
 *     VERB  language as_of known_at first second third
 */
#include "ways.h"

enum { TEXTS = 6 };

static gx_playbook *playbook;
static gx_store *store;

static int read_text(Text *text) {
    long long len;
    text->data = NULL;
    text->len = 0;
    if (scanf("%lld", &len) != 1) return 0;
    getchar();
    if (len >= 0) {
        text->data = malloc((size_t)len + 1);
        CHECK(text->data && fread(text->data, 1, (size_t)len, stdin) == (size_t)len);
        text->data[len] = '\0';
        text->len = (uint64_t)len;
        getchar();
    }
    return 1;
}

static void answer(const char *data, uint64_t len) {
    printf("%llu\n", (unsigned long long)len);
    fwrite(data, 1, (size_t)len, stdout);
    putchar('\n');
}

/* Ids as an array; those of the files need no escapes. */
static void answer_ids(gx_ids *ids) {
    uint64_t n = gx_ids_count(ids), i, len = 0;
    const int64_t *offsets = gx_ids_offsets(ids);
    char *out = malloc((size_t)(offsets[n] + 3 * (int64_t)n + 3));
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    CHECK(out != NULL);
    CHECK_STATUS(gx_ids_arrow(ids, &array, &schema, NULL), GX_OK);
    CHECK(array.length == (int64_t)n && strcmp(schema.format, "U") == 0);
    CHECK(memcmp(array.buffers[1], offsets, (size_t)(n + 1) * sizeof *offsets) == 0);
    CHECK(memcmp(array.buffers[2], gx_ids_data(ids), (size_t)offsets[n]) == 0);
    array.release(&array);
    schema.release(&schema);
    out[len++] = '[';
    for (i = 0; i < n; i++) {
        uint64_t bytes = (uint64_t)(offsets[i + 1] - offsets[i]);
        if (i) out[len++] = ',';
        out[len++] = '"';
        memcpy(out + len, gx_ids_data(ids) + offsets[i], (size_t)bytes);
        len += bytes;
        out[len++] = '"';
    }
    out[len++] = ']';
    answer(out, len);
    free(out);
}

static int32_t instant(const Text *text, int64_t *time, gx_error **error) {
    return gx_time_parse(playbook, text->data, text->len, time, error);
}

static int32_t append(Text *texts, gx_bytes **json, gx_error **error) {
    gx_append_options options = {0};
    int64_t seen = GX_SEEN_BACKFILL;
    options.struct_size = sizeof options;
    options.table = texts[3].data;
    options.table_len = texts[3].len;
    options.mapping = texts[4].data;
    options.mapping_len = texts[4].len;
    /* When it was learnt stands where questions have known_at, in which form rows
     * are handed over where they have as_of. */
    if (texts[2].data) CHECK_STATUS(instant(&texts[2], &seen, error), GX_OK);
    if (texts[1].data) {
        return append_columns(store, texts[1].data, &texts[5], seen, &options, json, error);
    }
    return gx_store_append_lines(store, texts[5].data, texts[5].len, seen, &options, json, error);
}

static int32_t make_review(const Text *texts, gx_review **review, gx_error **error) {
    gx_review_options options = {0};
    int64_t as_of = GX_TIME_NONE;
    int32_t status = instant(&texts[1], &as_of, error);
    options.struct_size = sizeof options;
    if (!status && texts[2].data) {
        options.has_known_at = 1;
        status = instant(&texts[2], &options.known_at, error);
    }
    return status ? status : gx_review_create(store, playbook, as_of, &options, review, error);
}

/* A question about one customer's way, or -1 where it is none. */
static int32_t ask_journey(const char *verb, const Text *texts, uint32_t language, gx_bytes **json,
                           gx_error **error) {
    const Text *first = &texts[3], *who = &texts[4];
    int64_t as_of = GX_TIME_NONE, known_at = GX_TIME_NONE;
    int32_t status;
    static const char *const VERBS[] = {"states", "history", "steps", "why_not", "if"};
    size_t which = 0;
    while (which < 5 && strcmp(verb, VERBS[which]) != 0) which++;
    if (which == 5) return -1;
    status = instant(&texts[1], &as_of, error);
    if (!status && texts[2].data) status = instant(&texts[2], &known_at, error);
    if (status) return status;
    switch (which) {
    case 0:
        return gx_journey_states(store, playbook, as_of, known_at, who->data, who->len, json, error);
    case 1:
        return gx_journey_history(store, playbook, as_of, known_at, who->data, who->len, json,
                                  error);
    case 2:
        return gx_journey_explain(store, playbook, as_of, known_at, who->data, who->len, language,
                                  json, error);
    case 3:
        return gx_journey_why_not(store, playbook, as_of, known_at, who->data, who->len, NULL, 0,
                                  first->data, first->len, language, json, error);
    default:
        return gx_journey_if(store, playbook, as_of, known_at, who->data, who->len, first->data,
                             first->len, json, error);
    }
}

static void states_of(const gx_review *review, uint64_t machine, uint64_t n) {
    uint64_t state, customers, inside;
    for (state = 0; state < n; state++) {
        CHECK_STATUS(gx_state_customers(review, machine, state, &customers, &inside, NULL), GX_OK);
        piece(state ? ",[\"" : "[\"", gx_state_name(review, machine, state), "\",");
        if (inside == GX_OUTERMOST) piece("", "null", "");
        else piece("\"", gx_state_name(review, machine, inside), "\"");
        number(",", (int64_t)customers);
        piece("]", "", "");
    }
}

/* The machines of a review and who is where, as the files have it. */
static void machines(const gx_review *review) {
    uint64_t machine, states, troubles;
    uint32_t keyed;
    line_len = 0;
    piece("[", "", "");
    for (machine = 0; machine < gx_machine_count(review); machine++) {
        CHECK_STATUS(gx_machine_states(review, machine, &states, &keyed, &troubles, NULL), GX_OK);
        piece(machine ? ",[\"" : "[\"", gx_machine_name(review, machine), "\",");
        piece("", keyed ? "true" : "false", "");
        number(",", (int64_t)troubles);
        piece(",[", "", "");
        states_of(review, machine, states);
        piece("]]", "", "");
    }
    piece("]", "", "");
}

static int32_t balance(const gx_review *review, const Text *every, const Text *name,
                       gx_error **error) {
    gx_balance balances[32];
    uint64_t machine, states = 0, state;
    int64_t from, until;
    int32_t status;
    from = until = 0;
    for (machine = 0; machine < gx_machine_count(review); machine++)
        if (strcmp(gx_machine_name(review, machine), name->data) == 0)
            CHECK_STATUS(gx_machine_states(review, machine, &states, NULL, NULL, NULL), GX_OK);
    CHECK(states <= 32);
    status = gx_machine_balance(review, name->data, name->len, every->data, every->len,
                                GX_TIME_NONE, balances, states, &from, &until, error);
    line_len = 0;
    number("[", from);
    number(",", until);
    piece(",[", "", "");
    for (state = 0; !status && state < states; state++) {
        number(state ? ",[" : "[", (int64_t)balances[state].opening);
        number(",", (int64_t)balances[state].began);
        number(",", (int64_t)balances[state].entered);
        number(",", (int64_t)balances[state].left);
        number(",", (int64_t)balances[state].erased);
        number(",", (int64_t)balances[state].closing);
        piece("]", "", "");
    }
    piece("]]", "", "");
    return status;
}

/* Rows, and what follows of them; `now` stands where questions have as_of. */
static int32_t apply(const Text *texts, uint32_t language, gx_bytes **json, gx_error **error) {
    gx_append_options options = {0};
    int64_t now = 0, seen = GX_SEEN_BACKFILL;
    int32_t status = instant(&texts[1], &now, error);
    if (!status && texts[2].data) status = instant(&texts[2], &seen, error);
    if (status) return status;
    options.struct_size = sizeof options;
    options.language = language;
    options.table = texts[3].data;
    options.table_len = texts[3].len;
    return gx_store_apply(store, playbook, texts[5].data, texts[5].len, seen, now, &options, json,
                          error);
}

static int32_t follow(const Text *texts, uint32_t language, gx_bytes **json, gx_error **error) {
    int64_t now = GX_TIME_NONE;
    int32_t status = texts[1].data ? instant(&texts[1], &now, error) : GX_OK;
    if (status) return status;
    return gx_store_follow(store, playbook, now, texts[3].data, texts[3].len, language, json,
                           error);
}

/* What a person decided, from when on, and when it was given. */
static int32_t command(const Text *texts, uint32_t language, gx_bytes **json, gx_error **error) {
    int64_t at = 0, seen = GX_SEEN_BACKFILL;
    int32_t status = instant(&texts[1], &at, error);
    if (!status && texts[2].data) status = instant(&texts[2], &seen, error);
    if (status) return status;
    return gx_store_command(store, playbook, texts[3].data, texts[3].len, at, seen, language, json,
                            error);
}

/* One customer, by what was known. */
static int32_t load(const Text *texts, uint32_t language, gx_bytes **json, gx_error **error) {
    int64_t as_of = GX_TIME_NONE, known_at = GX_TIME_NONE;
    int32_t status = instant(&texts[1], &as_of, error);
    if (!status && texts[2].data) status = instant(&texts[2], &known_at, error);
    if (status) return status;
    return gx_customer_load(store, playbook, as_of, known_at, texts[4].data, texts[4].len,
                                  language, json, error);
}

static int32_t compare(const gx_review *review, const Text *text, gx_bytes **json,
                       gx_error **error) {
    gx_playbook *other = NULL;
    int32_t status = gx_playbook_compile(text->data, text->len, &other, error);
    if (status) return status;
    status = gx_machine_compare(review, other, GX_REINTERPRET, GX_TIME_NONE, NULL, 0, json, error);
    CHECK_STATUS(gx_playbook_free(other), GX_OK);
    return status;
}

/* A question that changes a store, or is about it as a whole; -1 where it is none. */
static int32_t ask_store(const char *verb, const Text *texts, uint32_t language, gx_bytes **json,
                         gx_error **error) {
    const Text *first = &texts[3], *second = &texts[4], *rows = &texts[5];
    int64_t at = 0;
    if (strcmp(verb, "statistics") == 0) return gx_store_statistics(store, json, error);
    if (strcmp(verb, "verify") == 0) return gx_store_verify(store, language, json, error);
    if (strcmp(verb, "erasures") == 0) return gx_store_erasures(store, json, error);
    if (strcmp(verb, "erase_listed") == 0) {
        return gx_store_erase_listed(store, first->data, first->len, json, error);
    }
    if (strcmp(verb, "erase") == 0) {
        CHECK_STATUS(instant(&texts[1], &at, NULL), GX_OK);
        return gx_store_erase(store, second->data, second->len, at, first->data[0] == 't', json,
                              error);
    }
    if (strcmp(verb, "feed") == 0) {
        CHECK_STATUS(instant(&texts[2], &at, NULL), GX_OK);
        return gx_store_feed(store, playbook, first->data, first->len, rows->data, rows->len, at,
                             language, json, error);
    }
    return -1;
}

static uint32_t format_of(const Text *text) {
    if (strcmp(text->data, "mermaid") == 0) return GX_MERMAID;
    return strcmp(text->data, "dot") == 0 ? GX_DOT : GX_SVG;
}

/* A question about the playbook alone; -1 where it is none. */
static int32_t ask_playbook(const char *verb, const Text *texts, uint32_t language,
                            gx_bytes **json, gx_error **error) {
    const Text *first = &texts[3], *second = &texts[4];
    int64_t at = 0;
    int32_t status;
    if (strcmp(verb, "canonical") == 0) return gx_playbook_json(playbook, json, error);
    if (strcmp(verb, "time") == 0) {
        status = instant(first, &at, error);
        line_len = 0;
        number("", at);
        return status;
    }
    if (strcmp(verb, "diagram") == 0) {
        return gx_machine_diagram(playbook, second->data, second->len, format_of(first), language,
                                  json, error);
    }
    if (strcmp(verb, "statement") == 0) {
        CHECK_STATUS(instant(&texts[1], &at, NULL), GX_OK);
        return gx_statement_json(playbook, first->data, first->len, second->data, second->len,
                                 texts[5].data, texts[5].len, at, json, error);
    }
    return -1;
}

/* A review of rows that no store has: the form stands where others have known_at. */
static int32_t review_rows(const Text *texts, uint32_t language, gx_bytes **json,
                           gx_error **error) {
    static Columns columns;
    gx_column plain[MOST_COLUMNS];
    gx_table of = {0};
    River river;
    struct ArrowArrayStream stream;
    gx_review *review = NULL;
    gx_bytes *reports = NULL;
    int64_t as_of = 0;
    int32_t status;
    CHECK_STATUS(instant(&texts[1], &as_of, NULL), GX_OK);
    of.struct_size = sizeof of;
    of.table = texts[3].data;
    of.table_len = texts[3].len;
    read_columns(texts[5].data, &columns);
    if (strcmp(texts[2].data, "columns") == 0) {
        plain_columns(&columns, plain);
        of.columns = plain;
        of.n_columns = (uint64_t)columns.n;
        of.rows = (uint64_t)columns.rows;
    } else {
        stream = river_of(&columns, &river);
        of.stream = &stream;
    }
    status = gx_review_columns(playbook, &of, 1, language, as_of, NULL, &review, &reports, error);
    if (status) return status;
    status = gx_review_json(review, language, json, error);
    line_len = 0;
    piece("{\"reports\":", gx_bytes_data(reports), ",\"review\":");
    piece("", gx_bytes_data(*json), "}");
    CHECK_STATUS(gx_bytes_free(*json), GX_OK);
    *json = NULL;
    CHECK_STATUS(gx_bytes_free(reports), GX_OK);
    CHECK_STATUS(gx_review_free(review), GX_OK);
    return status;
}

/* A model, fitted to rows or asked about them; the form stands where others have
 * known_at. */
static int32_t ask_model(const char *verb, const Text *texts, uint32_t language, gx_bytes **json,
                         gx_error **error) {
    static Columns columns;
    gx_column plain[MOST_COLUMNS];
    gx_table of = {0};
    River river;
    Made rows, made[MOST_COLUMNS];
    struct ArrowArrayStream stream;
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    gx_bytes *report = NULL;
    const char *question = texts[3].data;
    int32_t status;
    of.struct_size = sizeof of;
    read_columns(texts[5].data, &columns);
    if (strcmp(texts[2].data, "columns") == 0) {
        plain_columns(&columns, plain);
        of.columns = plain;
        of.n_columns = (uint64_t)columns.n;
        of.rows = (uint64_t)columns.rows;
    } else if (strcmp(texts[2].data, "arrow") == 0) {
        arrow_columns(&columns, &rows, made);
        of.array = &rows.array;
        of.schema = &rows.schema;
    } else {
        stream = river_of(&columns, &river);
        of.stream = &stream;
    }
    if (strcmp(verb, "fit") == 0) {
        return gx_model_fit(question, texts[3].len, &of, language, json, error);
    }
    status = gx_model_predict(question, texts[3].len, &of, language, 2, &array, &schema, &report,
                              error);
    if (status) return status;
    predicted(&array, &schema, report);
    CHECK_STATUS(gx_bytes_free(report), GX_OK);
    array.release(&array);
    schema.release(&schema);
    return status;
}

/* Columns of a review, to be released by whoever reads them. */
static int32_t ask_columns(const char *verb, const gx_review *review, const Text *first,
                           gx_error **error) {
    struct ArrowArray array = {0};
    struct ArrowSchema schema = {0};
    gx_bytes *report = NULL;
    int32_t status;
    if (strcmp(verb, "cbs") == 0) {
        status = gx_review_cbs(review, first->data, first->len, &array, &schema, &report, error);
        if (!status) purchases(&array, report);
        CHECK_STATUS(gx_bytes_free(report), GX_OK);
    } else {
        status = first->data ? gx_query_arrow(review, first->data, first->len, &array, &schema, error)
                             : gx_review_arrow(review, &array, &schema, error);
        if (!status) table(&array, &schema);
    }
    if (status) return status;
    array.release(&array);
    schema.release(&schema);
    return status;
}

/* A question that is a document itself. */
static int32_t ask_document(const char *verb, const Text *texts, uint32_t language, gx_bytes **json,
                            gx_error **error) {
    const Text *question = &texts[3], *text = &texts[4];
    gx_playbook *other = NULL;
    int64_t as_of = GX_TIME_NONE, known_at = GX_TIME_NONE;
    int32_t status = GX_OK;
    if (strcmp(verb, "condition") == 0) {
        return gx_condition_answer(playbook, question->data, question->len, language, json, error);
    }
    if (texts[1].data) status = instant(&texts[1], &as_of, error);
    if (!status && texts[2].data) status = instant(&texts[2], &known_at, error);
    if (status) return status;
    if (strcmp(verb, "collision") == 0) {
        return gx_collision_answer(store, playbook, as_of, known_at, question->data, question->len,
                                   language, json, error);
    }
    if (strcmp(verb, "value") == 0) {
        return gx_value_answer(store, playbook, as_of, known_at, question->data, question->len,
                               language, json, error);
    }
    if (strcmp(verb, "kpi") == 0) {
        return gx_kpi_answer(store, playbook, as_of, known_at, question->data, question->len,
                             language, json, error);
    }
    if (text->data) status = gx_playbook_compile(text->data, text->len, &other, error);
    if (status) return status;
    status = gx_segment_answer(store, playbook, other, as_of, known_at, question->data,
                               question->len, language, json, error);
    CHECK_STATUS(gx_playbook_free(other), GX_OK);
    return status;
}

static int32_t ask(const char *verb, Text *texts, uint32_t language, gx_bytes **json,
                   gx_ids **ids, gx_error **error) {
    const Text *first = &texts[3], *second = &texts[4];
    gx_review *review = NULL;
    int32_t status;
    if (strcmp(verb, "check") == 0) {
        return gx_playbook_check(first->data, first->len, language, json, error);
    }
    if (strcmp(verb, "eval") == 0) {
        return gx_eval_json(first->data, first->len, second->data, second->len, json, error);
    }
    if (strcmp(verb, "append") == 0) return append(texts, json, error);
    if (strcmp(verb, "load") == 0) return load(texts, language, json, error);
    if (strcmp(verb, "command") == 0) return command(texts, language, json, error);
    if (strcmp(verb, "apply") == 0) return apply(texts, language, json, error);
    if (strcmp(verb, "follow") == 0) return follow(texts, language, json, error);
    if (!strcmp(verb, "segment") || !strcmp(verb, "value") || !strcmp(verb, "kpi") ||
        !strcmp(verb, "condition") || !strcmp(verb, "collision")) {
        return ask_document(verb, texts, language, json, error);
    }
    if (!strcmp(verb, "fit") || !strcmp(verb, "predict")) {
        return ask_model(verb, texts, language, json, error);
    }
    if (strcmp(verb, "review_rows") == 0) return review_rows(texts, language, json, error);
    status = ask_store(verb, texts, language, json, error);
    if (status == -1) status = ask_playbook(verb, texts, language, json, error);
    if (status == -1) status = ask_journey(verb, texts, language, json, error);
    if (status != -1) return status;
    status = make_review(texts, &review, error);
    if (status) return status;
    if (strcmp(verb, "flow") == 0) {
        status = gx_machine_flow(review, NULL, 0, first->data, first->len, GX_TIME_NONE,
                                 GX_TIME_NONE, NULL, 0, json, error);
    } else if (strcmp(verb, "machines") == 0) {
        machines(review);
    } else if (strcmp(verb, "kinds") == 0) {
        kinds(review, language);
    } else if (strcmp(verb, "segments") == 0) {
        segments(review, language);
    } else if (strcmp(verb, "table") == 0 || strcmp(verb, "cbs") == 0) {
        status = ask_columns(verb, review, first, error);
    } else if (strcmp(verb, "picture") == 0) {
        status = gx_machine_picture(review, second->data, second->len, format_of(first), language,
                                    json, error);
    } else if (strcmp(verb, "balance") == 0) {
        status = balance(review, first, second, error);
    } else if (strcmp(verb, "compare") == 0) {
        status = compare(review, first, json, error);
    } else if (strcmp(verb, "review") == 0) {
        status = gx_review_json(review, language, json, error);
    } else if (strcmp(verb, "members") == 0) {
        status = gx_segment_ids(review, first->data, first->len, ids, error);
    } else if (strcmp(verb, "customer") == 0) {
        status = gx_customer_json(review, second->data, second->len, language, json, error);
    } else if (strcmp(verb, "ids") == 0) {
        status = gx_query_ids(review, first->data, first->len, ids, error);
    } else if (strcmp(verb, "query") == 0) {
        status = gx_query_json(review, first->data, first->len, language, json, error);
    } else {
        CHECK(strcmp(verb, "explain") == 0);
        status = gx_query_explain(review, first->data, first->len, second->data, second->len,
                                  language, json, error);
    }
    gx_review_free(review);
    return status;
}

static void open_playbook(const Text *text) {
    CHECK_STATUS(gx_store_free(store), GX_OK);
    CHECK_STATUS(gx_playbook_free(playbook), GX_OK);
    CHECK_STATUS(gx_playbook_compile(text->data, text->len, &playbook, NULL), GX_OK);
    CHECK_STATUS(gx_store_in_memory(playbook, &store, NULL), GX_OK);
}

int main(void) {
    char verb[32];
    while (scanf("%31s", verb) == 1) {
        Text texts[TEXTS];
        gx_bytes *json = NULL;
        gx_ids *ids = NULL;
        gx_error *error = NULL;
        uint32_t language;
        int i;
        for (i = 0; i < TEXTS; i++) CHECK(read_text(&texts[i]));
        language = texts[0].data && strcmp(texts[0].data, "zh") == 0 ? GX_ZH : GX_EN;
        if (strcmp(verb, "playbook") == 0) {
            open_playbook(&texts[3]);
        } else {
            if (ask(verb, texts, language, &json, &ids, &error) != GX_OK) {
                CHECK_STATUS(gx_error_json(error, language, &json), GX_OK);
            }
            if (ids) answer_ids(ids);
            else if (!json) answer(line, line_len);
            else answer(gx_bytes_data(json), gx_bytes_len(json));
        }
        CHECK_STATUS(gx_error_free(error), GX_OK);
        CHECK_STATUS(gx_ids_free(ids), GX_OK);
        CHECK_STATUS(gx_bytes_free(json), GX_OK);
        for (i = 0; i < TEXTS; i++) free(texts[i].data);
    }
    CHECK_STATUS(gx_store_free(store), GX_OK);
    CHECK_STATUS(gx_playbook_free(playbook), GX_OK);
    return 0;
}
