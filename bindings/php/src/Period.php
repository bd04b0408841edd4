<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * Who came into each state of a machine and who went out, in one period.
 *
 * From `since` to just before `until`, in UTC; `isSoFar` where it is not over at the instant of the review.
 * `balances` are by the name of the state, in the order of the machine's states.
 */
final class Period
{
    /** @param array<string, Balance> $balances */
    public function __construct(
        public readonly \DateTimeImmutable $since,
        public readonly \DateTimeImmutable $until,
        public readonly bool $isSoFar,
        public readonly array $balances,
    ) {
    }

    /** @internal */
    public static function of(CData $review, ?string $machine, string $every, int $at): self
    {
        $ffi = Library::ffi();
        // A name that no machine has is told by the library.
        $states = self::states($review, $machine);
        $room = $ffi->new('gx_balance[' . max(1, count($states)) . ']');
        $times = $ffi->new('int64_t[2]');
        $asked = [...Call::bytes($machine), ...Call::bytes($every), $at, \FFI::addr($room[0]), count($states)];
        Call::run('gx_machine_balance', $review, ...[...$asked, \FFI::addr($times[0]), \FFI::addr($times[1])]);
        $balances = [];
        foreach ($states as $index => $name) {
            $it = $room[$index];
            $balances[$name] = new Balance($it->opening, $it->began, $it->entered, $it->left, $it->erased, $it->closing);
        }
        $isSoFar = $ffi->gx_review_as_of($review) < $times[1];

        return new self(When::moment($times[0]), When::moment($times[1]), $isSoFar, $balances);
    }

    /** @return list<string> the states of a machine, or of the only one */
    private static function states(CData $review, ?string $machine): array
    {
        $count = Library::ffi()->gx_machine_count($review);
        for ($index = 0; $index < $count; $index++) {
            $name = Library::ffi()->gx_machine_name($review, $index);
            if ($name === $machine || ($machine === null && $count === 1)) {
                return array_keys(Machine::of($review, $index)->states);
            }
        }

        return [];
    }
}
