// Answers questions, for the conformance files: reads calls and prints what they give, both in the form that the C
// program of this name has.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Guanxi;

internal static class Conformance
{
    private static readonly DateTimeOffset Epoch = new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static Playbook _playbook;
    private static Store _store;

    private static void Main()
    {
        using (var input = new BufferedStream(Console.OpenStandardInput(), 1 << 16))
        using (var output = new MemoryStream())
        {
            for (string verb = Line(input); verb != null; verb = Line(input))
            {
                string[] texts = Enumerable.Range(0, 6).Select(at => Text(input)).ToArray();
                if (verb == "playbook")
                {
                    _store?.Dispose();
                    _playbook = new Playbook(texts[3]);
                    _store = Store.InMemory(_playbook);
                    continue;
                }
                byte[] said = Encoding.UTF8.GetBytes(Answer(verb, texts));
                byte[] length = Encoding.UTF8.GetBytes(said.Length + "\n");
                output.Write(length, 0, length.Length);
                output.Write(said, 0, said.Length);
                output.WriteByte((byte)'\n');
            }
            using (Stream console = Console.OpenStandardOutput())
            {
                output.WriteTo(console);
            }
        }
    }

    private static string Line(Stream input)
    {
        var bytes = new List<byte>();
        for (int it = input.ReadByte(); it != '\n'; it = input.ReadByte())
        {
            if (it < 0)
            {
                return null;
            }
            bytes.Add((byte)it);
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string Text(Stream input)
    {
        int length = int.Parse(Line(input), CultureInfo.InvariantCulture);
        if (length < 0)
        {
            return null;
        }
        var bytes = new byte[length + 1];
        for (int read = 0; read < bytes.Length;)
        {
            read += input.Read(bytes, read, bytes.Length - read);
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static string Answer(string verb, string[] texts)
    {
        Language language = texts[0] == "zh" ? Language.Chinese : Language.English;
        try
        {
            return Asked(verb, language, texts[1], texts[2], texts[3], texts[4], texts[5]).ToString();
        }
        catch (GuanxiException error)
        {
            return error.Json(language);
        }
    }

    private static object Asked(string verb, Language language, string asOf, string knownAt, string first, string second, string third)
    {
        Store store = _store.In(language);
        Playbook book = _playbook.In(language);
        When seen = knownAt == null ? When.Backfill : (When)knownAt;
        switch (verb)
        {
            case "append":
                var reading = new Reading(first, second);
                return asOf == null ? store.Append(third, seen, reading) : store.Append(Columns(third), seen, reading);
            case "apply": return store.Follow(book).Apply(third, asOf, seen, new Reading(first));
            case "follow": return store.Follow(book).Ask(first, asOf);
            case "command": return store.Command(book, first, asOf, seen);
            case "load": return store.Customer(book, second, asOf, knownAt);
            case "erase": return store.Erase(second, asOf, first == "true");
            case "erasures": return store.Erasures();
            case "erase_listed": return store.EraseListed(first);
            case "statistics": return store.Statistics();
            case "verify": return store.Verify();
            case "feed": return store.Feeds(book).Ask(first, third, knownAt);
            case "segment": return store.Segments(book, asOf, knownAt).Ask(first, second == null ? null : new Playbook(second));
            case "value": return store.Values(book, asOf, knownAt).Ask(first);
            case "kpi": return store.Kpis(book, asOf, knownAt).Ask(first);
            case "collision": return store.Collisions(book, asOf, knownAt).Ask(first);
            case "check": return Playbook.Check(first, language);
            case "eval": return Core.Eval(first, second);
            case "fit": return Core.Fit(first, Columns(third), language);
            case "predict": return Predicted(Core.Predict(first, Columns(third), language));
            case "review_rows":
                using (Review review = Review.Of(book, Columns(third), new Reading(first), asOf, language))
                {
                    return $"{{\"reports\":{review.Reports},\"review\":{review.Answer()}}}";
                }
            case "canonical": return book.Json;
            case "time": return Micros(book.Time(first));
            case "condition": return book.Ask(first);
            case "statement": return book.Statement(first, second, third, asOf);
            case "diagram": return book.Diagram(second, PictureOf(first));
            case "states": return store.Journey(book, second, asOf, knownAt).States();
            case "history": return store.Journey(book, second, asOf, knownAt).History();
            case "steps": return store.Journey(book, second, asOf, knownAt).Explain();
            case "why_not": return store.Journey(book, second, asOf, knownAt).WhyNot(first);
            case "if": return store.Journey(book, second, asOf, knownAt).Suppose(first);
            default:
                using (Review review = store.Review(book, asOf, knownAt, 2))
                {
                    return OfReview(review, verb, language, first, second);
                }
        }
    }

    private static object OfReview(Review review, string verb, Language language, string first, string second)
    {
        bool chinese = language == Language.Chinese;
        switch (verb)
        {
            case "review": return review.Answer();
            case "members": return List(review.Members(first));
            case "ids": return List(review.Ids(first));
            case "query": return review.Query(first);
            case "explain": return review.Explain(first, second);
            case "customer": return review.Customer(second);
            case "flow": return review.Flow(every: first);
            case "picture": return review.Diagram(second, PictureOf(first));
            case "compare": return review.Compare(new Playbook(first));
            case "machines":
                return List(review.Machines.Select(it => List(new object[]
                {
                    it.Name, it.IsKeyed, it.Troubles,
                    List(it.States.Select(state => List(new object[] { state.Name, state.Inside, state.Customers }))),
                })));
            case "balance":
                Period period = review.Period(second, first);
                IEnumerable<object> balances = period.Balances.Select(it => List(new object[]
                {
                    it.Opening, it.Began, it.Entered, it.Left, it.Erased, it.Closing,
                }));
                return List(new object[] { Micros(period.Since), Micros(period.Until), List(balances) });
            case "kinds":
                return List(review.Kinds.Select(it => List(new object[]
                {
                    it.Name, chinese ? it.LabelZh : it.Label, it.Events, it.Customers, Micros(it.First), Micros(it.Last),
                })));
            case "segments":
                return List(review.Segments.Select(it => List(new object[]
                {
                    it.Name, chinese ? it.LabelZh : it.Label, it.Members, it.Errors,
                })));
            case "table": return TableOf(review.Table(first));
            case "cbs": return Purchases(review.Cbs(first));
            default: throw new InvalidOperationException($"nobody knows how to ask `{verb}`");
        }
    }

    private static Picture PictureOf(string format) => (Picture)Enum.Parse(typeof(Picture), format, true);

    /// <summary>Columns in the form of the files: counts, then for each its name, whether whole, and values.</summary>
    private static Columns Columns(string said)
    {
        string[] lines = said.Split('\n');
        int rows = int.Parse(lines[0], CultureInfo.InvariantCulture);
        var columns = new Columns(rows);
        for (int column = 0; column < int.Parse(lines[1], CultureInfo.InvariantCulture); column++)
        {
            int from = 2 + column * (rows + 2);
            string[] values = lines.Skip(from + 2).Take(rows).Select(it => it == "-" ? null : it.Substring(1)).ToArray();
            if (lines[from + 1] == "i")
            {
                columns.Integers(lines[from], values.Select(it => it == null ? 0 : long.Parse(it, CultureInfo.InvariantCulture)).ToArray(),
                    values.Select(it => it != null).ToArray());
            }
            else
            {
                columns.Texts(lines[from], values);
            }
        }
        return columns;
    }

    private static object Micros(DateTimeOffset? at) => at == null ? long.MinValue : (at.Value - Epoch).Ticks / 10;

    /// <summary>JSON as it stands, in a list.</summary>
    private sealed class Written
    {
        internal string Json;

        public override string ToString() => Json;
    }

    private static Written List(IEnumerable<object> items) => new Written
    {
        Json = "[" + string.Join(",", items.Select(it => it == null ? "null" : it is bool ? ((bool)it ? "true" : "false")
            : it is string ? "\"" + it + "\"" : Convert.ToString(it, CultureInfo.InvariantCulture))) + "]",
    };

    private static string Bits(object fraction) => fraction == null ? null
        : BitConverter.DoubleToInt64Bits((double)fraction).ToString("x16", CultureInfo.InvariantCulture);

    private static IEnumerable<long> Rows(Table table) => Enumerable.Range(0, (int)table.Rows).Select(it => (long)it);

    /// <summary>Of the columns of a review the id and the segments.</summary>
    private static Written TableOf(Table table)
    {
        IEnumerable<string> names = table.Names.Where(it => it == "id" || it.StartsWith("segment.", StringComparison.Ordinal));
        return List(names.Select(name =>
            List(new object[] { name }.Concat(Rows(table).Select(row => table.Value(row, name))))).ToList());
    }

    /// <summary>Purchases in few numbers, fractions by their bits.</summary>
    private static string Purchases(Reported cbs)
    {
        string[] fractions = { "recency", "T", "monetary", "log_gaps" };
        IEnumerable<object> rows = Rows(cbs).Select(row => List(new[] { cbs.Value(row, "id"), cbs.Value(row, "frequency") }
            .Concat(fractions.Select(name => (object)Bits(cbs.Value(row, name))))));
        return $"{{\"rows\":{List(rows)},\"report\":{cbs.Report}}}";
    }

    private static string Predicted(Reported said)
    {
        string[] names = said.Names.Where(it => it != "id").ToArray();
        IEnumerable<object> rows = Rows(said).Select(row => List(new[] { said.Value(row, "id") }
            .Concat(names.Select(name => (object)Bits(said.Value(row, name))))));
        return $"{{\"names\":{List(names)},\"rows\":{List(rows)},\"report\":{said.Report}}}";
    }
}
