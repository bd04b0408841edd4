// Wrong calls get an exception that says what is wrong; right ones give what they should.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Guanxi;

internal static class Misuse
{
    private static void Main()
    {
        Arguments();
        Handles();
        ClosingWhileInUse();
        Texts();
        Documents();
        Instants();
        ColumnsOf();
        Files(Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "guanxi-" + Guid.NewGuid())).FullName);
        Console.WriteLine("misuse: as it should be");
    }

    private static void Arguments()
    {
        var playbook = new Playbook(Shop.Document);
        Shop.Refused<ArgumentNullException>(() => new Playbook(null), "no playbook");
        Shop.Refused<ArgumentNullException>(() => Store.InMemory(null), "no playbook");
        Shop.Refused<ArgumentNullException>(() => Core.Eval(null), "no expression");
        using (Store store = Store.InMemory(playbook))
        using (Review review = store.Review(playbook, "2026-04-01"))
        {
            Shop.Refused<ArgumentNullException>(() => store.Append((string)null, When.Backfill), "no rows");
            Shop.Refused<ArgumentNullException>(() => store.Append((Columns)null, When.Backfill), "no columns");
            Shop.Refused<ArgumentNullException>(() => store.Append("", null), "no instant");
            Shop.Refused<ArgumentNullException>(() => store.Customer(playbook, "C-1", null), "no instant");
            Shop.Refused<ArgumentNullException>(() => store.Kpis(playbook).Ask((Question)null), "no question");
            Shop.Refused<ArgumentNullException>(() => review.Query(null), "no expression");
            Shop.Refused<ArgumentNullException>(() => review.Compare(null), "no other playbook");
            Shop.Refused<ArgumentException>(() => playbook.Time(When.Backfill), "no instant");
            Shop.Refused<ArgumentOutOfRangeException>(() => store.Review(playbook, threads: -1), "threads below 0");
            Shop.Refused<GuanxiException>(() => review.Compare(playbook, (Comparison)7), "no such mode");
            Shop.Refused<GuanxiException>(() => review.Diagram(format: (Picture)7), "no such format");
            Shop.Refused<GuanxiException>(() => review.In((Language)7).Answer(), "no such language");
        }
    }

    private static void Handles()
    {
        var playbook = new Playbook(Shop.Document);
        Store store = Shop.Stocked(playbook, "C-1");
        Review review = store.Review(playbook, "2026-04-01");
        Table table = review.Table();
        store.In(Language.Chinese).Dispose();
        store.Dispose();
        Shop.Check(store.IsClosed, "both views are closed");
        var error = Shop.Refused<GuanxiException>(() => store.Statistics(), "a closed store");
        Shop.Equal(error.Code, 1013, "of a closed store");
        Shop.Check(error.Json(Language.Chinese).Contains("store 已关闭"), "in Chinese");
        // What was made of it lives on.
        Ids ids = review.Members("good");
        review.Dispose();
        review.Dispose();
        Shop.Refused<GuanxiException>(() => review.Answer(), "a closed review");
        Shop.Equal(ids.Single(), "C-1", "ids outlive their review");
        Shop.Refused<ArgumentOutOfRangeException>(() => ids[1].ToString(), "no such id");
        Shop.Refused<ArgumentOutOfRangeException>(() => ids[-1].ToString(), "no such id");
        Shop.Equal(table.Value(0, "segment.good"), true, "tables outlive their review");
        Shop.Refused<ArgumentException>(() => table.Value(0, "segment.bad"), "no such column");
        table.Dispose();
        table.Dispose();
        Shop.Refused<GuanxiException>(() => table.Value(0, "id"), "a closed table");
    }

    /// <summary>Closed while calls are running, a review is freed when the last of them ends.</summary>
    private static void ClosingWhileInUse()
    {
        var playbook = new Playbook(Shop.Document);
        for (int round = 0; round < 100; round++)
        {
            Exception wrong = null;
            using (Store store = Shop.Stocked(playbook, "C-1", "C-2"))
            {
                Review review = store.Review(playbook, "2026-04-01");
                var asking = new CountdownEvent(2);
                Thread[] threads = Enumerable.Range(0, 2).Select(at => new Thread(() =>
                {
                    asking.Signal();
                    try
                    {
                        while (true)
                        {
                            Shop.Equal(review.Ids("true").Count, 2, "ids");
                        }
                    }
                    catch (Exception error)
                    {
                        var closed = error as GuanxiException;
                        wrong = closed != null && closed.Code == 1013 ? wrong : error;
                    }
                })).ToArray();
                Array.ForEach(threads, it => it.Start());
                asking.Wait();
                review.Dispose();
                Array.ForEach(threads, it => it.Join());
            }
            Shop.Check(wrong == null, "closing while in use: " + wrong);
        }
    }

    private static void Texts()
    {
        const string Id = "客户-😀-é";
        var playbook = new Playbook(Shop.Document);
        using (Store store = Shop.Stocked(playbook, Id))
        using (Review review = store.Review(playbook, "2026-04-01"))
        {
            Shop.Equal(review.Members("good")[0], Id, "an id");
            Shop.Equal(review.Customer(Id).Text("/customer"), Id, "an id in an answer");
            Shop.Equal(review.Table().Value(0, "id"), Id, "an id in a table");
        }
        Shop.Equal(Core.Eval("'a\0b'.size()").Text("/value"), "3", "a NUL in a text");
        Shop.Equal(Core.Eval("'😀'.size()").Text("/value"), "1", "a pair");
        Shop.Equal(Core.Eval("''").Text("/value"), "", "an empty text");
        Shop.Refused<ArgumentException>(() => Core.Eval("'\ud83d'"), "half a pair");
        Shop.Refused<GuanxiException>(() => Core.Eval(""), "an empty expression");
    }

    private static void Documents()
    {
        var error = Shop.Refused<GuanxiException>(() => new Playbook(Shop.Document.Replace("Shanghai", "Shangai")), "no such zone");
        Fault fault = error.Faults[0];
        Shop.Equal(fault.Code, 1006, "code");
        Shop.Equal(fault.Name, "unknown_zone", "name");
        Shop.Equal(fault.Pointer, "/calendar/zone", "pointer");
        Shop.Check(error.Message.Contains("did you mean `Asia/Shanghai`?"), error.Message);
        Shop.Check(error.Show(Language.Chinese).Contains("时区"), error.Show(Language.Chinese));
        Answer check = Playbook.Check("{}", Language.Chinese);
        Shop.Equal(check.Text("/valid"), "false", "valid");
        Shop.Check(check.Count("/faults") >= 3, "faults");
        Shop.Refused<GuanxiException>(() => check.Text("/nowhere"), "nothing there");
        Fault span = Shop.Refused<GuanxiException>(() => Core.Eval("1 + nobody"), "a name").Faults[0];
        Shop.Equal(span.Start, (long?)4, "start");
        Shop.Equal(span.End, (long?)10, "end");

        var row = new Dictionary<string, object>
        {
            ["a\"\n"] = new object[] { 1, null, 2.5, true, 1.50m },
            ["b"] = new Dictionary<string, object> { ["c"] = "d" },
        };
        Shop.Equal(Json.Lines(new[] { row }), "{\"a\\\"\\u000a\":[1,null,2.5,true,\"1.50\"],\"b\":{\"c\":\"d\"}}\n", "JSON");
        row["n"] = double.NaN;
        Exception wrong = Shop.Refused<ArgumentException>(() => Json.Lines(new[] { row }), "no number");
        Shop.Check(wrong.Message.StartsWith("row 1: `n`", StringComparison.Ordinal), wrong.Message);
        Shop.Refused<ArgumentException>(() => new Question().Put("x", new object()), "no form");
    }

    private static void Instants()
    {
        var playbook = new Playbook(Shop.Document);
        Shop.Equal(playbook.Time("2026-03-01 09:30"), DateTimeOffset.Parse("2026-03-01T01:30:00Z"), "time");
        foreach (string said in new[] { "1969-12-31T23:59:59.25Z", "1969-12-31T00:00:00Z", "2026-03-01T01:30:00.000001Z" })
        {
            DateTimeOffset wanted = DateTimeOffset.Parse(said);
            Shop.Equal(playbook.Time(said), wanted, "a text");
            Shop.Equal(playbook.Time(wanted), wanted, "a time");
        }
        Shop.Equal(Shop.Refused<GuanxiException>(() => playbook.Time("yesterday"), "no instant").Code, 1007, "no instant");
    }

    private static void ColumnsOf()
    {
        var playbook = new Playbook(Shop.Document);
        Shop.Refused<ArgumentOutOfRangeException>(() => new Columns(-1), "rows below 0");
        var rows = new Columns(2);
        using (Store store = Store.InMemory(playbook))
        {
            Shop.Refused<ArgumentException>(() => rows.Texts("id", "one"), "too few");
            Shop.Refused<ArgumentException>(() => rows.Integers("n", new long[2], new bool[1]), "too few known");
            rows.Codes("kind", new[] { 0, 0 }, new[] { "purchase" }).Texts("customer", "C-1", "C-2");
            rows.Days("at", new[] { 20500, 20501 }).Decimals("amount", new long[] { 30000, 29999 }, 2);
            Shop.Equal(store.Append(rows, When.Backfill).Text("/verdicts/new"), "2", "new");
            Shop.Equal(store.Append(rows, When.Backfill).Text("/verdicts/same"), "2", "again");
            Shop.Equal(store.Review(playbook).Members("good").Single(), "C-1", "members");
            Shop.Equal(Review.Of(playbook, rows).Members("good").Single(), "C-1", "without a store");
            SeveralTables(playbook, rows);
            rows.Dispose();
            rows.Dispose();
            Shop.Refused<ObjectDisposedException>(() => store.Append(rows, When.Backfill), "closed columns");
            var missing = new Columns(2).Texts("kind", "purchase", null).Texts("customer", "C-3", "C-3")
                .Instants("at", new long[2], new[] { true, false }).Decimals("amount", new long[2], 2, new[] { false, true });
            Shop.Equal(store.Append(missing, When.Backfill, new Reading(isTrial: true)).Text("/verdicts/refused"), "2", "refused");
            var beyond = new Columns(1).Codes("kind", new[] { 7 }, new[] { "purchase" });
            Shop.Equal(Shop.Refused<GuanxiException>(() => store.Append(beyond, When.Backfill), "beyond the words").Code, 4015, "code");
        }
    }

    private static void SeveralTables(Playbook playbook, Columns rows)
    {
        var people = new Columns(2).Texts("id", "C-1", "C-9");
        var tables = new List<KeyValuePair<Reading, Columns>>
        {
            new KeyValuePair<Reading, Columns>(new Reading("customers"), people),
            new KeyValuePair<Reading, Columns>(new Reading(), rows),
        };
        using (Review both = Review.Of(playbook, tables))
        {
            Shop.Equal(both.Customers, 3L, "customers of two tables");
            Shop.Equal(both.Reports.Text("/1/verdicts/new"), "2", "the second report");
        }
        Shop.Refused<ArgumentNullException>(() => Review.Of(null, tables), "no playbook");
        tables.Clear();
        Shop.Equal(Review.Of(playbook, tables, "2026-04-01").Customers, 0L, "customers of no table");
        people.Dispose();
    }

    private static void Files(string folder)
    {
        var playbook = new Playbook(Shop.Document);
        string file = Path.Combine(folder, "客户.guanxi");
        string copy = Path.Combine(folder, "copy");
        Shop.Refused<GuanxiException>(() => Store.OpenReadOnly(file, playbook), "no file");
        const string Row = "{\"kind\":\"purchase\",\"customer\":\"C-1\",\"at\":\"2026-03-01\",\"amount\":\"400\"}";
        using (Store store = Store.Open(file, playbook))
        {
            store.Sign("li", "first day");
            Answer report = store.Append(Row + "\nno row\n", When.Backfill);
            Shop.Equal(report.Text("/verdicts/new"), "1", "new");
            Shop.Equal(report.Text("/verdicts/refused"), "1", "refused");
            store.Backup(copy);
            Shop.Refused<GuanxiException>(() => store.Backup(copy), "a name that is taken");
            Shop.Equal(store.Verify().Text("/sound"), "true", "sound");
        }
        using (Store store = Store.OpenReadOnly(copy, playbook))
        {
            Shop.Equal(store.Review(playbook).Customers, 1L, "customers of the copy");
            Shop.Equal(Shop.Refused<GuanxiException>(() => store.Append(Row, When.Backfill), "read only").Code, 5004, "read only");
        }
        File.WriteAllText(file, "no store at all");
        Shop.Equal(Shop.Refused<GuanxiException>(() => Store.Open(file, playbook), "no store").Code, 5002, "no store");
        Directory.Delete(folder, true);
    }
}
