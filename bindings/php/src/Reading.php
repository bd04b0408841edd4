<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * How rows are to be read: what they are about (`customers`, `events`, `ref_NAME`), and by which
 * mapping document where they do not carry the schema's names. With `trial` the report is what it
 * would be, and nothing is recorded.
 */
final class Reading
{
    private readonly ?string $mapping;

    public function __construct(
        private readonly string $table = 'events',
        string|array|null $mapping = null,
        private readonly bool $trial = false,
    ) {
        $this->mapping = $mapping === null ? null : Json::document($mapping);
    }

    /**
     * As C has it, and what must live as long.
     *
     * @internal
     * @return array{CData, list<CData>}
     */
    public function options(Language $language): array
    {
        $options = Library::ffi()->new('gx_append_options');
        $options->struct_size = \FFI::sizeof($options);
        $options->language = $language->value;
        $options->dry_run = (int) $this->trial;

        return [\FFI::addr($options), [$options, ...$this->into($options)]];
    }

    /**
     * Writes table and mapping where C wants them, and gives what must live as long.
     *
     * @internal
     * @return list<CData>
     */
    public function into(CData $struct): array
    {
        $kept = [];
        foreach (['table' => $this->table, 'mapping' => $this->mapping] as $name => $text) {
            if ($text !== null) {
                $kept[] = $bytes = Columns::memory($text);
                $struct->$name = Library::ffi()->cast('char *', \FFI::addr($bytes));
                $struct->{"{$name}_len"} = strlen($text);
            }
        }

        return $kept;
    }
}
