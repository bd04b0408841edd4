package guanxi;

import java.util.List;

/**
 * A store that is followed by one playbook: facts come in, time passes, effects are asked for.
 *
 * <p>{@link Store#follow} makes one. What follows from facts, and from time, is told once by {@link
 * #changes}, and asked for by {@link #effects} until {@link #ack} says that it is done. All of it
 * stands in the store's file: another process goes on where this one was. Instants are those of the
 * host's clock; an earlier one than was given before counts as that one.
 */
public final class Followed {
    private final Store store;
    private final Playbook playbook;

    Followed(Store store, Playbook playbook) {
        this.store = store;
        this.playbook = playbook;
    }

    /**
     * Records facts and works out what follows for their customers, at once.
     *
     * <p>Facts after {@code now} wait for {@link #advance}. The report of the {@code rows}, and how
     * many {@code customers} were looked at, {@code changes} told, {@code effects} queued, {@code
     * taken_back}, and are {@code waiting}.
     *
     * @throws GuanxiException, and nothing was recorded: playbook_changed, as {@link Store#append}
     */
    public Answer apply(String lines, When now, When seen, Reading reading) {
        byte[] rows = Call.bytes(lines, "lines");
        long learnt = seen.seen(playbook);
        long instant = now.micros(playbook);
        return reading.using(store.language, options -> store.answer(playbook, (it, book, out, error) ->
                C.gx_store_apply(it, book, rows, rows.length, learnt, instant, options, out, error)));
    }

    /** The same of events that are learnt now, with the names of the schema. */
    public Answer apply(String lines, When now) {
        return apply(lines, now, now, Reading.events());
    }

    /**
     * Works out what time brings about up to an instant, for so many customers. As long as some are
     * {@code waiting}, call again with the same instant.
     */
    public Answer advance(When to, long limit) {
        return ask(new Question("advance").put("limit", limit), to);
    }

    /**
     * Follows the store by this playbook from now on, whichever it was before. What the playbook asks
     * for of the past counts as carried out.
     */
    public Answer adopt(When now) {
        return ask(new Question("adopt"), now);
    }

    /** What is otherwise about customers since a sequence: {@code changes}, the {@code last}. */
    public Answer changes(long after, long limit) {
        return ask(new Question("changes").put("after", after).put("limit", limit), null);
    }

    /**
     * What is to be carried out: {@code effects}, and how many are {@code pending}. The same effect has
     * the same {@code id} each time; whoever keeps the ids of what was done does nothing twice.
     */
    public Answer effects(long after, long limit) {
        return ask(new Question("effects").put("after", after).put("limit", limit), null);
    }

    /** Says that effects are carried out; saying so again changes nothing. */
    public Answer ack(List<String> ids) {
        return ask(new Question("ack").put("ids", ids), null);
    }

    /** Works everything out anew from the facts, and compares what is kept: {@code deviations}. */
    public Answer recompute() {
        return ask(new Question("recompute"), null);
    }

    /**
     * What was done by hand, by whom and why, and whether the trail adds up: {@code trail} and {@code
     * check}. Keep its {@code head} elsewhere; with {@code expect} in the question the trail must hold
     * it: {@link #ask}.
     */
    public Answer auditTrail(long after, long limit) {
        return ask(new Question("audit_trail").put("after", after).put("limit", limit), null);
    }

    /** Keeps a customer's facts, and uses them no more, until that is lifted. */
    public Answer restrict(String id, When now, String actor, String reason) {
        return ask(signed("restrict", id, actor, reason), now);
    }

    /** Uses a customer's facts again. */
    public Answer liftRestriction(String id, When now, String actor, String reason) {
        return ask(signed("lift_restriction", id, actor, reason), now);
    }

    private static Question signed(String ask, String id, String actor, String reason) {
        return new Question(ask).put("customer", id).putIf("actor", actor).putIf("reason", reason);
    }

    /** Who is restricted, {@code since} when. */
    public Answer restrictions() {
        return ask(new Question("restrictions"), null);
    }

    /** Any question about a store that is followed; {@code now} is null where it asks for no instant. */
    public Answer ask(Question question, When now) {
        return ask(question.toString(), now);
    }

    /** The same, of a question that is written as JSON. */
    public Answer ask(String question, When now) {
        byte[] asked = Call.bytes(question, "the question");
        long instant = When.microsIf(playbook, now);
        return store.answer(playbook, (it, book, out, error) -> C.gx_store_follow(
                it, book, instant, asked, asked.length, store.language.number, out, error));
    }
}
