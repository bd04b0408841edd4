using System;

namespace Guanxi
{
    /// <summary>A store: the facts of one tenant, in a file or in memory.</summary>
    /// <remarks>
    /// One call at a time, from any thread; a second one at the same time is a <see cref="GuanxiException"/>
    /// (handle_in_use). Several stores may be open on one file, in several processes too. <see cref="Dispose"/> closes the
    /// file; what was appended is on the disk already.
    /// </remarks>
    public sealed class Store : IDisposable
    {
        private readonly Handle _handle;
        private readonly Playbook _playbook;

        private Store(Handle handle, Playbook playbook, Language language)
        {
            _handle = handle;
            _playbook = playbook;
            Language = language;
        }

        /// <summary>Of reasons in answers.</summary>
        public Language Language { get; }

        /// <summary>Opens the store in a file, or makes one where there is no file.</summary>
        /// <remarks>
        /// The schema of the playbook is recorded in the file; one that adds kinds or nullable attributes to the recorded one
        /// is recorded too.
        /// </remarks>
        /// <exception cref="GuanxiException">
        /// schema_mismatch, not_a_store, newer_store, io, read_only, disk_full, busy, corrupt
        /// </exception>
        public static Store Open(string path, Playbook playbook)
        {
            byte[] name = Call.Bytes(path, nameof(path));
            return Made(playbook, (it, made, error) => C.gx_store_open(name, name.Length, it, made, error));
        }

        /// <summary>The same; no file is made and nothing is recorded.</summary>
        public static Store OpenReadOnly(string path, Playbook playbook)
        {
            byte[] name = Call.Bytes(path, nameof(path));
            return Made(playbook, (it, made, error) => C.gx_store_open_read_only(name, name.Length, it, made, error));
        }

        /// <summary>Makes a store without facts that is gone when it is closed.</summary>
        public static Store InMemory(Playbook playbook) =>
            Made(playbook, (it, made, error) => C.gx_store_in_memory(it, made, error));

        private static Store Made(Playbook playbook, Func<IntPtr, IntPtr[], IntPtr[], int> call)
        {
            if (playbook == null)
            {
                throw new ArgumentNullException(nameof(playbook));
            }
            var handle = new Handle(playbook.Handle.Made(call), it => C.gx_store_free(it), "store");
            return new Store(handle, playbook, Language.English);
        }

        /// <summary>The same store, answering in another language: close either.</summary>
        public Store In(Language language) => new Store(_handle, _playbook, language);

        /// <summary>Records facts, in one transaction, with a verdict for every row.</summary>
        /// <remarks>
        /// The lines are JSON Lines, as <see cref="Json.Lines"/> makes of dictionaries. <paramref name="seen"/> is when they
        /// were learnt: an instant, never before that of an earlier call, or <see cref="When.Backfill"/>. A row that cannot be
        /// a fact is refused with its reason, keeps no other from being recorded, and throws nothing: the answer says so. It
        /// has <c>verdicts</c> (<c>new</c>, <c>same</c>, <c>pending</c>, <c>conflict</c>, <c>refused</c>) and the first rows
        /// of <c>not_recorded</c>. Recording the same rows again changes nothing.
        /// </remarks>
        /// <exception cref="GuanxiException">
        /// seen_decreases, read_only, disk_full, busy, io; 2001 to 2014 of a mapping; then nothing was recorded
        /// </exception>
        public Answer Append(string lines, When seen, Reading reading = null)
        {
            byte[] rows = Call.Bytes(lines, nameof(lines));
            long learnt = When.Seen(_playbook, seen);
            return (reading ?? new Reading()).Using(Language, options => _handle.Answer((it, made, error) =>
                C.gx_store_append_lines(it, rows, rows.Length, learnt, options, made, error)));
        }

        /// <summary>The same of columns, which is the fast way for many rows.</summary>
        public Answer Append(Columns rows, When seen, Reading reading = null)
        {
            if (rows == null)
            {
                throw new ArgumentNullException(nameof(rows));
            }
            long learnt = When.Seen(_playbook, seen);
            using (Struct structs = rows.Structs())
            {
                Answer answer = (reading ?? new Reading()).Using(Language, options => _handle.Answer((it, made, error) =>
                    C.gx_store_append_columns(it, structs.Pointer, rows.Count, rows.Rows, learnt, options, made, error)));
                GC.KeepAlive(rows);
                return answer;
            }
        }

