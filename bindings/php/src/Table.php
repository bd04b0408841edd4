<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * Customers as columns: an Arrow array of the library's memory, read value by value.
 *
 * Independent of what it was made from. `foreach` gives a row at a time, as an array by column.
 *
 * @implements \IteratorAggregate<int, array<string, mixed>>
 */
class Table implements \Countable, \IteratorAggregate
{
    private readonly CData $array;
    private readonly CData $schema;
    private bool $isClosed = false;

    /** @var array<string, array{CData, CData}> */
    private array $columns = [];

    /**
     * @internal
     *
     * @param callable(CData, CData): void $fill
     */
    public function __construct(callable $fill)
    {
        $ffi = Library::ffi();
        $array = $ffi->new('struct ArrowArray');
        $schema = $ffi->new('struct ArrowSchema');
        $fill(\FFI::addr($array), \FFI::addr($schema));
        [$this->array, $this->schema] = [$array, $schema];
        for ($at = 0; $at < $array->n_children; $at++) {
            $this->columns[$schema->children[$at]->name] = [$array->children[$at], $schema->children[$at]];
        }
    }

    /** How many rows there are. */
    public function count(): int
    {
        return $this->isClosed ? throw GuanxiException::closed('table') : $this->array->length;
    }

    /**
     * The names of the columns in their order.
     *
     * @return list<string>
     */
    public function names(): array
    {
        return array_keys($this->columns);
    }

    /**
     * The value in a row of a column: a text, int, float or bool, a day or a decimal as a text, a
     * `DateTimeImmutable`, a list of these; null where it is missing.
     */
    public function value(int $row, string $column): mixed
    {
        if ($row < 0 || $row >= $this->count()) {
            throw new \OutOfBoundsException("there is no row $row among " . $this->count());
        }
        [$array, $schema] = $this->columns[$column]
            ?? throw new \InvalidArgumentException("there is no column `$column`; there are " . implode(', ', $this->names()));

        return self::read($array, $schema, $row);
    }

    public function getIterator(): \Generator
    {
        for ($row = 0; $row < $this->count(); $row++) {
            yield $row => array_map(static fn (array $column) => self::read($column[0], $column[1], $row), $this->columns);
        }
    }

    private static function read(CData $array, CData $schema, int $row): mixed
    {
        $at = $array->offset + $row;
        $known = $array->buffers[0];
        if ($known !== null && !\FFI::isNull($known) && !self::bit($known, $at)) {
            return null;
        }
        if ($schema->dictionary !== null) {
            return self::read($array->dictionary, $schema->dictionary, self::as('int32_t', $array->buffers[1])[$at]);
        }
        $values = $array->buffers[1];
        $format = $schema->format;

        return match (true) {
            $format === 'U' => self::text($array, $at),
            $format === 'b' => self::bit($values, $at),
            $format === 'l' => self::as('int64_t', $values)[$at],
            $format === 'g' => self::as('double', $values)[$at],
            $format === 'tdD' => gmdate('Y-m-d', self::as('int32_t', $values)[$at] * 86_400),
            $format === '+L' => self::items($array, $schema, $at),
            str_starts_with($format, 'tsu:') => When::moment(self::as('int64_t', $values)[$at]),
            str_starts_with($format, 'd:') => self::decimal($values, $at, (int) explode(',', $format)[1]),
            default => throw new \LogicException("a column in the form `$format` of Arrow cannot be read here"),
        };
    }

    private static function as(string $type, CData $buffer): CData
    {
        return Library::ffi()->cast("$type *", $buffer);
    }

    private static function bit(CData $bits, int $at): bool
    {
        return (self::as('uint8_t', $bits)[$at >> 3] >> ($at & 7) & 1) === 1;
    }

    private static function text(CData $array, int $at): string
    {
        $offsets = self::as('int64_t', $array->buffers[1]);
        $begin = $offsets[$at];
        $len = $offsets[$at + 1] - $begin;

        return $len === 0 ? '' : Call::copied(self::as('uint8_t', $array->buffers[2]) + $begin, $len);
    }

    private static function items(CData $array, CData $schema, int $at): array
    {
        $offsets = self::as('int64_t', $array->buffers[1]);
        $out = [];
        for ($item = $offsets[$at]; $item < $offsets[$at + 1]; $item++) {
            $out[] = self::read($array->children[0], $schema->children[0], $item);
        }

        return $out;
    }

    /** Sixteen bytes, the lowest first, of which PHP's numbers have eight. */
    private static function decimal(CData $values, int $at, int $scale): string
    {
        $low = self::as('int64_t', $values)[2 * $at];
        $high = self::as('int64_t', $values)[2 * $at + 1];
        if ($high !== ($low < 0 ? -1 : 0)) {
            throw new \OverflowException('a decimal is beyond 64 bits');
        }
        $digits = str_pad(ltrim((string) $low, '-'), $scale + 1, '0', STR_PAD_LEFT);
        $sign = $low < 0 ? '-' : '';

        return $scale === 0 ? $sign . $digits : $sign . substr($digits, 0, -$scale) . '.' . substr($digits, -$scale);
    }

    /** Gives the memory back; a second time does nothing. */
    public function close(): void
    {
        if (!$this->isClosed && isset($this->schema)) {
            $this->isClosed = true;
            ($this->array->release)(\FFI::addr($this->array));
            ($this->schema->release)(\FFI::addr($this->schema));
        }
    }

    public function __destruct()
    {
        $this->close();
    }

    /** Two of them would give one thing back twice. */
    public function __clone()
    {
        throw new \LogicException('a table of guanxi cannot be cloned');
    }
}
