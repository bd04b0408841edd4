package guanxi;

import com.sun.jna.Pointer;
import java.nio.file.Path;

/**
 * A store: the facts of one tenant, in a file or in memory.
 *
 * <p>One call at a time, from any thread; a second one at the same time is a {@link
 * GuanxiException} (handle_in_use). Several stores may be open on one file, in several processes
 * too. {@link #close} closes the file; what was appended is on the disk already.
 */
public final class Store implements AutoCloseable {
    final Handle handle;
    final Language language;
    private final Playbook playbook;

    private Store(Handle handle, Playbook playbook, Language language) {
        this.handle = handle;
        this.playbook = playbook;
        this.language = language;
    }

    private static Store made(long pointer, Playbook playbook) {
        return new Store(new Handle(pointer, C::gx_store_free, "store"), playbook, Language.ENGLISH);
    }

    /**
     * Opens the store in a file, or makes one where there is no file.
     *
     * <p>The schema of the playbook is recorded in the file; one that adds kinds or nullable
     * attributes to the recorded one is recorded too.
     *
     * @throws GuanxiException schema_mismatch, not_a_store, newer_store, io, read_only, disk_full,
     *     busy, corrupt
     */
    public static Store open(Path path, Playbook playbook) {
        byte[] name = Call.bytes(path.toString(), "path");
        return made(playbook.handle.out((it, out, error) ->
                C.gx_store_open(name, name.length, it, out, error)), playbook);
    }

    /** The same; no file is made and nothing is recorded. */
    public static Store openReadOnly(Path path, Playbook playbook) {
        byte[] name = Call.bytes(path.toString(), "path");
        return made(playbook.handle.out((it, out, error) ->
                C.gx_store_open_read_only(name, name.length, it, out, error)), playbook);
    }

    /** Makes a store without facts that is gone when it is closed. */
    public static Store inMemory(Playbook playbook) {
        return made(playbook.handle.out(C::gx_store_in_memory), playbook);
    }

    /** The same store, answering in another language: close either. */
    public Store in(Language language) {
        return new Store(handle, playbook, language);
    }

    /**
     * Records facts, in one transaction, with a verdict for every row.
     *
     * <p>{@code lines} are JSON Lines, as {@link Json#lines} makes of maps. {@code seen} is when they
     * were learnt: an instant, never before that of an earlier call, or {@link When#BACKFILL}.
     *
     * <p>A row that cannot be a fact is refused with its reason, keeps no other from being recorded,
     * and throws nothing: the answer says so. It has {@code verdicts} ({@code new}, {@code same},
     * {@code pending}, {@code conflict}, {@code refused}) and the first rows of {@code not_recorded}
     * with reasons. Recording the same rows again changes nothing.
     *
     * @throws GuanxiException, and nothing was recorded: seen_decreases, read_only, disk_full, busy,
     *     io; 2001 to 2014 of a mapping
     */
    public Answer append(String lines, When seen, Reading reading) {
        byte[] rows = Call.bytes(lines, "lines");
        long learnt = seen.seen(playbook);
        return reading.using(language, options -> handle.answer((it, out, error) ->
                C.gx_store_append_lines(it, rows, rows.length, learnt, options, out, error)));
    }

    /** The same of events, with the names of the schema. */
    public Answer append(String lines, When seen) {
        return append(lines, seen, Reading.events());
    }

    /** The same of columns, which is the fast way for many rows. */
    public Answer append(Columns rows, When seen, Reading reading) {
        long learnt = seen.seen(playbook);
        Pointer columns = rows.structs();
        return reading.using(language, options -> handle.answer((it, out, error) ->
                C.gx_store_append_columns(it, columns, rows.count(), rows.rows(), learnt, options, out, error)));
    }

    /**
     * Answers every question of a playbook about these facts.
     *
     * @param asOf the instant of the answers; null: the first local midnight after the last fact
     * @throws GuanxiException schema_mismatch, time_out_of_range, malformed_value, invalid_argument,
     *     io, busy, corrupt
     */
    public Review review(Playbook playbook, When asOf) {
        return review(playbook, asOf, null, 1);
    }

