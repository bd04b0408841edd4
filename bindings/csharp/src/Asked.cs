using System;

namespace Guanxi
{
    /// <summary>What questions are asked by: a store, a playbook and both instants.</summary>
    internal sealed class Asked
    {
        internal Asked(Store store, Playbook playbook, When asOf, When knownAt)
        {
            Store = store;
            Playbook = playbook ?? throw new ArgumentNullException(nameof(playbook));
            AsOf = When.MicrosIf(playbook, asOf, nameof(asOf));
            KnownAt = When.MicrosIf(playbook, knownAt, nameof(knownAt));
        }

        internal Store Store { get; }

        internal Playbook Playbook { get; }

        internal long AsOf { get; }

        internal long KnownAt { get; }

        internal int Language => (int)Store.Language;

        /// <summary>A function of C that answers a question about a store.</summary>
        internal delegate int Answering(IntPtr store, IntPtr playbook, long asOf, long knownAt, byte[] question,
            long length, int language, IntPtr[] json, IntPtr[] error);

        internal Answer Ask(Answering answering, string question)
        {
            byte[] asked = Call.Bytes(question, nameof(question));
            return Store.Answer(Playbook, (it, book, made, error) => answering(
                it, book, AsOf, KnownAt, asked, asked.Length, Language, made, error));
        }
    }
}
