using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Guanxi
{
    /// <summary>The one door to the C library: arguments in, outputs out, faults thrown.</summary>
    internal static class Call
    {
        // Half a surrogate pair would else become another text.
        private static readonly Encoding Utf8 = new UTF8Encoding(false, true);

        /// <summary>Calls; throws all faults where there are some.</summary>
        internal static void Run(Func<IntPtr[], int> call)
        {
            var error = new IntPtr[1];
            int status = call(error);
            if (status != C.GX_OK)
            {
                throw Thrown(status, error[0]);
            }
        }

        /// <summary>What a call makes.</summary>
        internal static IntPtr Made(Func<IntPtr[], IntPtr[], int> call)
        {
            var made = new IntPtr[1];
            Run(error => call(made, error));
            return made[0];
        }

        internal static Answer Answer(Func<IntPtr[], IntPtr[], int> call) => new Answer(Taken(Made(call)));

        private static Exception Thrown(int status, IntPtr error)
        {
            if (error == IntPtr.Zero)
            {
                return new InvalidOperationException($"guanxi failed with {status} and no reason");
            }
            try
            {
                return GuanxiException.Of(error);
            }
            finally
            {
                C.gx_error_free(error);
            }
        }

        /// <summary>The text in bytes of C, which are freed.</summary>
        internal static string Taken(IntPtr bytes)
        {
            try
            {
                return Copied(C.gx_bytes_data(bytes), C.gx_bytes_len(bytes));
            }
            finally
            {
                C.gx_bytes_free(bytes);
            }
        }

        /// <summary>So many bytes of C as a text.</summary>
        internal static string Copied(IntPtr data, long length)
        {
            if (length == 0)
            {
                return "";
            }
            var bytes = new byte[checked((int)length)];
            Marshal.Copy(data, bytes, 0, bytes.Length);
            return Utf8.GetString(bytes);
        }

        /// <summary>A copy of a text that ends with a NUL; null where there is none.</summary>
        internal static string Borrowed(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return null;
            }
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
            {
                length++;
            }
            return Copied(text, length);
        }

        /// <summary>A text as C takes it; its length is that of the array.</summary>
        internal static byte[] Bytes(string text, string name)
        {
            if (text == null)
            {
                throw new ArgumentNullException(name);
            }
            try
            {
                return Utf8.GetBytes(text);
            }
            catch (EncoderFallbackException wrong)
            {
                throw new ArgumentException("half a surrogate pair is no text", name, wrong);
            }
        }

        /// <summary>The same, or none.</summary>
        internal static byte[] BytesIf(string text, string name) => text == null ? null : Bytes(text, name);

        internal static long Length(byte[] text) => text == null ? 0 : text.Length;
    }
}
