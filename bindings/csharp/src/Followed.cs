using System.Collections.Generic;

namespace Guanxi
{
    /// <summary>
    /// A store that is followed by one playbook: facts come in, time passes, effects are asked for.
    /// </summary>
    /// <remarks>
    /// <see cref="Store.Follow"/> makes one. What follows from facts, and from time, is told once by <see cref="Changes"/>,
    /// and asked for by <see cref="Effects"/> until <see cref="Ack"/> says that it is done. All of it stands in the store's
    /// file: another process goes on where this one was. An earlier instant than was given before counts as that one.
    /// </remarks>
    public sealed class Followed
    {
        private readonly Store _store;
        private readonly Playbook _playbook;

        internal Followed(Store store, Playbook playbook)
        {
            _store = store;
            _playbook = playbook;
        }

        /// <summary>Records facts and works out what follows for their customers, at once.</summary>
        /// <remarks>
        /// Facts after <paramref name="now"/> wait for <see cref="Advance"/>; they are learnt now, unless
        /// <paramref name="seen"/> says otherwise. The report of the <c>rows</c>, and how many <c>customers</c> were looked
        /// at, <c>changes</c> told, <c>effects</c> queued, <c>taken_back</c>, and are <c>waiting</c>.
        /// </remarks>
        /// <exception cref="GuanxiException">playbook_changed, as Store.Append; then nothing was recorded</exception>
        public Answer Apply(string lines, When now, When seen = null, Reading reading = null)
        {
            byte[] rows = Call.Bytes(lines, nameof(lines));
            long learnt = When.Seen(_playbook, seen ?? now);
            long instant = When.Micros(_playbook, now, nameof(now));
            return (reading ?? new Reading()).Using(_store.Language, options => _store.Answer(_playbook,
                (it, book, made, error) => C.gx_store_apply(
                    it, book, rows, rows.Length, learnt, instant, options, made, error)));
        }

        /// <summary>
        /// Works out what time brings about up to an instant, for so many customers. As long as some are <c>waiting</c>, call
        /// again with the same instant.
        /// </summary>
        public Answer Advance(When to, long limit = 1000) => Ask(new Question("advance").Put("limit", limit), to);

        /// <summary>
        /// Follows the store by this playbook from now on, whichever it was before. What the playbook asks for of the past
        /// counts as carried out.
        /// </summary>
        public Answer Adopt(When now) => Ask(new Question("adopt"), now);

        /// <summary>What is otherwise about customers since a sequence: <c>changes</c>, the <c>last</c>.</summary>
        public Answer Changes(long after = 0, long limit = 1000) =>
            Ask(new Question("changes").Put("after", after).Put("limit", limit));

        /// <summary>
        /// What is to be carried out: <c>effects</c>, and how many are <c>pending</c>. The same effect has the same
        /// <c>id</c> each time; whoever keeps the ids of what was done does nothing twice.
        /// </summary>
        public Answer Effects(long after = 0, long limit = 1000) =>
            Ask(new Question("effects").Put("after", after).Put("limit", limit));

        /// <summary>Says that effects are carried out; saying so again changes nothing.</summary>
        public Answer Ack(IEnumerable<string> ids) => Ask(new Question("ack").Put("ids", ids));

        /// <summary>Works everything out anew from the facts, and compares what is kept: <c>deviations</c>.</summary>
        public Answer Recompute() => Ask(new Question("recompute"));

        /// <summary>
        /// What was done by hand, by whom and why, and whether the trail adds up; of one customer with
        /// <paramref name="about"/>, and against a <c>head</c> that was kept elsewhere with <paramref name="expect"/>.
        /// </summary>
        public Answer AuditTrail(long after = 0, long limit = 1000, string about = null, string expect = null) =>
            Ask(new Question("audit_trail").Put("after", after).Put("limit", limit).PutIf("about", about)
                .PutIf("expect", expect));

        /// <summary>Keeps a customer's facts, and uses them no more, until that is lifted.</summary>
        public Answer Restrict(string id, When now, string actor = null, string reason = null) =>
            Ask(Signed("restrict", id, actor, reason), now);

        /// <summary>Uses a customer's facts again.</summary>
        public Answer LiftRestriction(string id, When now, string actor = null, string reason = null) =>
            Ask(Signed("lift_restriction", id, actor, reason), now);

        private static Question Signed(string ask, string id, string actor, string reason) =>
            new Question(ask).Put("customer", id).PutIf("actor", actor).PutIf("reason", reason);

        /// <summary>Who is restricted, <c>since</c> when.</summary>
        public Answer Restrictions() => Ask(new Question("restrictions"));

        /// <summary>Any question about a store that is followed; with an instant where it asks for one.</summary>
        public Answer Ask(Question question, When now = null) => Ask(question?.ToString(), now);

        /// <summary>The same, of a question that is written as JSON.</summary>
        public Answer Ask(string question, When now = null)
        {
            byte[] asked = Call.Bytes(question, nameof(question));
            long instant = When.MicrosIf(_playbook, now, nameof(now));
            return _store.Answer(_playbook, (it, book, made, error) => C.gx_store_follow(
                it, book, instant, asked, asked.Length, (int)_store.Language, made, error));
        }
    }
}