    /** The same, without facts learnt after {@code knownAt}; {@code threads} change no answer. */
    public Review review(Playbook playbook, When asOf, When knownAt, int threads) {
        long at = When.microsIf(playbook, asOf);
        try (Struct options = Review.options(threads)) {
            if (knownAt != null) {
                options.number(8, 1).number(16, knownAt.micros(playbook));
            }
            long made = with(playbook, (store, book, out, error) ->
                    C.gx_review_create(store, book, at, options.memory(), out, error));
            return new Review(made, playbook, language, new Answer("[]"));
        }
    }

    /** A call with the store and a playbook. */
    interface Both {
        int call(long store, long playbook, long[] out, long[] error);
    }

    long with(Playbook playbook, Both call) {
        return playbook.handle.using(book ->
                handle.out((it, out, error) -> call.call(it, book, out, error)));
    }

    Answer answer(Playbook playbook, Both call) {
        return new Answer(Call.taken(with(playbook, call)));
    }

    /**
     * One customer in full: attributes, consents, events, and each segment with the reason.
     *
     * <p>Loads the facts of this customer alone, so it is the way for one page on a screen.
     *
     * @throws GuanxiException unknown_customer, schema_mismatch, time_out_of_range, io, busy
     */
    public Answer customer(Playbook playbook, String id, When asOf) {
        return customer(playbook, id, asOf, null);
    }

    /** The same, without facts learnt after {@code knownAt}. */
    public Answer customer(Playbook playbook, String id, When asOf, When knownAt) {
        byte[] who = Call.bytes(id, "id");
        long at = asOf.micros(playbook);
        long known = When.microsIf(playbook, knownAt);
        return answer(playbook, (it, book, out, error) -> C.gx_customer_load(
                it, book, at, known, who, who.length, language.number, out, error));
    }

    /** One customer's way through the machines of a playbook. */
    public Journey journey(Playbook playbook, String id, When asOf) {
        return journey(playbook, id, asOf, null);
    }

    /** The same, without facts learnt after {@code knownAt}. */
    public Journey journey(Playbook playbook, String id, When asOf, When knownAt) {
        return new Journey(new Asked(this, playbook, asOf, knownAt), id);
    }

    /** Who is in which segment, since when, until when, and why; of null, after the last fact. */
    public Segments segments(Playbook playbook, When asOf) {
        return segments(playbook, asOf, null);
    }

    /** The same, without facts learnt after {@code knownAt}. */
    public Segments segments(Playbook playbook, When asOf, When knownAt) {
        return new Segments(new Asked(this, playbook, asOf, knownAt));
    }

    /** What customers are worth, in which tiers they are, and why; of null, after the last fact. */
    public Values values(Playbook playbook, When asOf) {
        return values(playbook, asOf, null);
    }

    /** The same, without facts learnt after {@code knownAt}. */
    public Values values(Playbook playbook, When asOf, When knownAt) {
        return new Values(new Asked(this, playbook, asOf, knownAt));
    }

    /** What was achieved, period by period, and how good that is; of null, after the last fact. */
    public Kpis kpis(Playbook playbook, When asOf) {
        return kpis(playbook, asOf, null);
    }

    /** The same, without facts learnt after {@code knownAt}. */
    public Kpis kpis(Playbook playbook, When asOf, When knownAt) {
        return new Kpis(new Asked(this, playbook, asOf, knownAt));
    }

    /** Who is a customer already, and who is there twice; of null, after the last fact. */
    public Collisions collisions(Playbook playbook, When asOf) {
        return collisions(playbook, asOf, null);
    }

    /** The same, without facts learnt after {@code knownAt}. */
    public Collisions collisions(Playbook playbook, When asOf, When knownAt) {
        return new Collisions(new Asked(this, playbook, asOf, knownAt));
    }

    /** What follows from facts and from time, by one playbook. */
    public Followed follow(Playbook playbook) {
        return new Followed(this, playbook);
    }

    /** Tables that the host goes on changing, to be followed and reconciled. */
    public Feeds feeds(Playbook playbook) {
        return new Feeds(this, playbook);
    }

