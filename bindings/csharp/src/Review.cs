using System;
using System.Collections.Generic;
using System.Linq;

namespace Guanxi
{
    /// <summary>A review: all answers of a playbook about a store at one instant.</summary>
    /// <remarks>
    /// <see cref="Store.Review"/> makes one. It holds the facts that it was made from, so it can be asked further questions,
    /// and what is appended to the store later does not change it. Any number of threads may use one at once.
    /// </remarks>
    public sealed class Review : IDisposable
    {
        private readonly Handle _handle;
        private readonly Playbook _playbook;
        private readonly Language _language;

        internal Review(IntPtr pointer, Playbook playbook, Language language, Answer reports)
            : this(new Handle(pointer, it => C.gx_review_free(it), "review"), playbook, language, reports)
        {
        }

        private Review(Handle handle, Playbook playbook, Language language, Answer reports)
        {
            _handle = handle;
            _playbook = playbook;
            _language = language;
            Reports = reports;
        }

        /// <summary>The same review, answering in another language: close either.</summary>
        public Review In(Language language) => new Review(_handle, _playbook, language, Reports);

        internal static Struct Options(int threads)
        {
            if (threads < 0 || threads > 1024)
            {
                throw new ArgumentOutOfRangeException(nameof(threads), threads, "threads are 0 to 1024");
            }
            return Struct.Sized(Struct.ReviewOptions).Number(4, threads);
        }

        /// <summary>Answers every question of a playbook about columns, without a store.</summary>
        /// <remarks>
        /// All facts count as learnt when they happened, and nothing is kept but this review. A row that cannot be a fact is
        /// left out and keeps no other out; <see cref="Reports"/> says which and why. Without <paramref name="asOf"/>, at the
        /// first local midnight after the last fact.
        /// </remarks>
        /// <exception cref="GuanxiException">
        /// time_out_of_range, malformed_value, unknown_column, missing_column, malformed_column, invalid_argument; 2001 to
        /// 2014 of a mapping
        /// </exception>
        public static Review Of(Playbook playbook, Columns rows, Reading reading = null, When asOf = null,
            Language language = Language.English, int threads = 1)
        {
            if (rows == null)
            {
                throw new ArgumentNullException(nameof(rows));
            }
            var table = new KeyValuePair<Reading, Columns>(reading ?? new Reading(), rows);
            return Of(playbook, new[] { table }, asOf, language, threads);
        }

        /// <summary>Answers every question of a playbook about several tables of columns, without a store.</summary>
        /// <remarks>
        /// Columns with how they are to be read, in the order in which they would be appended: customers before what they
        /// did. A dictionary is good where the order does not matter. Otherwise as with one.
        /// </remarks>
        /// <exception cref="GuanxiException">as with one</exception>
        public static Review Of(Playbook playbook, IEnumerable<KeyValuePair<Reading, Columns>> tables, When asOf = null,
            Language language = Language.English, int threads = 1)
        {
            if (playbook == null || tables == null)
            {
                throw new ArgumentNullException(playbook == null ? nameof(playbook) : nameof(tables));
            }
            long at = When.MicrosIf(playbook, asOf, nameof(asOf));
            var reports = new IntPtr[1];
            using (Struct options = Options(threads))
            {
                IntPtr review = Columns.Using(tables, (array, count) => playbook.Handle.Made((it, made, error) =>
                    C.gx_review_columns(it, array, count, (int)language, at, options.Pointer, made, reports, error)));
                return new Review(review, playbook, language, new Answer(Call.Taken(reports[0])));
            }
        }

        /// <summary>What became of the rows of each table that a review was made of; of a store's none.</summary>
        public Answer Reports { get; }

        /// <summary>The instant of the answers, in UTC.</summary>
        public DateTimeOffset AsOf => _handle.Using(it => When.Moment(C.gx_review_as_of(it)));

        /// <summary>How many customers there were at that instant.</summary>
        public long Customers => _handle.Using(it => C.gx_review_customers(it));

        /// <summary>How many events had happened by that instant.</summary>
        public long Events => _handle.Using(it => C.gx_review_events(it));

        /// <summary>The kinds of events of the playbook, in the order of names.</summary>
        public IReadOnlyList<Kind> Kinds =>
            _handle.Using(it => Each(C.gx_kind_count(it), index => new Kind(it, index)));

        /// <summary>The segments of the playbook, in the order of names.</summary>
        public IReadOnlyList<Segment> Segments =>
            _handle.Using(it => Each(C.gx_segment_count(it), index => new Segment(it, index)));

        /// <summary>The lifecycles of the playbook, with the customers in each state.</summary>
        public IReadOnlyList<Machine> Machines =>
            _handle.Using(it => Each(C.gx_machine_count(it), index => new Machine(it, index)));

        private static IReadOnlyList<T> Each<T>(long count, Func<long, T> of) =>
            Enumerable.Range(0, checked((int)count)).Select(index => of(index)).ToList().AsReadOnly();

        /// <summary>The whole review, without the members of segments.</summary>
        public Answer Answer() => _handle.Answer((it, made, error) => C.gx_review_json(it, (int)_language, made, error));

        /// <summary>The customers in a segment.</summary>
        /// <exception cref="GuanxiException">unknown_segment</exception>
        public Ids Members(string segment)
        {
            byte[] name = Call.Bytes(segment, nameof(segment));
            return new Ids(_handle.Made((it, made, error) => C.gx_segment_ids(it, name, name.Length, made, error)));
        }

