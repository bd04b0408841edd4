<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * A lifecycle at the instant of a review.
 *
 * `states` are by name, each after the one it is inside, the likely ones first. One that `isKeyed` runs once
 * for each key, so that runs are counted instead of customers. `troubles` counts the customers for whom one
 * of its definitions failed and who went on without it.
 */
final class Machine
{
    /** @param array<string, State> $states */
    public function __construct(
        public readonly string $name,
        public readonly string $label,
        public readonly string $labelZh,
        public readonly bool $isKeyed,
        public readonly int $troubles,
        public readonly array $states,
    ) {
    }

    /** @internal */
    public static function of(CData $review, int $index): self
    {
        $ffi = Library::ffi();
        $counts = $ffi->new('uint64_t[2]');
        $keyed = $ffi->new('uint32_t');
        $room = [\FFI::addr($counts[0]), \FFI::addr($keyed), \FFI::addr($counts[1])];
        Call::run('gx_machine_states', $review, $index, ...$room);
        $states = [];
        for ($at = 0; $at < $counts[0]; $at++) {
            $state = State::of($review, $index, $at);
            $states[$state->name] = $state;
        }

        return new self(
            $ffi->gx_machine_name($review, $index),
            $ffi->gx_machine_label($review, $index, Language::English->value),
            $ffi->gx_machine_label($review, $index, Language::Chinese->value),
            $keyed->cdata !== 0,
            $counts[1],
            $states,
        );
    }
}
