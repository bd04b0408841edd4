using System.Collections.Generic;

namespace Guanxi
{
    /// <summary>Who is a customer already at an instant, and who is there twice.</summary>
    /// <remarks>
    /// <see cref="Store.Collisions"/> makes one. Each question reads everybody's match keys, and throws invalid_argument
    /// where the playbook has no section <c>identity</c>, unknown_reference, unknown_customer, schema_mismatch, io, busy.
    /// </remarks>
    public sealed class Collisions
    {
        private readonly Asked _by;

        internal Collisions(Asked by)
        {
            _by = by;
        }

        /// <summary>Whether somebody with these values, by attribute, is there: <c>verdict</c>.</summary>
        public Answer Collide(IDictionary<string, object> row) => Ask(new Question("collide").Put("row", row));

        /// <summary>Whether a customer is there under another id too.</summary>
        public Answer Same(string customer) => Ask(new Question("same").Put("customer", customer));

        /// <summary>Everybody who is there twice: <c>groups</c>, <c>possible</c>, <c>shared</c>, <c>unread</c>.</summary>
        public Answer Scan() => Ask(new Question("scan"));

        /// <summary>Any question about collisions, as the manual of the C library lists them.</summary>
        public Answer Ask(Question question) => Ask(question?.ToString());

        /// <summary>The same, of a question that is written as JSON.</summary>
        public Answer Ask(string question) => _by.Ask(C.gx_collision_answer.Invoke, question);
    }
}
