package guanxi;

/**
 * What customers are worth at an instant, and in which tiers they are.
 *
 * <p>{@link Store#values} makes one. Each question makes all assessments up to the instant, of the
 * store as it then is, and throws unknown_reference where the playbook has no section {@code value},
 * unknown_customer, schema_mismatch, io, busy.
 */
public final class Values {
    private final Asked by;

    Values(Asked by) {
        this.by = by;
    }

    /** What each customer is worth, the whale curve, and {@code top} key accounts. */
    public Answer everybody(int top) {
        return ask(new Question("value").put("top", top));
    }

    /** In which tier one customer is, why, and what would change it. */
    public Answer tier(String customer) {
        return ask(new Question("tier").put("customer", customer));
    }

    /** Who moved between tiers since a day or an instant, by causes. */
    public Answer moves(String since) {
        return ask(new Question("tiers").put("from", since));
    }

    /** Any question about value, as the manual of the C library lists them. */
    public Answer ask(Question question) {
        return ask(question.toString());
    }

    /** The same, of a question that is written as JSON. */
    public Answer ask(String question) {
        return by.ask(C::gx_value_answer, question);
    }
}
