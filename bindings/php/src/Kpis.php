<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * What was achieved, period by period, and how good that is.
 *
 * `Store::kpis` makes one. Periods are named as `2026-05`, `2026-Q2`, `2026-W18` or `2026`. Each question
 * throws unknown_kpi, unknown_reference (no such scorecard), malformed_value (no period), invalid_argument,
 * schema_mismatch, io, busy.
 */
final class Kpis
{
    /** @internal */
    public function __construct(private readonly Asked $by)
    {
    }

    /** Every KPI in the last period that is over, and in the one before. */
    public function list(): Answer
    {
        return $this->ask(['ask' => 'list']);
    }

    /**
     * KPIs, all without names, period by period.
     *
     * Further keys are `to` (the last period, by default the last that is over), `from` or `count`, `every`,
     * and `by`, an expression that groups customers.
     *
     * @param list<string>         $names
     * @param array<string, mixed> $further
     */
    public function value(array $names = [], array $further = []): Answer
    {
        return $this->ask(['ask' => 'value', ...($names === [] ? [] : ['kpis' => $names]), ...$further]);
    }

    /**
     * What was asked and achieved on each card, all without names, and what changed the scores.
     *
     * @param list<string> $names
     */
    public function scorecard(array $names = [], ?string $period = null): Answer
    {
        $named = $names === [] ? [] : ['scorecards' => $names];

        return $this->ask(['ask' => 'scorecard', ...$named, ...($period === null ? [] : ['period' => $period])]);
    }

    /** Which groups of customers did how much of a change, each of `by` by itself. */
    public function why(string $kpi, string $from, string $to, string ...$by): Answer
    {
        return $this->ask(['ask' => 'why', 'kpi' => $kpi, 'from' => $from, 'to' => $to, 'by' => array_values($by)]);
    }

    /**
     * Why the value of an order changed: prices, pieces, mix, or people who mind.
     *
     * Further keys are `of` (the event kind), `amount`, `quantity`, `line` and `order` (its fields).
     *
     * @param array<string, string> $further
     */
    public function orderValue(string $from, string $to, array $further = []): Answer
    {
        return $this->ask(['ask' => 'order_value', 'from' => $from, 'to' => $to, ...$further]);
    }

    /** Any question about KPIs, as the manual of the C library lists them. */
    public function ask(string|array $question): Answer
    {
        return $this->by->ask('gx_kpi_answer', $question);
    }
}
