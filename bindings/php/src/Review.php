<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * A review: all answers of a playbook about a store at one instant.
 *
 * `Store::review` makes one. It holds the facts that it was made from, so it can be asked further
 * questions, and what is appended to the store later does not change it.
 */
final class Review
{
    private readonly Handle $handle;

    /** @internal */
    public function __construct(
        CData $pointer,
        private readonly Playbook $playbook,
        private Language $language,
        /** What became of the rows of each table of `Review::of`; of a store's none. */
        public readonly Answer $reports,
    ) {
        $this->handle = new Handle($pointer, 'gx_review_free', 'review');
    }

    /** The same review, answering in another language: close either. */
    public function in(Language $language): self
    {
        $other = clone $this;
        $other->language = $language;

        return $other;
    }

    /** @internal */
    public static function options(int $threads): CData
    {
        if ($threads < 0 || $threads > 1_024) {
            throw new \InvalidArgumentException("threads are 0 to 1024, not $threads");
        }
        $options = Library::ffi()->new('gx_review_options');
        $options->struct_size = \FFI::sizeof($options);
        $options->threads = $threads;

        return $options;
    }

    /**
     * Answers every question of a playbook about columns, without a store.
     *
     * `tables` are columns by what they are about: `customers`, `events`, `ref_NAME`. All facts count as
     * learnt when they happened, and nothing is kept but this review. A row that cannot be a fact is left
     * out and keeps no other out; `reports` says which and why. Without `asOf`, at the first local midnight
     * after the last fact. `mapping` is the mapping document, where columns do not carry the schema's names.
     *
     * @param array<string, Columns> $tables
     *
     * @throws GuanxiException time_out_of_range, malformed_value, unknown_column, missing_column,
     *                         malformed_column, invalid_argument; 2001 to 2014 of a mapping
     */
    public static function of(
        Playbook $playbook,
        array $tables,
        string|\DateTimeInterface|null $asOf = null,
        string|array|null $mapping = null,
        Language $language = Language::English,
        int $threads = 1,
    ): self {
        $array = Library::ffi()->new('gx_table[' . max(1, count($tables)) . ']');
        $kept = [];
        foreach (array_keys($tables) as $index => $name) {
            $kept[] = $tables[$name]->into($array[$index], new Reading($name, $mapping));
        }
        $options = self::options($threads);
        $reports = Library::ffi()->new('gx_bytes *');
        $review = Library::ffi()->new('gx_review *');
        $rows = [\FFI::addr($array[0]), count($tables), $language->value, When::micros($playbook, $asOf)];
        $out = [\FFI::addr($options), \FFI::addr($review), \FFI::addr($reports)];
        Call::run('gx_review_columns', $playbook->handle->pointer(), ...[...$rows, ...$out]);

        return new self($review, $playbook, $language, new Answer(Call::taken($reports)));
    }

    /** The instant of the answers, in UTC. */
    public function asOf(): \DateTimeImmutable
    {
        return When::moment(Library::ffi()->gx_review_as_of($this->handle->pointer()));
    }

    /** How many customers there were at that instant. */
    public function customers(): int
    {
        return Library::ffi()->gx_review_customers($this->handle->pointer());
    }

    /** How many events had happened by that instant. */
    public function events(): int
    {
        return Library::ffi()->gx_review_events($this->handle->pointer());
    }

    /**
     * The kinds of events of the playbook, by name and in the order of names.
     *
     * @return array<string, Kind>
     */
    public function kinds(): array
    {
        return $this->named('gx_kind_count', Kind::of(...));
    }

    /**
     * The segments of the playbook, by name and in the order of names.
     *
     * @return array<string, Segment>
     */
    public function segments(): array
    {
        return $this->named('gx_segment_count', Segment::of(...));
    }

    /**
     * The lifecycles of the playbook, by name, with the customers in each state.
     *
     * @return array<string, Machine>
     */
    public function machines(): array
    {
        return $this->named('gx_machine_count', Machine::of(...));
    }

    private function named(string $count, callable $of): array
    {
        $review = $this->handle->pointer();
        $out = [];
        for ($index = 0; $index < Library::ffi()->$count($review); $index++) {
            $it = $of($review, $index);
            $out[$it->name] = $it;
        }

        return $out;
    }

    /** The whole review, without the members of segments. */
    public function answer(): Answer
    {
        return $this->ask('gx_review_json', $this->language->value);
    }

    /**
     * The customers in a segment.
     *
     * @throws GuanxiException unknown_segment
     */
    public function members(string $segment): Ids
    {
        return new Ids(Call::made('gx_ids', 'gx_segment_ids', $this->handle->pointer(), ...Call::bytes($segment)));
    }

    /**
     * How many satisfy a condition: `members`, `population`, `errors`, `as_of`.
     *
     * @throws GuanxiException with all faults of the expression, each with the bytes that are meant
     */
    public function query(string $expression): Answer
    {
        return $this->ask('gx_query_json', ...[...Call::bytes($expression), $this->language->value]);
    }

