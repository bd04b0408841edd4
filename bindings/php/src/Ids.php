<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * Ids of customers, ascending by bytes. They stay in one piece of the library's memory, and a text is made
 * when it is asked for: `foreach`, `count`, `$ids[0]`.
 *
 * @implements \ArrayAccess<int, string>
 * @implements \IteratorAggregate<int, string>
 */
final class Ids implements \ArrayAccess, \Countable, \IteratorAggregate
{
    private readonly Handle $handle;
    private readonly int $count;
    private readonly CData $offsets;
    private readonly ?CData $data;

    /** @internal */
    public function __construct(CData $pointer)
    {
        $this->handle = new Handle($pointer, 'gx_ids_free', 'ids');
        $this->count = Library::ffi()->gx_ids_count($pointer);
        $this->offsets = Library::ffi()->gx_ids_offsets($pointer);
        $this->data = Library::ffi()->gx_ids_data($pointer);
    }

    public function count(): int
    {
        return $this->count;
    }

    public function offsetExists(mixed $offset): bool
    {
        return is_int($offset) && $offset >= 0 && $offset < $this->count;
    }

    public function offsetGet(mixed $offset): string
    {
        if (!$this->offsetExists($offset)) {
            throw new \OutOfBoundsException("there is no id $offset among $this->count");
        }
        $begin = $this->offsets[$offset];

        return Call::copied($this->data + $begin, $this->offsets[$offset + 1] - $begin);
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw new \LogicException('ids cannot be changed');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new \LogicException('ids cannot be changed');
    }

    public function getIterator(): \Generator
    {
        for ($at = 0; $at < $this->count; $at++) {
            yield $at => $this[$at];
        }
    }

    /** @return list<string> */
    public function toArray(): array
    {
        return iterator_to_array($this, false);
    }
}
