package guanxi;

import java.time.Instant;

/** A kind of events of a playbook, with how many there were. */
public final class Kind {
    public final String name;
    /** What people call it; its name where its author gave no label. */
    public final String label;
    public final String labelZh;
    public final long events;
    /** How many customers had one. */
    public final long customers;
    /** When the first and the last happened; null where there is none. */
    public final Instant first;
    public final Instant last;

    Kind(long review, long index) {
        long[] counts = new long[1];
        long[] people = new long[1];
        long[] began = new long[1];
        long[] ended = new long[1];
        Call.run(error -> C.gx_kind_events(review, index, counts, people, began, ended, error));
        name = Call.borrowed(C.gx_kind_name(review, index));
        label = Call.borrowed(C.gx_kind_label(review, index, C.GX_EN));
        labelZh = Call.borrowed(C.gx_kind_label(review, index, C.GX_ZH));
        events = counts[0];
        customers = people[0];
        first = moment(began[0]);
        last = moment(ended[0]);
    }

    private static Instant moment(long micros) {
        return micros == C.GX_TIME_NONE ? null : When.moment(micros);
    }
}
