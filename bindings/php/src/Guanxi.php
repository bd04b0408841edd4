<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * guanxi (关系): the decision core of customer relationship management.
 *
 * The host has the screens, the users and the data; guanxi has the judgement: which customers belong to a
 * segment at an instant, and why. `Playbook` is what was decided, `Store` what happened, `Review` every
 * answer of a playbook about a store at one instant. What belongs to none of them is here.
 */
final class Guanxi
{
    /** The version of the library. */
    public static function version(): string
    {
        return Library::ffi()->gx_version_text();
    }

    /** How the library was built: its version, that of the C interface, and its features. */
    public static function build(): Answer
    {
        return Call::answer('gx_version_build');
    }

    /** The JSON Schema of playbooks, for editors. */
    public static function schema(): Answer
    {
        return Call::answer('gx_playbook_schema');
    }

    /**
     * The value of one expression of the language, without customers: `type` and `value`.
     *
     * @param string|array|null $bindings values for its names, each with `type` and `value`: `['x' =>
     *                                    ['type' => 'int', 'value' => '21']]`
     *
     * @throws GuanxiException 3001 to 3019 for the expression, with the bytes that are meant; 1002 to 1010
     *                         for values; 2001 to 2014 for bindings
     */
    public static function eval(string $expression, string|array|null $bindings = null): Answer
    {
        $named = Call::bytes($bindings === null ? null : Json::document($bindings));

        return Call::answer('gx_eval_json', ...[...Call::bytes($expression), ...$named]);
    }

    /**
     * Fits a model of customer value to customers in few numbers.
     *
     * `customers` are columns as `Review::cbs` names them: `frequency`, `recency`, `T`, and where the model
     * reads them `monetary` and `log_gaps`; `weight` says for how many customers a row stands. The question is
     * `['model' => 'bg-nbd']`; models are nbd, bg-nbd, mbg-nbd, pareto-nbd, bg-cnbd, mbg-cnbd and gamma-gamma;
     * `k` is the number of stages. The answer has `params`, `standard_errors`, `intervals_95`,
     * `log_likelihood`, `aic`, `bic`, `converged`, and in `limit` the simpler model that this one has become,
     * if it has. `lead` learns from columns `id`, `outcome` (1, 0, missing) and a number for each factor who
     * will buy: `['model' => 'lead', 'outcome' => 'won', 'l2' => 0, 'holdout' => 0.3]`; its answer has the
     * `axis` of a playbook.
     *
     * @throws GuanxiException bad_parameters, missing_column, bad_cell, impossible_history,
     *                         malformed_column, with places as `rows:3/recency`
     */
    public static function fit(
        string|array $question,
        Columns $customers,
        Language $language = Language::English,
    ): Answer {
        $table = Library::ffi()->new('gx_table');
        $kept = $customers->into($table, new Reading());
        $said = [...Call::bytes(self::asked('fit', $question)), \FFI::addr($table), $language->value];

        return Call::answer('gx_model_fit', ...$said);
    }

    /**
     * Asks a fitted model about the future of each customer.
     *
     * The question is `['model' => 'bg-nbd', 'params' => ..., 'horizon' => 39]`; also `spend` (the parameters
     * of gamma-gamma), `discount`, `pmf` and `k`. Columns `id`, `p_alive`, `expected`, with a model of
     * spending `spend` and `clv`, `p_alive_later`, `discounted`, `residual`, with spending `lifetime_value`,
     * and `p_0`, `p_1`, ... where they were asked for.
     */
    public static function predict(
        string|array $question,
        Columns $customers,
        Language $language = Language::English,
        int $threads = 1,
    ): Reported {
        $table = Library::ffi()->new('gx_table');
        $kept = $customers->into($table, new Reading());
        $said = [...Call::bytes(self::asked('predict', $question)), \FFI::addr($table), $language->value, $threads];

        return new Reported(static fn (...$out) => Call::run('gx_model_predict', ...[...$said, ...$out]));
    }

    private static function asked(string $ask, string|array $question): string
    {
        return is_string($question) ? $question : Json::written(['ask' => $ask, ...$question]);
    }
}
