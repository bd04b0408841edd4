using System;
using System.IO;
using Guanxi;

/// <summary>guanxi inside a shop's ERP: its tables every night, one order as it comes, and why, on a screen.</summary>
internal static class Embed
{
    private static void Main()
    {
        var playbook = new Playbook(File.ReadAllText("examples/presets/retail.json"));
        // Store.Open("crm.guanxi", playbook) keeps it.
        using (Store store = Store.InMemory(playbook))
        {
            EveryNight(store, playbook);
            AsItComes(store, playbook);
            OnAScreen(store, playbook);
        }
    }

    /// <summary>The rows of the host's own tables, by the names that they have there.</summary>
    private static void EveryNight(Store store, Playbook playbook)
    {
        Json mapping = Json.Raw(File.ReadAllText("examples/sync/mapping.json"));
        string members = new Question().Put("member_no", "M-1").Put("mobile", "13800000001").Put("sms_ok", "1")
            + "\n" + new Question().Put("member_no", "M-2").Put("mobile", "13800000002").Put("sms_ok", "0");
        Question order = new Question().Put("order_no", "S-1").Put("member_no", "M-1")
            .Put("ordered_at", "2026-03-02 10:12:00").Put("paid", "120.00")
            .Put("status", "paid").Put("updated_at", "2026-03-02 10:12:00");
        Feeds feeds = store.Feeds(playbook);
        const string Night = "2026-03-03 02:00";
        Func<string, Question> sync = table =>
            new Question("sync").Put("table", table).Put("mapping", mapping).Put("follow", true);
        feeds.Ask(sync("members"), members, Night);
        Answer synced = feeds.Ask(sync("orders"), order.ToString(), Night);
        Console.WriteLine("new orders: " + synced.Text("/new"));
        Console.WriteLine("M-1: " + store.Journey(playbook, "M-1", Night).States().Text("/1/state_label/en"));
    }

    /// <summary>One order, and what follows from it.</summary>
    private static void AsItComes(Store store, Playbook playbook)
    {
        Question order = new Question().Put("kind", "purchase").Put("id", "S-2").Put("customer", "M-2")
            .Put("at", "2026-03-03 11:30").Put("amount", 80.50m);
        Answer told = store.Follow(playbook).Apply(order.ToString(), "2026-03-03 11:30");
        Console.WriteLine("changed by S-2: " + told.Text("/changes"));
    }

    /// <summary>Where a customer is, what comes next, and why.</summary>
    private static void OnAScreen(Store store, Playbook playbook)
    {
        Answer states = store.Journey(playbook, "M-2", "2026-06-01").States();
        Console.WriteLine("M-2: " + states.Text("/1/state_label/zh-Hans"));
        Console.WriteLine($"{states.Text("/1/next/days")} 天后：{states.Text("/1/next/to_label/zh-Hans")}"
            + $"（{states.Text("/1/next/because/zh-Hans")}）");
    }
}
