package guanxi;

import java.math.BigDecimal;
import java.util.Map;

/**
 * A JSON object that is written key by key, for hosts that have no JSON library.
 *
 * <p>Values are texts, numbers, booleans, null, times of {@code java.time}, {@link BigDecimal} (as a
 * text, so that nothing is lost), arrays, iterables and maps of these, other questions, and {@link
 * Json} that is written already.
 */
public final class Question {
    private final StringBuilder out = new StringBuilder("{");

    /** An object without keys. */
    public Question() {}

    /** The question of this name: its key {@code ask}. */
    public Question(String ask) {
        put("ask", ask);
    }

    /**
     * Adds a key.
     *
     * @throws IllegalArgumentException for a value that JSON has no form for, by its key
     */
    public Question put(String key, Object value) {
        if (out.length() > 1) {
            out.append(',');
        }
        Json.write(out, key);
        out.append(':');
        Json.write(out, value, key);
        return this;
    }

    /** Adds a key where there is something to say. */
    public Question putIf(String key, Object value) {
        return value == null ? this : put(key, value);
    }

    /** An object of a map, in its order. */
    static Question of(Map<?, ?> map) {
        Question question = new Question();
        map.forEach((key, value) -> question.put(String.valueOf(key), value));
        return question;
    }

    /** The JSON text. */
    @Override
    public String toString() {
        return out + "}";
    }
}
