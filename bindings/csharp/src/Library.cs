using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>
    /// Finds the C library: the file that the environment variable GUANXI_LIBRARY names, else one beside this
    /// assembly, else where the system looks for libraries.
    /// </summary>
    internal static class Library
    {
        private static readonly IntPtr Opened = Open();

        /// <summary>A function of the library.</summary>
        internal static T Function<T>(string name)
        {
            IntPtr found = IsWindows ? Windows.GetProcAddress(Opened, name) : Unix.Symbol(Opened, name);
            if (found == IntPtr.Zero)
            {
                throw new EntryPointNotFoundException($"guanxi: the C library at `{Found}` has no function {name}");
            }
            return Marshal.GetDelegateForFunctionPointer<T>(found);
        }

        private static bool IsWindows => Path.DirectorySeparatorChar == '\\';

        private static string Found { get; set; }

        private static IntPtr Open()
        {
            if (IntPtr.Size != 8)
            {
                throw new PlatformNotSupportedException("guanxi needs a process of 64 bits");
            }
            string why = null;
            foreach (string name in Names())
            {
                IntPtr opened = IsWindows ? Windows.LoadLibraryW(name) : Unix.Open(name, out why);
                if (opened != IntPtr.Zero)
                {
                    Found = name;
                    return Checked(opened);
                }
                Found = name;
            }
            throw new DllNotFoundException($"guanxi: the C library was not found as `{Found}`: name the file in the"
                + $" environment variable GUANXI_LIBRARY ({why ?? "error " + Marshal.GetLastWin32Error()})");
        }

        private static string[] Names()
        {
            string said = Environment.GetEnvironmentVariable("GUANXI_LIBRARY");
            if (!string.IsNullOrEmpty(said))
            {
                return new[] { said };
            }
            string here = Path.GetDirectoryName(typeof(Library).Assembly.Location) ?? ".";
            return IsWindows
                ? new[] { Path.Combine(here, "guanxi.dll"), "guanxi.dll" }
                : new[]
                {
                    Path.Combine(here, "libguanxi.so"), Path.Combine(here, "libguanxi.dylib"),
                    "libguanxi.so.0", "libguanxi.dylib",
                };
        }

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate int Version();

        private static IntPtr Checked(IntPtr opened)
        {
            IntPtr found = IsWindows ? Windows.GetProcAddress(opened, "gx_version_abi") : Unix.Symbol(opened, "gx_version_abi");
            int version = found == IntPtr.Zero ? -1 : Marshal.GetDelegateForFunctionPointer<Version>(found)();
            if (version != C.GX_ABI_VERSION)
            {
                throw new DllNotFoundException($"guanxi was built for version {C.GX_ABI_VERSION} of the C interface,"
                    + $" and `{Found}` has {(version < 0 ? "none" : version.ToString())}");
            }
            return opened;
        }

        private static class Windows
        {
            [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
            internal static extern IntPtr LoadLibraryW(string name);

            [DllImport("kernel32", CharSet = CharSet.Ansi, ExactSpelling = true)]
            internal static extern IntPtr GetProcAddress(IntPtr library, string name);
        }

        /// <summary>Newer systems have these functions in the C library, older ones beside it.</summary>
        private static class Unix
        {
            private const int Now = 2;

            internal static IntPtr Open(string name, out string why)
            {
                IntPtr opened;
                try
                {
                    opened = Beside.dlopen(name, Now);
                    why = opened == IntPtr.Zero ? Marshal.PtrToStringAnsi(Beside.dlerror()) : null;
                }
                catch (DllNotFoundException)
                {
                    opened = Inside.dlopen(name, Now);
                    why = opened == IntPtr.Zero ? Marshal.PtrToStringAnsi(Inside.dlerror()) : null;
                }
                return opened;
            }

            internal static IntPtr Symbol(IntPtr library, string name)
            {
                try
                {
                    return Beside.dlsym(library, name);
                }
                catch (DllNotFoundException)
                {
                    return Inside.dlsym(library, name);
                }
            }

            private static class Beside
            {
                [DllImport("libdl.so.2")]
                internal static extern IntPtr dlopen(string name, int how);

                [DllImport("libdl.so.2")]
                internal static extern IntPtr dlsym(IntPtr library, string name);

                [DllImport("libdl.so.2")]
                internal static extern IntPtr dlerror();
            }

            private static class Inside
            {
                [DllImport("libc")]
                internal static extern IntPtr dlopen(string name, int how);

                [DllImport("libc")]
                internal static extern IntPtr dlsym(IntPtr library, string name);

                [DllImport("libc")]
                internal static extern IntPtr dlerror();
            }
        }
    }
}
