package guanxi;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/**
 * A struct of the C library, written field by field.
 *
 * <p>Offsets are those of 64 bits, which {@link Library} asks for; the header's test holds them to
 * what C compilers make of the structs.
 */
final class Struct implements AutoCloseable {
    static final int APPEND_OPTIONS = 48;
    static final int REVIEW_OPTIONS = 24;
    static final int COLUMN = 72;
    static final int TABLE = 88;
    static final int BALANCE = 48;
    static final int ARROW_ARRAY = 80;
    static final int ARROW_SCHEMA = 72;

    private final Memory memory;
    private final long from;
    private final List<Memory> texts;

    /** One struct, zeroed, that says its own size. */
    Struct(int size) {
        this(cleared(size), 0, new ArrayList<>());
        number(0, size);
    }

    private Struct(Memory memory, long from, List<Memory> texts) {
        this.memory = memory;
        this.from = from;
        this.texts = texts;
    }

    /** Memory with zeroes in it. */
    static Memory cleared(long size) {
        Memory memory = new Memory(size);
        memory.clear();
        return memory;
    }

    /** One of several in a row. */
    static Struct among(Memory memory, int size, int index, List<Memory> texts) {
        return new Struct(memory, (long) size * index, texts).number(0, size);
    }

    Struct number(long at, int value) {
        memory.setInt(from + at, value);
        return this;
    }

    Struct number(long at, long value) {
        memory.setLong(from + at, value);
        return this;
    }

    Struct pointer(long at, Pointer value) {
        memory.setPointer(from + at, value);
        return this;
    }

    /** A text, and how long it is; nothing where there is none. */
    Struct text(long at, String value, String name) {
        if (value != null) {
            byte[] bytes = Call.bytes(value, name);
            Memory text = new Memory(Math.max(1, bytes.length));
            text.write(0, bytes, 0, bytes.length);
            texts.add(text);
            pointer(at, text);
            number(at + 8, (long) bytes.length);
        }
        return this;
    }

    Memory memory() {
        return memory;
    }

    @Override
    public void close() {
        texts.forEach(Memory::close);
        memory.close();
    }
}
