using System;
using System.Collections.Generic;

namespace Guanxi
{
    /// <summary>A playbook: everything that was decided, checked as a whole.</summary>
    /// <remarks>It never changes; make it once and use it as often as you like, from any thread.</remarks>
    public sealed class Playbook
    {
        private readonly Language _language;

        internal Handle Handle { get; }

        /// <summary>From the text of a JSON document.</summary>
        /// <exception cref="GuanxiException">with all faults of the document, each with its place</exception>
        public Playbook(string document)
        {
            byte[] text = Call.Bytes(document, nameof(document));
            IntPtr made = Call.Made((it, error) => C.gx_playbook_compile(text, text.Length, it, error));
            Handle = new Handle(made, it => C.gx_playbook_free(it), "playbook");
        }

        private Playbook(Handle handle, Language language)
        {
            Handle = handle;
            _language = language;
        }

        /// <summary>The same playbook, answering in another language.</summary>
        public Playbook In(Language language) => new Playbook(Handle, language);

        /// <summary>
        /// Everything that was found in a document, right or wrong: <c>valid</c>, then of a playbook <c>id</c>,
        /// <c>version</c>, <c>hash</c> and what it counts, then <c>faults</c> and <c>hints</c>.
        /// </summary>
        public static Answer Check(string document, Language language = Language.English)
        {
            byte[] text = Call.Bytes(document, nameof(document));
            return Call.Answer((it, error) => C.gx_playbook_check(text, text.Length, (int)language, it, error));
        }

        /// <summary>Which playbook it is: the SHA-256 of the canonical form, in 64 digits.</summary>
        public string Hash => Handle.Using(it => Call.Borrowed(C.gx_playbook_hash(it)));

        /// <summary>The document in its one canonical form: equal playbooks, equal texts.</summary>
        public string Json => Handle.Text((it, made, error) => C.gx_playbook_json(it, made, error));

        /// <summary>What people call it; its id where its author gave no label.</summary>
        public string Label => Handle.Using(it => Call.Borrowed(C.gx_playbook_label(it, (int)_language)));

        /// <summary>A machine as a picture; without a name, the only one.</summary>
        /// <exception cref="GuanxiException">unknown_machine, invalid_argument</exception>
        public string Diagram(string machine = null, Picture format = Picture.Svg)
        {
            byte[] which = Call.BytesIf(machine, nameof(machine));
            return Handle.Text((it, made, error) => C.gx_machine_diagram(
                it, which, Call.Length(which), (int)format, (int)_language, made, error));
        }

        /// <summary>A condition as one SQL statement over your own tables: <c>sql</c> and <c>parameters</c>.</summary>
        /// <remarks>The dialect is sqlite, postgresql, mysql, mariadb or duckdb.</remarks>
        /// <exception cref="GuanxiException">not_in_sql for every part that has no SQL with the same meaning</exception>
        public Answer Statement(string expression, string tables, string dialect, When asOf)
        {
            byte[] said = Call.Bytes(expression, nameof(expression));
            byte[] where = Call.Bytes(tables, nameof(tables));
            byte[] which = Call.Bytes(dialect, nameof(dialect));
            long at = When.Micros(this, asOf, nameof(asOf));
            return Handle.Answer((it, made, error) => C.gx_statement_json(
                it, said, said.Length, where, where.Length, which, which.Length, at, made, error));
        }

        /// <summary>What an editor of conditions can offer: fields, operators, functions, names.</summary>
        public Answer Authoring() => Ask(new Question("authoring"));

        /// <summary>A condition as people say it: <c>text</c>, and <c>links</c> from its bytes to the clauses.</summary>
        public Answer Say(string expression) => Ask(new Question("say").Put("expression", expression));

        /// <summary>The condition of a segment as people say it.</summary>
        public Answer SaySegment(string segment) => Ask(new Question("say").Put("segment", segment));

        /// <summary>What may stand at a byte of an expression that is being written; without one, at its end.</summary>
        public Answer Complete(string expression, long? at = null) =>
            Ask(new Question("complete").Put("expression", expression).PutIf("at", at));

        /// <summary>A query of react-querybuilder, as JSON, as a condition.</summary>
        public Answer ImportQuery(string query) => Ask(new Question("import").Put("query", Guanxi.Json.Raw(query)));

        /// <summary>A condition as a query of react-querybuilder.</summary>
        public Answer ExportQuery(string expression) => Ask(new Question("export").Put("expression", expression));

        /// <summary>Which plain records a query of react-querybuilder finds: <c>members</c>, their positions.</summary>
        public Answer MatchQuery(string query, IEnumerable<IDictionary<string, object>> records) =>
            Ask(new Question("match").Put("query", Guanxi.Json.Raw(query)).Put("records", records));

        /// <summary>Any question about conditions, as the manual of the C library lists them.</summary>
        public Answer Ask(Question question) => Ask(question?.ToString());

        /// <summary>The same, of a question that is written as JSON.</summary>
        public Answer Ask(string question)
        {
            byte[] asked = Call.Bytes(question, nameof(question));
            return Handle.Answer((it, made, error) =>
                C.gx_condition_answer(it, asked, asked.Length, (int)_language, made, error));
        }

        /// <summary>The instant that is meant by a text, a day or a local time, in UTC.</summary>
        /// <exception cref="GuanxiException">malformed_value, time_out_of_range, too_fine</exception>
        public DateTimeOffset Time(When when) => When.Moment(When.Micros(this, when, nameof(when)));

        /// <summary>An instant for a person: local time, and of which zone.</summary>
        public string ShowTime(When when)
        {
            long at = When.Micros(this, when, nameof(when));
            return Handle.Text((it, made, error) => C.gx_time_show(it, at, made, error));
        }
    }
}
