<?php

// Answers questions, for the conformance files: reads calls and prints what they give, both in the form
// that the C program of this name has.

declare(strict_types=1);

use Guanxi\Columns;
use Guanxi\Guanxi;
use Guanxi\GuanxiException;
use Guanxi\Language;
use Guanxi\Picture;
use Guanxi\Playbook;
use Guanxi\Reading;
use Guanxi\Reported;
use Guanxi\Review;
use Guanxi\Store;
use Guanxi\Table;

require getenv('GUANXI_PHP') . '/autoload.php';

$in = fopen('php://stdin', 'rb');
$playbook = $store = null;
while (($verb = fgets($in)) !== false) {
    $texts = array_map(static fn () => text($in), range(1, 6));
    if ($verb === "playbook\n") {
        $playbook = new Playbook($texts[3]);
        $store = Store::inMemory($playbook);
        continue;
    }
    $answer = answer($playbook, $store, rtrim($verb), $texts);
    echo strlen($answer), "\n", $answer, "\n";
}

function text($in): ?string
{
    $len = (int) fgets($in);
    if ($len < 0) {
        return null;
    }
    $bytes = (string) stream_get_contents($in, $len + 1);

    return substr($bytes, 0, $len);
}

function answer(Playbook $playbook, Store $store, string $verb, array $texts): string
{
    $language = $texts[0] === 'zh' ? Language::Chinese : Language::English;
    try {
        $said = asked($playbook->in($language), $store->in($language), $verb, $language, ...array_slice($texts, 1));

        return is_string($said) ? $said : $said->json;
    } catch (GuanxiException $error) {
        return $error->json($language);
    }
}

function asked(
    Playbook $playbook,
    Store $store,
    string $verb,
    Language $language,
    ?string $asOf,
    ?string $knownAt,
    ?string $first,
    ?string $second,
    ?string $third,
): mixed {
    $seen = $knownAt ?? 'backfill';
    $journey = static fn () => $store->journey($playbook, $second, $asOf, $knownAt);

    return match ($verb) {
        'append' => $store->append($asOf === null ? $third : columns($third), $seen, new Reading($first, $second)),
        'apply' => $store->follow($playbook)->apply($third, $asOf, $seen, new Reading($first)),
        'follow' => $store->follow($playbook)->ask($first, $asOf),
        'command' => $store->command($playbook, $first, $asOf, $seen),
        'load' => $store->customer($playbook, $second, $asOf, $knownAt),
        'erase' => $store->erase($second, $asOf, $first === 'true'),
        'erasures' => $store->erasures(),
        'erase_listed' => $store->eraseListed($first),
        'statistics' => $store->statistics(),
        'verify' => $store->verify(),
        'feed' => $store->feeds($playbook)->ask($first, $third ?? '', $knownAt),
        'segment' => $store->segments($playbook, $asOf, $knownAt)->ask($first, $second === null ? null : new Playbook($second)),
        'value' => $store->values($playbook, $asOf, $knownAt)->ask($first),
        'kpi' => $store->kpis($playbook, $asOf, $knownAt)->ask($first),
        'collision' => $store->collisions($playbook, $asOf, $knownAt)->ask($first),
        'check' => Playbook::check($first, $language),
        'eval' => Guanxi::eval($first, $second),
        'fit' => Guanxi::fit($first, columns($third), $language),
        'predict' => predicted(Guanxi::predict($first, columns($third), $language)),
        'review_rows' => ofRows($playbook, $first, columns($third), $asOf, $language),
        'canonical' => $playbook->json(),
        'time' => micros($playbook->time($first)),
        'condition' => $playbook->ask($first),
        'statement' => $playbook->statement($first, $second, $third, $asOf),
        'diagram' => $playbook->diagram($second, picture($first)),
        'states' => $journey()->states(),
        'history' => $journey()->history(),
        'steps' => $journey()->explain(),
        'why_not' => $journey()->whyNot($first),
        'if' => $journey()->suppose($first),
        default => ofReview($store->review($playbook, $asOf, $knownAt, 2), $verb, $language, $first, $second),
    };
}

