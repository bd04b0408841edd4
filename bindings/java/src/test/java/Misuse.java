import guanxi.Answer;
import guanxi.Columns;
import guanxi.Fault;
import guanxi.Guanxi;
import guanxi.GuanxiException;
import guanxi.Ids;
import guanxi.Json;
import guanxi.Language;
import guanxi.Playbook;
import guanxi.Question;
import guanxi.Reading;
import guanxi.Review;
import guanxi.Store;
import guanxi.Table;
import guanxi.When;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Wrong calls get an exception that says what is wrong; right ones give what they should. */
public final class Misuse {
    public static void main(String[] args) throws Exception {
        nullArguments();
        closedHandles();
        closingWhileInUse();
        texts();
        documents();
        columns();
        files(Files.createTempDirectory("guanxi"));
        System.out.println("misuse: as it should be");
    }

    private static void nullArguments() {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        Shop.refused(NullPointerException.class, () -> new Playbook(null), "no playbook");
        Shop.refused(NullPointerException.class, () -> Guanxi.eval(null, null), "no expression");
        Shop.refused(NullPointerException.class, () -> When.of((String) null), "no instant");
        try (Store store = Store.inMemory(playbook); Review review = store.review(playbook, When.of("2026-04-01"))) {
            Shop.refused(NullPointerException.class, () -> store.append((String) null, When.BACKFILL), "no rows");
            Shop.refused(NullPointerException.class, () -> review.query(null), "no expression");
            Shop.refused(IllegalArgumentException.class, () -> playbook.time(When.BACKFILL), "no instant");
            Shop.refused(IllegalArgumentException.class,
                    () -> store.review(playbook, null, null, -1), "threads below 0");
            Shop.refused(IllegalArgumentException.class,
                    () -> review.compare(playbook, "sideways", null, null), "no such mode");
        }
    }

    private static void closedHandles() {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        Store store = Shop.store(playbook, "C-1");
        Review review = store.review(playbook, When.of("2026-04-01"));
        Table table = review.table();
        store.in(Language.CHINESE).close();
        store.close();
        Shop.check(store.isClosed(), "both views are closed");
        GuanxiException error = Shop.refused(GuanxiException.class, store::statistics, "a closed store");
        Shop.equal(error.code(), 1013, "of a closed store");
        Shop.check(error.json(Language.CHINESE).contains("store 已关闭"), "in Chinese");
        Shop.refused(GuanxiException.class, () -> store.follow(playbook).changes(0, 10), "a closed store");
        // What was made of it lives on.
        Shop.equal(review.members("good"), Collections.singletonList("C-1"), "members");
        Ids ids = review.members("good");
        review.close();
        review.close();
        Shop.refused(GuanxiException.class, review::answer, "a closed review");
        Shop.equal(ids.get(0), "C-1", "ids outlive their review");
        Shop.equal(table.value(0, "segment.good"), true, "tables outlive their review");
        table.close();
        table.close();
        Shop.refused(GuanxiException.class, () -> table.value(0, "id"), "a closed table");
        Shop.refused(IndexOutOfBoundsException.class, () -> ids.get(1), "no such id");
        Shop.refused(IndexOutOfBoundsException.class, () -> ids.get(-1), "no such id");
    }

    /** Closed while calls are running, a review is freed when the last of them ends. */
    private static void closingWhileInUse() throws InterruptedException {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        for (int round = 0; round < 200; round++) {
            Store store = Shop.store(playbook, "C-1", "C-2");
            Review review = store.review(playbook, When.of("2026-04-01"));
            store.close();
            CountDownLatch asking = new CountDownLatch(2);
            AtomicReference<Throwable> wrong = new AtomicReference<>();
            Thread[] threads = new Thread[2];
            for (int at = 0; at < threads.length; at++) {
                threads[at] = new Thread(() -> askUntilClosed(review, asking, wrong));
                threads[at].start();
            }
            asking.await();
            review.close();
            for (Thread thread : threads) {
                thread.join();
            }
            Shop.check(wrong.get() == null, "closing while in use: " + wrong.get());
        }
    }

