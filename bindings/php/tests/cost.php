<?php

// What a call costs beside the cheapest one that PHP can make, and how fast columns go in.

declare(strict_types=1);

use Guanxi\Columns;
use Guanxi\Guanxi;
use Guanxi\Review;

require __DIR__ . '/shop.php';

$libc = FFI::cdef('int abs(int value);', 'libc.so.6');
$calls = 200_000;
$costs = [];
foreach (['an empty one' => static fn () => $libc->abs(-1), 'version()' => Guanxi::version(...), 'eval' => static fn () => Guanxi::eval('1')] as $what => $call) {
    $from = hrtime(true);
    for ($at = 0; $at < $calls; $at++) {
        $call();
    }
    $costs[] = sprintf('%.0f ns of %s', (hrtime(true) - $from) / $calls, $what);
}
echo 'a call: ', implode(', ', $costs), "\n";

$rows = 1_000_000;
$ids = array_map(static fn (int $row) => 'C-' . $row % 50_000, range(0, $rows - 1));
$days = array_map(static fn (int $row) => 20_000 + intdiv($row, 1_000) % 500, range(0, $rows - 1));
$from = hrtime(true);
$columns = (new Columns($rows))->codes('kind', array_fill(0, $rows, 0), ['purchase'])->texts('customer', $ids)
    ->days('at', $days)->decimals('amount', range(0, $rows - 1), 2);
$columns->structs();
$filled = hrtime(true);
equal(Review::of(shop(), ['events' => $columns])->events(), $rows, 'events');
printf("columns: %d rows of 4 values, filled in %d ms, reviewed in %d ms\n", $rows, ($filled - $from) / 1e6, (hrtime(true) - $filled) / 1e6);
