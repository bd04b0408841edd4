package guanxi;

/**
 * What was achieved, period by period, and how good that is.
 *
 * <p>{@link Store#kpis} makes one. Periods are named as {@code 2026-05}, {@code 2026-Q2}, {@code
 * 2026-W18} or {@code 2026}. Each question throws unknown_kpi, unknown_reference (no such
 * scorecard), malformed_value (no period), invalid_argument, schema_mismatch, io, busy.
 */
public final class Kpis {
    private final Asked by;

    Kpis(Asked by) {
        this.by = by;
    }

    /** Every KPI in the last period that is over, and in the one before. */
    public Answer list() {
        return ask(new Question("list"));
    }

    /** KPIs, all without names, in the last period that is over. */
    public Answer value(String... names) {
        return ask(named(new Question("value"), "kpis", names));
    }

    /** KPIs, all without names, in each period from one to another. */
    public Answer between(String from, String to, String... names) {
        return ask(named(new Question("value"), "kpis", names).put("from", from).put("to", to));
    }

    /** What was asked and achieved on each card, all without names, and what changed the scores. */
    public Answer scorecard(String... names) {
        return ask(named(new Question("scorecard"), "scorecards", names));
    }

    /** The same of one period. */
    public Answer scorecardOf(String period, String... names) {
        return ask(named(new Question("scorecard"), "scorecards", names).put("period", period));
    }

    /** Which groups of customers did how much of a change, each of {@code by} by itself. */
    public Answer why(String kpi, String from, String to, String... by) {
        return ask(new Question("why").put("kpi", kpi).put("from", from).put("to", to).put("by", by));
    }

    /**
     * Why the value of an order changed: prices, pieces, mix, or people who mind.
     *
     * <p>Further keys are {@code of} (the event kind), {@code amount}, {@code quantity}, {@code line}
     * and {@code order} (its fields): {@link #ask}.
     */
    public Answer orderValue(String from, String to) {
        return ask(new Question("order_value").put("from", from).put("to", to));
    }

    private static Question named(Question question, String key, String[] names) {
        return names.length == 0 ? question : question.put(key, names);
    }

    /** Any question about KPIs, as the manual of the C library lists them. */
    public Answer ask(Question question) {
        return ask(question.toString());
    }

    /** The same, of a question that is written as JSON. */
    public Answer ask(String question) {
        return by.ask(C::gx_kpi_answer, question);
    }
}
