package guanxi;

/**
 * What the library says: a JSON document, the same byte for byte from every language.
 *
 * <p>Read it by the JSON library that your product has; amounts and decimals are texts in it, so
 * that {@link java.math.BigDecimal} reads them exactly. For a single value none is needed: {@link
 * #text} and {@link #count} look one up.
 */
public final class Answer {
    private final String json;

    Answer(String json) {
        this.json = json;
    }

    /** The very text. */
    public String json() {
        return json;
    }

    /**
     * The value at a JSON pointer as a text: of a text what it says, of anything else its JSON.
     *
     * <p>{@code review.answer().text("/segments/0/name")}
     *
     * @throws GuanxiException bad_value where nothing stands there
     */
    public String text(String pointer) {
        byte[] document = Call.bytes(json, "json");
        byte[] at = Call.bytes(pointer, "pointer");
        return Call.text((out, error) ->
                C.gx_json_text(document, document.length, at, at.length, out, error));
    }

    /** How many items the array, or members the object, at a JSON pointer has. */
    public long count(String pointer) {
        byte[] document = Call.bytes(json, "json");
        byte[] at = Call.bytes(pointer, "pointer");
        return Call.out((out, error) ->
                C.gx_json_count(document, document.length, at, at.length, out, error));
    }

    @Override
    public String toString() {
        return json;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Answer && ((Answer) other).json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }
}
