// Many threads, and many rounds: nothing wrong, and nothing kept. What it costs, too.
using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Guanxi;

internal static class Endurance
{
    private static void Main()
    {
        bool isLong = Environment.GetEnvironmentVariable("GUANXI_LONG") != null;
        Threads(isLong ? 60000 : 2000);
        Memory(isLong ? 250000 : 50000);
        Forgotten();
        Calls(200000);
        ColumnsOf(1000000);
    }

    /// <summary>Eight threads ask one review, and one store, which one call at a time may use.</summary>
    private static void Threads(int millis)
    {
        var playbook = new Playbook(Shop.Document);
        using (Store store = Shop.Stocked(playbook, "C-1", "C-2"))
        using (Review review = store.Review(playbook, "2026-04-01"))
        {
            string wanted = review.Answer().Json;
            long answers = 0, busy = 0;
            Exception wrong = null;
            Stopwatch watch = Stopwatch.StartNew();
            Thread[] threads = Enumerable.Range(0, 8).Select(at => new Thread(() =>
            {
                try
                {
                    while (watch.ElapsedMilliseconds < millis)
                    {
                        Shop.Equal(review.Answer().Json, wanted, "a review");
                        Shop.Equal(review.Members("good").Count, 2, "members");
                        try
                        {
                            store.Statistics();
                        }
                        catch (GuanxiException error)
                        {
                            Shop.Equal(error.Code, 1014, error.Message);
                            Interlocked.Increment(ref busy);
                        }
                        Interlocked.Increment(ref answers);
                    }
                }
                catch (Exception error)
                {
                    wrong = error;
                }
            })).ToArray();
            Array.ForEach(threads, it => it.Start());
            Array.ForEach(threads, it => it.Join());
            Shop.Check(wrong == null, "threads: " + wrong);
            Shop.Check(answers > 100, "hardly an answer: " + answers);
            Console.WriteLine($"threads: {answers} rounds of 8, the store was in use {busy} times");
        }
    }

    /// <summary>
    /// No more memory is in use, however often something is made and freed. The collector takes more at times and keeps it:
    /// what leaks grows each time.
    /// </summary>
    private static void Memory(int rounds)
    {
        var playbook = new Playbook(Shop.Document);
        using (Store store = Shop.Stocked(playbook, "C-1"))
        {
            var grown = new long[5];
            for (long time = 0, before = 0; time < grown.Length; time++)
            {
                for (int round = 0; round < rounds; round++)
                {
                    Core.Eval("1 + 2");
                    Shop.Refused<GuanxiException>(() => Core.Eval("1 + nobody"), "a name");
                    using (Review review = store.Review(playbook, "2026-04-01"))
                    {
                        Shop.Equal(review.Members("good")[0], "C-1", "members");
                    }
                }
                Settle();
                grown[time] = Resident() - before;
                before += grown[time];
            }
            string said = string.Join(", ", grown.Skip(1).Select(it => it / 1024));
            Console.WriteLine($"memory: each {rounds} rounds, grown by {said} KiB");
            Shop.Check(grown.Skip(1).Min() < 1 << 18, "memory grows: " + said);
        }
    }

    /// <summary>What nobody closes is freed all the same: gigabytes of reviews do not stay.</summary>
    private static void Forgotten()
    {
        var playbook = new Playbook(Shop.Document);
        using (Store store = Shop.Stocked(playbook, Enumerable.Range(0, 2000).Select(it => "C-" + it).ToArray()))
        {
            long before = Resident();
            for (int at = 0; at < 2000; at++)
            {
                Review review = store.Review(playbook, "2026-04-01");
                Shop.Equal(review.Customers, 2000L, "customers");
                Shop.Equal(review.Table().Value(0, "id"), "C-0", "a table");
                Shop.Equal(new Columns(1).Texts("a", "b").Rows, 1, "columns");
                if (at % 50 == 0)
                {
                    Settle();
                }
            }
            Settle();
            long grown = Resident() - before;
            Console.WriteLine($"forgotten: 2000 reviews, grown by {grown / 1024} KiB");
            Shop.Check(grown < 200 << 20, $"forgotten reviews stay: {grown} bytes");
        }
    }

    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>Bytes of memory in use, as Linux tells.</summary>
    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * 4096;

    [DllImport("libc")]
    private static extern int abs(int value);

    /// <summary>What a call costs beside the cheapest one that there is.</summary>
    private static void Calls(int calls)
    {
        double floor = PerCall(calls, () => abs(-1));
        double version = PerCall(calls, () => Core.Version.Length);
        double eval = PerCall(calls, () => Core.Eval("1").Json.Length);
        Console.WriteLine($"a call: {floor:F0} ns of an empty one, {version:F0} ns of Version, {eval:F0} ns of Eval");
    }

    private static double PerCall(int calls, Func<int> call)
    {
        Stopwatch watch = Stopwatch.StartNew();
        for (int at = 0; at < calls; at++)
        {
            call();
        }
        return watch.Elapsed.TotalMilliseconds * 1e6 / calls;
    }

    private static void ColumnsOf(int rows)
    {
        var playbook = new Playbook(Shop.Document);
        string[] ids = Enumerable.Range(0, rows).Select(it => "o" + it).ToArray();
        string[] customers = Enumerable.Range(0, rows).Select(it => "C-" + it % 50000).ToArray();
        int[] days = Enumerable.Range(0, rows).Select(it => 20000 + it / 1000 % 500).ToArray();
        long[] amounts = Enumerable.Range(0, rows).Select(it => (long)it).ToArray();
        Stopwatch watch = Stopwatch.StartNew();
        using (var columns = new Columns(rows))
        {
            columns.Codes("kind", new int[rows], new[] { "purchase" }).Texts("id", ids).Texts("customer", customers);
            columns.Days("at", days).Decimals("amount", amounts, 2);
            long filled = watch.ElapsedMilliseconds;
            using (Review review = Review.Of(playbook, columns))
            {
                Shop.Equal(review.Events, (long)rows, "events");
            }
            Console.WriteLine($"columns: {rows} rows of 5 values, filled in {filled} ms, reviewed in {watch.ElapsedMilliseconds - filled} ms");
        }
    }
}