        /// <summary>Answers every question of a playbook about these facts.</summary>
        /// <remarks>
        /// Without <paramref name="asOf"/>, at the first local midnight after the last fact. Facts learnt after
        /// <paramref name="knownAt"/> are left out. Threads change no answer.
        /// </remarks>
        /// <exception cref="GuanxiException">
        /// schema_mismatch, time_out_of_range, malformed_value, invalid_argument, io, busy, corrupt
        /// </exception>
        public Review Review(Playbook playbook, When asOf = null, When knownAt = null, int threads = 1)
        {
            var by = new Asked(this, playbook, asOf, knownAt);
            using (Struct options = Guanxi.Review.Options(threads))
            {
                if (knownAt != null)
                {
                    options.Number(8, 1).Long(16, by.KnownAt);
                }
                IntPtr review = With(playbook, (it, book, made, error) =>
                    C.gx_review_create(it, book, by.AsOf, options.Pointer, made, error));
                return new Review(review, playbook, Language, new Answer("[]"));
            }
        }

        /// <summary>A call with the store and a playbook.</summary>
        internal delegate int Both(IntPtr store, IntPtr playbook, IntPtr[] made, IntPtr[] error);

        private IntPtr With(Playbook playbook, Both call) => playbook.Handle.Using(book =>
            _handle.Made((it, made, error) => call(it, book, made, error)));

        internal Answer Answer(Playbook playbook, Both call) => new Answer(Call.Taken(With(playbook, call)));

        /// <summary>One customer in full: attributes, consents, events, and each segment with the reason.</summary>
        /// <remarks>Loads the facts of this customer alone, so it is the way for one page on a screen.</remarks>
        /// <exception cref="GuanxiException">unknown_customer, schema_mismatch, time_out_of_range, io, busy</exception>
        public Answer Customer(Playbook playbook, string id, When asOf, When knownAt = null)
        {
            byte[] who = Call.Bytes(id, nameof(id));
            var by = new Asked(this, playbook, asOf ?? throw new ArgumentNullException(nameof(asOf)), knownAt);
            return Answer(playbook, (it, book, made, error) => C.gx_customer_load(
                it, book, by.AsOf, by.KnownAt, who, who.Length, (int)Language, made, error));
        }

        /// <summary>One customer's way through the machines of a playbook.</summary>
        public Journey Journey(Playbook playbook, string id, When asOf, When knownAt = null) =>
            new Journey(new Asked(this, playbook, asOf ?? throw new ArgumentNullException(nameof(asOf)), knownAt), id);

        /// <summary>Who is in which segment, since when, until when, and why; by default after the last fact.</summary>
        public Segments Segments(Playbook playbook, When asOf = null, When knownAt = null) =>
            new Segments(new Asked(this, playbook, asOf, knownAt));

        /// <summary>What customers are worth, in which tiers they are, and why; by default after the last fact.</summary>
        public Values Values(Playbook playbook, When asOf = null, When knownAt = null) =>
            new Values(new Asked(this, playbook, asOf, knownAt));

        /// <summary>What was achieved, period by period, and how good that is; by default after the last fact.</summary>
        public Kpis Kpis(Playbook playbook, When asOf = null, When knownAt = null) =>
            new Kpis(new Asked(this, playbook, asOf, knownAt));

        /// <summary>Who is a customer already, and who is there twice; by default after the last fact.</summary>
        public Collisions Collisions(Playbook playbook, When asOf = null, When knownAt = null) =>
            new Collisions(new Asked(this, playbook, asOf, knownAt));

        /// <summary>What follows from facts and from time, by one playbook.</summary>
        public Followed Follow(Playbook playbook) =>
            new Followed(this, playbook ?? throw new ArgumentNullException(nameof(playbook)));

        /// <summary>Tables that the host goes on changing, to be followed and reconciled.</summary>
        public Feeds Feeds(Playbook playbook) =>
            new Feeds(this, playbook ?? throw new ArgumentNullException(nameof(playbook)));

