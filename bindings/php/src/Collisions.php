<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * Who is a customer already at an instant, and who is there twice.
 *
 * `Store::collisions` makes one. Each question reads everybody's match keys, of the store as it then is, and
 * throws invalid_argument where the playbook has no section `identity`, unknown_reference, unknown_customer,
 * schema_mismatch, io, busy.
 */
final class Collisions
{
    /** @internal */
    public function __construct(private readonly Asked $by)
    {
    }

    /**
     * Whether somebody with these values, by attribute, is there: `verdict`.
     *
     * @param array<string, mixed> $row
     */
    public function collide(array $row): Answer
    {
        return $this->ask('{"ask":"collide","row":' . Json::object($row) . '}');
    }

    /** Whether a customer is there under another id too. */
    public function same(string $customer): Answer
    {
        return $this->ask(['ask' => 'same', 'customer' => $customer]);
    }

    /** Everybody who is there twice: `groups`, `possible`, `shared`, `unread`. */
    public function scan(): Answer
    {
        return $this->ask(['ask' => 'scan']);
    }

    /** Any question about collisions, as the manual of the C library lists them. */
    public function ask(string|array $question): Answer
    {
        return $this->by->ask('gx_collision_answer', $question);
    }
}
