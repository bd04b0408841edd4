<?php

declare(strict_types=1);

namespace Guanxi;

/** Tables of the host that are followed row by row. `Store::feeds` makes one. */
final class Feeds
{
    /** @internal */
    public function __construct(
        private readonly Handle $store,
        private readonly Playbook $playbook,
        private readonly Language $language,
    ) {
    }

    /**
     * Works out which rows are new, changed, gone or missing, and records that.
     *
     * The keys of `rows` are the host's columns; the mapping says under `sync` of this table which rows they
     * are: `append`, `changes` or `snapshot`. `seen` is when they were read from the host. Further keys are
     * `follow`, `backfill`, `host_restored`, `most_gone`, `from` and `to`.
     *
     * The answer counts rows (`new`, `changed`, `unchanged`, `gone`, `older`, `not_recorded`), says how far
     * the host was read (`cursor`), and lists the first rows that were `refused`, with reasons.
     *
     * @param array<string, mixed> $further
     *
     * @throws GuanxiException, and nothing was recorded: too_many_gone, seen_decreases, read_only,
     *                          disk_full, busy, io; 2001 to 2014 of a mapping
     */
    public function sync(
        string|iterable $rows,
        string $table,
        string|array $mapping,
        string|\DateTimeInterface $seen,
        array $further = [],
    ): Answer {
        // The mapping goes in as it is written, so that its faults are told of that.
        $said = Json::written(['ask' => 'sync', 'table' => $table, ...$further]);
        $asked = substr($said, 0, -1) . ',"mapping":' . Json::document($mapping) . '}';

        return $this->ask($asked, $rows, $seen);
    }

    /** Which tables are followed, how many rows each has, and how far it was read. */
    public function list(): Answer
    {
        return $this->ask(['ask' => 'feeds']);
    }

    /**
     * The host's counts and sums beside those of the store: look at `agrees`.
     *
     * Each figure has a `kind` and, where wanted, a `source`, a `period`, a `count` and `sums` by field, as
     * texts.
     *
     * @param list<array<string, mixed>> $figures
     */
    public function reconcile(array $figures): Answer
    {
        return $this->ask(['ask' => 'reconcile', 'figures' => $figures]);
    }

    /** Any question about feeds; `rows` and `seen` where it asks for them. */
    public function ask(
        string|array $question,
        string|iterable $rows = '',
        string|\DateTimeInterface|null $seen = null,
    ): Answer {
        $lines = Json::lines($rows);
        $handed = Call::bytes($lines === '' ? null : $lines);
        $learnt = $seen === null ? 0 : When::micros($this->playbook, $seen);
        $by = [$this->store->pointer(), $this->playbook->handle->pointer(), ...Call::bytes(Json::document($question))];

        return Call::answer('gx_store_feed', ...[...$by, ...$handed, $learnt, $this->language->value]);
    }
}
