using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>
    /// Ids of customers, ascending by bytes. They stay in one piece of the library's memory, and a text is made when it is
    /// asked for. Never changes; any thread.
    /// </summary>
    public sealed class Ids : IReadOnlyList<string>
    {
        private readonly Handle _handle;
        private readonly IntPtr _offsets;
        private readonly IntPtr _data;

        internal Ids(IntPtr pointer)
        {
            _handle = new Handle(pointer, it => C.gx_ids_free(it), "ids");
            Count = checked((int)C.gx_ids_count(pointer));
            _offsets = C.gx_ids_offsets(pointer);
            _data = C.gx_ids_data(pointer);
        }

        /// <summary>How many there are.</summary>
        public int Count { get; }

        /// <summary>One of them.</summary>
        public string this[int index]
        {
            get
            {
                if (index < 0 || index >= Count)
                {
                    throw new ArgumentOutOfRangeException(nameof(index), index, $"there are {Count} ids");
                }
                return _handle.Using(it =>
                {
                    long from = Offset(index);
                    return Call.Copied(new IntPtr(_data.ToInt64() + from), Offset(index + 1) - from);
                });
            }
        }

        private long Offset(int index) => Marshal.ReadInt64(new IntPtr(_offsets.ToInt64() + 8L * index));

        /// <summary>One after the other.</summary>
        public IEnumerator<string> GetEnumerator()
        {
            for (int index = 0; index < Count; index++)
            {
                yield return this[index];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
