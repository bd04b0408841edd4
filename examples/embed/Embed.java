import guanxi.Answer;
import guanxi.Feeds;
import guanxi.Json;
import guanxi.Playbook;
import guanxi.Question;
import guanxi.Store;
import guanxi.When;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;

/** guanxi inside a shop's ERP: its tables every night, one order as it comes, and why, on a screen. */
public final class Embed {
    public static void main(String[] args) throws IOException {
        Playbook playbook = new Playbook(read("examples/presets/retail.json"));
        // Store.open(Paths.get("crm.guanxi"), playbook) keeps it.
        try (Store store = Store.inMemory(playbook)) {
            everyNight(store, playbook);
            asItComes(store, playbook);
            onAScreen(store, playbook);
        }
    }

    /** The rows of the host's own tables, by the names that they have there. */
    private static void everyNight(Store store, Playbook playbook) throws IOException {
        Json mapping = Json.raw(read("examples/sync/mapping.json"));
        String members = new Question().put("member_no", "M-1").put("mobile", "13800000001").put("sms_ok", "1")
                + "\n" + new Question().put("member_no", "M-2").put("mobile", "13800000002").put("sms_ok", "0");
        Question order = new Question().put("order_no", "S-1").put("member_no", "M-1")
                .put("ordered_at", "2026-03-02 10:12:00").put("paid", "120.00")
                .put("status", "paid").put("updated_at", "2026-03-02 10:12:00");
        Feeds feeds = store.feeds(playbook);
        When night = When.of("2026-03-03 02:00");
        Question sync = new Question("sync").put("mapping", mapping).put("follow", true);
        feeds.ask(sync.put("table", "members"), members, night);
        sync = new Question("sync").put("mapping", mapping).put("follow", true);
        Answer synced = feeds.ask(sync.put("table", "orders"), order.toString(), night);
        System.out.println("new orders: " + synced.text("/new"));
        Answer states = store.journey(playbook, "M-1", night).states();
        System.out.println("M-1: " + states.text("/1/state_label/en"));
    }

    /** One order, and what follows from it. */
    private static void asItComes(Store store, Playbook playbook) {
        Question order = new Question().put("kind", "purchase").put("id", "S-2").put("customer", "M-2")
                .put("at", "2026-03-03 11:30").put("amount", "80.50");
        Answer told = store.follow(playbook).apply(order.toString(), When.of("2026-03-03 11:30"));
        System.out.println("changed by S-2: " + told.text("/changes"));
    }

    /** Where a customer is, what comes next, and why. */
    private static void onAScreen(Store store, Playbook playbook) {
        Answer states = store.journey(playbook, "M-2", When.of("2026-06-01")).states();
        System.out.println("M-2: " + states.text("/1/state_label/zh-Hans"));
        System.out.println(states.text("/1/next/days") + " 天后：" + states.text("/1/next/to_label/zh-Hans")
                + "（" + states.text("/1/next/because/zh-Hans") + "）");
    }

    private static String read(String file) throws IOException {
        return new String(Files.readAllBytes(Paths.get(file)), StandardCharsets.UTF_8);
    }

    private Embed() {}
}
