import guanxi.Playbook;
import guanxi.Store;
import guanxi.When;

/** A small shop for tests, and how they say what is wrong. */
final class Shop {
    static final String PLAYBOOK = "{\"guanxi\": 1, \"id\": \"shop\", \"version\": \"1.0.0\","
            + " \"calendar\": {\"zone\": \"Asia/Shanghai\"},"
            + " \"schema\": {\"events\": {\"purchase\": {\"list\": \"purchases\","
            + " \"fields\": {\"amount\": {\"type\": \"money\", \"currency\": \"CNY\"}}}}},"
            + " \"segments\": {\"good\": {\"when\": \"purchases.sum(p, p.amount) >= 300.00\"}}}";

    private Shop() {}

    /** What has to fail. */
    interface Wrong {
        void run() throws Exception;
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    static void equal(Object found, Object wanted, String what) {
        check(wanted.equals(found), what + ": " + found + ", wanted " + wanted);
    }

    /** Expects an exception of this very class, and gives it. */
    static <T extends Exception> T refused(Class<T> kind, Wrong wrong, String what) {
        try {
            wrong.run();
        } catch (Exception found) {
            check(found.getClass() == kind, what + ": " + found);
            check(found.getMessage() != null && !found.getMessage().isEmpty(), what + " says nothing");
            return kind.cast(found);
        }
        throw new AssertionError(what + " was let through");
    }

    /** Customers `id` who bought for 400 yuan each. */
    static Store store(Playbook playbook, String... ids) {
        Store store = Store.inMemory(playbook);
        StringBuilder rows = new StringBuilder();
        for (String id : ids) {
            rows.append("{\"kind\":\"purchase\",\"customer\":\"").append(id)
                    .append("\",\"at\":\"2026-03-01\",\"amount\":\"400.00\"}\n");
        }
        store.append(rows.toString(), When.BACKFILL);
        return store;
    }
}
