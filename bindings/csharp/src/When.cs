using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Guanxi
{
    /// <summary>An instant: there is no clock in the library, so that what counts as now is always said.</summary>
    /// <remarks>
    /// A <see cref="DateTimeOffset"/> or a text: <c>2026-03-01T09:30:00+08:00</c>; <c>2026-03-01 09:30</c>, local time
    /// of the playbook's zone; <c>2026-03-01</c>, the end of that day where an answer is about it, and its first moment
    /// where something begins. A <see cref="DateTime"/> says not surely of which zone it is, and is no instant here.
    /// </remarks>
    public sealed class When
    {
        /// <summary>As <c>seen</c>: history is filled in, and each fact counts as learnt when it happened.</summary>
        public static readonly When Backfill = new When(null);

        private static readonly DateTimeOffset Epoch = new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private static readonly Regex Day = new Regex(@"^\s*\d{4}([-/])\d{1,2}\1\d{1,2}\s*$");

        private readonly string _said;

        private When(string said)
        {
            _said = said;
        }

        /// <summary>Of a text.</summary>
        public static implicit operator When(string said) => said == null ? null : new When(said);

        /// <summary>Of a time with its zone.</summary>
        public static implicit operator When(DateTimeOffset time) => new When(Written(time));

        internal static string Written(DateTimeOffset time) =>
            time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);

        /// <summary>Microseconds since 1970 in UTC, as C has instants.</summary>
        internal static long Micros(Playbook playbook, When when, string name)
        {
            if (when == null)
            {
                throw new ArgumentNullException(name);
            }
            if (when._said == null)
            {
                throw new ArgumentException("Backfill says when facts were learnt, and is no instant", name);
            }
            return Parsed(playbook, when._said);
        }

        /// <summary>The same, or what stands for none.</summary>
        internal static long MicrosIf(Playbook playbook, When when, string name) =>
            when == null ? C.GX_TIME_NONE : Micros(playbook, when, name);

        /// <summary>The same where something begins: of a day its first moment.</summary>
        internal static long Start(Playbook playbook, When when, string name)
        {
            bool isDay = when?._said != null && Day.IsMatch(when._said);
            return isDay ? Parsed(playbook, when._said.Trim() + " 00:00") : Micros(playbook, when, name);
        }

        /// <summary>The same of when facts were learnt.</summary>
        internal static long Seen(Playbook playbook, When when) =>
            when != null && when._said == null ? C.GX_SEEN_BACKFILL : Micros(playbook, when, "seen");

        private static long Parsed(Playbook playbook, string said)
        {
            byte[] text = Call.Bytes(said, "when");
            var time = new long[1];
            playbook.Handle.Run((it, error) => C.gx_time_parse(it, text, text.Length, time, error));
            return time[0];
        }

        /// <summary>An instant of C as .NET has it, in UTC.</summary>
        internal static DateTimeOffset Moment(long micros) => Epoch.AddTicks(checked(micros * 10));

        /// <summary>The text.</summary>
        public override string ToString() => _said ?? "backfill";
    }
}
