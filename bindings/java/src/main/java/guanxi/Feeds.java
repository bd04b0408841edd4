package guanxi;

import java.util.Map;

/** Tables of the host that are followed row by row. {@link Store#feeds} makes one. */
public final class Feeds {
    private final Store store;
    private final Playbook playbook;

    Feeds(Store store, Playbook playbook) {
        this.store = store;
        this.playbook = playbook;
    }

    /**
     * Works out which rows are new, changed, gone or missing, and records that.
     *
     * <p>{@code lines} are JSON Lines whose keys are the host's columns; the mapping says under {@code
     * sync} of this table which rows they are: {@code append}, {@code changes} or {@code snapshot}.
     * {@code seen} is when they were read from the host. Further keys of the question are {@code
     * follow}, {@code backfill}, {@code host_restored}, {@code most_gone}, {@code from} and {@code to}:
     * {@link #ask}.
     *
     * <p>The answer counts rows ({@code new}, {@code changed}, {@code unchanged}, {@code gone}, {@code
     * older}, {@code not_recorded}), says how far the host was read ({@code cursor}), and lists the
     * first rows that were {@code refused}, with reasons.
     *
     * @throws GuanxiException, and nothing was recorded: too_many_gone, seen_decreases, read_only,
     *     disk_full, busy, io; 2001 to 2014 of a mapping
     */
    public Answer sync(String lines, String table, String mapping, When seen) {
        return ask(new Question("sync").put("table", table).put("mapping", Json.raw(mapping)), lines, seen);
    }

    /** Which tables are followed, how many rows each has, and how far it was read. */
    public Answer list() {
        return ask(new Question("feeds"), null, null);
    }

    /**
     * The host's counts and sums beside those of the store: look at {@code agrees}.
     *
     * <p>Each figure has a {@code kind} and, where wanted, a {@code source}, a {@code period}, a {@code
     * count} and {@code sums} by field, as texts.
     */
    public Answer reconcile(Iterable<? extends Map<String, ?>> figures) {
        return ask(new Question("reconcile").put("figures", figures), null, null);
    }

    /** Any question about feeds; {@code lines} and {@code seen} are null where it asks for none. */
    public Answer ask(Question question, String lines, When seen) {
        return ask(question.toString(), lines, seen);
    }

    /** The same, of a question that is written as JSON. */
    public Answer ask(String question, String lines, When seen) {
        byte[] asked = Call.bytes(question, "the question");
        byte[] rows = Call.bytesIf(lines == null || lines.isEmpty() ? null : lines, "lines");
        long learnt = seen == null ? 0 : seen.micros(playbook);
        return store.answer(playbook, (it, book, out, error) -> C.gx_store_feed(it, book, asked,
                asked.length, rows, Call.length(rows), learnt, store.language.number, out, error));
    }
}
