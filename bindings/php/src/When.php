<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * Instants between PHP and C.
 *
 * An instant is a time of PHP, or a text: `2026-03-01T09:30:00+08:00`; `2026-03-01 09:30`, local time
 * of the playbook's zone; `2026-03-01`, the end of that day where an answer is about it, its first
 * moment where something begins.
 *
 * @internal
 */
final class When
{
    // Numbers of 64 bits, which PHP does not read from the header; a test compares them.
    public const NONE = PHP_INT_MIN;
    public const BACKFILL = PHP_INT_MIN;

    /** An instant of C as a text. */
    public static function said(\DateTimeInterface $when): string
    {
        return $when->format('Y-m-d\TH:i:s.uP');
    }

    /** Microseconds since 1970 in UTC; of null what stands for none. */
    public static function micros(Playbook $playbook, string|\DateTimeInterface|null $when): int
    {
        if ($when === null) {
            return self::NONE;
        }
        $said = is_string($when) ? $when : self::said($when);

        return Call::number('int64_t', 'gx_time_parse', $playbook->handle->pointer(), ...Call::bytes($said));
    }

    /** The same where something begins: of a day its first moment. */
    public static function start(Playbook $playbook, string|\DateTimeInterface $when): int
    {
        $isDay = is_string($when) && preg_match('~^\s*\d{4}([-/])\d{1,2}\1\d{1,2}\s*$~D', $when) === 1;

        return self::micros($playbook, $isDay ? trim($when) . ' 00:00' : $when);
    }

    /** The same of when facts were learnt, where `backfill` is: when they happened. */
    public static function seen(Playbook $playbook, string|\DateTimeInterface $when): int
    {
        return $when === 'backfill' ? self::BACKFILL : self::micros($playbook, $when);
    }

    /** An instant of C as PHP has it, in UTC. */
    public static function moment(int $micros): \DateTimeImmutable
    {
        $part = $micros % 1_000_000;
        $part += $part < 0 ? 1_000_000 : 0;
        $seconds = intdiv($micros - $part, 1_000_000);
        $said = sprintf('@%d.%06d', $seconds, $part);

        return $seconds >= 0 || $part === 0
            ? new \DateTimeImmutable($said)
            // `@-1.5` would be read as one and a half before.
            : (new \DateTimeImmutable("@$seconds"))->modify("+$part microseconds");
    }
}
