using System.Collections.Generic;

namespace Guanxi
{
    /// <summary>Tables of the host that are followed row by row. <see cref="Store.Feeds"/> makes one.</summary>
    public sealed class Feeds
    {
        private readonly Store _store;
        private readonly Playbook _playbook;

        internal Feeds(Store store, Playbook playbook)
        {
            _store = store;
            _playbook = playbook;
        }

        /// <summary>Works out which rows are new, changed, gone or missing, and records that.</summary>
        /// <remarks>
        /// The lines are JSON Lines whose keys are the host's columns; the mapping says under <c>sync</c> of this table which
        /// rows they are: <c>append</c>, <c>changes</c> or <c>snapshot</c>. <paramref name="seen"/> is when they were read
        /// from the host. Further keys of the question are <c>follow</c>, <c>backfill</c>, <c>host_restored</c>,
        /// <c>most_gone</c>, <c>from</c> and <c>to</c>: <see cref="Ask(Question, string, When)"/>.
        /// </remarks>
        /// <exception cref="GuanxiException">
        /// too_many_gone, seen_decreases, read_only, disk_full, busy, io; 2001 to 2014 of a mapping; then nothing was recorded
        /// </exception>
        public Answer Sync(string lines, string table, string mapping, When seen) =>
            Ask(new Question("sync").Put("table", table).Put("mapping", Json.Raw(mapping)), lines, seen);

        /// <summary>Which tables are followed, how many rows each has, and how far it was read.</summary>
        public Answer List() => Ask(new Question("feeds"));

        /// <summary>The host's counts and sums beside those of the store: look at <c>agrees</c>.</summary>
        /// <remarks>Each figure has a <c>kind</c> and, where wanted, <c>source</c>, <c>period</c>, <c>count</c>, <c>sums</c>.</remarks>
        public Answer Reconcile(IEnumerable<IDictionary<string, object>> figures) =>
            Ask(new Question("reconcile").Put("figures", figures));

        /// <summary>Any question about feeds; with rows and an instant where it asks for them.</summary>
        public Answer Ask(Question question, string lines = null, When seen = null) => Ask(question?.ToString(), lines, seen);

        /// <summary>The same, of a question that is written as JSON.</summary>
        public Answer Ask(string question, string lines = null, When seen = null)
        {
            byte[] asked = Call.Bytes(question, nameof(question));
            byte[] rows = Call.BytesIf(string.IsNullOrEmpty(lines) ? null : lines, nameof(lines));
            long learnt = seen == null ? 0 : When.Micros(_playbook, seen, nameof(seen));
            return _store.Answer(_playbook, (it, book, made, error) => C.gx_store_feed(it, book, asked, asked.Length,
                rows, Call.Length(rows), learnt, (int)_store.Language, made, error));
        }
    }
}
