package guanxi;

/** Customers as columns, and what was counted meanwhile. */
public final class Reported extends Table {
    private final Answer report;

    Reported(Filling filling, long[] report) {
        super(filling);
        this.report = new Answer(Call.taken(report[0]));
    }

    /** What became of everything that was read: {@code audit} and {@code excluded}, or totals. */
    public Answer report() {
        return report;
    }
}
