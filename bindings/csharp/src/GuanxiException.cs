using System;
using System.Collections.Generic;
using System.Linq;

namespace Guanxi
{
    /// <summary>Why a call failed, with all faults. Whatever failed has changed nothing.</summary>
    public sealed class GuanxiException : Exception
    {
        private readonly string _english;
        private readonly string _chinese;

        private GuanxiException(IReadOnlyList<Fault> faults, string english, string chinese)
            : base(Shown(faults, Language.English))
        {
            Faults = faults;
            _english = english;
            _chinese = chinese;
        }

        /// <summary>All that was found, in the order of the input; there is at least one.</summary>
        public IReadOnlyList<Fault> Faults { get; }

        /// <summary>The code of the first fault.</summary>
        public int Code => Faults[0].Code;

        /// <summary>All faults as JSON, in the very bytes that every language gives.</summary>
        public string Json(Language language = Language.English) => language == Language.Chinese ? _chinese : _english;

        /// <summary>All faults for a person.</summary>
        public string Show(Language language = Language.English) => Shown(Faults, language);

        private static string Shown(IEnumerable<Fault> faults, Language language) =>
            string.Join("\n", faults.Select(it => it.Show(language)));

        /// <summary>From an error of C, which stays the caller's.</summary>
        internal static GuanxiException Of(IntPtr error)
        {
            var faults = new List<Fault>();
            for (long index = 0; index < C.gx_error_count(error); index++)
            {
                faults.Add(new Fault(error, index));
            }
            return new GuanxiException(faults.AsReadOnly(), Said(error, C.GX_EN), Said(error, C.GX_ZH));
        }

        private static string Said(IntPtr error, int language)
        {
            var made = new IntPtr[1];
            int status = C.gx_error_json(error, language, made);
            if (status != C.GX_OK)
            {
                throw new InvalidOperationException($"guanxi cannot say what is wrong: status {status}");
            }
            return Call.Taken(made[0]);
        }

        /// <summary>Of a handle that was closed: the call must not come to C.</summary>
        internal static GuanxiException Closed(string noun)
        {
            var fault = new Fault(C.GX_E_FREED_HANDLE, "freed_handle", $"the {noun} is closed", $"{noun} 已关闭");
            return new GuanxiException(new[] { fault }, Document(fault, fault.Message), Document(fault, fault.MessageZh));
        }

        private static string Document(Fault fault, string message)
        {
            Question said = new Question().Put("code", fault.Code).Put("name", fault.Name).Put("message", message);
            return new Question().Put("faults", new object[] { said }).ToString();
        }
    }
}
