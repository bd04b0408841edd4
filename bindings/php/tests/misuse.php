<?php

// Wrong calls get an exception that says what is wrong; right ones give what they should.

declare(strict_types=1);

use Guanxi\Columns;
use Guanxi\Guanxi;
use Guanxi\GuanxiException;
use Guanxi\Language;
use Guanxi\Playbook;
use Guanxi\Reading;
use Guanxi\Review;
use Guanxi\State;
use Guanxi\Store;
use Guanxi\When;

require __DIR__ . '/shop.php';

foreach (['arguments', 'handles', 'texts', 'documents', 'columns', 'files', 'numbers'] as $test) {
    $test();
}
echo "misuse: as it should be\n";

function arguments(): void
{
    $playbook = shop();
    $review = stocked($playbook, 'C-1')->review($playbook, '2026-04-01');
    refused(TypeError::class, static fn () => new Playbook(null), 'no playbook');
    refused(TypeError::class, static fn () => $review->query(1), 'a number as an expression');
    refused(InvalidArgumentException::class, static fn () => $review->compare($playbook, 'sideways'), 'no such mode');
    refused(
        InvalidArgumentException::class,
        static fn () => Store::inMemory($playbook)->review($playbook, threads: -1),
        'threads below 0',
    );
}

function handles(): void
{
    $playbook = shop();
    $store = stocked($playbook, 'C-1');
    $review = $store->review($playbook, '2026-04-01');
    $table = $review->table();
    $store->in(Language::Chinese)->close();
    $store->close();
    check($store->isClosed(), 'both views are closed');
    $error = refused(GuanxiException::class, static fn () => $store->statistics(), 'a closed store');
    equal($error->getCode(), 1013, 'of a closed store');
    check(str_contains($error->json(Language::Chinese), 'store 已关闭'), 'in Chinese');
    // What was made of it lives on.
    $ids = $review->members('good');
    equal($ids->toArray(), ['C-1'], 'members');
    $review->close();
    $review->close();
    equal(code(static fn () => $review->answer(), 'a closed review'), 1013, 'of a closed review');
    equal($ids[0], 'C-1', 'ids outlive their review');
    refused(OutOfBoundsException::class, static fn () => $ids[1], 'no such id');
    refused(OutOfBoundsException::class, static fn () => $ids[-1], 'no such id');
    refused(LogicException::class, static function () use ($ids): void {
        $ids[0] = 'C-2';
    }, 'a change of ids');
    equal($table->value(0, 'segment.good'), true, 'tables outlive their review');
    refused(InvalidArgumentException::class, static fn () => $table->value(0, 'segment.bad'), 'no such column');
    $table->close();
    $table->close();
    equal(code(static fn () => $table->value(0, 'id'), 'a closed table'), 1013, 'of a closed table');
    refused(LogicException::class, static fn () => clone $table, 'a second table');
    refused(LogicException::class, static fn () => serialize(stocked(shop())), 'a store as text');
}

function texts(): void
{
    $id = '客户-😀-é';
    $playbook = shop();
    $review = stocked($playbook, $id)->review($playbook, '2026-04-01');
    equal($review->members('good')[0], $id, 'an id');
    equal($review->customer($id)['customer'], $id, 'an id in an answer');
    equal($review->table()->value(0, 'id'), $id, 'an id in a table');
    equal(Guanxi::eval("'a\0b'.size()")['value'], '3', 'a NUL in a text');
    equal(Guanxi::eval("'a\0b'")['value'], "a\0b", 'a NUL in an answer');
    equal(code(static fn () => Guanxi::eval("'\xff'"), 'no UTF-8'), 3001, 'an expression that is not UTF-8');
    equal(code(static fn () => $review->customer("\xff"), 'no UTF-8'), 1015, 'an id that is not UTF-8');
    equal(Guanxi::eval("'😀'.size()")['value'], '1', 'a pair');
}

