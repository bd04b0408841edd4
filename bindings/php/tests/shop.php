<?php

// A small shop for tests, and how they say what is wrong.

declare(strict_types=1);

use Guanxi\GuanxiException;
use Guanxi\Playbook;
use Guanxi\Store;

require getenv('GUANXI_PHP') . '/autoload.php';

function shop(): Playbook
{
    return new Playbook([
        'guanxi' => 1,
        'id' => 'shop',
        'version' => '1.0.0',
        'calendar' => ['zone' => 'Asia/Shanghai'],
        'schema' => [
            'events' => ['purchase' => [
                'list' => 'purchases',
                'fields' => ['amount' => ['type' => 'money', 'currency' => 'CNY']],
            ]],
        ],
        'segments' => ['good' => ['when' => 'purchases.sum(p, p.amount) >= 300.00']],
    ]);
}

/** Customers who bought for 400 yuan each. */
function stocked(Playbook $playbook, string ...$ids): Store
{
    $store = Store::inMemory($playbook);
    $purchase = ['kind' => 'purchase', 'at' => '2026-03-01', 'amount' => '400.00'];
    $store->append(array_map(static fn (string $id) => [...$purchase, 'customer' => $id], $ids), 'backfill');

    return $store;
}

function check(bool $holds, string $what): void
{
    $holds || throw new LogicException("wrong: $what");
}

function equal(mixed $found, mixed $wanted, string $what): void
{
    check($found === $wanted, "$what: " . var_export($found, true) . ', wanted ' . var_export($wanted, true));
}

/** Expects an exception of this very class, and gives it. */
function refused(string $class, callable $wrong, string $what): Throwable
{
    try {
        $wrong();
    } catch (Throwable $found) {
        check($found::class === $class, "$what: " . $found::class . ' ' . $found->getMessage());
        check($found->getMessage() !== '', "$what says nothing");

        return $found;
    }
    throw new LogicException("$what was let through");
}

/** The code of what the library refuses. */
function code(callable $wrong, string $what): int
{
    return refused(GuanxiException::class, $wrong, $what)->faults[0]->code;
}
