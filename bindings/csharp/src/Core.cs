using System;

namespace Guanxi
{
    /// <summary>What belongs to no playbook, store or review.</summary>
    /// <remarks>
    /// The host has the screens, the users and the data; guanxi has the judgement: which customers belong to a segment at an
    /// instant, and why. <see cref="Playbook"/> is what was decided, <see cref="Store"/> what happened, <see cref="Review"/>
    /// every answer of a playbook about a store at one instant.
    /// </remarks>
    public static class Core
    {
        /// <summary>The version of the library.</summary>
        public static string Version => Call.Borrowed(C.gx_version_text());

        /// <summary>How the library was built: its version, that of the C interface, and its features.</summary>
        public static Answer Build() => Call.Answer((made, error) => C.gx_version_build(made, error));

        /// <summary>The JSON Schema of playbooks, for editors.</summary>
        public static Answer Schema() => Call.Answer((made, error) => C.gx_playbook_schema(made, error));

        /// <summary>The value of one expression of the language, without customers.</summary>
        /// <remarks>
        /// The bindings are values for its names as a JSON object: <c>{"x": {"type": "int", "value": "21"}}</c>.
        /// </remarks>
        /// <exception cref="GuanxiException">3001 to 3019 for the expression, with the bytes that are meant</exception>
        public static Answer Eval(string expression, string bindings = null)
        {
            byte[] said = Call.Bytes(expression, nameof(expression));
            byte[] named = Call.BytesIf(bindings, nameof(bindings));
            return Call.Answer((made, error) =>
                C.gx_eval_json(said, said.Length, named, Call.Length(named), made, error));
        }

        /// <summary>Fits a model of customer value to customers in few numbers: columns as Review.Cbs names them.</summary>
        /// <remarks>
        /// The question is <c>{"ask": "fit", "model": "bg-nbd"}</c>; models are nbd, bg-nbd, mbg-nbd, pareto-nbd, bg-cnbd,
        /// mbg-cnbd and gamma-gamma; <c>k</c> is the number of stages. <c>lead</c> learns from columns <c>id</c>,
        /// <c>outcome</c> (1, 0, missing) and a number for each factor who will buy, with <c>outcome</c>, <c>l2</c> and
        /// <c>holdout</c>; its answer has the <c>axis</c> of a playbook.
        /// </remarks>
        /// <exception cref="GuanxiException">
        /// bad_parameters, missing_column, bad_cell, impossible_history, malformed_column
        /// </exception>
        public static Answer Fit(string question, Columns customers, Language language = Language.English)
        {
            byte[] asked = Call.Bytes(question, nameof(question));
            return Table(customers, rows => Call.Answer((made, error) =>
                C.gx_model_fit(asked, asked.Length, rows, (int)language, made, error)));
        }

        /// <summary>Asks a fitted model about the future of each customer.</summary>
        /// <remarks>
        /// The question is <c>{"ask": "predict", "model": "bg-nbd", "params": {...}, "horizon": 39}</c>; also <c>spend</c>,
        /// <c>discount</c>, <c>pmf</c> and <c>k</c>.
        /// </remarks>
        public static Reported Predict(string question, Columns customers, Language language = Language.English, int threads = 1)
        {
            byte[] asked = Call.Bytes(question, nameof(question));
            var report = new IntPtr[1];
            return Table(customers, rows => new Reported((array, schema, error) => C.gx_model_predict(
                asked, asked.Length, rows, (int)language, threads, array, schema, report, error), report));
        }

        private static T Table<T>(Columns customers, Func<IntPtr, T> use)
        {
            if (customers == null)
            {
                throw new ArgumentNullException(nameof(customers));
            }
            return customers.Using(new Reading(), use);
        }
    }
}
