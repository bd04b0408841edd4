<?php

// guanxi inside a shop's ERP: its tables every night, one order as it comes, and why, on a screen.

use Guanxi\{Language, Playbook, Store};

require getenv('GUANXI_PHP') . '/autoload.php';

$playbook = new Playbook(file_get_contents('examples/presets/retail.json'));
$mapping = file_get_contents('examples/sync/mapping.json');
$store = Store::inMemory($playbook); // Store::open('crm.guanxi', $playbook) keeps it.
$feeds = $store->feeds($playbook);

// Every night: the rows of the host's own tables, by the names that they have there.
$members = [
    ['member_no' => 'M-1', 'mobile' => '13800000001', 'sms_ok' => '1'],
    ['member_no' => 'M-2', 'mobile' => '13800000002', 'sms_ok' => '0'],
];
$orders = [[
    'order_no' => 'S-1', 'member_no' => 'M-1', 'ordered_at' => '2026-03-02 10:12:00', 'paid' => '120.00',
    'status' => 'paid', 'updated_at' => '2026-03-02 10:12:00',
]];
$feeds->sync($members, 'members', $mapping, '2026-03-03 02:00', ['follow' => true]);
$synced = $feeds->sync($orders, 'orders', $mapping, '2026-03-03 02:00', ['follow' => true]);
echo "new orders: {$synced['new']}\n";
$states = $store->journey($playbook, 'M-1', '2026-03-03 02:00')->states();
echo "M-1: {$states[1]['state_label']['en']}\n";

// As it comes: one order, and what follows from it.
$order = ['kind' => 'purchase', 'id' => 'S-2', 'customer' => 'M-2', 'at' => '2026-03-03 11:30', 'amount' => '80.50'];
$told = $store->follow($playbook)->apply([$order], '2026-03-03 11:30');
echo "changed by S-2: {$told['changes']}\n";

// On a screen: where a customer is, what comes next, and why.
$relationship = $store->in(Language::Chinese)->journey($playbook, 'M-2', '2026-06-01')->states()[1];
$next = $relationship['next'];
echo "M-2: {$relationship['state_label']['zh-Hans']}\n";
echo "{$next['days']} 天后：{$next['to_label']['zh-Hans']}（{$next['because']['zh-Hans']}）\n";
