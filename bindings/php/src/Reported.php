<?php

declare(strict_types=1);

namespace Guanxi;

/** Customers as columns, and in `report` what was counted meanwhile. */
final class Reported extends Table
{
    public readonly Answer $report;

    /**
     * @internal
     *
     * @param callable(\FFI\CData, \FFI\CData, \FFI\CData): void $fill
     */
    public function __construct(callable $fill)
    {
        $report = Library::ffi()->new('gx_bytes *');
        parent::__construct(static fn ($array, $schema) => $fill($array, $schema, \FFI::addr($report)));
        $this->report = new Answer(Call::taken($report));
    }
}
