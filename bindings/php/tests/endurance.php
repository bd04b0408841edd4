<?php

// Many rounds and many processes: nothing kept, and nothing lost.

declare(strict_types=1);

use Guanxi\Guanxi;
use Guanxi\Store;

require __DIR__ . '/shop.php';

$argv[1] === 'memory' ? memory(getenv('GUANXI_LONG') ? 1_000_000 : 100_000) : writer($argv[2], (int) $argv[3]);

/** After a warm-up, no more memory is in use, however often something is made and freed. */
function memory(int $rounds): void
{
    $playbook = shop();
    $store = stocked($playbook, 'C-1');
    $round = static function () use ($playbook, $store): void {
        Guanxi::eval('1 + 2');
        equal(code(static fn () => Guanxi::eval('1 + nobody'), 'a name'), 3006, 'a name');
        $review = $store->review($playbook, '2026-04-01');
        equal($review->members('good')[0], 'C-1', 'members');
    };
    for ($at = 0; $at < $rounds / 10; $at++) {
        $round();
    }
    $before = resident();
    for ($at = 0; $at < $rounds; $at++) {
        $round();
    }
    $grown = resident() - $before;
    printf("memory: %d rounds, grown by %d KiB\n", $rounds, $grown >> 10);
    check($grown < 1 << 20, "memory has grown by $grown bytes");
}

/** Bytes of memory in use, as Linux tells. */
function resident(): int
{
    return (int) explode(' ', (string) file_get_contents('/proc/self/statm'))[1] * 4_096;
}

/** One of several processes that record into one file, fifty rows each, one at a time. */
function writer(string $file, int $number): void
{
    $store = Store::open($file, shop());
    for ($row = 0; $row < 50; $row++) {
        $purchase = ['kind' => 'purchase', 'customer' => "C-$number-$row", 'at' => '2026-03-01', 'amount' => '400.00'];
        $store->append([$purchase], 'backfill');
    }
}
