using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>
    /// Memory of C, zeroed, written field by field, and all that its fields point to. Offsets are those of 64 bits,
    /// which <see cref="Library"/> asks for.
    /// </summary>
    internal sealed class Struct : IDisposable
    {
        internal const int AppendOptions = 48;
        internal const int ReviewOptions = 24;
        internal const int Column = 72;
        internal const int Table = 88;
        internal const int Balance = 48;
        internal const int ArrowArray = 80;
        internal const int ArrowSchema = 72;

        private readonly List<IntPtr> _held = new List<IntPtr>();

        /// <summary>Room for bytes; one that is a struct says its own size first.</summary>
        internal Struct(long size)
        {
            Pointer = Room(size);
        }

        /// <summary>A struct that says its own size.</summary>
        internal static Struct Sized(int size) => new Struct(size).Number(0, size);

        internal IntPtr Pointer { get; private set; }

        /// <summary>Zeroed memory that lives as long as this.</summary>
        internal IntPtr Room(long size)
        {
            long length = Math.Max(1, size);
            IntPtr room = Marshal.AllocHGlobal(new IntPtr(length));
            _held.Add(room);
            var zeroes = new byte[Math.Min(length, 4096)];
            for (long at = 0; at < length; at += zeroes.Length)
            {
                Marshal.Copy(zeroes, 0, new IntPtr(room.ToInt64() + at), (int)Math.Min(zeroes.Length, length - at));
            }
            return room;
        }

        internal Struct Number(int at, int value)
        {
            Marshal.WriteInt32(Pointer, at, value);
            return this;
        }

        internal Struct Long(int at, long value)
        {
            Marshal.WriteInt64(Pointer, at, value);
            return this;
        }

        internal Struct Place(int at, IntPtr value)
        {
            Marshal.WriteIntPtr(Pointer, at, value);
            return this;
        }

        /// <summary>A text and how long it is; nothing where there is none.</summary>
        internal Struct Text(int at, string value, string name)
        {
            if (value != null)
            {
                byte[] bytes = Call.Bytes(value, name);
                IntPtr text = Room(bytes.Length);
                Marshal.Copy(bytes, 0, text, bytes.Length);
                Place(at, text).Long(at + 8, bytes.Length);
            }
            return this;
        }

        public void Dispose()
        {
            _held.ForEach(Marshal.FreeHGlobal);
            _held.Clear();
            Pointer = IntPtr.Zero;
            GC.SuppressFinalize(this);
        }

        ~Struct()
        {
            _held.ForEach(Marshal.FreeHGlobal);
        }
    }
}
