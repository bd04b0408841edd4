<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * What customers are worth at an instant, and in which tiers they are.
 *
 * `Store::values` makes one. Each question makes all assessments up to the instant, of the store as it then
 * is, and throws unknown_reference where the playbook has no section `value`, unknown_customer,
 * schema_mismatch, io, busy.
 */
final class Values
{
    /** @internal */
    public function __construct(private readonly Asked $by)
    {
    }

    /** What each customer is worth, the whale curve, and `top` key accounts. */
    public function everybody(int $top = 10): Answer
    {
        return $this->ask(['ask' => 'value', 'top' => $top]);
    }

    /** In which tier one customer is, why, and what would change it. */
    public function tier(string $customer): Answer
    {
        return $this->ask(['ask' => 'tier', 'customer' => $customer]);
    }

    /** Who moved between tiers since a day or an instant, by causes. */
    public function moves(string $since): Answer
    {
        return $this->ask(['ask' => 'tiers', 'from' => $since]);
    }

    /** Any question about value, as the manual of the C library lists them. */
    public function ask(string|array $question): Answer
    {
        return $this->by->ask('gx_value_answer', $question);
    }
}
