package guanxi;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * What is freed once, and never while a call is using it.
 *
 * <p>{@link #close} frees at once, or when the last of the calls that are running ends; a call that
 * begins later throws. A handle that nobody closes is freed after the collector took it.
 */
final class Handle {
    /** One bit says that it was closed, the others count the calls that are running. */
    private static final int CLOSED = 1 << 30;

    private final Freed freed;
    private final String noun;
    private final AtomicInteger state = new AtomicInteger();

    Handle(long pointer, LongConsumer free, String noun) {
        this.freed = new Freed(this, pointer, free);
        this.noun = noun;
    }

    /** A call that uses the handle and has one output. */
    interface Using {
        int call(long handle, long[] out, long[] error);
    }

    /** A call that uses the handle, whose outputs the caller has room for. */
    interface Doing<T> {
        T with(long handle);
    }

    /** Uses the handle, which stays meanwhile. */
    <T> T using(Doing<T> doing) {
        enter();
        try {
            return doing.with(freed.pointer);
        } finally {
            leave();
        }
    }

    long out(Using call) {
        return using(handle -> Call.out((out, error) -> call.call(handle, out, error)));
    }

    String text(Using call) {
        return Call.taken(out(call));
    }

    Answer answer(Using call) {
        return new Answer(text(call));
    }

    private void enter() {
        while (true) {
            int now = state.get();
            if ((now & CLOSED) != 0) {
                throw GuanxiException.closed(noun);
            }
            if (state.compareAndSet(now, now + 1)) {
                return;
            }
        }
    }

    private void leave() {
        if (state.decrementAndGet() == CLOSED) {
            freed.free();
        }
    }

    boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    /** Frees the handle; a second time does nothing. */
    void close() {
        while (true) {
            int now = state.get();
            if ((now & CLOSED) != 0) {
                return;
            }
            if (state.compareAndSet(now, now | CLOSED)) {
                if (now == 0) {
                    freed.free();
                }
                return;
            }
        }
    }

    /** What is left of a handle when the collector has taken it: how it is freed. */
    private static final class Freed extends PhantomReference<Handle> {
        private static final ReferenceQueue<Handle> FORGOTTEN = new ReferenceQueue<>();
        private static final Set<Freed> ALIVE = ConcurrentHashMap.newKeySet();

        static {
            Thread collector = new Thread(Freed::collect, "guanxi-forgotten");
            collector.setDaemon(true);
            collector.start();
        }

        final long pointer;
        private final LongConsumer free;

        Freed(Handle handle, long pointer, LongConsumer free) {
            super(handle, FORGOTTEN);
            this.pointer = pointer;
            this.free = free;
            ALIVE.add(this);
        }

        /** Whoever takes it off the list frees it, so that it is freed once. */
        void free() {
            if (ALIVE.remove(this)) {
                clear();
                free.accept(pointer);
            }
        }

        private static void collect() {
            while (true) {
                try {
                    ((Freed) FORGOTTEN.remove()).free();
                } catch (InterruptedException stopped) {
                    return;
                }
            }
        }
    }
}