    private static void askUntilClosed(Review review, CountDownLatch asking, AtomicReference<Throwable> wrong) {
        asking.countDown();
        try {
            while (true) {
                Shop.equal(review.ids("true").size(), 2, "ids");
            }
        } catch (GuanxiException closed) {
            if (closed.code() != 1013) {
                wrong.set(closed);
            }
        } catch (Throwable other) {
            wrong.set(other);
        }
    }

    private static void texts() {
        String id = "客户-😀-é";
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        try (Store store = Shop.store(playbook, id); Review review = store.review(playbook, When.of("2026-04-01"))) {
            Shop.equal(review.members("good").get(0), id, "an id");
            Shop.equal(review.customer(id).text("/customer"), id, "an id in an answer");
            Shop.equal(review.table().value(0, "id"), id, "an id in a table");
        }
        Shop.equal(Guanxi.eval("'a\u0000b'.size()", null).text("/value"), "3", "a NUL in a text");
        Shop.refused(IllegalArgumentException.class, () -> Guanxi.eval("'\ud83d'", null), "half a pair");
        Shop.refused(IllegalArgumentException.class, () -> Guanxi.eval("'a\ude00'", null), "the other half");
        Shop.equal(Guanxi.eval("'😀'.size()", null).text("/value"), "1", "a pair");
    }

    private static void documents() {
        GuanxiException error = Shop.refused(GuanxiException.class,
                () -> new Playbook(Shop.PLAYBOOK.replace("Shanghai", "Shangai")), "no such zone");
        Fault fault = error.faults().get(0);
        Shop.equal(fault.code, 1006, "code");
        Shop.equal(fault.name, "unknown_zone", "name");
        Shop.equal(fault.pointer, "/calendar/zone", "pointer");
        Shop.check(error.getMessage().contains("did you mean `Asia/Shanghai`?"), error.getMessage());
        Shop.check(error.show(Language.CHINESE).contains("时区"), error.show(Language.CHINESE));
        Answer checked = Playbook.check("{}", Language.CHINESE);
        Shop.equal(checked.text("/valid"), "false", "valid");
        Shop.check(checked.count("/faults") >= 3, "faults");
        Shop.refused(GuanxiException.class, () -> checked.text("/nowhere"), "nothing there");
        GuanxiException spans = Shop.refused(GuanxiException.class, () -> Guanxi.eval("1 + nobody", null), "a name");
        Shop.equal(spans.faults().get(0).start, 4L, "start");
        Shop.equal(spans.faults().get(0).end, 10L, "end");

        Map<String, Object> row = new LinkedHashMap<>();
        row.put("a\"\n", Arrays.asList(1, null, 2.5, true, new java.math.BigDecimal("1E+2")));
        row.put("day", LocalDate.of(2026, 3, 1));
        Shop.equal(Json.lines(Collections.singletonList(row)),
                "{\"a\\\"\\u000a\":[1,null,2.5,true,\"100\"],\"day\":\"2026-03-01\"}\n", "JSON");
        row.put("n", Double.NaN);
        Exception wrong = Shop.refused(IllegalArgumentException.class,
                () -> Json.lines(Collections.singletonList(row)), "no number");
        Shop.check(wrong.getMessage().startsWith("row 1: `n`"), wrong.getMessage());
        Shop.refused(IllegalArgumentException.class, () -> new Question().put("x", new Object()), "no form");
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        Shop.equal(playbook.time(When.of("2026-03-01 09:30")), Instant.parse("2026-03-01T01:30:00Z"), "time");
        Shop.equal(playbook.time(When.of(Instant.parse("1969-12-31T23:59:59.999999Z"))),
                Instant.parse("1969-12-31T23:59:59.999999Z"), "before 1970");
        Shop.refused(GuanxiException.class, () -> playbook.time(When.of("yesterday")), "no instant");
    }

