using System;

namespace Guanxi
{
    /// <summary>How rows are to be read: by default events, with the names of the schema.</summary>
    public sealed class Reading
    {
        /// <summary>What rows are about: <c>customers</c>, <c>events</c> or <c>ref_NAME</c>.</summary>
        public string Table { get; }

        /// <summary>The mapping document, where rows do not carry the schema's names; or null.</summary>
        public string Mapping { get; }

        /// <summary>Whether the report is what it would be, and nothing is recorded.</summary>
        public bool IsTrial { get; }

        /// <summary>What rows are about, and how they are to be read.</summary>
        public Reading(string table = "events", string mapping = null, bool isTrial = false)
        {
            Table = table;
            Mapping = mapping;
            IsTrial = isTrial;
        }

        internal Struct Into(Struct to, int from = 0) =>
            to.Text(from + 8, Table, "table").Text(from + 24, Mapping, "mapping");

        /// <summary>Uses the options as C has them.</summary>
        internal T Using<T>(Language language, Func<IntPtr, T> use)
        {
            using (Struct options = Struct.Sized(Struct.AppendOptions))
            {
                Into(options).Number(4, (int)language).Number(40, IsTrial ? 1 : 0);
                return use(options.Pointer);
            }
        }
    }
}
