<?php

require getenv('GUANXI_PHP') . '/autoload.php';

use Guanxi\{GuanxiException, Language, Playbook, Reading, Store};

$folder = 'examples/cdnow';
$playbook = new Playbook(file_get_contents("$folder/playbook.json"));

/** The rows of a file, as arrays by column. */
function csv(string $file): Generator
{
    $lines = fopen($file, 'r');
    $names = fgetcsv($lines);
    while ($row = fgetcsv($lines)) {
        yield array_combine($names, $row);
    }
}

$store = Store::inMemory($playbook);
$mapping = file_get_contents("$folder/mapping.json");
$report = $store->append(csv("$folder/events.csv"), 'backfill', new Reading('events', $mapping));
echo "new: {$report['verdicts']['new']}\n";

$review = $store->review($playbook);
echo $playbook->showTime($review->asOf()), "\n";
$segments = $review->segments();
usort($segments, fn ($a, $b) => $b->members <=> $a->members);
foreach (array_slice($segments, 0, 3) as $segment) {
    printf("%7s  %s\n", number_format($segment->members), $segment->label);
}

$lost = "segment('lapsed') && purchases.sum(p, p.amount) >= 1000.00";
echo implode(', ', array_slice($review->ids($lost)->toArray(), 0, 3)), "\n";
echo $review->explain($lost, '00003')['parts'][1]['said'], "\n";
echo $review->in(Language::Chinese)->explain($lost, '00003')['parts'][1]['said'], "\n";

try {
    $review->query('purchasse.size() > 3');
} catch (GuanxiException $error) {
    echo $error->show(Language::Chinese), "\n";
}