    private static void severalTables(Playbook playbook, Columns rows) {
        Map<Reading, Columns> tables = new LinkedHashMap<>();
        try (Columns people = new Columns(2)) {
            tables.put(Reading.of("customers"), people.texts("id", "C-1", "C-9"));
            tables.put(Reading.events(), rows);
            try (Review both = Review.of(playbook, tables, null, Language.ENGLISH)) {
                Shop.equal(both.customers(), 3L, "customers of two tables");
                Shop.equal(both.reports().text("/1/verdicts/new"), "2", "the second report");
            }
        }
    }

    private static void columns() {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        try (Columns rows = new Columns(2); Store store = Store.inMemory(playbook)) {
            Shop.refused(IllegalArgumentException.class, () -> rows.texts("id", "one"), "too few");
            Shop.refused(IllegalArgumentException.class,
                    () -> rows.integers("n", new long[2], new boolean[1]), "too few known");
            Shop.refused(IllegalArgumentException.class, () -> new Columns(-1), "rows below 0");
            rows.codes("kind", new int[] {0, 0}, new String[] {"purchase"}, null);
            rows.texts("customer", "C-1", "C-2").days("at", new int[] {20_500, 20_501}, null);
            rows.decimals("amount", new long[] {30_000, 29_999}, 2, null);
            Answer report = store.append(rows, When.BACKFILL, Reading.events());
            Shop.equal(report.text("/verdicts/new"), "2", report.json());
            Shop.equal(store.append(rows, When.BACKFILL, Reading.events()).text("/verdicts/same"), "2", "again");
            try (Review review = store.review(playbook, null)) {
                Shop.equal(review.members("good"), Collections.singletonList("C-1"), "members");
            }
            severalTables(playbook, rows);
        }
        Columns closed = new Columns(1);
        closed.texts("kind", "purchase").close();
        try (Store store = Store.inMemory(playbook)) {
            Shop.refused(IllegalArgumentException.class,
                    () -> store.append(closed, When.BACKFILL, Reading.events()), "closed columns");
        }
        try (Columns rows = new Columns(1); Store store = Store.inMemory(playbook)) {
            rows.codes("kind", new int[] {7}, new String[] {"purchase"}, null);
            GuanxiException error = Shop.refused(GuanxiException.class,
                    () -> store.append(rows, When.BACKFILL, Reading.events()), "a code beyond the words");
            Shop.equal(error.code(), 4015, error.getMessage());
        }
    }

    private static void files(Path folder) throws Exception {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        Path file = folder.resolve("客户.guanxi");
        Shop.refused(GuanxiException.class, () -> Store.openReadOnly(file, playbook), "no file");
        try (Store store = Store.open(file, playbook)) {
            store.sign("li", "first day");
            Answer report = store.append("{\"kind\":\"purchase\",\"customer\":\"C-1\",\"at\":\"2026-03-01\","
                    + "\"amount\":\"400\"}\nno row\n", When.BACKFILL);
            Shop.equal(report.text("/verdicts/new"), "1", "new");
            Shop.equal(report.text("/verdicts/refused"), "1", "refused");
            store.backup(folder.resolve("copy"));
            Shop.refused(GuanxiException.class, () -> store.backup(folder.resolve("copy")), "a name that is taken");
            Shop.equal(store.verify().text("/sound"), "true", "sound");
        }
        try (Store store = Store.openReadOnly(folder.resolve("copy"), playbook)) {
            Shop.equal(store.review(playbook, null).customers(), 1L, "customers of the copy");
            Shop.refused(GuanxiException.class, () -> store.append("{}", When.BACKFILL), "read only");
        }
        Files.write(file, "no store at all".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        GuanxiException error = Shop.refused(GuanxiException.class, () -> Store.open(file, playbook), "no store");
        Shop.equal(error.code(), 5002, error.getMessage());
    }

    private Misuse() {}
}
