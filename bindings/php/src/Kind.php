<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/** A kind of events of a playbook, with how many there were; `first` and `last` are null where none was. */
final class Kind
{
    public function __construct(
        public readonly string $name,
        public readonly string $label,
        public readonly string $labelZh,
        public readonly int $events,
        public readonly int $customers,
        public readonly ?\DateTimeImmutable $first,
        public readonly ?\DateTimeImmutable $last,
    ) {
    }

    /** @internal */
    public static function of(CData $review, int $index): self
    {
        $ffi = Library::ffi();
        $counts = $ffi->new('uint64_t[2]');
        $times = $ffi->new('int64_t[2]');
        $room = [\FFI::addr($counts[0]), \FFI::addr($counts[1]), \FFI::addr($times[0]), \FFI::addr($times[1])];
        Call::run('gx_kind_events', $review, $index, ...$room);
        $moment = static fn (int $it) => $it === When::NONE ? null : When::moment($it);

        return new self(
            $ffi->gx_kind_name($review, $index),
            $ffi->gx_kind_label($review, $index, Language::English->value),
            $ffi->gx_kind_label($review, $index, Language::Chinese->value),
            $counts[0],
            $counts[1],
            $moment($times[0]),
            $moment($times[1]),
        );
    }
}
