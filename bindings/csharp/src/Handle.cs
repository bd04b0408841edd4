using System;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>
    /// What is freed once, and never while a call is using it: at once, or when the last of the calls that are
    /// running ends. What nobody closes is freed after the collector took it.
    /// </summary>
    internal sealed class Handle : SafeHandle
    {
        private readonly Action<IntPtr> _free;
        private readonly string _noun;

        internal Handle(IntPtr pointer, Func<IntPtr, int> free, string noun)
            : this(pointer, noun, it => free(it))
        {
        }

        internal Handle(IntPtr pointer, string noun, Action<IntPtr> free) : base(IntPtr.Zero, true)
        {
            _free = free;
            _noun = noun;
            SetHandle(pointer);
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected override bool ReleaseHandle()
        {
            _free(handle);
            return true;
        }

        /// <summary>Uses it, which stays meanwhile.</summary>
        internal T Using<T>(Func<IntPtr, T> use)
        {
            bool entered = false;
            try
            {
                try
                {
                    DangerousAddRef(ref entered);
                }
                catch (ObjectDisposedException)
                {
                    throw GuanxiException.Closed(_noun);
                }
                return use(handle);
            }
            finally
            {
                if (entered)
                {
                    DangerousRelease();
                }
            }
        }

        internal void Run(Func<IntPtr, IntPtr[], int> call) => Using(it =>
        {
            Call.Run(error => call(it, error));
            return 0;
        });

        internal IntPtr Made(Func<IntPtr, IntPtr[], IntPtr[], int> call) =>
            Using(it => Call.Made((made, error) => call(it, made, error)));

        internal string Text(Func<IntPtr, IntPtr[], IntPtr[], int> call) => Call.Taken(Made(call));

        internal Answer Answer(Func<IntPtr, IntPtr[], IntPtr[], int> call) => new Answer(Text(call));
    }
}