    /** What the store holds: {@code kinds}, {@code first_at}, {@code last_at}, {@code last_sequence}, {@code last_seen}. */
    public Answer statistics() {
        return handle.answer(C::gx_store_statistics);
    }

    /** Checks that nothing is damaged or missing: look at {@code sound}. Several passes over the file. */
    public Answer verify() {
        return handle.answer((it, out, error) -> C.gx_store_verify(it, language.number, out, error));
    }

    /**
     * Carries out what a person decided or asks for.
     *
     * <p>The command is an object with one key: {@code {"merge": {"from": "C-2", "into": "C-1"}}},
     * {@code unmerge}, {@code override}, {@code retract}, {@code claim}, {@code release}, {@code
     * transfer}, {@code extend}. It holds from {@code at} on, a day from its first moment; {@code
     * seen} is when it was given. Reading, deciding and recording is one transaction: of two who
     * claim one customer, one gets it. A refusal throws nothing: look at {@code decision}.
     *
     * @throws GuanxiException unknown_customer, unknown_machine, unknown_state, conflict,
     *     invalid_argument, seen_decreases, busy, io
     */
    public Answer command(Playbook playbook, String command, When at, When seen) {
        byte[] said = Call.bytes(command, "command");
        long from = at.start(playbook);
        long learnt = seen.seen(playbook);
        return answer(playbook, (it, book, out, error) -> C.gx_store_command(
                it, book, said, said.length, from, learnt, language.number, out, error));
    }

    /**
     * Says who acts through this store from now on, and why; it is entered into the audit trail with
     * every command, adoption, erasure and restriction. Null: nobody says.
     */
    public void sign(String actor, String reason) {
        byte[] who = Call.bytesIf(actor, "actor");
        byte[] why = Call.bytesIf(reason, "reason");
        handle.using(it -> {
            Call.run(error -> C.gx_store_sign(it, who, Call.length(who), why, Call.length(why), error));
            return null;
        });
    }

    /**
     * Erases a customer, and all that are merged with it, from the file too.
     *
     * <p>From {@code at} on, a day from its first moment, nobody is there; facts about the erased are
     * refused. What it came to: {@code ids}, {@code facts}, {@code events}, {@code mentions}, {@code
     * wiped} and {@code at}.
     *
     * @throws GuanxiException unknown_customer, busy, read_only, disk_full, io
     */
    public Answer erase(String id, When at) {
        return erase(id, at, false);
    }

    /** What {@link #erase} would do: nothing is erased. */
    public Answer tryErase(String id, When at) {
        return erase(id, at, true);
    }

    private Answer erase(String id, When at, boolean isTrial) {
        byte[] who = Call.bytes(id, "id");
        long from = at.start(playbook);
        return handle.answer((it, out, error) ->
                C.gx_store_erase(it, who, who.length, from, isTrial ? 1 : 0, out, error));
    }

    /** The list of erasures, to be kept with the backups: no id can be read from a {@code mark}. */
    public Answer erasures() {
        return handle.answer(C::gx_store_erasures);
    }

    /** Erases everybody on such a list, as after the restore of an older backup. */
    public Answer eraseListed(String erasures) {
        byte[] list = Call.bytes(erasures, "erasures");
        return handle.answer((it, out, error) ->
                C.gx_store_erase_listed(it, list, list.length, out, error));
    }

    /**
     * Copies the store, while it is in use, into a new file, which appears under its name only when it
     * is complete and was checked.
     *
     * @throws GuanxiException io where the name is taken; invalid_argument for a store in memory
     */
    public void backup(Path path) {
        byte[] name = Call.bytes(path.toString(), "path");
        handle.using(it -> {
            Call.run(error -> C.gx_store_backup(it, name, name.length, error));
            return null;
        });
    }

    /** Whether it was closed; any other call then throws. */
    public boolean isClosed() {
        return handle.isClosed();
    }

    /** Closes the file, when the last call that is running has ended; a second time does nothing. */
    @Override
    public void close() {
        handle.close();
    }
}
