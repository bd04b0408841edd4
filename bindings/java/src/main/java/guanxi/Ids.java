package guanxi;

import com.sun.jna.Pointer;
import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * Ids of customers, ascending by bytes. They stay in one piece of the library's memory, and a text
 * is made when it is asked for. Never changes; any thread.
 */
public final class Ids extends AbstractList<String> implements RandomAccess {
    private final Handle handle;
    private final Pointer offsets;
    private final Pointer data;
    private final int size;

    Ids(long pointer) {
        handle = new Handle(pointer, C::gx_ids_free, "ids");
        size = Math.toIntExact(C.gx_ids_count(pointer));
        offsets = C.gx_ids_offsets(pointer);
        data = C.gx_ids_data(pointer);
    }

    @Override
    public String get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("id " + index + " of " + size);
        }
        return handle.using(it -> {
            long from = offsets.getLong(8L * index);
            return Call.utf8(data, from, offsets.getLong(8L * index + 8) - from);
        });
    }

    @Override
    public int size() {
        return size;
    }
}
