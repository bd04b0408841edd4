// A small shop for tests, and how they say what is wrong.
using System;
using System.Linq;
using Guanxi;

internal static class Shop
{
    internal const string Document = "{\"guanxi\": 1, \"id\": \"shop\", \"version\": \"1.0.0\","
        + " \"calendar\": {\"zone\": \"Asia/Shanghai\"},"
        + " \"schema\": {\"events\": {\"purchase\": {\"list\": \"purchases\","
        + " \"fields\": {\"amount\": {\"type\": \"money\", \"currency\": \"CNY\"}}}}},"
        + " \"segments\": {\"good\": {\"when\": \"purchases.sum(p, p.amount) >= 300.00\"}}}";

    internal static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException("wrong: " + what);
        }
    }

    internal static void Equal(object found, object wanted, string what) =>
        Check(Equals(found, wanted), $"{what}: {found}, wanted {wanted}");

    /// <summary>Expects an exception of this very class, and gives it.</summary>
    internal static T Refused<T>(Action wrong, string what) where T : Exception
    {
        try
        {
            wrong();
        }
        catch (Exception found)
        {
            Check(found.GetType() == typeof(T), $"{what}: {found}");
            Check(!string.IsNullOrEmpty(found.Message), $"{what} says nothing");
            return (T)found;
        }
        throw new InvalidOperationException($"{what} was let through");
    }

    /// <summary>Customers who bought for 400 yuan each.</summary>
    internal static Store Stocked(Playbook playbook, params string[] ids)
    {
        Store store = Store.InMemory(playbook);
        store.Append(string.Concat(ids.Select(id => new Question().Put("kind", "purchase").Put("customer", id)
            .Put("at", "2026-03-01").Put("amount", 400.00m) + "\n")), When.Backfill);
        return store;
    }
}
