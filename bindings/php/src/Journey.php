<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * One customer at an instant: where it is in each machine, how it came there, and what comes next.
 *
 * `Store::journey` makes one. Each question loads the facts of this customer alone, from the store as it
 * then is, and throws unknown_customer, schema_mismatch, io, busy.
 */
final class Journey
{
    /** @internal */
    public function __construct(private readonly Asked $by, private readonly string $id)
    {
    }

    /** Where the customer is in each machine, since when, and what is due. */
    public function states(): Answer
    {
        return $this->ask('gx_journey_states');
    }

    /** Every step so far, and what brought it about. */
    public function history(): Answer
    {
        return $this->ask('gx_journey_history');
    }

    /** Every step with its reasons, and what kept the other ways out. */
    public function explain(): Answer
    {
        return $this->ask('gx_journey_explain', $this->by->language->value);
    }

    /**
     * Why the customer is not in a state, and how it could come there.
     *
     * Without `machine`, the one that has such a state.
     *
     * @throws GuanxiException unknown_machine, unknown_state, unknown_run
     */
    public function whyNot(string $state, ?string $machine = null): Answer
    {
        $where = [...Call::bytes($machine), ...Call::bytes($state), $this->by->language->value];

        return $this->ask('gx_journey_why_not', ...$where);
    }

    /**
     * Where the customer would be if something happened; nothing is written.
     *
     * @param string|list<array<string, mixed>> $rows events; `customer` and `at` may be left out
     *
     * @throws GuanxiException with every fault of the rows
     */
    public function suppose(string|array $rows): Answer
    {
        $said = is_string($rows) ? $rows : '[' . implode(',', array_map(Json::object(...), $rows)) . ']';

        return $this->ask('gx_journey_if', ...Call::bytes($said));
    }

    private function ask(string $function, mixed ...$more): Answer
    {
        return $this->by->call($function, ...[...Call::bytes($this->id), ...$more]);
    }
}
