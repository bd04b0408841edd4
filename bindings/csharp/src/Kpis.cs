namespace Guanxi
{
    /// <summary>What was achieved, period by period, and how good that is.</summary>
    /// <remarks>
    /// <see cref="Store.Kpis"/> makes one. Periods are named as <c>2026-05</c>, <c>2026-Q2</c>, <c>2026-W18</c> or
    /// <c>2026</c>. Each question throws unknown_kpi, unknown_reference (no such scorecard), malformed_value (no period),
    /// invalid_argument, schema_mismatch, io, busy.
    /// </remarks>
    public sealed class Kpis
    {
        private readonly Asked _by;

        internal Kpis(Asked by)
        {
            _by = by;
        }

        /// <summary>Every KPI in the last period that is over, and in the one before.</summary>
        public Answer List() => Ask(new Question("list"));

        /// <summary>KPIs, all without names, in the last period that is over.</summary>
        public Answer Value(params string[] names) => Ask(Named("value", "kpis", names));

        /// <summary>KPIs, all without names, in each period from one to another.</summary>
        public Answer Between(string from, string to, params string[] names) =>
            Ask(Named("value", "kpis", names).Put("from", from).Put("to", to));

        /// <summary>What was asked and achieved on each card, all without names, and what changed the scores.</summary>
        public Answer Scorecard(params string[] names) => Ask(Named("scorecard", "scorecards", names));

        /// <summary>The same of one period.</summary>
        public Answer ScorecardOf(string period, params string[] names) =>
            Ask(Named("scorecard", "scorecards", names).Put("period", period));

        /// <summary>Which groups of customers did how much of a change, each by itself.</summary>
        public Answer Why(string kpi, string from, string to, params string[] by) =>
            Ask(new Question("why").Put("kpi", kpi).Put("from", from).Put("to", to).Put("by", by));

        /// <summary>
        /// Why the value of an order changed: prices, pieces, mix, or people who mind. Further keys are <c>of</c>,
        /// <c>amount</c>, <c>quantity</c>, <c>line</c> and <c>order</c>: <see cref="Ask(Question)"/>.
        /// </summary>
        public Answer OrderValue(string from, string to) => Ask(new Question("order_value").Put("from", from).Put("to", to));

        private static Question Named(string ask, string key, string[] names) =>
            new Question(ask).PutIf(key, names.Length == 0 ? null : names);

        /// <summary>Any question about KPIs, as the manual of the C library lists them.</summary>
        public Answer Ask(Question question) => Ask(question?.ToString());

        /// <summary>The same, of a question that is written as JSON.</summary>
        public Answer Ask(string question) => _by.Ask(C.gx_kpi_answer.Invoke, question);
    }
}
