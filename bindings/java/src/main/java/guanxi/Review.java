package guanxi;

import com.sun.jna.Memory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A review: all answers of a playbook about a store at one instant.
 *
 * <p>{@link Store#review} makes one. It holds the facts that it was made from, so it can be asked
 * further questions, and what is appended to the store later does not change it. Any number of
 * threads may use one at once. {@link #close} frees the facts.
 */
public final class Review implements AutoCloseable {
    private final Handle handle;
    private final Playbook playbook;
    private final Language language;
    private final Answer reports;

    Review(long pointer, Playbook playbook, Language language, Answer reports) {
        this(new Handle(pointer, C::gx_review_free, "review"), playbook, language, reports);
    }

    private Review(Handle handle, Playbook playbook, Language language, Answer reports) {
        this.handle = handle;
        this.playbook = playbook;
        this.language = language;
        this.reports = reports;
    }

    /** The same review, answering in another language: close either. */
    public Review in(Language language) {
        return new Review(handle, playbook, language, reports);
    }

    static Struct options(int threads) {
        if (threads < 0 || threads > 1024) {
            throw new IllegalArgumentException("threads are 0 to 1024, not " + threads);
        }
        return new Struct(Struct.REVIEW_OPTIONS).number(4, threads);
    }

    /**
     * Answers every question of a playbook about columns, without a store.
     *
     * <p>All facts count as learnt when they happened, and nothing is kept but this review. A row that
     * cannot be a fact is left out and keeps no other out; {@link #reports} says which and why.
     *
     * @param tables columns, with how they are to be read
     * @param asOf null: the first local midnight after the last fact
     * @throws GuanxiException time_out_of_range, malformed_value, unknown_column, missing_column,
     *     malformed_column, invalid_argument; 2001 to 2014 of a mapping
     */
    public static Review of(Playbook playbook, Map<Reading, Columns> tables, When asOf, Language language) {
        long at = When.microsIf(playbook, asOf);
        List<Memory> texts = new ArrayList<>();
        long[] reports = new long[1];
        try (Memory array = Struct.cleared(Math.max(1, (long) Struct.TABLE * tables.size()));
                Struct options = options(1)) {
            int index = 0;
            for (Map.Entry<Reading, Columns> table : tables.entrySet()) {
                table.getValue().into(Struct.among(array, Struct.TABLE, index++, texts), table.getKey());
            }
            long made = playbook.handle.out((it, out, error) -> C.gx_review_columns(it, array,
                    tables.size(), language.number, at, options.memory(), out, reports, error));
            return new Review(made, playbook, language, new Answer(Call.taken(reports[0])));
        } finally {
            texts.forEach(Memory::close);
        }
    }

    /** What became of the rows of each table of {@link #of}; of a store's none. */
    public Answer reports() {
        return reports;
    }

    /** The instant of the answers. */
    public Instant asOf() {
        return handle.using(it -> When.moment(C.gx_review_as_of(it)));
    }

    /** How many customers there were at that instant. */
    public long customers() {
        return handle.using(C::gx_review_customers);
    }

    /** How many events had happened by that instant. */
    public long events() {
        return handle.using(C::gx_review_events);
    }

    /** The kinds of events of the playbook, by name and in the order of names. */
    public Map<String, Kind> kinds() {
        return handle.using(it -> {
            Map<String, Kind> out = new LinkedHashMap<>();
            for (long index = 0; index < C.gx_kind_count(it); index++) {
                Kind kind = new Kind(it, index);
                out.put(kind.name, kind);
            }
            return out;
        });
    }

    /** The segments of the playbook, by name and in the order of names. */
    public Map<String, Segment> segments() {
        return handle.using(it -> {
            Map<String, Segment> out = new LinkedHashMap<>();
            for (long index = 0; index < C.gx_segment_count(it); index++) {
                Segment segment = new Segment(it, index);
                out.put(segment.name, segment);
            }
            return out;
        });
    }

    /** The lifecycles of the playbook, by name, with the customers in each state. */
    public Map<String, Machine> machines() {
        return handle.using(it -> {
            Map<String, Machine> out = new LinkedHashMap<>();
            for (long index = 0; index < C.gx_machine_count(it); index++) {
                Machine machine = new Machine(it, index);
                out.put(machine.name, machine);
            }
            return out;
        });
    }

    /** The whole review, without the members of segments. */
    public Answer answer() {
        return handle.answer((it, out, error) -> C.gx_review_json(it, language.number, out, error));
    }

    /**
     * The customers in a segment.
     *
     * @throws GuanxiException unknown_segment
     */
    public Ids members(String segment) {
        byte[] name = Call.bytes(segment, "segment");
        return new Ids(handle.out((it, out, error) -> C.gx_segment_ids(it, name, name.length, out, error)));
    }

    /**
     * How many satisfy a condition: {@code members}, {@code population}, {@code errors}, {@code as_of}.
     *
     * @throws GuanxiException with all faults of the expression, each with the bytes that are meant
     */
    public Answer query(String expression) {
        byte[] said = Call.bytes(expression, "expression");
        return handle.answer((it, out, error) ->
                C.gx_query_json(it, said, said.length, language.number, out, error));
    }

    /** Who satisfies a condition. */
    public Ids ids(String expression) {
        byte[] said = Call.bytes(expression, "expression");
        return new Ids(handle.out((it, out, error) -> C.gx_query_ids(it, said, said.length, out, error)));
    }

    /** Why a customer satisfies a condition, or does not, as a tree. */
    public Answer explain(String expression, String customer) {
        byte[] said = Call.bytes(expression, "expression");
        byte[] who = Call.bytes(customer, "customer");
        return handle.answer((it, out, error) -> C.gx_query_explain(
                it, said, said.length, who, who.length, language.number, out, error));
    }

    /**
     * One customer in full: attributes, consents, events, and each segment with the reason.
     *
     * @throws GuanxiException unknown_customer
     */
    public Answer customer(String id) {
        byte[] who = Call.bytes(id, "id");
        return handle.answer((it, out, error) ->
                C.gx_customer_json(it, who, who.length, language.number, out, error));
    }

    /** Everybody as columns: {@code id}, the attributes, and for each segment {@code segment.NAME}. */
    public Table table() {
        return handle.using(it -> new Table((array, schema, error) ->
                C.gx_review_arrow(it, array, schema, error)));
    }

    /** The same of those who satisfy a condition. */
    public Table table(String expression) {
        byte[] said = Call.bytes(expression, "expression");
        return handle.using(it -> new Table((array, schema, error) ->
                C.gx_query_arrow(it, said, said.length, array, schema, error)));
    }

    /**
     * How often, how recently and for how much each customer bought: what models of value read.
     *
     * <p>Columns {@code id}, {@code frequency}, {@code recency}, {@code T}, {@code monetary}, {@code
     * log_gaps}, and where they are asked for {@code holdout_frequency} and the scores {@code r},
     * {@code f}, {@code m}. The definition is JSON, of which all but {@code calibration_end} may be
     * left out: {@code {"purchases": "purchase", "amount": "amount", "grain": "day", "unit": "week",
     * "calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "scores": 5}}.
     */
    public Reported cbs(String definition) {
        byte[] said = Call.bytes(definition, "definition");
        long[] report = new long[1];
        return handle.using(it -> new Reported((array, schema, error) ->
                C.gx_review_cbs(it, said, said.length, array, schema, report, error), report));
    }

    /** A machine as a picture, with the customers in each state; of null, the only one. */
    public String diagram(String machine, Picture format) {
        byte[] which = Call.bytesIf(machine, "machine");
        return handle.text((it, out, error) -> C.gx_machine_picture(
                it, which, Call.length(which), format.number, language.number, out, error));
    }

    /** Who came into each state and who went, period by period, up to the instant of the review. */
    public Answer flow(String machine, String every) {
        return flow(machine, every, null, null, null);
    }

    /**
     * The same from {@code since} until {@code until}, by groups of customers; what is null is left
     * out. In each period of each state {@code opening} + {@code began} + {@code in} - {@code out} -
     * {@code erased} = {@code closing}.
     */
    public Answer flow(String machine, String every, When since, When until, String by) {
        byte[] which = Call.bytesIf(machine, "machine");
        byte[] unit = Call.bytesIf(every, "every");
        byte[] groups = Call.bytesIf(by, "by");
        long from = When.microsIf(playbook, since);
        long to = When.microsIf(playbook, until);
        return handle.answer((it, out, error) -> C.gx_machine_flow(it, which, Call.length(which), unit,
                Call.length(unit), from, to, groups, Call.length(groups), out, error));
    }

    /**
     * Who came into each state of a machine and who went out, in one period.
     *
     * @param machine null: the only one
     * @param every a unit of the calendar, as {@code month}
     * @param at an instant of the period; null: the period just before the instant of the review
     */
    public Period period(String machine, String every, When at) {
        long instant = When.microsIf(playbook, at);
        return handle.using(it -> Period.of(it, machine, every, instant));
    }

    /** What another playbook of the same schema would change, over everybody. */
    public Answer compare(Playbook other) {
        return compare(other, "reinterpret", null, null);
    }

    /**
     * The same by a mode: {@code reinterpret}, {@code forward} (from {@code since} on) or {@code
     * shadow}. {@code states} is a JSON object that gives for each machine the new state that an old
     * one stands for; null where they are called alike.
     */
    public Answer compare(Playbook other, String mode, When since, String states) {
        int how = java.util.Arrays.asList("reinterpret", "forward", "shadow").indexOf(mode);
        if (how < 0) {
            throw new IllegalArgumentException("the mode is reinterpret, forward or shadow, not " + mode);
        }
        long from = When.microsIf(playbook, since);
        byte[] map = Call.bytesIf(states, "states");
        return other.handle.using(book -> handle.answer((it, out, error) -> C.gx_machine_compare(
                it, book, how, from, map, Call.length(map), out, error)));
    }

    /** Whether it was closed; any other call then throws. */
    public boolean isClosed() {
        return handle.isClosed();
    }

    /** Frees the facts, when the last call that is running has ended; a second time does nothing. */
    @Override
    public void close() {
        handle.close();
    }
}
