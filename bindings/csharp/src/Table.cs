using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>Customers as columns: an Arrow array of the library's memory, read value by value.</summary>
    /// <remarks>Independent of what it was made from. Any number of threads may read it.</remarks>
    public class Table : IDisposable
    {
        private readonly Handle _handle;
        private readonly List<string> _names = new List<string>();
        private readonly List<Column> _columns = new List<Column>();

        internal Table(Func<IntPtr, IntPtr, IntPtr[], int> fill)
        {
            var array = new Struct(Struct.ArrowArray);
            var schema = new Struct(Struct.ArrowSchema);
            // From here on the handle frees them: a finalizer of their own could come first.
            GC.SuppressFinalize(array);
            GC.SuppressFinalize(schema);
            try
            {
                Call.Run(error => fill(array.Pointer, schema.Pointer, error));
            }
            catch
            {
                array.Dispose();
                schema.Dispose();
                throw;
            }
            _handle = new Handle(array.Pointer, "table", it => Released(array, schema));
            Rows = Marshal.ReadInt64(array.Pointer, 0);
            long count = Marshal.ReadInt64(array.Pointer, 32);
            for (int at = 0; at < count; at++)
            {
                IntPtr of = Marshal.ReadIntPtr(Marshal.ReadIntPtr(schema.Pointer, 40), 8 * at);
                _names.Add(Call.Borrowed(Marshal.ReadIntPtr(of, 8)));
                _columns.Add(new Column(Marshal.ReadIntPtr(Marshal.ReadIntPtr(array.Pointer, 48), 8 * at), of));
            }
        }

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate void Release(IntPtr given);

        /// <summary>Has the library take back what it gave, by the functions that it gave for that.</summary>
        private static void Released(Struct array, Struct schema)
        {
            Released(array, 64);
            Released(schema, 56);
        }

        private static void Released(Struct given, int at)
        {
            IntPtr how = Marshal.ReadIntPtr(given.Pointer, at);
            if (how != IntPtr.Zero)
            {
                Marshal.GetDelegateForFunctionPointer<Release>(how)(given.Pointer);
            }
            given.Dispose();
        }

        /// <summary>How many rows there are.</summary>
        public long Rows { get; }

        /// <summary>The names of the columns in their order.</summary>
        public IReadOnlyList<string> Names => _names;

        /// <summary>The value in a row of a column; null where it is missing.</summary>
        /// <returns>
        /// A string, long, double, bool, <see cref="DateTimeOffset"/>, a day or a decimal as a string, or a list of these.
        /// </returns>
        public object Value(long row, string column)
        {
            int at = _names.IndexOf(column);
            if (at < 0)
            {
                throw new ArgumentException($"there is no column `{column}`; there are {string.Join(", ", _names)}");
            }
            if (row < 0 || row >= Rows)
            {
                throw new ArgumentOutOfRangeException(nameof(row), row, $"there are {Rows} rows");
            }
            return _handle.Using(it => _columns[at].Value(row));
        }

        /// <summary>Gives the memory back; a second time does nothing.</summary>
        public void Dispose() => _handle.Dispose();

        /// <summary>A column where it lies.</summary>
        private sealed class Column
        {
            private readonly string _format;
            private readonly IntPtr _known;
            private readonly IntPtr _values;
            private readonly IntPtr _data;
            private readonly long _offset;
            private readonly Column _words;
            private readonly Column _items;

            internal Column(IntPtr array, IntPtr schema)
            {
                _format = Call.Borrowed(Marshal.ReadIntPtr(schema, 0));
                long count = Marshal.ReadInt64(array, 24);
                IntPtr buffers = Marshal.ReadIntPtr(array, 40);
                _known = Marshal.ReadIntPtr(buffers, 0);
                _values = count > 1 ? Marshal.ReadIntPtr(buffers, 8) : IntPtr.Zero;
                _data = count > 2 ? Marshal.ReadIntPtr(buffers, 16) : IntPtr.Zero;
                _offset = Marshal.ReadInt64(array, 16);
                IntPtr dictionary = Marshal.ReadIntPtr(array, 56);
                _words = dictionary == IntPtr.Zero ? null : new Column(dictionary, Marshal.ReadIntPtr(schema, 48));
                _items = Marshal.ReadInt64(array, 32) == 0 ? null : new Column(
                    Marshal.ReadIntPtr(Marshal.ReadIntPtr(array, 48)), Marshal.ReadIntPtr(Marshal.ReadIntPtr(schema, 40)));
            }

            private static IntPtr At(IntPtr begin, long bytes) => new IntPtr(begin.ToInt64() + bytes);

            private static bool Bit(IntPtr bits, long at) => (Marshal.ReadByte(At(bits, at / 8)) >> (int)(at % 8) & 1) != 0;

            private long Long(long at) => Marshal.ReadInt64(At(_values, 8 * at));

            internal object Value(long row)
            {
                long at = _offset + row;
                if (_known != IntPtr.Zero && !Bit(_known, at))
                {
                    return null;
                }
                if (_words != null)
                {
                    return _words.Value(Marshal.ReadInt32(At(_values, 4 * at)));
                }
                switch (_format)
                {
                    case "U": return Call.Copied(At(_data, Long(at)), Long(at + 1) - Long(at));
                    case "b": return Bit(_values, at);
                    case "l": return Long(at);
                    case "g": return BitConverter.Int64BitsToDouble(Long(at));
                    case "tdD": return Day(Marshal.ReadInt32(At(_values, 4 * at)));
                    case "+L": return Items(Long(at), Long(at + 1));
                    default: return ByPrefix(at);
                }
            }

            private static string Day(int days) =>
                new DateTime(1970, 1, 1).AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

            private object ByPrefix(long at)
            {
                if (_format.StartsWith("tsu:", StringComparison.Ordinal))
                {
                    return When.Moment(Long(at));
                }
                if (_format.StartsWith("d:", StringComparison.Ordinal))
                {
                    return Decimal(at);
                }
                throw new NotSupportedException($"a column in the form `{_format}` of Arrow cannot be read here");
            }

            /// <summary>Sixteen bytes, the lowest first, as a text: some are beyond what decimal holds.</summary>
            private string Decimal(long at)
            {
                var bytes = new byte[16];
                Marshal.Copy(At(_values, 16 * at), bytes, 0, bytes.Length);
                var value = new BigInteger(bytes);
                int scale = int.Parse(_format.Split(',')[1], CultureInfo.InvariantCulture);
                string digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
                string said = scale == 0 ? digits : digits.Insert(digits.Length - scale, ".");
                return value.Sign < 0 ? "-" + said : said;
            }

            private List<object> Items(long from, long until)
            {
                var items = new List<object>();
                for (long item = from; item < until; item++)
                {
                    items.Add(_items.Value(item));
                }
                return items;
            }
        }
    }

    /// <summary>Customers as columns, and what was counted meanwhile.</summary>
    public sealed class Reported : Table
    {
        internal Reported(Func<IntPtr, IntPtr, IntPtr[], int> fill, IntPtr[] report) : base(fill)
        {
            Report = new Answer(Call.Taken(report[0]));
        }

        /// <summary>What became of everything that was read: <c>audit</c> and <c>excluded</c>, or totals.</summary>
        public Answer Report { get; }
    }
}
