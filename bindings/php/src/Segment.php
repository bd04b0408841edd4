<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/** A segment of a playbook: how many are in it, and for how many its condition is an error. */
final class Segment
{
    public function __construct(
        public readonly string $name,
        public readonly string $label,
        public readonly string $labelZh,
        public readonly int $members,
        public readonly int $errors,
    ) {
    }

    /** @internal */
    public static function of(CData $review, int $index): self
    {
        $ffi = Library::ffi();
        $counts = $ffi->new('uint64_t[2]');
        Call::run('gx_segment_members', $review, $index, \FFI::addr($counts[0]), \FFI::addr($counts[1]));

        return new self(
            $ffi->gx_segment_name($review, $index),
            $ffi->gx_segment_label($review, $index, Language::English->value),
            $ffi->gx_segment_label($review, $index, Language::Chinese->value),
            $counts[0],
            $counts[1],
        );
    }
}
