<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * JSON on its way to the library.
 *
 * @internal
 */
final class Json
{
    private const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION;

    /** A value as JSON; times as texts with their zone. */
    public static function written(mixed $value): string
    {
        try {
            return json_encode(self::plain($value), self::FLAGS);
        } catch (\JsonException $error) {
            throw new \InvalidArgumentException('what was handed over has no form in JSON: ' . $error->getMessage(), previous: $error);
        }
    }

    /** A JSON document: its text, or the array that it stands for. */
    public static function document(string|array|Answer $document): string
    {
        return match (true) {
            is_string($document) => $document,
            $document instanceof Answer => $document->json,
            default => self::object($document),
        };
    }

    /** An array as an object, which an array without keys would not be. */
    public static function object(array $keyed): string
    {
        return $keyed === [] ? '{}' : self::written($keyed);
    }

    /** Rows as JSON Lines: a text that is that already, or arrays by key. */
    public static function lines(string|iterable $rows): string
    {
        if (is_string($rows)) {
            return $rows;
        }
        $out = [];
        foreach ($rows as $row) {
            try {
                $out[] = self::object(is_array($row) ? $row : iterator_to_array($row));
            } catch (\InvalidArgumentException | \TypeError $error) {
                $number = count($out) + 1;
                throw new \InvalidArgumentException("row $number: " . $error->getMessage(), previous: $error);
            }
        }

        return implode("\n", $out);
    }

    private static function plain(mixed $value): mixed
    {
        return match (true) {
            $value instanceof \DateTimeInterface => When::said($value),
            is_array($value) => array_map(self::plain(...), $value),
            default => $value,
        };
    }
}
