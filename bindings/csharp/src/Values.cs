namespace Guanxi
{
    /// <summary>What customers are worth at an instant, and in which tiers they are.</summary>
    /// <remarks>
    /// <see cref="Store.Values"/> makes one. Each question makes all assessments up to the instant, and throws
    /// unknown_reference where the playbook has no section <c>value</c>, unknown_customer, schema_mismatch, io, busy.
    /// </remarks>
    public sealed class Values
    {
        private readonly Asked _by;

        internal Values(Asked by)
        {
            _by = by;
        }

        /// <summary>What each customer is worth, the whale curve, and the first key accounts.</summary>
        public Answer Everybody(int top = 10) => Ask(new Question("value").Put("top", top));

        /// <summary>In which tier one customer is, why, and what would change it.</summary>
        public Answer Tier(string customer) => Ask(new Question("tier").Put("customer", customer));

        /// <summary>Who moved between tiers since a day or an instant, by causes.</summary>
        public Answer Moves(string since) => Ask(new Question("tiers").Put("from", since));

        /// <summary>Any question about value, as the manual of the C library lists them.</summary>
        public Answer Ask(Question question) => Ask(question?.ToString());

        /// <summary>The same, of a question that is written as JSON.</summary>
        public Answer Ask(string question) => _by.Ask(C.gx_value_answer.Invoke, question);
    }
}
