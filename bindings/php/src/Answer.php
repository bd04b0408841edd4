<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * What the library says: read like an array, and in `json` its exact text.
 *
 * The text is the same, byte for byte, from every language that guanxi is called from. Amounts and
 * decimals are texts in it (`"12.50"`), so that nothing is lost.
 *
 * @implements \ArrayAccess<int|string, mixed>
 * @implements \IteratorAggregate<int|string, mixed>
 */
final class Answer implements \ArrayAccess, \Countable, \IteratorAggregate, \JsonSerializable
{
    private mixed $value = null;

    public function __construct(public readonly string $json)
    {
    }

    /** The document as PHP has it, objects as arrays. */
    public function value(): mixed
    {
        return $this->value ??= json_decode($this->json, true, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset($this->value()[$offset]);
    }

    public function offsetGet(mixed $offset): mixed
    {
        $value = $this->value();
        if (!is_array($value) || !array_key_exists($offset, $value)) {
            throw new \OutOfBoundsException("the answer has no `$offset`");
        }

        return $value[$offset];
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw new \LogicException('an answer cannot be changed');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new \LogicException('an answer cannot be changed');
    }

    public function count(): int
    {
        return count($this->value());
    }

    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->value());
    }

    public function jsonSerialize(): mixed
    {
        // Objects stay objects, also those without keys.
        return json_decode($this->json, false, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    }

    public function __toString(): string
    {
        return $this->json;
    }
}
