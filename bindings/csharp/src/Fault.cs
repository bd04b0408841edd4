using System;

namespace Guanxi
{
    /// <summary>One thing that is wrong, as it stands in the input. What is not known is null.</summary>
    public sealed class Fault
    {
        /// <summary>A number that is never reused.</summary>
        public int Code { get; }

        /// <summary>The same in a word, as <c>unknown_name</c>.</summary>
        public string Name { get; }

        /// <summary>What is wrong.</summary>
        public string Message { get; }

        /// <summary>What is wrong, in Chinese.</summary>
        public string MessageZh { get; }

        /// <summary>The place: a JSON pointer into a document, or <c>TABLE:ROW/COLUMN</c>.</summary>
        public string Pointer { get; }

        /// <summary>The first byte (of UTF-8) that is meant: of the text at the pointer, or of the expression.</summary>
        public long? Start { get; }

        /// <summary>The byte after the last one.</summary>
        public long? End { get; }

        /// <summary>What to do.</summary>
        public string Hint { get; }

        /// <summary>What to do, in Chinese.</summary>
        public string HintZh { get; }

        internal Fault(IntPtr error, long index)
        {
            var start = new long[] { -1 };
            var end = new long[] { -1 };
            C.gx_error_span(error, index, start, end);
            Code = C.gx_error_code(error, index);
            Name = Call.Borrowed(C.gx_error_name(error, index));
            Message = Call.Borrowed(C.gx_error_message(error, index, C.GX_EN));
            MessageZh = Call.Borrowed(C.gx_error_message(error, index, C.GX_ZH));
            Pointer = Call.Borrowed(C.gx_error_pointer(error, index));
            Hint = Call.Borrowed(C.gx_error_hint(error, index, C.GX_EN));
            HintZh = Call.Borrowed(C.gx_error_hint(error, index, C.GX_ZH));
            Start = start[0] < 0 ? (long?)null : start[0];
            End = end[0] < 0 ? (long?)null : end[0];
        }

        internal Fault(int code, string name, string message, string messageZh)
        {
            Code = code;
            Name = name;
            Message = message;
            MessageZh = messageZh;
        }

        /// <summary>The fault on up to three lines: what, where, and what to do.</summary>
        public string Show(Language language = Language.English)
        {
            bool chinese = language == Language.Chinese;
            string hint = chinese ? HintZh : Hint;
            return $"{Code} {Name}: {(chinese ? MessageZh : Message)}"
                + (string.IsNullOrEmpty(Pointer) ? "" : $"\n  --> {Pointer}")
                + (hint == null ? "" : $"\n   = {hint}");
        }

        /// <summary>The fault in English.</summary>
        public override string ToString() => Show();
    }
}
