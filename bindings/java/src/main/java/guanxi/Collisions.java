package guanxi;

import java.util.Map;

/**
 * Who is a customer already at an instant, and who is there twice.
 *
 * <p>{@link Store#collisions} makes one. Each question reads everybody's match keys, of the store as
 * it then is, and throws invalid_argument where the playbook has no section {@code identity},
 * unknown_reference, unknown_customer, schema_mismatch, io, busy.
 */
public final class Collisions {
    private final Asked by;

    Collisions(Asked by) {
        this.by = by;
    }

    /** Whether somebody with these values, by attribute, is there: {@code verdict}. */
    public Answer collide(Map<String, ?> row) {
        return ask(new Question("collide").put("row", row));
    }

    /** Whether a customer is there under another id too. */
    public Answer same(String customer) {
        return ask(new Question("same").put("customer", customer));
    }

    /** Everybody who is there twice: {@code groups}, {@code possible}, {@code shared}, {@code unread}. */
    public Answer scan() {
        return ask(new Question("scan"));
    }

    /** Any question about collisions, as the manual of the C library lists them. */
    public Answer ask(Question question) {
        return ask(question.toString());
    }

    /** The same, of a question that is written as JSON. */
    public Answer ask(String question) {
        return by.ask(C::gx_collision_answer, question);
    }
}