        /// <summary>How many satisfy a condition: <c>members</c>, <c>population</c>, <c>errors</c>, <c>as_of</c>.</summary>
        /// <exception cref="GuanxiException">with all faults of the expression, each with the bytes that are meant</exception>
        public Answer Query(string expression)
        {
            byte[] said = Call.Bytes(expression, nameof(expression));
            return _handle.Answer((it, made, error) =>
                C.gx_query_json(it, said, said.Length, (int)_language, made, error));
        }

        /// <summary>Who satisfies a condition.</summary>
        public Ids Ids(string expression)
        {
            byte[] said = Call.Bytes(expression, nameof(expression));
            return new Ids(_handle.Made((it, made, error) => C.gx_query_ids(it, said, said.Length, made, error)));
        }

        /// <summary>Why a customer satisfies a condition, or does not, as a tree.</summary>
        public Answer Explain(string expression, string customer)
        {
            byte[] said = Call.Bytes(expression, nameof(expression));
            byte[] who = Call.Bytes(customer, nameof(customer));
            return _handle.Answer((it, made, error) => C.gx_query_explain(
                it, said, said.Length, who, who.Length, (int)_language, made, error));
        }

        /// <summary>One customer in full: attributes, consents, events, and each segment with the reason.</summary>
        /// <exception cref="GuanxiException">unknown_customer</exception>
        public Answer Customer(string id)
        {
            byte[] who = Call.Bytes(id, nameof(id));
            return _handle.Answer((it, made, error) =>
                C.gx_customer_json(it, who, who.Length, (int)_language, made, error));
        }

        /// <summary>
        /// Customers as columns, those who satisfy a condition or everybody: <c>id</c>, the attributes, and for each segment
        /// <c>segment.NAME</c>.
        /// </summary>
        public Table Table(string expression = null)
        {
            byte[] said = Call.BytesIf(expression, nameof(expression));
            return _handle.Using(it => new Table((array, schema, error) => said == null
                ? C.gx_review_arrow(it, array, schema, error)
                : C.gx_query_arrow(it, said, said.Length, array, schema, error)));
        }

        /// <summary>How often, how recently and for how much each customer bought: what models of value read.</summary>
        /// <remarks>
        /// The definition is JSON, of which all but <c>calibration_end</c> may be left out: <c>purchases</c>, <c>amount</c>,
        /// <c>refunds</c>, <c>grain</c>, <c>unit</c>, <c>day_starts</c>, <c>holdout_end</c>, <c>scores</c>.
        /// </remarks>
        public Reported Cbs(string definition)
        {
            byte[] said = Call.Bytes(definition, nameof(definition));
            var report = new IntPtr[1];
            return _handle.Using(it => new Reported((array, schema, error) =>
                C.gx_review_cbs(it, said, said.Length, array, schema, report, error), report));
        }

        /// <summary>A machine as a picture, with the customers in each state; without a name, the only one.</summary>
        public string Diagram(string machine = null, Picture format = Picture.Svg)
        {
            byte[] which = Call.BytesIf(machine, nameof(machine));
            return _handle.Text((it, made, error) => C.gx_machine_picture(
                it, which, Call.Length(which), (int)format, (int)_language, made, error));
        }

        /// <summary>
        /// Who came into each state and who went, period by period, up to the instant of the review; <paramref name="by"/> is
        /// an expression that groups customers.
        /// </summary>
        public Answer Flow(string machine = null, string every = null, When since = null, When until = null, string by = null)
        {
            byte[] which = Call.BytesIf(machine, nameof(machine));
            byte[] unit = Call.BytesIf(every, nameof(every));
            byte[] groups = Call.BytesIf(by, nameof(by));
            long from = When.MicrosIf(_playbook, since, nameof(since));
            long to = When.MicrosIf(_playbook, until, nameof(until));
            return _handle.Answer((it, made, error) => C.gx_machine_flow(it, which, Call.Length(which), unit,
                Call.Length(unit), from, to, groups, Call.Length(groups), made, error));
        }

        /// <summary>
        /// Who came into each state of a machine and who went out, in one period: that of an instant, or the one just before the
        /// instant of the review. The unit is one of the calendar.
        /// </summary>
        public Period Period(string machine = null, string every = "month", When at = null)
        {
            long instant = When.MicrosIf(_playbook, at, nameof(at));
            return _handle.Using(it => new Period(it, machine, every, instant));
        }

        /// <summary>
        /// What another playbook of the same schema would change, over everybody. <paramref name="states"/> is a JSON object
        /// that gives for each machine the new state that an old one stands for.
        /// </summary>
        /// <exception cref="GuanxiException">schema_mismatch, bad_value, invalid_argument</exception>
        public Answer Compare(Playbook other, Comparison mode = Comparison.Reinterpret, When since = null, string states = null)
        {
            if (other == null)
            {
                throw new ArgumentNullException(nameof(other));
            }
            byte[] map = Call.BytesIf(states, nameof(states));
            long from = When.MicrosIf(_playbook, since, nameof(since));
            return other.Handle.Using(book => _handle.Answer((it, made, error) => C.gx_machine_compare(
                it, book, (int)mode, from, map, Call.Length(map), made, error)));
        }

        /// <summary>Whether it was closed; any other call then throws.</summary>
        public bool IsClosed => _handle.IsClosed;

        /// <summary>Frees the facts, when the last call that is running has ended; a second time does nothing.</summary>
        public void Dispose() => _handle.Dispose();
    }
}
