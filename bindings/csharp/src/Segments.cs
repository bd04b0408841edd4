namespace Guanxi
{
    /// <summary>Who is in which segment at an instant, since when, until when, and why.</summary>
    /// <remarks>
    /// <see cref="Store.Segments"/> makes one. Each question reads the store as it then is. An answer is what
    /// <c>guanxi segment</c> prints with <c>--json</c>. Each throws unknown_segment, unknown_customer, schema_mismatch, io,
    /// busy.
    /// </remarks>
    public sealed class Segments
    {
        private readonly Asked _by;

        internal Segments(Asked by)
        {
            _by = by;
        }

        /// <summary>Each segment: how many are in it, and what it reads.</summary>
        public Answer List() => Ask(new Question("list"));

        /// <summary>Who is in a segment, by id, and for whom its condition is an error.</summary>
        public Answer Members(string segment) => Ask(new Question("members").Put("segment", segment));

        /// <summary>Why one customer is in a segment or not, and what would change it.</summary>
        public Answer Explain(string segment, string customer) =>
            Ask(new Question("explain").Put("segment", segment).Put("customer", customer));

        /// <summary>When one customer came into a segment and went, and why.</summary>
        public Answer History(string segment, string customer) =>
            Ask(new Question("history").Put("segment", segment).Put("customer", customer));

        /// <summary>Who leaves a segment or enters it if nothing happens, and when.</summary>
        public Answer Leaving(string segment, string within = "days(7)") =>
            Ask(new Question("leaving").Put("segment", segment).Put("within", within));

        /// <summary>How many are in two segments at once; without names, of all.</summary>
        public Answer Overlap(params string[] segments) => Ask(new Question("overlap").Put("segments", segments));

        /// <summary>Who would come into segments and go out by another playbook, and why.</summary>
        /// <exception cref="GuanxiException">schema_mismatch where its schema has more</exception>
        public Answer Diff(Playbook other) => Ask(new Question("diff").ToString(), other);

        /// <summary>
        /// What another playbook would answer otherwise, before it is put in force: of segments, lifecycles, tiers and KPIs.
        /// </summary>
        public Answer DiffReview(Playbook other) => Ask(new Question("diff_review").ToString(), other);

        /// <summary>
        /// Segments that are empty, alike, standing still, or say too much; with a day or an instant, also which cannot
        /// measure a campaign that began then.
        /// </summary>
        public Answer Review(string measuredFrom = null) => Ask(new Question("review").PutIf("measured_from", measuredFrom));

        /// <summary>
        /// Who of a segment may be contacted, by which channel, and why the others not. Further keys of the question are
        /// <c>exclude</c>, <c>holdout</c>, <c>caps</c> and <c>quiet</c>: <see cref="Ask(Question)"/>.
        /// </summary>
        public Answer Audience(string segment, string purpose, params string[] channels) =>
            Ask(new Question("audience").Put("segment", segment).Put("purpose", purpose).Put("channels", channels));

        /// <summary>Any question about segments, as the manual of the C library lists them.</summary>
        public Answer Ask(Question question) => Ask(question?.ToString());

        /// <summary>The same, of a question that is written as JSON, and of a playbook to compare with.</summary>
        public Answer Ask(string question, Playbook other = null) => other == null
            ? Ask(question, System.IntPtr.Zero)
            : other.Handle.Using(it => Ask(question, it));

        private Answer Ask(string question, System.IntPtr other) => _by.Ask(
            (it, book, asOf, knownAt, asked, length, language, made, error) => C.gx_segment_answer(
                it, book, other, asOf, knownAt, asked, length, language, made, error), question);
    }
}
