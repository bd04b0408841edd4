<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * One thing that is wrong, as it stands in the input.
 *
 * `code` is a number that is never reused and `name` the same in a word. `pointer` is the place: a
 * JSON pointer into a document, or `TABLE:ROW/COLUMN`. `start` and `end` are the bytes that are
 * meant: of the text at the pointer, or of the expression. What is not known is null.
 */
final class Fault
{
    public function __construct(
        public readonly int $code,
        public readonly string $name,
        public readonly string $message,
        public readonly string $messageZh,
        public readonly ?string $pointer = null,
        public readonly ?int $start = null,
        public readonly ?int $end = null,
        public readonly ?string $hint = null,
        public readonly ?string $hintZh = null,
    ) {
    }

    /** The fault on up to three lines: what, where, and what to do. */
    public function show(Language $language = Language::English): string
    {
        $chinese = $language === Language::Chinese;
        $hint = $chinese ? $this->hintZh : $this->hint;

        return "$this->code $this->name: " . ($chinese ? $this->messageZh : $this->message)
            . ((string) $this->pointer === '' ? '' : "\n  --> $this->pointer")
            . ($hint === null ? '' : "\n   = $hint");
    }
}
