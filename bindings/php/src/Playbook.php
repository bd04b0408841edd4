<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * A playbook: everything that was decided, checked as a whole.
 *
 * It never changes; make it once and use it as often as you like.
 */
final class Playbook
{
    /** @internal */
    public readonly Handle $handle;

    private Language $language = Language::English;

    /**
     * From a JSON document: its text, or the array that it stands for.
     *
     * @throws GuanxiException with *all* faults of the document, each with its JSON pointer and the
     *                         bytes that are meant
     */
    public function __construct(string|array $document)
    {
        $made = Call::made('gx_playbook', 'gx_playbook_compile', ...Call::bytes(Json::document($document)));
        $this->handle = new Handle($made, 'gx_playbook_free', 'playbook');
    }

    /** The same playbook, answering in another language. */
    public function in(Language $language): self
    {
        $other = clone $this;
        $other->language = $language;

        return $other;
    }

    /**
     * Everything that was found in a document, right or wrong.
     *
     * `valid`, then of a playbook `id`, `version`, `hash`, `semantic_hash` and what it counts, then
     * `faults` and `hints`. A document with faults throws nothing here: look at `valid`.
     */
    public static function check(string|array $document, Language $language = Language::English): Answer
    {
        return Call::answer('gx_playbook_check', ...[...Call::bytes(Json::document($document)), $language->value]);
    }

    /** Which playbook it is: the SHA-256 of the canonical form, in 64 digits. */
    public function hash(): string
    {
        return Library::ffi()->gx_playbook_hash($this->handle->pointer());
    }

    /** The document in its one canonical form: equal playbooks, equal texts. */
    public function json(): string
    {
        return Call::text('gx_playbook_json', $this->handle->pointer());
    }

    /** What people call it; its id where its author gave no label. */
    public function label(): string
    {
        return Library::ffi()->gx_playbook_label($this->handle->pointer(), $this->language->value);
    }

    /**
     * A machine as a picture; without a name, the only one.
     *
     * @throws GuanxiException unknown_machine, invalid_argument
     */
    public function diagram(?string $machine = null, Picture $format = Picture::Svg): string
    {
        $how = [...Call::bytes($machine), $format->value, $this->language->value];

        return Call::text('gx_machine_diagram', $this->handle->pointer(), ...$how);
    }

    /**
     * A condition as one SQL statement over your own tables.
     *
     * `sql`, and `parameters` in the order of their numbers or marks, each with `type` and `value`. It
     * gives the ids of those who satisfy the condition. `tables` is the document that says where your
     * tables keep what the schema declares; `dialect` is sqlite, postgresql, mysql, mariadb or duckdb.
     *
     * @throws GuanxiException not_in_sql for every part that has no SQL with the same meaning, with the
     *                         bytes that are meant; 3001 to 3020; 2001 to 2014 for the tables
     */
    public function statement(
        string $expression,
        string|array $tables,
        string $dialect,
        string|\DateTimeInterface $asOf,
    ): Answer {
        $said = [...Call::bytes($expression), ...Call::bytes(Json::document($tables)), ...Call::bytes($dialect)];
        $at = When::micros($this, $asOf);

        return Call::answer('gx_statement_json', $this->handle->pointer(), ...[...$said, $at]);
    }

    /** What an editor of conditions can offer: fields, operators, functions, names. */
    public function authoring(): Answer
    {
        return $this->ask(['ask' => 'authoring']);
    }

    /** A condition as people say it: `text`, and `links` from its bytes to the clauses. */
    public function say(string $expression): Answer
    {
        return $this->ask(['ask' => 'say', 'expression' => $expression]);
    }

    /** The condition of a segment as people say it. */
    public function saySegment(string $segment): Answer
    {
        return $this->ask(['ask' => 'say', 'segment' => $segment]);
    }

    /**
     * What may stand at a byte of an expression that is being written; without one, at its end.
     *
     * `from`: the byte from which on it replaces what is written; `offers`: each with `text`, `what`
     * and `help`.
     */
    public function complete(string $expression, ?int $at = null): Answer
    {
        $question = ['ask' => 'complete', 'expression' => $expression];

        return $this->ask($at === null ? $question : [...$question, 'at' => $at]);
    }

    /**
     * A query of react-querybuilder as a condition: `expression`, `hints`, and what it says.
     *
     * @throws GuanxiException with every part that cannot be read, each with its place
     */
    public function importQuery(string|array $query): Answer
    {
        return $this->ask('{"ask":"import","query":' . Json::document($query) . '}');
    }

    /** A condition as a query of react-querybuilder: `query`, and `hints`. */
    public function exportQuery(string $expression): Answer
    {
        return $this->ask(['ask' => 'export', 'expression' => $expression]);
    }

    /**
     * Which plain records a query of react-querybuilder finds: `members`, their positions; `errors`, how
     * many cannot be judged; `hints`.
     *
     * @param list<array<string, mixed>> $records
     */
    public function matchQuery(string|array $query, array $records): Answer
    {
        $rows = '[' . implode(',', array_map(Json::object(...), $records)) . ']';

        return $this->ask('{"ask":"match","query":' . Json::document($query) . ",\"records\":$rows}");
    }

    /** Any question about conditions, as the manual of the C library lists them. */
    public function ask(string|array $question): Answer
    {
        $asked = [...Call::bytes(Json::document($question)), $this->language->value];

        return Call::answer('gx_condition_answer', $this->handle->pointer(), ...$asked);
    }

    /**
     * The instant that is meant by a text, in UTC.
     *
     * @throws GuanxiException malformed_value, time_out_of_range, too_fine
     */
    public function time(string|\DateTimeInterface $when): \DateTimeImmutable
    {
        return When::moment(When::micros($this, $when));
    }

    /** An instant for a person: local time, and of which zone. */
    public function showTime(string|\DateTimeInterface $when): string
    {
        return Call::text('gx_time_show', $this->handle->pointer(), When::micros($this, $when));
    }
}
