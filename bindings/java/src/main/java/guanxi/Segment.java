package guanxi;

/** A segment of a playbook, with how many customers are in it. */
public final class Segment {
    public final String name;
    /** What people call it; its name where its author gave no label. */
    public final String label;
    public final String labelZh;
    public final long members;
    /** For how many its condition is an error; they are not in it. */
    public final long errors;

    Segment(long review, long index) {
        long[] inside = new long[1];
        long[] failed = new long[1];
        Call.run(error -> C.gx_segment_members(review, index, inside, failed, error));
        name = Call.borrowed(C.gx_segment_name(review, index));
        label = Call.borrowed(C.gx_segment_label(review, index, C.GX_EN));
        labelZh = Call.borrowed(C.gx_segment_label(review, index, C.GX_ZH));
        members = inside[0];
        errors = failed[0];
    }
}
