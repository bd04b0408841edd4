<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * Who is in which segment at an instant, since when, until when, and why.
 *
 * `Store::segments` makes one. Each question reads the store as it then is. An answer is what `guanxi
 * segment` prints with `--json`. Each throws unknown_segment, unknown_customer, schema_mismatch, io, busy.
 */
final class Segments
{
    /** @internal */
    public function __construct(private readonly Asked $by)
    {
    }

    /** Each segment: how many are in it, and what it reads. */
    public function list(): Answer
    {
        return $this->ask(['ask' => 'list']);
    }

    /** Who is in a segment, by id, and for whom its condition is an error. */
    public function members(string $segment): Answer
    {
        return $this->ask(['ask' => 'members', 'segment' => $segment]);
    }

    /** Why one customer is in a segment or not, and what would change it. */
    public function explain(string $segment, string $customer): Answer
    {
        return $this->ask(['ask' => 'explain', 'segment' => $segment, 'customer' => $customer]);
    }

    /** When one customer came into a segment and went, and why. */
    public function history(string $segment, string $customer): Answer
    {
        return $this->ask(['ask' => 'history', 'segment' => $segment, 'customer' => $customer]);
    }

    /**
     * Who leaves a segment or enters it if nothing happens, and when.
     *
     * @throws GuanxiException unforeseen, with the bytes of the condition that are meant
     */
    public function leaving(string $segment, string $within = 'days(7)'): Answer
    {
        return $this->ask(['ask' => 'leaving', 'segment' => $segment, 'within' => $within]);
    }

    /** How many are in two segments at once; without names, of all. */
    public function overlap(string ...$segments): Answer
    {
        return $this->ask(['ask' => 'overlap', 'segments' => array_values($segments)]);
    }

    /**
     * Who would come into segments and go out by another playbook, and why.
     *
     * @throws GuanxiException schema_mismatch where its schema has more
     */
    public function diff(Playbook $other): Answer
    {
        return $this->ask(['ask' => 'diff'], $other);
    }

    /**
     * What another playbook would answer otherwise, before it is put in force: of `segments`, `lifecycles`
     * with what would have to be done, `tiers` with scores, and `kpis`.
     */
    public function diffReview(Playbook $other): Answer
    {
        return $this->ask(['ask' => 'diff_review'], $other);
    }

    /**
     * Segments that are empty, alike, standing still, or say too much; with `measuredFrom`, a day or an
     * instant, also which cannot measure a campaign that began then.
     */
    public function review(?string $measuredFrom = null): Answer
    {
        $question = ['ask' => 'review'];

        return $this->ask($measuredFrom === null ? $question : [...$question, 'measured_from' => $measuredFrom]);
    }

    /**
     * Who of a segment may be contacted, by which channel, and why the others not.
     *
     * Further keys are `exclude`, `holdout` (`['percent' => '10', 'salt' => 'spring']`), `caps` and `quiet`.
     *
     * @param list<string>         $channels
     * @param array<string, mixed> $further
     */
    public function audience(string $segment, string $purpose, array $channels, array $further = []): Answer
    {
        $question = ['ask' => 'audience', 'segment' => $segment, 'purpose' => $purpose, 'channels' => $channels];

        return $this->ask([...$question, ...$further]);
    }

    /** Any question about segments, as the manual of the C library lists them. */
    public function ask(string|array $question, ?Playbook $other = null): Answer
    {
        return $this->by->askSegments($question, $other);
    }
}