    /** Who satisfies a condition. */
    public function ids(string $expression): Ids
    {
        return new Ids(Call::made('gx_ids', 'gx_query_ids', $this->handle->pointer(), ...Call::bytes($expression)));
    }

    /** Why a customer satisfies a condition, or does not, as a tree. */
    public function explain(string $expression, string $customer): Answer
    {
        $said = [...Call::bytes($expression), ...Call::bytes($customer), $this->language->value];

        return $this->ask('gx_query_explain', ...$said);
    }

    /**
     * One customer in full: attributes, consents, events, and each segment with the reason.
     *
     * @throws GuanxiException unknown_customer
     */
    public function customer(string $id): Answer
    {
        return $this->ask('gx_customer_json', ...[...Call::bytes($id), $this->language->value]);
    }

    /**
     * Customers as columns, those who satisfy a condition or everybody: `id`, the attributes, and for each
     * segment `segment.NAME`.
     */
    public function table(?string $expression = null): Table
    {
        $review = $this->handle->pointer();

        return new Table(static fn (CData $array, CData $schema) => $expression === null
            ? Call::run('gx_review_arrow', $review, $array, $schema)
            : Call::run('gx_query_arrow', $review, ...[...Call::bytes($expression), $array, $schema]));
    }

    /**
     * How often, how recently and for how much each customer bought: what models of value read.
     *
     * Columns `id`, `frequency`, `recency`, `T`, `monetary`, `log_gaps`, and where they are asked for
     * `holdout_frequency` and the scores `r`, `f`, `m`. Of the definition all but `calibration_end` may be
     * left out: `['purchases' => 'purchase', 'amount' => 'amount', 'grain' => 'day', 'unit' => 'week',
     * 'calibration_end' => '1997-09-30', 'holdout_end' => '1998-06-30', 'scores' => 5]`.
     */
    public function cbs(string|array $definition): Reported
    {
        $review = $this->handle->pointer();
        $said = Call::bytes(Json::document($definition));

        return new Reported(static fn (CData ...$out) => Call::run('gx_review_cbs', $review, ...[...$said, ...$out]));
    }

    /** A machine as a picture, with the customers in each state; without a name, the only one. */
    public function diagram(?string $machine = null, Picture $format = Picture::Svg): string
    {
        $how = [...Call::bytes($machine), $format->value, $this->language->value];

        return Call::text('gx_machine_picture', $this->handle->pointer(), ...$how);
    }

    /**
     * Who came into each state and who went, period by period, up to the instant of the review.
     *
     * `by` is an expression that groups customers. In each period of each state `opening` + `began` + `in`
     * - `out` - `erased` = `closing`.
     */
    public function flow(
        ?string $machine = null,
        ?string $every = null,
        string|\DateTimeInterface|null $since = null,
        string|\DateTimeInterface|null $until = null,
        ?string $by = null,
    ): Answer {
        $times = [When::micros($this->playbook, $since), When::micros($this->playbook, $until)];

        return $this->ask('gx_machine_flow', ...[...Call::bytes($machine), ...Call::bytes($every), ...$times, ...Call::bytes($by)]);
    }

    /**
     * Who came into each state of a machine and who went out, in one period.
     *
     * `every` is a unit of the calendar, `at` an instant of the period; without one, it is the period just
     * before the instant of the review. Without a name, of the only machine.
     */
    public function period(
        ?string $machine = null,
        string $every = 'month',
        string|\DateTimeInterface|null $at = null,
    ): Period {
        return Period::of($this->handle->pointer(), $machine, $every, When::micros($this->playbook, $at));
    }

    /**
     * What another playbook of the same schema would change, over everybody.
     *
     * `mode` is `reinterpret`, `forward` (from `since` on) or `shadow`. `states` gives for each machine the
     * new state that an old one stands for, where they are called differently.
     *
     * @throws GuanxiException schema_mismatch, bad_value, invalid_argument
     */
    public function compare(
        Playbook $other,
        string $mode = 'reinterpret',
        string|\DateTimeInterface|null $since = null,
        string|array|null $states = null,
    ): Answer {
        $how = array_search($mode, ['reinterpret', 'forward', 'shadow'], true);
        if ($how === false) {
            throw new \InvalidArgumentException("the mode is reinterpret, forward or shadow, not $mode");
        }
        $map = Call::bytes($states === null ? null : Json::document($states));

        return $this->ask('gx_machine_compare', $other->handle->pointer(), $how, When::micros($this->playbook, $since), ...$map);
    }

    private function ask(string $function, mixed ...$asked): Answer
    {
        return Call::answer($function, $this->handle->pointer(), ...$asked);
    }

    /** Whether it was closed; any other call then throws. */
    public function isClosed(): bool
    {
        return $this->handle->isClosed();
    }

    /** Frees the facts; a second time does nothing. */
    public function close(): void
    {
        $this->handle->close();
    }
}
