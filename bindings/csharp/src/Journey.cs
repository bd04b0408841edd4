using System.Collections.Generic;
using System.Text;

namespace Guanxi
{
    /// <summary>
    /// One customer at an instant: where it is in each machine, how it came there, and what comes next.
    /// </summary>
    /// <remarks>
    /// <see cref="Store.Journey"/> makes one. Each question loads the facts of this customer alone, from the store as it
    /// then is, and throws unknown_customer, schema_mismatch, io, busy.
    /// </remarks>
    public sealed class Journey
    {
        private readonly Asked _by;
        private readonly byte[] _who;

        internal Journey(Asked by, string id)
        {
            _by = by;
            _who = Call.Bytes(id, nameof(id));
        }

        /// <summary>Where the customer is in each machine, since when, and what is due.</summary>
        public Answer States() => Ask((it, book, made, error) => C.gx_journey_states(
            it, book, _by.AsOf, _by.KnownAt, _who, _who.Length, made, error));

        /// <summary>Every step so far, and what brought it about.</summary>
        public Answer History() => Ask((it, book, made, error) => C.gx_journey_history(
            it, book, _by.AsOf, _by.KnownAt, _who, _who.Length, made, error));

        /// <summary>Every step with its reasons, and what kept the other ways out.</summary>
        public Answer Explain() => Ask((it, book, made, error) => C.gx_journey_explain(
            it, book, _by.AsOf, _by.KnownAt, _who, _who.Length, _by.Language, made, error));

        /// <summary>
        /// Why the customer is not in a state, and how it could come there; without a machine, of the one that has such a
        /// state.
        /// </summary>
        /// <exception cref="GuanxiException">unknown_machine, unknown_state, unknown_run</exception>
        public Answer WhyNot(string state, string machine = null)
        {
            byte[] where = Call.Bytes(state, nameof(state));
            byte[] of = Call.BytesIf(machine, nameof(machine));
            return Ask((it, book, made, error) => C.gx_journey_why_not(it, book, _by.AsOf, _by.KnownAt, _who, _who.Length,
                of, Call.Length(of), where, where.Length, _by.Language, made, error));
        }

        /// <summary>
        /// Where the customer would be if something happened; nothing is written. The rows are a JSON array of events, in
        /// which <c>customer</c> and <c>at</c> may be left out.
        /// </summary>
        /// <exception cref="GuanxiException">with every fault of the rows</exception>
        public Answer Suppose(string rows)
        {
            byte[] said = Call.Bytes(rows, nameof(rows));
            return Ask((it, book, made, error) => C.gx_journey_if(
                it, book, _by.AsOf, _by.KnownAt, _who, _who.Length, said, said.Length, made, error));
        }

        /// <summary>The same of dictionaries.</summary>
        public Answer Suppose(IEnumerable<IDictionary<string, object>> rows)
        {
            var said = new StringBuilder();
            Json.Write(said, rows, nameof(rows));
            return Suppose(said.ToString());
        }

        private Answer Ask(Store.Both call) => _by.Store.Answer(_by.Playbook, call);
    }
}
