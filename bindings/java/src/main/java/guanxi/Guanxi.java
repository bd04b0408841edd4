package guanxi;

/**
 * guanxi (关系): the decision core of customer relationship management.
 *
 * <p>The host has the screens, the users and the data; guanxi has the judgement: which customers
 * belong to a segment at an instant, and why. {@link Playbook} is what was decided, {@link Store}
 * what happened, {@link Review} every answer of a playbook about a store at one instant. What
 * belongs to none of them is here.
 *
 * <p>What the library refuses is a {@link GuanxiException} with all faults; what is wrong for Java
 * before the library sees it is an IllegalArgumentException or NullPointerException.
 */
public final class Guanxi {
    private Guanxi() {}

    /** The version of the library. */
    public static String version() {
        return Call.borrowed(C.gx_version_text());
    }

    /** How the library was built: its version, that of the C interface, and its features. */
    public static Answer build() {
        return Call.answer(C::gx_version_build);
    }

    /** The JSON Schema of playbooks, for editors. */
    public static Answer schema() {
        return Call.answer(C::gx_playbook_schema);
    }

    /**
     * The value of one expression of the language, without customers.
     *
     * @param bindings values for its names as a JSON object, each with {@code type} and {@code value}:
     *     {@code {"x": {"type": "int", "value": "21"}}}; null: it has no names
     * @throws GuanxiException 3001 to 3019 for the expression, with the bytes that are meant; 1002 to
     *     1010 for values; 2001 to 2014 for bindings
     */
    public static Answer eval(String expression, String bindings) {
        byte[] said = Call.bytes(expression, "expression");
        byte[] named = Call.bytesIf(bindings, "bindings");
        return Call.answer((out, error) ->
                C.gx_eval_json(said, said.length, named, Call.length(named), out, error));
    }

    /**
     * Fits a model of customer value to customers in few numbers.
     *
     * <p>{@code customers} are columns as {@link Review#cbs} names them: {@code frequency}, {@code
     * recency}, {@code T}, and where the model reads them {@code monetary} and {@code log_gaps};
     * {@code weight} says for how many customers a row stands. The answer has {@code params}, {@code
     * standard_errors}, {@code intervals_95}, {@code log_likelihood}, {@code aic}, {@code bic}, {@code
     * converged}, and in {@code limit} the simpler model that this one has become, if it has.
     *
     * @param question {@code {"ask": "fit", "model": "bg-nbd"}}; models are nbd, bg-nbd, mbg-nbd,
     *     pareto-nbd, bg-cnbd, mbg-cnbd and gamma-gamma; {@code k} is the number of stages. {@code
     *     lead} learns from columns {@code id}, {@code outcome} (1, 0, missing) and a number for each
     *     factor who will buy, with {@code outcome}, {@code l2} and {@code holdout}; its answer has the
     *     {@code axis} of a playbook
     * @throws GuanxiException bad_parameters, missing_column, bad_cell, impossible_history,
     *     malformed_column, with places as {@code rows:3/recency}
     */
    public static Answer fit(Question question, Columns customers, Language language) {
        return fit(question.toString(), customers, language);
    }

    /** The same, of a question that is written as JSON. */
    public static Answer fit(String question, Columns customers, Language language) {
        byte[] asked = Call.bytes(question, "the question");
        return customers.using(Reading.events(), rows -> Call.answer((out, error) ->
                C.gx_model_fit(asked, asked.length, rows, language.number, out, error)));
    }

    /**
     * Asks a fitted model about the future of each customer.
     *
     * <p>Columns {@code id}, {@code p_alive}, {@code expected}, with a model of spending {@code spend}
     * and {@code clv}, {@code p_alive_later}, {@code discounted}, {@code residual}, with spending
     * {@code lifetime_value}, and {@code p_0}, {@code p_1}, ... where they were asked for.
     *
     * @param question {@code {"ask": "predict", "model": "bg-nbd", "params": {...}, "horizon": 39}}; also
     *     {@code spend}, {@code discount}, {@code pmf}, {@code k}
     */
    public static Reported predict(Question question, Columns customers, Language language) {
        return predict(question.toString(), customers, language);
    }

    /** The same, of a question that is written as JSON. */
    public static Reported predict(String question, Columns customers, Language language) {
        byte[] asked = Call.bytes(question, "the question");
        long[] report = new long[1];
        return customers.using(Reading.events(), rows -> new Reported((array, schema, error) ->
                C.gx_model_predict(asked, asked.length, rows, language.number, 1, array, schema, report,
                        error), report));
    }
}
