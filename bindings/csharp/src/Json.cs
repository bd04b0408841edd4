using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Guanxi
{
    /// <summary>JSON on its way to the library.</summary>
    public sealed class Json
    {
        private readonly string _text;

        private Json(string text)
        {
            _text = text;
        }

        /// <summary>A text that is JSON already, to stand in a <see cref="Question"/> as it is.</summary>
        public static Json Raw(string text) => new Json(text);

        /// <summary>Rows as JSON Lines: a line for each dictionary.</summary>
        /// <exception cref="ArgumentException">for a value that JSON has no form for, by its row and key</exception>
        public static string Lines(IEnumerable<IReadOnlyDictionary<string, object>> rows)
        {
            var lines = new StringBuilder();
            long row = 0;
            foreach (IReadOnlyDictionary<string, object> each in rows)
            {
                row++;
                var line = new Question();
                try
                {
                    foreach (KeyValuePair<string, object> it in each)
                    {
                        line.Put(it.Key, it.Value);
                    }
                }
                catch (ArgumentException wrong)
                {
                    throw new ArgumentException($"row {row}: {wrong.Message}", wrong);
                }
                lines.Append(line).Append('\n');
            }
            return lines.ToString();
        }

        internal static void Write(StringBuilder to, object value, string name)
        {
            if (value == null || value is bool)
            {
                to.Append(value == null ? "null" : (bool)value ? "true" : "false");
            }
            else if (value is string || value is decimal || value is DateTimeOffset)
            {
                Write(to, Plain(value));
            }
            else if (value is double || value is float)
            {
                WriteFraction(to, Convert.ToDouble(value, CultureInfo.InvariantCulture), name);
            }
            else if (value is long || value is int || value is short || value is byte || value is Question || value is Json)
            {
                to.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
            }
            else if (value is IDictionary)
            {
                WriteMembers(to, (IDictionary)value);
            }
            else if (value is IEnumerable)
            {
                WriteItems(to, (IEnumerable)value, name);
            }
            else
            {
                throw new ArgumentException($"`{name}` is a {value.GetType()}, which JSON has no form for");
            }
        }

        private static string Plain(object value) => value is DateTimeOffset
            ? When.Written((DateTimeOffset)value)
            : Convert.ToString(value, CultureInfo.InvariantCulture);

        private static void WriteFraction(StringBuilder to, double value, string name)
        {
            if (double.IsNaN(value) || double.IsInfinity(value))
            {
                throw new ArgumentException($"`{name}` is {value}, which is no number");
            }
            to.Append(value.ToString("R", CultureInfo.InvariantCulture));
        }

        private static void WriteMembers(StringBuilder to, IDictionary members)
        {
            var said = new Question();
            foreach (DictionaryEntry it in members)
            {
                said.Put(Convert.ToString(it.Key, CultureInfo.InvariantCulture), it.Value);
            }
            to.Append(said);
        }

        private static void WriteItems(StringBuilder to, IEnumerable items, string name)
        {
            to.Append('[');
            string between = "";
            foreach (object item in items)
            {
                to.Append(between);
                Write(to, item, name);
                between = ",";
            }
            to.Append(']');
        }

        /// <summary>A text between quotes.</summary>
        internal static void Write(StringBuilder to, string text)
        {
            to.Append('"');
            foreach (char it in text)
            {
                if (it == '"' || it == '\\')
                {
                    to.Append('\\').Append(it);
                }
                else if (it < ' ')
                {
                    to.Append("\\u").Append(((int)it).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    to.Append(it);
                }
            }
            to.Append('"');
        }

        /// <summary>The text.</summary>
        public override string ToString() => _text;
    }
}
