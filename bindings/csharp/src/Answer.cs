namespace Guanxi
{
    /// <summary>What the library says: a JSON document, the same byte for byte from every language.</summary>
    /// <remarks>
    /// Read it by the JSON library that your product has; amounts and decimals are texts in it, which
    /// <see cref="decimal"/> reads exactly. For a single value none is needed: <see cref="Text"/> and
    /// <see cref="Count"/> look one up.
    /// </remarks>
    public sealed class Answer
    {
        internal Answer(string json)
        {
            Json = json;
        }

        /// <summary>The very text.</summary>
        public string Json { get; }

        /// <summary>
        /// The value at a JSON pointer as a text: of a text what it says, of anything else its JSON. As
        /// <c>review.Answer().Text("/segments/0/name")</c>.
        /// </summary>
        /// <exception cref="GuanxiException">missing_key where nothing stands there</exception>
        public string Text(string pointer)
        {
            byte[] document = Call.Bytes(Json, "json");
            byte[] at = Call.Bytes(pointer, nameof(pointer));
            return Call.Taken(Call.Made((made, error) =>
                C.gx_json_text(document, document.Length, at, at.Length, made, error)));
        }

        /// <summary>How many items the array, or members the object, at a JSON pointer has.</summary>
        public long Count(string pointer)
        {
            byte[] document = Call.Bytes(Json, "json");
            byte[] at = Call.Bytes(pointer, nameof(pointer));
            var count = new long[1];
            Call.Run(error => C.gx_json_count(document, document.Length, at, at.Length, count, error));
            return count[0];
        }

        /// <summary>The very text.</summary>
        public override string ToString() => Json;
    }
}