function documents(): void
{
    $error = refused(GuanxiException::class, static fn () => new Playbook(
        str_replace('Shanghai', 'Shangai', shop()->json()),
    ), 'no such zone');
    equal($error->faults[0]->name, 'unknown_zone', 'name');
    equal($error->faults[0]->pointer, '/calendar/zone', 'pointer');
    check(str_contains($error->getMessage(), 'did you mean `Asia/Shanghai`?'), $error->getMessage());
    check(str_contains($error->show(Language::Chinese), '时区'), $error->show(Language::Chinese));
    $checked = Playbook::check([], Language::Chinese);
    equal($checked['valid'], false, 'valid');
    check(count($checked['faults']) >= 3, 'faults');
    refused(OutOfBoundsException::class, static fn () => $checked['nowhere'], 'nothing there');
    refused(LogicException::class, static function () use ($checked): void {
        $checked['valid'] = true;
    }, 'a change of an answer');
    equal(json_encode($checked, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), $checked->json, 'an answer as JSON');
    $spans = refused(GuanxiException::class, static fn () => Guanxi::eval('1 + nobody'), 'a name');
    equal([$spans->faults[0]->start, $spans->faults[0]->end], [4, 10], 'span');
    equal(Guanxi::eval('x * 2', ['x' => ['type' => 'int', 'value' => '21']])['value'], '42', 'bindings');

    $store = Store::inMemory(shop());
    $wrong = refused(InvalidArgumentException::class, static fn () => $store->append([['n' => NAN]], 'backfill'), 'no number');
    check(str_starts_with($wrong->getMessage(), 'row 1: '), $wrong->getMessage());
    $playbook = shop();
    equal($playbook->time('2026-03-01 09:30')->format('c'), '2026-03-01T01:30:00+00:00', 'time');
    foreach (['1969-12-31T23:59:59.250000Z', '1969-12-31T00:00:00.000000Z', '2026-03-01T01:30:00.000001Z'] as $said) {
        equal($playbook->time($said)->format('Y-m-d\TH:i:s.u\Z'), $said, 'time');
        equal($playbook->time(new DateTimeImmutable($said)) == new DateTimeImmutable($said), true, 'a time of PHP');
    }
    equal(code(static fn () => $playbook->time('yesterday'), 'no instant'), 1007, 'no instant');
}

function columns(): void
{
    $playbook = shop();
    $store = Store::inMemory($playbook);
    $rows = new Columns(2);
    refused(InvalidArgumentException::class, static fn () => $rows->texts('id', ['one']), 'too few');
    refused(InvalidArgumentException::class, static fn () => new Columns(-1), 'rows below 0');
    $rows->codes('kind', [0, 0], ['purchase'])->texts('customer', ['C-1', 'C-2'])->days('at', [20_500, 20_501]);
    $rows->decimals('amount', [30_000, 29_999], 2);
    equal($store->append($rows, 'backfill')['verdicts']['new'], 2, 'new');
    equal($store->append($rows, 'backfill')['verdicts']['same'], 2, 'again');
    equal($store->review($playbook)->members('good')->toArray(), ['C-1'], 'members');
    equal(Review::of($playbook, ['events' => $rows])->members('good')->toArray(), ['C-1'], 'without a store');
    $both = Review::of($playbook, ['customers' => (new Columns(2))->texts('id', ['C-1', 'C-9']), 'events' => $rows]);
    equal($both->customers(), 3, 'customers of two tables');
    equal($both->reports[1]['verdicts']['new'], 2, 'the second report');
    $missing = (new Columns(2))->texts('kind', ['purchase', null])->texts('customer', ['C-3', 'C-3'])
        ->instants('at', [0, null])->decimals('amount', [null, 1], 2);
    equal($store->append($missing, 'backfill', new Reading(trial: true))['verdicts']['refused'], 2, 'refused');
    $wrong = (new Columns(1))->codes('kind', [7], ['purchase']);
    equal(code(static fn () => $store->append($wrong, 'backfill'), 'a code beyond the words'), 4015, 'code');
}

function files(): void
{
    $playbook = shop();
    $folder = sys_get_temp_dir() . '/guanxi-' . bin2hex(random_bytes(6));
    mkdir($folder);
    $file = "$folder/客户.guanxi";
    refused(GuanxiException::class, static fn () => Store::openReadOnly($file, $playbook), 'no file');
    $store = Store::open($file, $playbook);
    $store->sign('li', 'first day');
    $row = '{"kind":"purchase","customer":"C-1","at":"2026-03-01","amount":"400"}';
    $report = $store->append("$row\nno row\n", 'backfill');
    equal([$report['verdicts']['new'], $report['verdicts']['refused']], [1, 1], 'verdicts');
    $store->backup("$folder/copy");
    refused(GuanxiException::class, static fn () => $store->backup("$folder/copy"), 'a name that is taken');
    equal($store->verify()['sound'], true, 'sound');
    $copy = Store::openReadOnly("$folder/copy", $playbook);
    equal($copy->review($playbook)->customers(), 1, 'customers of the copy');
    equal(code(static fn () => $copy->append($row, 'backfill'), 'read only'), 5004, 'read only');
    $store->close();
    file_put_contents($file, 'no store at all');
    equal(code(static fn () => Store::open($file, $playbook), 'no store'), 5002, 'no store');
    array_map(unlink(...), glob("$folder/*"));
}

/** What PHP cannot read from the header is as the header has it. */
function numbers(): void
{
    $header = (string) file_get_contents(getenv('GUANXI_PHP') . '/guanxi_ffi.h');
    foreach (['GX_TIME_NONE' => When::NONE, 'GX_SEEN_BACKFILL' => When::BACKFILL, 'GX_OUTERMOST' => State::OUTERMOST] as $name => $value) {
        preg_match("/ $name = (-?)0x([0-9a-f]+)u?;/", $header, $found) === 1 || check(false, "$name is not in the header");
        [$high, $low] = array_map(hexdec(...), str_split($found[2], 8));
        equal($high << 32 | $low, $value, $name);
    }
}
