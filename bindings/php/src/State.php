<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/** A state of a machine: how many are in it, or in a state inside it; `inside` which other it is, or null. */
final class State
{
    // All 64 bits, which PHP does not read from the header; a test compares them.
    public const OUTERMOST = -1;

    public function __construct(
        public readonly string $name,
        public readonly string $label,
        public readonly string $labelZh,
        public readonly int $customers,
        public readonly ?string $inside,
    ) {
    }

    /** @internal */
    public static function of(CData $review, int $machine, int $state): self
    {
        $ffi = Library::ffi();
        $counts = $ffi->new('uint64_t[2]');
        Call::run('gx_state_customers', $review, $machine, $state, \FFI::addr($counts[0]), \FFI::addr($counts[1]));
        $inside = $counts[1] === self::OUTERMOST ? null : $ffi->gx_state_name($review, $machine, $counts[1]);

        return new self(
            $ffi->gx_state_name($review, $machine, $state),
            $ffi->gx_state_label($review, $machine, $state, Language::English->value),
            $ffi->gx_state_label($review, $machine, $state, Language::Chinese->value),
            $counts[0],
            $inside,
        );
    }
}
