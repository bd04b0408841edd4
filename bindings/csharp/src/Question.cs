using System.Text;

namespace Guanxi
{
    /// <summary>A JSON object that is written key by key, for hosts that have no JSON library.</summary>
    /// <remarks>
    /// Values are texts, whole numbers, fractions, decimals (as texts, so that nothing is lost), booleans, null,
    /// times, sequences and dictionaries of these, other questions, and <see cref="Json"/> that is written already.
    /// </remarks>
    public sealed class Question
    {
        private readonly StringBuilder _out = new StringBuilder("{");

        /// <summary>An object without keys.</summary>
        public Question()
        {
        }

        /// <summary>The question of this name: its key <c>ask</c>.</summary>
        public Question(string ask)
        {
            Put("ask", ask);
        }

        /// <summary>Adds a key.</summary>
        /// <exception cref="System.ArgumentException">for a value that JSON has no form for, by its key</exception>
        public Question Put(string key, object value)
        {
            if (_out.Length > 1)
            {
                _out.Append(',');
            }
            Json.Write(_out, key);
            _out.Append(':');
            Json.Write(_out, value, key);
            return this;
        }

        /// <summary>Adds a key where there is something to say.</summary>
        public Question PutIf(string key, object value) => value == null ? this : Put(key, value);

        /// <summary>The JSON text.</summary>
        public override string ToString() => _out + "}";
    }
}
