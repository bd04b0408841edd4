package guanxi;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A playbook: everything that was decided, checked as a whole.
 *
 * <p>It never changes; make it once and use it as often as you like, from any thread. The collector
 * frees it.
 */
public final class Playbook {
    final Handle handle;
    private final Language language;

    /**
     * From the text of a JSON document.
     *
     * @throws GuanxiException with <em>all</em> faults of the document, each with its JSON pointer and
     *     the bytes that are meant
     */
    public Playbook(String document) {
        byte[] text = Call.bytes(document, "the playbook");
        long made = Call.out((out, error) -> C.gx_playbook_compile(text, text.length, out, error));
        handle = new Handle(made, C::gx_playbook_free, "playbook");
        language = Language.ENGLISH;
    }

    private Playbook(Handle handle, Language language) {
        this.handle = handle;
        this.language = language;
    }

    /** The same playbook, answering in another language. */
    public Playbook in(Language language) {
        return new Playbook(handle, language);
    }

    /**
     * Everything that was found in a document, right or wrong.
     *
     * <p>{@code valid}, then of a playbook {@code id}, {@code version}, {@code hash}, {@code
     * semantic_hash} and what it counts, then {@code faults} and {@code hints}. A document with faults
     * throws nothing here: look at {@code valid}.
     */
    public static Answer check(String document, Language language) {
        byte[] text = Call.bytes(document, "the playbook");
        return Call.answer((out, error) ->
                C.gx_playbook_check(text, text.length, language.number, out, error));
    }

    /** Which playbook it is: the SHA-256 of the canonical form, in 64 digits. */
    public String hash() {
        return handle.using(it -> Call.borrowed(C.gx_playbook_hash(it)));
    }

    /** The document in its one canonical form: equal playbooks, equal texts. */
    public String json() {
        return handle.text(C::gx_playbook_json);
    }

    /** What people call it; its id where its author gave no label. */
    public String label() {
        return handle.using(it -> Call.borrowed(C.gx_playbook_label(it, language.number)));
    }

    /**
     * A machine as a picture; of null, the only one.
     *
     * @throws GuanxiException unknown_machine, invalid_argument
     */
    public String diagram(String machine, Picture format) {
        byte[] which = Call.bytesIf(machine, "machine");
        return handle.text((it, out, error) -> C.gx_machine_diagram(
                it, which, Call.length(which), format.number, language.number, out, error));
    }

    /**
     * A condition as one SQL statement over your own tables.
     *
     * <p>{@code sql}, and {@code parameters} in the order of their numbers or marks, each with {@code
     * type} and {@code value}. It gives the ids of those who satisfy the condition. {@code tables} is
     * the document that says where your tables keep what the schema declares; {@code dialect} is
     * sqlite, postgresql, mysql, mariadb or duckdb.
     *
     * @throws GuanxiException not_in_sql for every part that has no SQL with the same meaning, with
     *     the bytes that are meant; 3001 to 3020 for the expression; 2001 to 2014 for the tables;
     *     invalid_argument
     */
    public Answer statement(String expression, String tables, String dialect, When asOf) {
        byte[] said = Call.bytes(expression, "expression");
        byte[] where = Call.bytes(tables, "tables");
        byte[] which = Call.bytes(dialect, "dialect");
        long at = asOf.micros(this);
        return handle.answer((it, out, error) -> C.gx_statement_json(it, said, said.length,
                where, where.length, which, which.length, at, out, error));
    }

    /** What an editor of conditions can offer: fields, operators, functions, names. */
    public Answer authoring() {
        return ask(new Question("authoring"));
    }

    /** A condition as people say it: {@code text}, and {@code links} from its bytes to the clauses. */
    public Answer say(String expression) {
        return ask(new Question("say").put("expression", expression));
    }

    /** The condition of a segment as people say it. */
    public Answer saySegment(String segment) {
        return ask(new Question("say").put("segment", segment));
    }

    /**
     * What may stand at the end of an expression that is being written.
     *
     * <p>{@code from}: the byte from which on it replaces what is written; {@code offers}: each with
     * {@code text}, {@code what} and {@code help}.
     */
    public Answer complete(String expression) {
        return ask(new Question("complete").put("expression", expression));
    }

    /** The same at a byte of the expression. */
    public Answer complete(String expression, long at) {
        return ask(new Question("complete").put("expression", expression).put("at", at));
    }

    /**
     * A query of react-querybuilder, as JSON, as a condition: {@code expression}, {@code hints}, and
     * in {@code sentence} what it says.
     *
     * @throws GuanxiException with every part that cannot be read, each with its place
     */
    public Answer importQuery(String query) {
        return ask(new Question("import").put("query", Json.raw(query)));
    }

    /** A condition as a query of react-querybuilder: {@code query}, and {@code hints}. */
    public Answer exportQuery(String expression) {
        return ask(new Question("export").put("expression", expression));
    }

    /**
     * Which plain records a query of react-querybuilder finds: {@code members}, their positions;
     * {@code errors}, how many cannot be judged; {@code hints}.
     */
    public Answer matchQuery(String query, List<? extends Map<String, ?>> records) {
        return ask(new Question("match").put("query", Json.raw(query)).put("records", records));
    }

    /** Any question about conditions, as the manual of the C library lists them. */
    public Answer ask(Question question) {
        return ask(question.toString());
    }

    /** The same, of a question that is written as JSON. */
    public Answer ask(String question) {
        byte[] asked = Call.bytes(question, "the question");
        return handle.answer((it, out, error) -> C.gx_condition_answer(
                it, asked, asked.length, language.number, out, error));
    }

    /**
     * The instant that is meant by a text, a day or a local time.
     *
     * @throws GuanxiException malformed_value, time_out_of_range, too_fine
     */
    public Instant time(When when) {
        return When.moment(when.micros(this));
    }

    /** An instant for a person: local time, and of which zone. */
    public String showTime(When when) {
        long at = when.micros(this);
        return handle.text((it, out, error) -> C.gx_time_show(it, at, out, error));
    }
}
