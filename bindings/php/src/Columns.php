<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * Rows as columns, the fast way in. A value that is missing is null.
 *
 *     $rows = (new Columns(2))
 *         ->texts('kind', ['purchase', 'purchase'])->texts('customer', ['C-1', 'C-2'])
 *         ->texts('at', ['2026-03-01', '2026-03-02'])->decimals('amount', [1250, 900], 2);
 *     $store->append($rows, 'backfill');
 */
final class Columns
{
    /** @var list<array<string, mixed>> */
    private array $columns = [];

    /** Columns of so many rows each. */
    public function __construct(public readonly int $rows)
    {
        if ($rows < 0) {
            throw new \InvalidArgumentException("rows are 0 or more, not $rows");
        }
    }

    /**
     * Texts in UTF-8.
     *
     * @param array<?string> $values
     */
    public function texts(string $name, array $values): self
    {
        return $this->add($name, 'GX_COLUMN_TEXT', $values, self::texted($values));
    }

    /**
     * Whole numbers.
     *
     * @param array<?int> $values
     */
    public function integers(string $name, array $values): self
    {
        return $this->add($name, 'GX_COLUMN_INT64', $values, ['values' => self::packed('q', $values)]);
    }

    /**
     * Fractions; each means the shortest number that is read as it, so that 0.1 is one tenth.
     *
     * @param array<null|int|float> $values
     */
    public function fractions(string $name, array $values): self
    {
        return $this->add($name, 'GX_COLUMN_FLOAT64', $values, ['values' => self::packed('d', $values)]);
    }

    /**
     * Decimals as whole numbers of their last place: 12.50 is 1250 with a scale of 2.
     *
     * @param array<?int> $values
     */
    public function decimals(string $name, array $values, int $scale): self
    {
        return $this->add($name, 'GX_COLUMN_DECIMAL', $values, ['values' => self::packed('q', $values), 'scale' => $scale]);
    }

    /**
     * Instants: microseconds since 1970 in UTC.
     *
     * @param array<?int> $micros
     */
    public function instants(string $name, array $micros): self
    {
        return $this->add($name, 'GX_COLUMN_INSTANT', $micros, ['values' => self::packed('q', $micros)]);
    }

    /**
     * Times of the playbook's clock: microseconds since 1970 on it.
     *
     * @param array<?int> $micros
     */
    public function locals(string $name, array $micros): self
    {
        return $this->add($name, 'GX_COLUMN_LOCAL', $micros, ['values' => self::packed('q', $micros)]);
    }

    /**
     * Days since 1970-01-01.
     *
     * @param array<?int> $days
     */
    public function days(string $name, array $days): self
    {
        return $this->add($name, 'GX_COLUMN_DATE', $days, ['values' => self::packed('l', $days)]);
    }

    /**
     * Yes or no.
     *
     * @param array<?bool> $values
     */
    public function booleans(string $name, array $values): self
    {
        $numbers = array_map(static fn (?bool $it) => (int) $it, $values);

        return $this->add($name, 'GX_COLUMN_BOOL', $values, ['values' => self::packed('C', $numbers)]);
    }

    /**
     * Texts of which few are different: positions among `words`, from 0.
     *
     * @param array<?int>  $codes
     * @param list<string> $words
     */
    public function codes(string $name, array $codes, array $words): self
    {
        $said = ['kind' => 'GX_COLUMN_TEXT', 'name' => $name, ...self::texted($words)];
        $more = ['values' => self::packed('l', $codes), 'said' => $said, 'n_words' => count($words)];

        return $this->add($name, 'GX_COLUMN_CODES', $codes, $more);
    }

    private function add(string $name, string $kind, array $values, array $more): self
    {
        if (count($values) !== $this->rows) {
            throw new \InvalidArgumentException("column `$name` has " . count($values) . " values, and there are $this->rows rows");
        }
        $known = in_array(null, $values, true) ? ['known' => self::bits($values)] : [];
        $this->columns[] = ['kind' => $kind, 'name' => $name, ...$more, ...$known];

        return $this;
    }

    /** How many columns there are. */
    public function count(): int
    {
        return count($this->columns);
    }

    /**
     * The columns as C has them, and what must live as long.
     *
     * @internal
     * @return array{?CData, list<CData>}
     */
    public function structs(): array
    {
        if ($this->columns === []) {
            return [null, []];
        }
        $structs = Library::ffi()->new('gx_column[' . count($this->columns) . ']');
        $kept = [$structs];
        foreach ($this->columns as $at => $column) {
            self::fill($structs[$at], $column, $kept);
        }

        return [$structs, $kept];
    }

    /**
     * A table of C.
     *
     * @internal
     * @return list<CData> what must live as long
     */
    public function into(CData $table, Reading $reading): array
    {
        [$structs, $kept] = $this->structs();
        $table->struct_size = \FFI::sizeof($table);
        $table->columns = $structs === null ? null : \FFI::addr($structs[0]);
        $table->n_columns = $this->count();
        $table->rows = $this->rows;

        return [...$kept, ...$reading->into($table)];
    }

    private static function fill(CData $to, array $column, array &$kept): void
    {
        $to->struct_size = \FFI::sizeof($to);
        $to->kind = Library::ffi()->{$column['kind']};
        $to->name_len = strlen($column['name']);
        $to->n_words = $column['n_words'] ?? 0;
        $to->scale = $column['scale'] ?? 0;
        foreach (['name' => 'char *', 'values' => 'void *', 'offsets' => 'int64_t *', 'known' => 'uint8_t *'] as $field => $type) {
            if (isset($column[$field])) {
                $kept[] = $memory = self::memory($column[$field]);
                $to->$field = Library::ffi()->cast($type, \FFI::addr($memory));
            }
        }
        if (isset($column['said'])) {
            $kept[] = $words = Library::ffi()->new('gx_column');
            self::fill($words, $column['said'], $kept);
            $to->words = Library::ffi()->cast('void *', \FFI::addr($words));
        }
    }

    /**
     * Bytes in memory of C.
     *
     * @internal
     */
    public static function memory(string $bytes): CData
    {
        $memory = Library::ffi()->new('char[' . max(1, strlen($bytes)) . ']');
        if ($bytes !== '') {
            \FFI::memcpy($memory, $bytes, strlen($bytes));
        }

        return $memory;
    }

    /** @return array{values: string, offsets: string} */
    private static function texted(array $values): array
    {
        $offsets = [$at = 0];
        foreach ($values as $value) {
            $offsets[] = $at += strlen((string) $value);
        }

        return ['values' => implode('', $values), 'offsets' => self::packed('q', $offsets)];
    }

    /** Numbers as C has them, some at a time: `pack` takes them as arguments. */
    private static function packed(string $form, array $numbers): string
    {
        $out = '';
        foreach (array_chunk($numbers, 8_192) as $some) {
            $out .= pack("$form*", ...array_map(static fn ($it) => $it ?? 0, $some));
        }

        return $out;
    }

    /** A bit for each value, the lowest first: whether it is known. */
    private static function bits(array $values): string
    {
        $bytes = [];
        foreach (array_values($values) as $row => $value) {
            $bytes[$row >> 3] = ($bytes[$row >> 3] ?? 0) | ($value === null ? 0 : 1 << ($row & 7));
        }

        return self::packed('C', $bytes);
    }
}
