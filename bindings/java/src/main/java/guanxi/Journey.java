package guanxi;

import java.util.Map;

/**
 * One customer at an instant: where it is in each machine, how it came there, and what comes next.
 *
 * <p>{@link Store#journey} makes one. Each question loads the facts of this customer alone, from the
 * store as it then is, and throws unknown_customer, schema_mismatch, io, busy.
 */
public final class Journey {
    private final Asked by;
    private final byte[] who;

    Journey(Asked by, String id) {
        this.by = by;
        this.who = Call.bytes(id, "id");
    }

    /** Where the customer is in each machine, since when, and what is due. */
    public Answer states() {
        return ask((it, book, out, error) -> C.gx_journey_states(
                it, book, by.asOf, by.knownAt, who, who.length, out, error));
    }

    /** Every step so far, and what brought it about. */
    public Answer history() {
        return ask((it, book, out, error) -> C.gx_journey_history(
                it, book, by.asOf, by.knownAt, who, who.length, out, error));
    }

    /** Every step with its reasons, and what kept the other ways out. */
    public Answer explain() {
        return ask((it, book, out, error) -> C.gx_journey_explain(
                it, book, by.asOf, by.knownAt, who, who.length, by.store.language.number, out, error));
    }

    /** Why the customer is not in a state, and how it could come there. */
    public Answer whyNot(String state) {
        return whyNot(null, state);
    }

    /**
     * The same of a state of one machine; of null, the one that has such a state.
     *
     * @throws GuanxiException unknown_machine, unknown_state, unknown_run
     */
    public Answer whyNot(String machine, String state) {
        byte[] of = Call.bytesIf(machine, "machine");
        byte[] where = Call.bytes(state, "state");
        return ask((it, book, out, error) -> C.gx_journey_why_not(it, book, by.asOf, by.knownAt, who,
                who.length, of, Call.length(of), where, where.length, by.store.language.number, out, error));
    }

    /**
     * Where the customer would be if something happened; nothing is written.
     *
     * @param rows a JSON array of events; {@code customer} and {@code at} may be left out
     * @throws GuanxiException with every fault of the rows
     */
    public Answer suppose(String rows) {
        byte[] said = Call.bytes(rows, "rows");
        return ask((it, book, out, error) -> C.gx_journey_if(
                it, book, by.asOf, by.knownAt, who, who.length, said, said.length, out, error));
    }

    /** The same of maps. */
    public Answer suppose(Iterable<? extends Map<String, ?>> rows) {
        StringBuilder out = new StringBuilder();
        Json.write(out, rows, "rows");
        return suppose(out.toString());
    }

    private Answer ask(Store.Both call) {
        return by.store.answer(by.playbook, call);
    }
}