        /// <summary>What the store holds.</summary>
        public Answer Statistics() => _handle.Answer((it, made, error) => C.gx_store_statistics(it, made, error));

        /// <summary>Checks that nothing is damaged or missing: look at <c>sound</c>. Several passes over the file.</summary>
        public Answer Verify() => _handle.Answer((it, made, error) => C.gx_store_verify(it, (int)Language, made, error));

        /// <summary>Carries out what a person decided or asks for.</summary>
        /// <remarks>
        /// The command is an object with one key: <c>{"merge": {"from": "C-2", "into": "C-1"}}</c>, <c>unmerge</c>,
        /// <c>override</c>, <c>retract</c>, <c>claim</c>, <c>release</c>, <c>transfer</c>, <c>extend</c>. It holds from
        /// <paramref name="at"/> on, a day from its first moment. Reading, deciding and recording is one transaction: of two
        /// who claim one customer, one gets it. A refusal throws nothing: look at <c>decision</c>.
        /// </remarks>
        /// <exception cref="GuanxiException">
        /// unknown_customer, unknown_machine, unknown_state, conflict, invalid_argument, seen_decreases, busy, io
        /// </exception>
        public Answer Command(Playbook playbook, string command, When at, When seen)
        {
            byte[] said = Call.Bytes(command, nameof(command));
            long from = When.Start(playbook, at, nameof(at));
            long learnt = When.Seen(playbook, seen);
            return Answer(playbook, (it, book, made, error) => C.gx_store_command(
                it, book, said, said.Length, from, learnt, (int)Language, made, error));
        }

        /// <summary>Says who acts through this store from now on, and why, for the audit trail. Null: nobody says.</summary>
        public void Sign(string actor, string reason = null)
        {
            byte[] who = Call.BytesIf(actor, nameof(actor));
            byte[] why = Call.BytesIf(reason, nameof(reason));
            _handle.Run((it, error) => C.gx_store_sign(it, who, Call.Length(who), why, Call.Length(why), error));
        }

        /// <summary>Erases a customer, and all that are merged with it, from the file too.</summary>
        /// <remarks>
        /// From <paramref name="at"/> on, a day from its first moment, nobody is there; facts about the erased are refused. A
        /// trial says what would go, and erases nothing. What it came to: <c>ids</c>, <c>facts</c>, <c>events</c>,
        /// <c>mentions</c>, <c>wiped</c> and <c>at</c>.
        /// </remarks>
        /// <exception cref="GuanxiException">unknown_customer, busy, read_only, disk_full, io</exception>
        public Answer Erase(string id, When at, bool isTrial = false)
        {
            byte[] who = Call.Bytes(id, nameof(id));
            long from = When.Start(_playbook, at, nameof(at));
            return _handle.Answer((it, made, error) =>
                C.gx_store_erase(it, who, who.Length, from, isTrial ? 1 : 0, made, error));
        }

        /// <summary>The list of erasures, to be kept with the backups: no id can be read from a <c>mark</c>.</summary>
        public Answer Erasures() => _handle.Answer((it, made, error) => C.gx_store_erasures(it, made, error));

        /// <summary>Erases everybody on such a list, as after the restore of an older backup.</summary>
        public Answer EraseListed(string erasures)
        {
            byte[] list = Call.Bytes(erasures, nameof(erasures));
            return _handle.Answer((it, made, error) => C.gx_store_erase_listed(it, list, list.Length, made, error));
        }

        /// <summary>
        /// Copies the store, while it is in use, into a new file, which appears under its name only when it is complete and
        /// was checked.
        /// </summary>
        /// <exception cref="GuanxiException">io where the name is taken; invalid_argument for a store in memory</exception>
        public void Backup(string path)
        {
            byte[] name = Call.Bytes(path, nameof(path));
            _handle.Run((it, error) => C.gx_store_backup(it, name, name.Length, error));
        }

        /// <summary>Whether it was closed; any other call then throws.</summary>
        public bool IsClosed => _handle.IsClosed;

        /// <summary>Closes the file, when the last call that is running has ended; a second time does nothing.</summary>
        public void Dispose() => _handle.Dispose();
    }
}
