package guanxi;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as columns, the fast way in.
 *
 * <p>Values are copied out of Java's memory once, so that the arrays may be changed or dropped
 * afterwards. Where a value is missing, {@code known} says false; it is null where none is. A text
 * may simply be null. Close it when it has been read; the collector does it otherwise.
 *
 * <pre>{@code
 * try (Columns rows = new Columns(2)) {
 *     rows.texts("kind", "purchase", "purchase").texts("customer", "C-1", "C-2")
 *         .texts("at", "2026-03-01", "2026-03-02").decimals("amount", new long[] {1250, 900}, 2, null);
 *     store.append(rows, When.BACKFILL, Reading.events());
 * }
 * }</pre>
 */
public final class Columns implements AutoCloseable {
    private final int rows;
    private final List<Column> columns = new ArrayList<>();
    private final List<Memory> held = new ArrayList<>();

    /** What a column is, where C finds it. */
    private static final class Column {
        final String name;
        final int kind;
        final Pointer values;
        Pointer offsets;
        Pointer known;
        Memory words;
        int nWords;
        int scale;

        Column(String name, int kind, Pointer values) {
            this.name = name;
            this.kind = kind;
            this.values = values;
        }
    }

    /** Columns of so many rows each. */
    public Columns(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("rows are 0 or more, not " + rows);
        }
        this.rows = rows;
    }

    /** How many rows each column has. */
    public int rows() {
        return rows;
    }

    /** Texts, null where one is missing. */
    public Columns texts(String name, String... values) {
        fits(name, values.length, null);
        boolean[] known = new boolean[rows];
        boolean isWhole = true;
        byte[][] bytes = new byte[rows][];
        long len = 0;
        for (int row = 0; row < rows; row++) {
            known[row] = values[row] != null;
            isWhole &= known[row];
            bytes[row] = known[row] ? Call.bytes(values[row], name) : new byte[0];
            len += bytes[row].length;
        }
        add(textColumn(name, bytes, len), isWhole ? null : known);
        return this;
    }

    private Column textColumn(String name, byte[][] texts, long len) {
        Memory data = hold(len);
        Memory offsets = hold(8L * (texts.length + 1));
        long at = 0;
        for (int row = 0; row < texts.length; row++) {
            data.write(at, texts[row], 0, texts[row].length);
            offsets.setLong(8L * row, at);
            at += texts[row].length;
        }
        offsets.setLong(8L * texts.length, at);
        Column column = new Column(name, C.GX_COLUMN_TEXT, data);
        column.offsets = offsets;
        return column;
    }

    /** Whole numbers. */
    public Columns integers(String name, long[] values, boolean[] known) {
        return longs(name, C.GX_COLUMN_INT64, values, known, 0);
    }

    /** Fractions; each means the shortest number that is read as it, so that 0.1 is one tenth. */
    public Columns fractions(String name, double[] values, boolean[] known) {
        fits(name, values.length, known);
        Memory data = hold(8L * rows);
        data.write(0, values, 0, rows);
        add(new Column(name, C.GX_COLUMN_FLOAT64, data), known);
        return this;
    }

    /** Decimals as whole numbers of their last place: 12.50 is 1250 with a scale of 2. */
    public Columns decimals(String name, long[] values, int scale, boolean[] known) {
        return longs(name, C.GX_COLUMN_DECIMAL, values, known, scale);
    }

    /** Instants: microseconds since 1970 in UTC. */
    public Columns instants(String name, long[] micros, boolean[] known) {
        return longs(name, C.GX_COLUMN_INSTANT, micros, known, 0);
    }

    /** Times of the playbook's clock: microseconds since 1970 on it. */
    public Columns locals(String name, long[] micros, boolean[] known) {
        return longs(name, C.GX_COLUMN_LOCAL, micros, known, 0);
    }

    /** Days since 1970-01-01. */
    public Columns days(String name, int[] days, boolean[] known) {
        return ints(name, C.GX_COLUMN_DATE, days, known);
    }

    /** Yes or no. */
    public Columns booleans(String name, boolean[] values, boolean[] known) {
        fits(name, values.length, known);
        byte[] bytes = new byte[rows];
        for (int row = 0; row < rows; row++) {
            bytes[row] = (byte) (values[row] ? 1 : 0);
        }
        Memory data = hold(rows);
        data.write(0, bytes, 0, rows);
        add(new Column(name, C.GX_COLUMN_BOOL, data), known);
        return this;
    }

    /** Texts of which few are different: positions among {@code words}, from 0. */
    public Columns codes(String name, int[] codes, String[] words, boolean[] known) {
        ints(name, C.GX_COLUMN_CODES, codes, known);
        byte[][] bytes = new byte[words.length][];
        long len = 0;
        for (int word = 0; word < words.length; word++) {
            bytes[word] = Call.bytes(words[word], name);
            len += bytes[word].length;
        }
        Column column = columns.get(columns.size() - 1);
        column.words = Struct.cleared(Struct.COLUMN);
        held.add(column.words);
        fill(Struct.among(column.words, Struct.COLUMN, 0, held), textColumn(name, bytes, len));
        column.nWords = words.length;
        return this;
    }

    private Columns longs(String name, int kind, long[] values, boolean[] known, int scale) {
        fits(name, values.length, known);
        Memory data = hold(8L * rows);
        data.write(0, values, 0, rows);
        Column column = new Column(name, kind, data);
        column.scale = scale;
        add(column, known);
        return this;
    }

    private Columns ints(String name, int kind, int[] values, boolean[] known) {
        fits(name, values.length, known);
        Memory data = hold(4L * rows);
        data.write(0, values, 0, rows);
        add(new Column(name, kind, data), known);
        return this;
    }

    private void fits(String name, int values, boolean[] known) {
        if (name == null) {
            throw new NullPointerException("a column has a name");
        }
        if (values != rows || known != null && known.length != rows) {
            throw new IllegalArgumentException("column `" + name + "` has " + values
                    + " values" + (known == null ? "" : " and says of " + known.length + " whether they are known")
                    + ", and there are " + rows + " rows");
        }
    }

    private void add(Column column, boolean[] known) {
        if (known != null) {
            byte[] bits = new byte[(rows + 7) / 8];
            for (int row = 0; row < rows; row++) {
                bits[row / 8] |= (byte) ((known[row] ? 1 : 0) << row % 8);
            }
            Memory data = hold(bits.length);
            data.write(0, bits, 0, bits.length);
            column.known = data;
        }
        columns.add(column);
    }

    private Memory hold(long size) {
        Memory memory = new Memory(Math.max(1, size));
        held.add(memory);
        return memory;
    }

    private static void fill(Struct struct, Column column) {
        struct.number(4, column.kind).text(8, column.name, "a column's name").pointer(24, column.values);
        struct.pointer(32, column.offsets).pointer(40, column.known).pointer(48, column.words);
        struct.number(56, (long) column.nWords).number(64, column.scale);
    }

    /** How many columns there are. */
    int count() {
        return columns.size();
    }

    /** The columns as C has them, valid as long as this is open. */
    Memory structs() {
        if (columns.isEmpty() && rows > 0) {
            throw new IllegalArgumentException("there are " + rows + " rows and no column, or the columns are closed");
        }
        Memory structs = Struct.cleared(Math.max(1, (long) Struct.COLUMN * columns.size()));
        held.add(structs);
        for (int at = 0; at < columns.size(); at++) {
            fill(Struct.among(structs, Struct.COLUMN, at, held), columns.get(at));
        }
        return structs;
    }

    /** Uses them as a table of C. */
    <T> T using(Reading reading, java.util.function.Function<Pointer, T> use) {
        try (Struct table = new Struct(Struct.TABLE)) {
            into(table, reading);
            return use.apply(table.memory());
        }
    }

    /** Fills a table of C. */
    void into(Struct table, Reading reading) {
        reading.into(table);
        table.pointer(40, structs()).number(48, (long) count()).number(56, (long) rows);
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        columns.clear();
        held.forEach(Memory::close);
        held.clear();
    }
}
