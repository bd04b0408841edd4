<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * Of one state in one period: `opening` + `began` + `entered` - `left` - `erased` = `closing`.
 *
 * `opening` were there before the period, `began` were first known there, `entered` came from elsewhere,
 * `left` went elsewhere, `erased` were erased while there, and `closing` were there at the end, or at the
 * instant of the review where that is earlier.
 */
final class Balance
{
    public function __construct(
        public readonly int $opening,
        public readonly int $began,
        public readonly int $entered,
        public readonly int $left,
        public readonly int $erased,
        public readonly int $closing,
    ) {
    }
}
