package guanxi;

/**
 * Who is in which segment at an instant, since when, until when, and why.
 *
 * <p>{@link Store#segments} makes one. Each question reads the store as it then is. An answer is
 * what {@code guanxi segment} prints with {@code --json}. Each throws unknown_segment,
 * unknown_customer, schema_mismatch, io, busy.
 */
public final class Segments {
    private final Asked by;

    Segments(Asked by) {
        this.by = by;
    }

    /** Each segment: how many are in it, and what it reads. */
    public Answer list() {
        return ask(new Question("list"));
    }

    /** Who is in a segment, by id, and for whom its condition is an error. */
    public Answer members(String segment) {
        return ask(new Question("members").put("segment", segment));
    }

    /** Why one customer is in a segment or not, and what would change it. */
    public Answer explain(String segment, String customer) {
        return ask(new Question("explain").put("segment", segment).put("customer", customer));
    }

    /** When one customer came into a segment and went, and why. */
    public Answer history(String segment, String customer) {
        return ask(new Question("history").put("segment", segment).put("customer", customer));
    }

    /** Who leaves a segment or enters it if nothing happens, {@code within} such as {@code days(7)}. */
    public Answer leaving(String segment, String within) {
        return ask(new Question("leaving").put("segment", segment).put("within", within));
    }

    /** How many are in two segments at once; without names, of all. */
    public Answer overlap(String... segments) {
        return ask(new Question("overlap").put("segments", segments));
    }

    /**
     * Who would come into segments and go out by another playbook, and why.
     *
     * @throws GuanxiException schema_mismatch where its schema has more
     */
    public Answer diff(Playbook other) {
        return ask(new Question("diff").toString(), other);
    }

    /**
     * What another playbook would answer otherwise, before it is put in force: of {@code segments},
     * {@code lifecycles} with what would have to be done, {@code tiers} with scores, and {@code kpis}.
     */
    public Answer diffReview(Playbook other) {
        return ask(new Question("diff_review").toString(), other);
    }

    /** Segments that are empty, alike, standing still, or say too much. */
    public Answer review() {
        return ask(new Question("review"));
    }

    /** The same, and which segments cannot measure a campaign that began on a day or at an instant. */
    public Answer review(String measuredFrom) {
        return ask(new Question("review").put("measured_from", measuredFrom));
    }

    /**
     * Who of a segment may be contacted, by which channel, and why the others not.
     *
     * <p>Further keys of the question are {@code exclude}, {@code holdout} ({@code {"percent": "10",
     * "salt": "spring"}}), {@code caps} and {@code quiet}: {@link #ask}.
     */
    public Answer audience(String segment, String purpose, String... channels) {
        return ask(new Question("audience").put("segment", segment).put("purpose", purpose)
                .put("channels", channels));
    }

    /** Any question about segments, as the manual of the C library lists them. */
    public Answer ask(Question question) {
        return ask(question.toString(), null);
    }

    /** The same, of a question that is written as JSON; {@code other} is a playbook to compare with, or null. */
    public Answer ask(String question, Playbook other) {
        if (other == null) {
            return ask(question, 0);
        }
        return other.handle.using(pointer -> ask(question, pointer));
    }

    private Answer ask(String question, long other) {
        return by.ask((store, book, asOf, knownAt, asked, len, language, out, error) ->
                C.gx_segment_answer(store, book, other, asOf, knownAt, asked, len, language, out, error),
                question);
    }
}