function ofReview(Review $review, string $verb, Language $language, ?string $first, ?string $second): mixed
{
    return match ($verb) {
        'review' => $review->answer(),
        'members' => written($review->members($first)->toArray()),
        'ids' => written($review->ids($first)->toArray()),
        'query' => $review->query($first),
        'explain' => $review->explain($first, $second),
        'customer' => $review->customer($second),
        'flow' => $review->flow(every: $first),
        'picture' => $review->diagram($second, picture($first)),
        'compare' => $review->compare(new Playbook($first)),
        'machines' => machines($review),
        'balance' => balance($review, $second, $first),
        'kinds' => kinds($review, $language),
        'segments' => segments($review, $language),
        'table' => table($review->table($first)),
        'cbs' => purchases($review->cbs($first)),
    };
}

function ofRows(Playbook $playbook, string $table, Columns $rows, ?string $asOf, Language $language): string
{
    $review = Review::of($playbook, [$table => $rows], $asOf, language: $language);

    return "{\"reports\":$review->reports,\"review\":{$review->answer()}}";
}

function picture(string $format): Picture
{
    return constant(Picture::class . '::' . ucfirst($format));
}

/** Columns in the form of the files: counts, then for each its name, whether whole, and values. */
function columns(string $said): Columns
{
    $lines = explode("\n", $said);
    $rows = (int) $lines[0];
    $out = new Columns($rows);
    for ($column = 0; $column < (int) $lines[1]; $column++) {
        [$name, $kind, ] = array_slice($lines, 2 + $column * ($rows + 2), 2);
        $values = array_slice($lines, 4 + $column * ($rows + 2), $rows);
        $values = array_map(static fn (string $it) => $it === '-' ? null : substr($it, 1), $values);
        if ($kind === 'i') {
            $out->integers($name, array_map(static fn (?string $it) => $it === null ? null : (int) $it, $values));
        } else {
            $out->texts($name, $values);
        }
    }

    return $out;
}

function written(mixed $value): string
{
    return json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
}

function micros(?DateTimeImmutable $at): string
{
    return $at === null ? (string) PHP_INT_MIN : (string) ($at->getTimestamp() * 1_000_000 + (int) $at->format('u'));
}

function machines(Review $review): string
{
    $state = static fn ($it) => [$it->name, $it->inside, $it->customers];
    $machine = static fn ($it) => [$it->name, $it->isKeyed, $it->troubles, array_map($state, array_values($it->states))];

    return written(array_map($machine, array_values($review->machines())));
}

function balance(Review $review, ?string $machine, string $every): string
{
    $period = $review->period($machine, $every);
    $each = static fn ($it) => [$it->opening, $it->began, $it->entered, $it->left, $it->erased, $it->closing];

    return '[' . micros($period->since) . ',' . micros($period->until) . ','
        . written(array_map($each, array_values($period->balances))) . ']';
}

function kinds(Review $review, Language $language): string
{
    $label = static fn ($it) => $language === Language::Chinese ? $it->labelZh : $it->label;
    $each = static fn ($it) => [$it->name, $label($it), $it->events, $it->customers, (int) micros($it->first), (int) micros($it->last)];

    return written(array_map($each, array_values($review->kinds())));
}

function segments(Review $review, Language $language): string
{
    $label = static fn ($it) => $language === Language::Chinese ? $it->labelZh : $it->label;
    $each = static fn ($it) => [$it->name, $label($it), $it->members, $it->errors];

    return written(array_map($each, array_values($review->segments())));
}

/** Of the columns of a review the id and the segments. */
function table(Table $table): string
{
    $named = array_filter($table->names(), static fn ($it) => $it === 'id' || str_starts_with($it, 'segment.'));
    $rows = iterator_to_array($table);

    return written(array_map(static fn ($it) => [$it, ...array_column($rows, $it)], array_values($named)));
}

function bits(?float $fraction): ?string
{
    return $fraction === null ? null : bin2hex(pack('E', $fraction));
}

/** Purchases in few numbers, fractions by their bits. */
function purchases(Reported $cbs): string
{
    $rows = [];
    foreach ($cbs as $row) {
        $bits = array_map(static fn ($name) => bits($row[$name]), ['recency', 'T', 'monetary', 'log_gaps']);
        $rows[] = [$row['id'], $row['frequency'], ...$bits];
    }

    return '{"rows":' . written($rows) . ",\"report\":$cbs->report}";
}

function predicted(Reported $said): string
{
    $names = array_values(array_diff($said->names(), ['id']));
    $rows = [];
    foreach ($said as $row) {
        $rows[] = [$row['id'], ...array_map(static fn ($name) => bits($row[$name]), $names)];
    }

    return '{"names":' . written($names) . ',"rows":' . written($rows) . ",\"report\":$said->report}";
}
