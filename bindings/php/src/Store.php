<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * A store: the facts of one tenant, in a file or in memory.
 *
 * Several stores may be open on one file, in several processes too. `close`, or the end of the last
 * reference, closes the file; what was appended is on the disk already. A store belongs to the process
 * that opened it: after a fork, open it again.
 *
 * An instant is a time of PHP or a text; see `Playbook::time`.
 */
final class Store
{
    private Language $language = Language::English;

    private function __construct(private readonly Handle $handle, private readonly Playbook $playbook)
    {
    }

    /**
     * Opens the store in a file, or makes one where there is no file.
     *
     * The schema of the playbook is recorded in the file; one that adds kinds or nullable attributes to
     * the recorded one is recorded too.
     *
     * @throws GuanxiException schema_mismatch, not_a_store, newer_store, io, read_only, disk_full, busy,
     *                         corrupt
     */
    public static function open(string $path, Playbook $playbook): self
    {
        return self::made('gx_store_open', $playbook, ...Call::bytes($path));
    }

    /** The same; no file is made and nothing is recorded. */
    public static function openReadOnly(string $path, Playbook $playbook): self
    {
        return self::made('gx_store_open_read_only', $playbook, ...Call::bytes($path));
    }

    /** Makes a store without facts that is gone when it is closed. */
    public static function inMemory(Playbook $playbook): self
    {
        return self::made('gx_store_in_memory', $playbook);
    }

    private static function made(string $function, Playbook $playbook, mixed ...$where): self
    {
        $made = Call::made('gx_store', $function, ...[...$where, $playbook->handle->pointer()]);

        return new self(new Handle($made, 'gx_store_free', 'store'), $playbook);
    }

    /** The same store, answering in another language: close either. */
    public function in(Language $language): self
    {
        $other = clone $this;
        $other->language = $language;

        return $other;
    }

    /**
     * Records facts, in one transaction, with a verdict for every row.
     *
     * `rows` are arrays by key, JSON Lines, or columns. `seen` is when they were learnt: an instant,
     * never before that of an earlier call, or `backfill` where history is filled in.
     *
     * A row that cannot be a fact is refused with its reason, keeps no other from being recorded, and
     * throws nothing: the answer says so. It has `verdicts` (`new`, `same`, `pending`, `conflict`,
     * `refused`) and the first rows of `not_recorded` with reasons. Recording the same rows again changes
     * nothing.
     *
     * @throws GuanxiException, and nothing was recorded: seen_decreases, read_only, disk_full, busy, io;
     *                          2001 to 2014 of a mapping
     */
    public function append(
        string|iterable|Columns $rows,
        string|\DateTimeInterface $seen,
        Reading $reading = new Reading(),
    ): Answer {
        [$options, $kept] = $reading->options($this->language);
        $learnt = When::seen($this->playbook, $seen);
        $store = $this->handle->pointer();
        if ($rows instanceof Columns) {
            [$structs, $held] = $rows->structs();
            $first = $structs === null ? null : \FFI::addr($structs[0]);

            return Call::answer('gx_store_append_columns', $store, $first, $rows->count(), $rows->rows, $learnt, $options);
        }

        return Call::answer('gx_store_append_lines', $store, ...[...Call::bytes(Json::lines($rows)), $learnt, $options]);
    }

    /**
     * Answers every question of a playbook about these facts.
     *
     * Without `asOf`, at the first local midnight after the last fact. Facts learnt after `knownAt` are
     * left out. `threads`, up to 1024, change no answer.
     *
     * @throws GuanxiException schema_mismatch, time_out_of_range, malformed_value, invalid_argument, io,
     *                         busy, corrupt
     */
    public function review(
        Playbook $playbook,
        string|\DateTimeInterface|null $asOf = null,
        string|\DateTimeInterface|null $knownAt = null,
        int $threads = 1,
    ): Review {
        $options = Review::options($threads);
        if ($knownAt !== null) {
            $options->has_known_at = 1;
            $options->known_at = When::micros($playbook, $knownAt);
        }
        $by = [$this->handle->pointer(), $playbook->handle->pointer(), When::micros($playbook, $asOf), \FFI::addr($options)];

        return new Review(Call::made('gx_review', 'gx_review_create', ...$by), $playbook, $this->language, new Answer('[]'));
    }

    /**
     * One customer in full: attributes, consents, events, and each segment with the reason.
     *
     * Loads the facts of this customer alone, so it is the way for one page on a screen.
     *
     * @throws GuanxiException unknown_customer, schema_mismatch, time_out_of_range, io, busy
     */
    public function customer(
        Playbook $playbook,
        string $id,
        string|\DateTimeInterface $asOf,
        string|\DateTimeInterface|null $knownAt = null,
    ): Answer {
        $by = $this->asked($playbook, $asOf, $knownAt);

        return $by->call('gx_customer_load', ...[...Call::bytes($id), $this->language->value]);
    }

    /** One customer's way through the machines of a playbook. */
    public function journey(
        Playbook $playbook,
        string $id,
        string|\DateTimeInterface $asOf,
        string|\DateTimeInterface|null $knownAt = null,
    ): Journey {
        return new Journey($this->asked($playbook, $asOf, $knownAt), $id);
    }

    /** Who is in which segment, since when, until when, and why; without `asOf`, after the last fact. */
    public function segments(
        Playbook $playbook,
        string|\DateTimeInterface|null $asOf = null,
        string|\DateTimeInterface|null $knownAt = null,
    ): Segments {
        return new Segments($this->asked($playbook, $asOf, $knownAt));
    }

