using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>Rows as columns, the fast way in.</summary>
    /// <remarks>
    /// Where a value is missing, <c>known</c> says false; it is null where none is. A text may simply be null. The arrays
    /// are copied, and may be changed afterwards. Dispose it when it has been read; the collector does it otherwise.
    /// </remarks>
    public sealed class Columns : IDisposable
    {
        private readonly List<Column> _columns = new List<Column>();
        private Struct _memory = new Struct(1);

        private sealed class Column
        {
            internal string Name;
            internal int Kind;
            internal IntPtr Values;
            internal IntPtr Offsets;
            internal IntPtr Known;
            internal Column Words;
            internal int Count;
            internal int Scale;
        }

        /// <summary>Columns of so many rows each.</summary>
        public Columns(int rows)
        {
            if (rows < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), rows, "rows are 0 or more");
            }
            Rows = rows;
        }

        /// <summary>How many rows each column has.</summary>
        public int Rows { get; }

        internal int Count => _columns.Count;

        /// <summary>Texts, null where one is missing.</summary>
        public Columns Texts(string name, params string[] values)
        {
            Fits(name, values, null);
            var known = new bool[Rows];
            for (int row = 0; row < Rows; row++)
            {
                known[row] = values[row] != null;
            }
            return Add(Texted(name, values), Array.TrueForAll(known, it => it) ? null : known);
        }

        /// <summary>Whole numbers.</summary>
        public Columns Integers(string name, long[] values, bool[] known = null) =>
            Longs(name, C.GX_COLUMN_INT64, values, known);

        /// <summary>Fractions; each means the shortest number that is read as it, so that 0.1 is one tenth.</summary>
        public Columns Fractions(string name, double[] values, bool[] known = null)
        {
            Fits(name, values, known);
            IntPtr data = _memory.Room(8L * Rows);
            Marshal.Copy(values, 0, data, Rows);
            return Add(new Column { Name = name, Kind = C.GX_COLUMN_FLOAT64, Values = data }, known);
        }

        /// <summary>Decimals as whole numbers of their last place: 12.50 is 1250 with a scale of 2.</summary>
        public Columns Decimals(string name, long[] values, int scale, bool[] known = null) =>
            Longs(name, C.GX_COLUMN_DECIMAL, values, known, scale);

        /// <summary>Instants: microseconds since 1970 in UTC.</summary>
        public Columns Instants(string name, long[] micros, bool[] known = null) =>
            Longs(name, C.GX_COLUMN_INSTANT, micros, known);

        /// <summary>Times of the playbook's clock: microseconds since 1970 on it.</summary>
        public Columns Locals(string name, long[] micros, bool[] known = null) =>
            Longs(name, C.GX_COLUMN_LOCAL, micros, known);

        /// <summary>Days since 1970-01-01.</summary>
        public Columns Days(string name, int[] days, bool[] known = null) => Ints(name, C.GX_COLUMN_DATE, days, known);

        /// <summary>Yes or no.</summary>
        public Columns Booleans(string name, bool[] values, bool[] known = null)
        {
            Fits(name, values, known);
            byte[] bytes = Array.ConvertAll(values, it => (byte)(it ? 1 : 0));
            IntPtr data = _memory.Room(Rows);
            Marshal.Copy(bytes, 0, data, Rows);
            return Add(new Column { Name = name, Kind = C.GX_COLUMN_BOOL, Values = data }, known);
        }

        /// <summary>Texts of which few are different: positions among <paramref name="words"/>, from 0.</summary>
        public Columns Codes(string name, int[] codes, string[] words, bool[] known = null)
        {
            if (words == null)
            {
                throw new ArgumentNullException(nameof(words));
            }
            Ints(name, C.GX_COLUMN_CODES, codes, known);
            Column column = _columns[_columns.Count - 1];
            column.Words = Texted(name, words);
            column.Count = words.Length;
            return this;
        }

        private Columns Longs(string name, int kind, long[] values, bool[] known, int scale = 0)
        {
            Fits(name, values, known);
            IntPtr data = _memory.Room(8L * Rows);
            Marshal.Copy(values, 0, data, Rows);
            return Add(new Column { Name = name, Kind = kind, Values = data, Scale = scale }, known);
        }

        private Columns Ints(string name, int kind, int[] values, bool[] known)
        {
            Fits(name, values, known);
            IntPtr data = _memory.Room(4L * Rows);
            Marshal.Copy(values, 0, data, Rows);
            return Add(new Column { Name = name, Kind = kind, Values = data }, known);
        }

        private void Fits(string name, Array values, bool[] known)
        {
            if (name == null || values == null)
            {
                throw new ArgumentNullException(name == null ? nameof(name) : nameof(values));
            }
            if (values.Length != Rows || (known != null && known.Length != Rows))
            {
                string said = known == null ? "" : $" and says of {known.Length} whether they are known";
                throw new ArgumentException($"column `{name}` has {values.Length} values{said}, and there are {Rows} rows");
            }
        }

        private Column Texted(string name, string[] values)
        {
            byte[][] parts = Array.ConvertAll(values, it => it == null ? new byte[0] : Call.Bytes(it, name));
            var offsets = new long[parts.Length + 1];
            for (int row = 0; row < parts.Length; row++)
            {
                offsets[row + 1] = offsets[row] + parts[row].Length;
            }
            IntPtr data = _memory.Room(offsets[parts.Length]);
            for (int row = 0; row < parts.Length; row++)
            {
                Marshal.Copy(parts[row], 0, new IntPtr(data.ToInt64() + offsets[row]), parts[row].Length);
            }
            IntPtr places = _memory.Room(8L * offsets.Length);
            Marshal.Copy(offsets, 0, places, offsets.Length);
            return new Column { Name = name, Kind = C.GX_COLUMN_TEXT, Values = data, Offsets = places };
        }

        private Columns Add(Column column, bool[] known)
        {
            if (known != null)
            {
                var bits = new byte[(Rows + 7) / 8];
                for (int row = 0; row < Rows; row++)
                {
                    bits[row / 8] |= (byte)((known[row] ? 1 : 0) << (row % 8));
                }
                column.Known = _memory.Room(bits.Length);
                Marshal.Copy(bits, 0, column.Known, bits.Length);
            }
            _columns.Add(column);
            return this;
        }

        /// <summary>The columns as C has them, one behind the other.</summary>
        internal Struct Structs()
        {
            if (_memory == null)
            {
                throw new ObjectDisposedException(nameof(Columns));
            }
            var structs = new Struct((long)Struct.Column * Math.Max(1, _columns.Count));
            for (int at = 0; at < _columns.Count; at++)
            {
                Fill(structs, at * Struct.Column, _columns[at]);
            }
            return structs;
        }

        private static void Fill(Struct to, int from, Column it)
        {
            to.Number(from, Struct.Column).Number(from + 4, it.Kind).Text(from + 8, it.Name, "a column's name");
            to.Place(from + 24, it.Values).Place(from + 32, it.Offsets).Place(from + 40, it.Known);
            if (it.Words != null)
            {
                IntPtr outer = to.Room(Struct.Column);
                to.Place(from + 48, outer).Long(from + 56, it.Count);
                FillWords(outer, it.Words, to);
            }
            to.Number(from + 64, it.Scale);
        }

        private static void FillWords(IntPtr at, Column words, Struct kept)
        {
            Marshal.WriteInt32(at, 0, Struct.Column);
            Marshal.WriteInt32(at, 4, words.Kind);
            byte[] name = Call.Bytes(words.Name, "a column's name");
            IntPtr text = kept.Room(name.Length);
            Marshal.Copy(name, 0, text, name.Length);
            Marshal.WriteIntPtr(at, 8, text);
            Marshal.WriteInt64(at, 16, name.Length);
            Marshal.WriteIntPtr(at, 24, words.Values);
            Marshal.WriteIntPtr(at, 32, words.Offsets);
        }

        /// <summary>Uses them as a table of C.</summary>
        internal T Using<T>(Reading reading, Func<IntPtr, T> use) =>
            Using(new[] { new KeyValuePair<Reading, Columns>(reading, this) }, (tables, count) => use(tables));

        /// <summary>Uses some as tables of C, and how many these are.</summary>
        internal static T Using<T>(IEnumerable<KeyValuePair<Reading, Columns>> of, Func<IntPtr, int, T> use)
        {
            List<KeyValuePair<Reading, Columns>> all = of.ToList();
            var columns = new List<Struct>();
            using (var tables = new Struct((long)Struct.Table * all.Count))
            {
                try
                {
                    foreach (KeyValuePair<Reading, Columns> table in all)
                    {
                        int from = Struct.Table * columns.Count;
                        columns.Add(table.Value.Structs());
                        table.Key.Into(tables.Number(from, Struct.Table), from)
                            .Place(from + 40, columns.Last().Pointer).Long(from + 48, table.Value.Count)
                            .Long(from + 56, table.Value.Rows);
                    }
                    T made = use(tables.Pointer, all.Count);
                    GC.KeepAlive(all);
                    return made;
                }
                finally
                {
                    columns.ForEach(it => it.Dispose());
                }
            }
        }

        /// <summary>Gives the memory back; a second time does nothing.</summary>
        public void Dispose()
        {
            _memory?.Dispose();
            _memory = null;
            _columns.Clear();
        }
    }
}
