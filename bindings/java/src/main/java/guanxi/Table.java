package guanxi;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Customers as columns: an Arrow array of the library's memory, read value by value.
 *
 * <p>Independent of what it was made from. Any number of threads may read it. Close it, or leave it
 * to the collector.
 */
public class Table implements AutoCloseable {
    private final Handle handle;
    private final List<String> names = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final long rows;

    /** A call that fills an Arrow array and its schema. */
    interface Filling {
        int fill(Pointer array, Pointer schema, long[] error);
    }

    Table(Filling filling) {
        Memory array = Struct.cleared(Struct.ARROW_ARRAY);
        Memory schema = Struct.cleared(Struct.ARROW_SCHEMA);
        Call.run(error -> filling.fill(array, schema, error));
        handle = new Handle(Pointer.nativeValue(array), pointer -> released(array, schema), "table");
        rows = array.getLong(0);
        for (int at = 0; at < array.getLong(32); at++) {
            Pointer of = schema.getPointer(40).getPointer(8L * at);
            names.add(of.getPointer(8).getString(0, "UTF-8"));
            columns.add(new Column(array.getPointer(48).getPointer(8L * at), of));
        }
    }

    private static void released(Memory array, Memory schema) {
        release(array, 64);
        release(schema, 56);
        array.close();
        schema.close();
    }

    /** Has the library take back what it gave, by the function that it gave for that. */
    private static void release(Pointer struct, long at) {
        Pointer how = struct.getPointer(at);
        if (how != null) {
            Function.getFunction(how).invokeVoid(new Object[] {struct});
        }
    }

    /** A column where it lies. */
    private static final class Column {
        final String format;
        final Pointer known;
        final Pointer values;
        final Pointer data;
        final long offset;
        final Column words;
        final Column items;

        Column(Pointer array, Pointer schema) {
            format = schema.getPointer(0).getString(0, "UTF-8");
            long buffers = array.getLong(24);
            Pointer at = array.getPointer(40);
            known = at.getPointer(0);
            values = buffers > 1 ? at.getPointer(8) : null;
            data = buffers > 2 ? at.getPointer(16) : null;
            offset = array.getLong(16);
            Pointer dictionary = array.getPointer(56);
            words = dictionary == null ? null : new Column(dictionary, schema.getPointer(48));
            items = array.getLong(32) == 0 ? null
                    : new Column(array.getPointer(48).getPointer(0), schema.getPointer(40).getPointer(0));
        }

        Object value(long row) {
            long at = offset + row;
            if (known != null && !bit(known, at)) {
                return null;
            }
            if (words != null) {
                return words.value(values.getInt(4 * at));
            }
            switch (format) {
                case "U": return Call.utf8(data, values.getLong(8 * at), values.getLong(8 * at + 8) - values.getLong(8 * at));
                case "b": return bit(values, at);
                case "l": return values.getLong(8 * at);
                case "g": return values.getDouble(8 * at);
                case "tdD": return LocalDate.ofEpochDay(values.getInt(4 * at));
                case "+L": return items(values.getLong(8 * at), values.getLong(8 * at + 8));
                default: return byPrefix(at);
            }
        }

        private Object byPrefix(long at) {
            if (format.startsWith("tsu:")) {
                return When.moment(values.getLong(8 * at));
            }
            if (format.startsWith("d:")) {
                return decimal(at);
            }
            throw new IllegalStateException("a column in the form `" + format + "` of Arrow cannot be read here");
        }

        /** Sixteen bytes, the lowest first. */
        private BigDecimal decimal(long at) {
            byte[] bytes = values.getByteArray(16 * at, 16);
            for (int low = 0, high = 15; low < high; low++, high--) {
                byte kept = bytes[low];
                bytes[low] = bytes[high];
                bytes[high] = kept;
            }
            return new BigDecimal(new BigInteger(bytes), Integer.parseInt(format.split(",")[1]));
        }

        private List<Object> items(long from, long until) {
            List<Object> out = new ArrayList<>();
            for (long item = from; item < until; item++) {
                out.add(items.value(item));
            }
            return out;
        }

        private static boolean bit(Pointer bits, long at) {
            return (bits.getByte(at / 8) >> at % 8 & 1) != 0;
        }
    }

    /** How many rows there are. */
    public long rows() {
        return rows;
    }

    /** The names of the columns in their order. */
    public List<String> names() {
        return Collections.unmodifiableList(names);
    }

    /**
     * The value in a row of a column; null where it is missing.
     *
     * <p>A String, Long, Double, Boolean, {@link BigDecimal}, {@link LocalDate}, {@link Instant}, or a
     * List of these.
     *
     * @throws IllegalArgumentException where there is no such column
     */
    public Object value(long row, String column) {
        int at = names.indexOf(column);
        if (at < 0) {
            throw new IllegalArgumentException("there is no column `" + column + "`; there are " + names);
        }
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException("row " + row + " of " + rows);
        }
        return handle.using(it -> columns.get(at).value(row));
    }

    /** Gives the memory back; a second time does nothing. */
    @Override
    public void close() {
        handle.close();
    }
}