    /** What customers are worth, in which tiers they are, and why; without `asOf`, after the last fact. */
    public function values(
        Playbook $playbook,
        string|\DateTimeInterface|null $asOf = null,
        string|\DateTimeInterface|null $knownAt = null,
    ): Values {
        return new Values($this->asked($playbook, $asOf, $knownAt));
    }

    /** What was achieved, period by period, and how good that is; without `asOf`, after the last fact. */
    public function kpis(
        Playbook $playbook,
        string|\DateTimeInterface|null $asOf = null,
        string|\DateTimeInterface|null $knownAt = null,
    ): Kpis {
        return new Kpis($this->asked($playbook, $asOf, $knownAt));
    }

    /** Who is a customer already, and who is there twice; without `asOf`, after the last fact. */
    public function collisions(
        Playbook $playbook,
        string|\DateTimeInterface|null $asOf = null,
        string|\DateTimeInterface|null $knownAt = null,
    ): Collisions {
        return new Collisions($this->asked($playbook, $asOf, $knownAt));
    }

    private function asked(
        Playbook $playbook,
        string|\DateTimeInterface|null $asOf,
        string|\DateTimeInterface|null $knownAt,
    ): Asked {
        return new Asked($this->handle, $playbook, $asOf, $knownAt, $this->language);
    }

    /** What follows from facts and from time, by one playbook. */
    public function follow(Playbook $playbook): Followed
    {
        return new Followed($this->handle, $playbook, $this->language);
    }

    /** Tables that the host goes on changing, to be followed and reconciled. */
    public function feeds(Playbook $playbook): Feeds
    {
        return new Feeds($this->handle, $playbook, $this->language);
    }

    /** What the store holds: `kinds`, `first_at`, `last_at`, `last_sequence` and `last_seen`. */
    public function statistics(): Answer
    {
        return Call::answer('gx_store_statistics', $this->handle->pointer());
    }

    /** Checks that nothing is damaged or missing: look at `sound`. Costs several passes over the file. */
    public function verify(): Answer
    {
        return Call::answer('gx_store_verify', $this->handle->pointer(), $this->language->value);
    }

    /**
     * Carries out what a person decided or asks for.
     *
     * The command is an object with one key: `['merge' => ['from' => 'C-2', 'into' => 'C-1']]`, `unmerge`,
     * `override`, `retract`, `claim`, `release`, `transfer`, `extend`. It holds from `at` on, a day from
     * its first moment; `seen` is when it was given, or `backfill`. Reading, deciding and recording is one
     * transaction: of two who claim one customer, one gets it. A refusal throws nothing: look at `decision`.
     *
     * @throws GuanxiException unknown_customer, unknown_machine, unknown_state, conflict,
     *                         invalid_argument, seen_decreases, busy, io
     */
    public function command(
        Playbook $playbook,
        string|array $command,
        string|\DateTimeInterface $at,
        string|\DateTimeInterface $seen,
    ): Answer {
        $by = [$this->handle->pointer(), $playbook->handle->pointer(), ...Call::bytes(Json::document($command))];
        $when = [When::start($playbook, $at), When::seen($playbook, $seen)];

        return Call::answer('gx_store_command', ...[...$by, ...$when, $this->language->value]);
    }

    /**
     * Says who acts through this store from now on, and why; it is entered into the audit trail with every
     * command, adoption, erasure and restriction. Null: nobody says.
     */
    public function sign(?string $actor, ?string $reason = null): void
    {
        Call::run('gx_store_sign', $this->handle->pointer(), ...[...Call::bytes($actor), ...Call::bytes($reason)]);
    }

    /**
     * Erases a customer, and all that are merged with it, from the file too.
     *
     * From `at` on, a day from its first moment, nobody is there; facts about the erased are refused. With
     * `trial` it says what would go, and erases nothing. What it came to: `ids`, `facts`, `events`,
     * `mentions`, `wiped` and `at`.
     *
     * @throws GuanxiException unknown_customer, busy, read_only, disk_full, io
     */
    public function erase(string $id, string|\DateTimeInterface $at, bool $trial = false): Answer
    {
        $who = [...Call::bytes($id), When::start($this->playbook, $at), (int) $trial];

        return Call::answer('gx_store_erase', $this->handle->pointer(), ...$who);
    }

    /** The list of erasures, to be kept with the backups: no id can be read from a `mark`. */
    public function erasures(): Answer
    {
        return Call::answer('gx_store_erasures', $this->handle->pointer());
    }

    /** Erases everybody on such a list, as after the restore of an older backup. */
    public function eraseListed(string|array|Answer $erasures): Answer
    {
        $list = is_array($erasures) ? Json::written(array_values($erasures)) : Json::document($erasures);

        return Call::answer('gx_store_erase_listed', $this->handle->pointer(), ...Call::bytes($list));
    }

    /**
     * Copies the store, while it is in use, into a new file, which appears under its name only when it is
     * complete and was checked.
     *
     * @throws GuanxiException io where the name is taken; invalid_argument for a store in memory
     */
    public function backup(string $path): void
    {
        Call::run('gx_store_backup', $this->handle->pointer(), ...Call::bytes($path));
    }

    /** Whether it was closed; any other call then throws. */
    public function isClosed(): bool
    {
        return $this->handle->isClosed();
    }

    /** Closes the file; a second time does nothing. */
    public function close(): void
    {
        $this->handle->close();
    }
}
