<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * What questions are asked by: a store, a playbook and both instants.
 *
 * @internal
 */
final class Asked
{
    private readonly int $asOf;
    private readonly int $knownAt;

    public function __construct(
        private readonly Handle $store,
        private readonly Playbook $playbook,
        string|\DateTimeInterface|null $asOf,
        string|\DateTimeInterface|null $knownAt,
        public readonly Language $language,
    ) {
        $this->asOf = When::micros($playbook, $asOf);
        $this->knownAt = When::micros($playbook, $knownAt);
    }

    /** Calls a function of C that has store, playbook and instants first. */
    public function call(string $function, mixed ...$more): Answer
    {
        $by = [$this->store->pointer(), $this->playbook->handle->pointer(), $this->asOf, $this->knownAt];

        return Call::answer($function, ...[...$by, ...$more]);
    }

    /** Asks a question that is a document. */
    public function ask(string $function, string|array $question): Answer
    {
        return $this->call($function, ...[...Call::bytes(Json::document($question)), $this->language->value]);
    }

    /** Asks about segments, where a playbook to compare with stands before the instants. */
    public function askSegments(string|array $question, ?Playbook $other): Answer
    {
        $by = [$this->store->pointer(), $this->playbook->handle->pointer(), $other?->handle->pointer()];
        $asked = [...Call::bytes(Json::document($question)), $this->language->value];

        return Call::answer('gx_segment_answer', ...[...$by, $this->asOf, $this->knownAt, ...$asked]);
    }
}
