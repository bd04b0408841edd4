package guanxi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A lifecycle at the instant of a review. */
public final class Machine {
    public final String name;
    /** What people call it; its name where its author gave no label. */
    public final String label;
    public final String labelZh;
    /** Whether it runs once for each key, so that runs are counted instead of customers. */
    public final boolean isKeyed;
    /** For how many customers one of its definitions failed, who went on without it. */
    public final long troubles;
    /** By name, each after the one it is inside, the likely ones first. */
    public final Map<String, State> states;

    /** A state of a machine. */
    public static final class State {
        public final String name;
        public final String label;
        public final String labelZh;
        /** How many are in it, or in a state inside it. */
        public final long customers;
        /** The name of the state that it is inside, or null. */
        public final String inside;

        State(long review, long machine, long state) {
            long[] people = new long[1];
            long[] outer = new long[1];
            Call.run(error -> C.gx_state_customers(review, machine, state, people, outer, error));
            name = Call.borrowed(C.gx_state_name(review, machine, state));
            label = Call.borrowed(C.gx_state_label(review, machine, state, C.GX_EN));
            labelZh = Call.borrowed(C.gx_state_label(review, machine, state, C.GX_ZH));
            customers = people[0];
            inside = outer[0] == C.GX_OUTERMOST ? null
                    : Call.borrowed(C.gx_state_name(review, machine, outer[0]));
        }
    }

    Machine(long review, long index) {
        long[] count = new long[1];
        int[] keyed = new int[1];
        long[] failed = new long[1];
        Call.run(error -> C.gx_machine_states(review, index, count, keyed, failed, error));
        name = Call.borrowed(C.gx_machine_name(review, index));
        label = Call.borrowed(C.gx_machine_label(review, index, C.GX_EN));
        labelZh = Call.borrowed(C.gx_machine_label(review, index, C.GX_ZH));
        isKeyed = keyed[0] != 0;
        troubles = failed[0];
        Map<String, State> found = new LinkedHashMap<>();
        for (long state = 0; state < count[0]; state++) {
            State it = new State(review, index, state);
            found.put(it.name, it);
        }
        states = Collections.unmodifiableMap(found);
    }
}
