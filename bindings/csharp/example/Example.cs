using System;
using System.IO;
using System.Linq;
using Guanxi;

internal static class Example
{
    private static void Main()
    {
        const string Folder = "examples/cdnow";
        var playbook = new Playbook(File.ReadAllText(Path.Combine(Folder, "playbook.json")));
        var reading = new Reading("events", File.ReadAllText(Path.Combine(Folder, "mapping.json")));

        using (Store store = Store.InMemory(playbook))
        using (Columns rows = Csv(Path.Combine(Folder, "events.csv")))
        {
            Answer report = store.Append(rows, When.Backfill, reading);
            Console.WriteLine("new: " + report.Text("/verdicts/new"));

            using (Review review = store.Review(playbook))
            {
                Console.WriteLine(playbook.ShowTime(review.AsOf));
                foreach (Segment it in review.Segments.OrderByDescending(it => it.Members).Take(3))
                {
                    Console.WriteLine($"{it.Members,7}  {it.Label}");
                }

                const string Lost = "segment('lapsed') && purchases.sum(p, p.amount) >= 1000.00";
                Console.WriteLine(string.Join(", ", review.Ids(Lost).Take(3)));
                Console.WriteLine(review.Explain(Lost, "00003").Text("/parts/1/said"));
                Console.WriteLine(review.In(Language.Chinese).Explain(Lost, "00003").Text("/parts/1/said"));

                try
                {
                    review.Query("purchasse.size() > 3");
                }
                catch (GuanxiException error)
                {
                    Console.WriteLine(error.Show(Language.Chinese));
                }
            }
        }
    }

    /// <summary>A file without quotes, as columns of texts.</summary>
    private static Columns Csv(string file)
    {
        string[][] lines = File.ReadAllLines(file).Select(line => line.Split(',')).ToArray();
        var columns = new Columns(lines.Length - 1);
        for (int at = 0; at < lines[0].Length; at++)
        {
            int column = at;
            columns.Texts(lines[0][column], lines.Skip(1).Select(line => line[column]).ToArray());
        }
        return columns;
    }
}
