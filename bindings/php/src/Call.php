<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/**
 * The one door to the C library: arguments in, outputs out, faults thrown.
 *
 * @internal
 */
final class Call
{
    /** Calls a function whose last parameter is where an error goes. */
    public static function run(string $function, mixed ...$arguments): void
    {
        $ffi = Library::ffi();
        $error = $ffi->new('gx_error *');
        $status = $ffi->$function(...[...$arguments, \FFI::addr($error)]);
        if ($status !== $ffi->GX_OK) {
            throw self::thrown($status, $error);
        }
    }

    /** Calls a function that gives back a handle or bytes, before the error. */
    public static function made(string $type, string $function, mixed ...$arguments): CData
    {
        $out = Library::ffi()->new("$type *");
        self::run($function, ...[...$arguments, \FFI::addr($out)]);

        return $out;
    }

    /** Calls a function that gives a text. */
    public static function text(string $function, mixed ...$arguments): string
    {
        return self::taken(self::made('gx_bytes', $function, ...$arguments));
    }

    /** Calls a function that gives a JSON document. */
    public static function answer(string $function, mixed ...$arguments): Answer
    {
        return new Answer(self::text($function, ...$arguments));
    }

    /** Calls a function that gives a number. */
    public static function number(string $type, string $function, mixed ...$arguments): int
    {
        $out = Library::ffi()->new($type);
        self::run($function, ...[...$arguments, \FFI::addr($out)]);

        return $out->cdata;
    }

    /** A text as C takes it: the bytes, and how many. */
    public static function bytes(?string $text): array
    {
        return [$text, $text === null ? 0 : strlen($text)];
    }

    /** The text in bytes of C, which are freed. */
    public static function taken(CData $bytes): string
    {
        $ffi = Library::ffi();
        try {
            return self::copied($ffi->gx_bytes_data($bytes), $ffi->gx_bytes_len($bytes));
        } finally {
            $ffi->gx_bytes_free($bytes);
        }
    }

    /** So many bytes that begin at a pointer. */
    public static function copied(?CData $data, int $len): string
    {
        return $len === 0 || $data === null ? '' : \FFI::string($data, $len);
    }

    private static function thrown(int $status, CData $error): GuanxiException
    {
        if (\FFI::isNull($error)) {
            throw new \LogicException("guanxi failed with $status and no reason");
        }
        try {
            return GuanxiException::of($error);
        } finally {
            Library::ffi()->gx_error_free($error);
        }
    }
}
