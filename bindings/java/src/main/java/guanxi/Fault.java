package guanxi;

/**
 * One thing that is wrong, as it stands in the input.
 *
 * <p>What is not known is null, or -1 of {@link #start} and {@link #end}.
 */
public final class Fault {
    /** A number that is never reused. */
    public final int code;
    /** The same in a word, as {@code unknown_name}. */
    public final String name;
    /** What is wrong. */
    public final String message;
    /** What is wrong, in Chinese. */
    public final String messageZh;
    /** The place: a JSON pointer into a document, or {@code TABLE:ROW/COLUMN}. */
    public final String pointer;
    /** The first byte (of UTF-8) that is meant: of the text at the pointer, or of the expression. */
    public final long start;
    /** The byte after the last one. */
    public final long end;
    /** What to do. */
    public final String hint;
    /** What to do, in Chinese. */
    public final String hintZh;

    Fault(long error, long index) {
        long[] from = {-1};
        long[] until = {-1};
        C.gx_error_span(error, index, from, until);
        code = C.gx_error_code(error, index);
        name = Call.borrowed(C.gx_error_name(error, index));
        message = Call.borrowed(C.gx_error_message(error, index, C.GX_EN));
        messageZh = Call.borrowed(C.gx_error_message(error, index, C.GX_ZH));
        pointer = Call.borrowed(C.gx_error_pointer(error, index));
        hint = Call.borrowed(C.gx_error_hint(error, index, C.GX_EN));
        hintZh = Call.borrowed(C.gx_error_hint(error, index, C.GX_ZH));
        start = from[0];
        end = until[0];
    }

    Fault(int code, String name, String message, String messageZh) {
        this.code = code;
        this.name = name;
        this.message = message;
        this.messageZh = messageZh;
        pointer = null;
        hint = null;
        hintZh = null;
        start = -1;
        end = -1;
    }

    /** The fault on up to three lines: what, where, and what to do. */
    public String show(Language language) {
        boolean chinese = language == Language.CHINESE;
        StringBuilder out = new StringBuilder();
        out.append(code).append(' ').append(name).append(": ").append(chinese ? messageZh : message);
        if (pointer != null && !pointer.isEmpty()) {
            out.append("\n  --> ").append(pointer);
        }
        String what = chinese ? hintZh : hint;
        if (what != null) {
            out.append("\n   = ").append(what);
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return show(Language.ENGLISH);
    }
}
