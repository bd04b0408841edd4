package guanxi;

import com.sun.jna.Memory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who came into each state of a machine and who went out, in one period. */
public final class Period {
    /** From when on, and until just before when. */
    public final Instant since;
    public final Instant until;
    /** Whether it is not over at the instant of the review. */
    public final boolean isSoFar;
    /** By the name of the state, in the order of the machine's states. */
    public final Map<String, Balance> balances;

    /**
     * Of one state in one period: {@code opening} + {@code began} + {@code entered} - {@code left} -
     * {@code erased} = {@code closing}.
     */
    public static final class Balance {
        /** Who was there before the period. */
        public final long opening;
        /** Who was first known there. */
        public final long began;
        public final long entered;
        public final long left;
        /** Who was erased while there. */
        public final long erased;
        /** Who was there at the end, or at the instant of the review where that is earlier. */
        public final long closing;

        private Balance(Memory room, long at) {
            opening = room.getLong(at);
            began = room.getLong(at + 8);
            entered = room.getLong(at + 16);
            left = room.getLong(at + 24);
            erased = room.getLong(at + 32);
            closing = room.getLong(at + 40);
        }
    }

    private Period(Instant since, Instant until, boolean isSoFar, Map<String, Balance> balances) {
        this.since = since;
        this.until = until;
        this.isSoFar = isSoFar;
        this.balances = Collections.unmodifiableMap(balances);
    }

    static Period of(long review, String machine, String every, long at) {
        byte[] which = Call.bytesIf(machine, "machine");
        byte[] unit = Call.bytes(every, "every");
        // A name that no machine has is told by the library.
        List<String> states = states(review, machine);
        long[] from = new long[1];
        long[] to = new long[1];
        try (Memory room = Struct.cleared(Math.max(1, (long) Struct.BALANCE * states.size()))) {
            Call.run(error -> C.gx_machine_balance(review, which, Call.length(which), unit, unit.length,
                    at, room, states.size(), from, to, error));
            Map<String, Balance> balances = new LinkedHashMap<>();
            for (int state = 0; state < states.size(); state++) {
                balances.put(states.get(state), new Balance(room, (long) Struct.BALANCE * state));
            }
            boolean isSoFar = C.gx_review_as_of(review) < to[0];
            return new Period(When.moment(from[0]), When.moment(to[0]), isSoFar, balances);
        }
    }

    /** The states of a machine, or of the only one. */
    private static List<String> states(long review, String machine) {
        long machines = C.gx_machine_count(review);
        for (long index = 0; index < machines; index++) {
            String name = Call.borrowed(C.gx_machine_name(review, index));
            if (name.equals(machine) || machine == null && machines == 1) {
                return new ArrayList<>(new Machine(review, index).states.keySet());
            }
        }
        return Collections.emptyList();
    }
}
