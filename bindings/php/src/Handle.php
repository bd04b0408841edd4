<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * What is freed once: by hand, or with the last reference.
 *
 * @internal
 */
final class Handle
{
    private readonly \FFI $ffi;

    public function __construct(private ?CData $pointer, private readonly string $free, private readonly string $noun)
    {
        // Kept, so that the library is there as long as something of it is.
        $this->ffi = Library::ffi();
    }

    /** What C knows it by. */
    public function pointer(): CData
    {
        return $this->pointer ?? throw GuanxiException::closed($this->noun);
    }

    public function isClosed(): bool
    {
        return $this->pointer === null;
    }

    /** Frees it; a second time does nothing. */
    public function close(): void
    {
        $pointer = $this->pointer;
        $this->pointer = null;
        if ($pointer !== null) {
            $this->ffi->{$this->free}($pointer);
        }
    }

    public function __destruct()
    {
        $this->close();
    }

    /** Two of them would free one thing twice. */
    public function __clone()
    {
        throw new \LogicException("a {$this->noun} of guanxi cannot be cloned");
    }

    public function __serialize(): array
    {
        throw new \LogicException("a {$this->noun} of guanxi cannot be serialized");
    }
}
