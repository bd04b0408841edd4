<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * A store that is followed by one playbook: facts come in, time passes, effects are asked for.
 *
 * `Store::follow` makes one. What follows from facts, and from time, is told once by `changes`, and asked
 * for by `effects` until `ack` says that it is done. All of it stands in the store's file: another process
 * goes on where this one was. Instants are those of the host's clock; an earlier one than was given before
 * counts as that one.
 */
final class Followed
{
    /** @internal */
    public function __construct(
        private readonly Handle $store,
        private readonly Playbook $playbook,
        private readonly Language $language,
    ) {
    }

    /**
     * Records facts and works out what follows for their customers, at once.
     *
     * The rows are as in `Store::append`, but no columns; so is `seen`, `now` where it is left out. Facts
     * after `now` wait for `advance`. The report of the `rows`, and how many `customers` were looked at,
     * `changes` told, `effects` queued, `taken_back`, and are `waiting`.
     *
     * @throws GuanxiException, and nothing was recorded: playbook_changed, as `Store::append`
     */
    public function apply(
        string|iterable $rows,
        string|\DateTimeInterface $now,
        string|\DateTimeInterface|null $seen = null,
        Reading $reading = new Reading(),
    ): Answer {
        [$options, $kept] = $reading->options($this->language);
        $when = [When::seen($this->playbook, $seen ?? $now), When::micros($this->playbook, $now), $options];

        return $this->call('gx_store_apply', ...[...Call::bytes(Json::lines($rows)), ...$when]);
    }

    /**
     * Works out what time brings about up to an instant, for so many customers. As long as some are
     * `waiting`, call again with the same instant.
     */
    public function advance(string|\DateTimeInterface $to, int $limit = 1_000): Answer
    {
        return $this->ask(['ask' => 'advance', 'limit' => $limit], $to);
    }

    /**
     * Follows the store by this playbook from now on, whichever it was before. What the playbook asks for
     * of the past counts as carried out.
     */
    public function adopt(string|\DateTimeInterface $now): Answer
    {
        return $this->ask(['ask' => 'adopt'], $now);
    }

    /** What is otherwise about customers since a sequence: `changes`, the `last`. */
    public function changes(int $after = 0, int $limit = 1_000): Answer
    {
        return $this->ask(['ask' => 'changes', 'after' => $after, 'limit' => $limit]);
    }

    /**
     * What is to be carried out: `effects`, and how many are `pending`. The same effect has the same `id`
     * each time; whoever keeps the ids of what was done does nothing twice.
     */
    public function effects(int $after = 0, int $limit = 1_000): Answer
    {
        return $this->ask(['ask' => 'effects', 'after' => $after, 'limit' => $limit]);
    }

    /** Says that effects are carried out; saying so again changes nothing. */
    public function ack(string ...$ids): Answer
    {
        return $this->ask(['ask' => 'ack', 'ids' => array_values($ids)]);
    }

    /** Works everything out anew from the facts, and compares what is kept: `deviations`. */
    public function recompute(): Answer
    {
        return $this->ask(['ask' => 'recompute']);
    }

    /**
     * What was done by hand, by whom and why, and whether the trail adds up: `trail` and `check`.
     *
     * Further keys are `about` (a customer), and `expect`, a `head` that was kept elsewhere and that the
     * trail must hold.
     *
     * @param array<string, string> $further
     */
    public function auditTrail(int $after = 0, int $limit = 1_000, array $further = []): Answer
    {
        return $this->ask(['ask' => 'audit_trail', 'after' => $after, 'limit' => $limit, ...$further]);
    }

    /** Keeps a customer's facts, and uses them no more, until that is lifted. */
    public function restrict(
        string $id,
        string|\DateTimeInterface $now,
        ?string $actor = null,
        ?string $reason = null,
    ): Answer {
        return $this->signed('restrict', $id, $now, $actor, $reason);
    }

    /** Uses a customer's facts again. */
    public function liftRestriction(
        string $id,
        string|\DateTimeInterface $now,
        ?string $actor = null,
        ?string $reason = null,
    ): Answer {
        return $this->signed('lift_restriction', $id, $now, $actor, $reason);
    }

    private function signed(
        string $ask,
        string $id,
        string|\DateTimeInterface $now,
        ?string $actor,
        ?string $reason,
    ): Answer {
        $signed = array_filter(['actor' => $actor, 'reason' => $reason], static fn ($it) => $it !== null);

        return $this->ask(['ask' => $ask, 'customer' => $id, ...$signed], $now);
    }

    /** Who is restricted, `since` when. */
    public function restrictions(): Answer
    {
        return $this->ask(['ask' => 'restrictions']);
    }

    /** Any question about a store that is followed; `now` where it asks for an instant. */
    public function ask(string|array $question, string|\DateTimeInterface|null $now = null): Answer
    {
        $asked = [...Call::bytes(Json::document($question)), $this->language->value];

        return $this->call('gx_store_follow', When::micros($this->playbook, $now), ...$asked);
    }

    private function call(string $function, mixed ...$more): Answer
    {
        return Call::answer($function, $this->store->pointer(), $this->playbook->handle->pointer(), ...$more);
    }
}
