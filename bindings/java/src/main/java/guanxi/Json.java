package guanxi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Map;

/** JSON on its way to the library. */
public final class Json {
    private final String text;

    private Json(String text) {
        this.text = text;
    }

    /** A text that is JSON already, to stand in a {@link Question} as it is. */
    public static Json raw(String text) {
        return new Json(text);
    }

    /**
     * Rows as JSON Lines: a line for each map.
     *
     * @throws IllegalArgumentException for a value that JSON has no form for, by its row and key
     */
    public static String lines(Iterable<? extends Map<String, ?>> rows) {
        StringBuilder out = new StringBuilder();
        long row = 0;
        for (Map<String, ?> each : rows) {
            row++;
            try {
                out.append(Question.of(each)).append('\n');
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("row " + row + ": " + wrong.getMessage(), wrong);
            }
        }
        return out.toString();
    }

    static void write(StringBuilder out, Object value, String name) {
        if (value == null || value instanceof Boolean || value instanceof Question || value instanceof Json) {
            out.append(value);
        } else if (value instanceof CharSequence || value instanceof BigDecimal
                || value instanceof TemporalAccessor || value instanceof Character) {
            write(out, plain(value));
        } else if (value instanceof Long || value instanceof Integer || value instanceof Short
                || value instanceof Byte || value instanceof BigInteger) {
            out.append(value);
        } else if (value instanceof Double || value instanceof Float) {
            writeFraction(out, ((Number) value).doubleValue(), name);
        } else if (value instanceof Map) {
            out.append(Question.of((Map<?, ?>) value));
        } else if (value instanceof Iterable) {
            writeItems(out, (Iterable<?>) value, name);
        } else if (value instanceof Object[]) {
            writeItems(out, Arrays.asList((Object[]) value), name);
        } else {
            throw new IllegalArgumentException(
                    "`" + name + "` is a " + value.getClass().getName() + ", which JSON has no form for");
        }
    }

    private static String plain(Object value) {
        return value instanceof BigDecimal ? ((BigDecimal) value).toPlainString() : value.toString();
    }

    private static void writeFraction(StringBuilder out, double value, String name) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("`" + name + "` is " + value + ", which is no number");
        }
        out.append(value);
    }

    private static void writeItems(StringBuilder out, Iterable<?> items, String name) {
        out.append('[');
        String between = "";
        for (Object item : items) {
            out.append(between);
            write(out, item, name);
            between = ",";
        }
        out.append(']');
    }

    /** A text between quotes. */
    static void write(StringBuilder out, String text) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char it = text.charAt(at);
            if (it == '"' || it == '\\') {
                out.append('\\').append(it);
            } else if (it < ' ') {
                out.append(String.format("\\u%04x", (int) it));
            } else {
                out.append(it);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return text;
    }
}
