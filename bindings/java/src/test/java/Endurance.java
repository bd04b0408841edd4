import guanxi.Guanxi;
import guanxi.GuanxiException;
import guanxi.Playbook;
import guanxi.Review;
import guanxi.Store;
import guanxi.When;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Many threads, and many rounds: nothing wrong, and nothing kept. */
public final class Endurance {
    public static void main(String[] args) throws Exception {
        boolean isLong = System.getenv("GUANXI_LONG") != null;
        threads(isLong ? 60_000 : 2_000);
        memory(isLong ? 250_000 : 50_000);
        forgotten();
    }

    /** Eight threads ask one review, and one store, which one call at a time may use. */
    private static void threads(long millis) throws InterruptedException {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        Store store = Shop.store(playbook, "C-1", "C-2");
        Review review = store.review(playbook, When.of("2026-04-01"));
        String wanted = review.answer().json();
        AtomicLong answers = new AtomicLong();
        AtomicLong busy = new AtomicLong();
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        long until = System.nanoTime() + millis * 1_000_000;
        List<Thread> threads = new ArrayList<>();
        for (int at = 0; at < 8; at++) {
            Thread thread = new Thread(() -> {
                try {
                    while (System.nanoTime() < until) {
                        Shop.equal(review.answer().json(), wanted, "a review");
                        Shop.equal(review.members("good").size(), 2, "members");
                        try {
                            store.statistics();
                        } catch (GuanxiException error) {
                            Shop.equal(error.code(), 1014, error.getMessage());
                            busy.incrementAndGet();
                        }
                        answers.incrementAndGet();
                    }
                } catch (Throwable error) {
                    wrong.set(error);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Shop.check(wrong.get() == null, "threads: " + wrong.get());
        Shop.check(answers.get() > 100, "hardly an answer: " + answers);
        System.out.println("threads: " + answers + " rounds of 8, the store was in use " + busy + " times");
    }

    private static void round(Playbook playbook, Store store) {
        Guanxi.eval("1 + 2", null);
        Shop.refused(GuanxiException.class, () -> Guanxi.eval("1 + nobody", null), "a name");
        try (Review review = store.review(playbook, When.of("2026-04-01"))) {
            Shop.equal(review.members("good").get(0), "C-1", "members");
        }
    }

    /**
     * No more memory is in use, however often something is made and freed. The machine takes more at
     * times and keeps it: what leaks grows each time.
     */
    private static void memory(int rounds) throws IOException {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        Store store = Shop.store(playbook, "C-1");
        long least = Long.MAX_VALUE;
        StringBuilder said = new StringBuilder();
        for (long time = 0, before = 0; time < 5; time++) {
            for (int at = 0; at < rounds; at++) {
                round(playbook, store);
            }
            settle();
            long grown = resident() - before;
            before += grown;
            if (time > 0) {
                least = Math.min(least, grown);
                said.append(time == 1 ? "" : ", ").append(grown / 1024);
            }
        }
        System.out.println("memory: each " + rounds + " rounds, grown by " + said + " KiB");
        Shop.check(least < 1 << 18, "memory grows: " + said);
    }

    /** What nobody closes is freed all the same: a gigabyte of reviews does not stay. */
    private static void forgotten() throws IOException {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        String[] ids = new String[2_000];
        for (int at = 0; at < ids.length; at++) {
            ids[at] = "C-" + at;
        }
        Store store = Shop.store(playbook, ids);
        long before = resident();
        for (int at = 0; at < 2_000; at++) {
            Shop.equal(store.review(playbook, When.of("2026-04-01")).customers(), 2_000L, "customers");
            if (at % 50 == 0) {
                settle();
            }
        }
        settle();
        long grown = resident() - before;
        System.out.println("forgotten: 2000 reviews, grown by " + grown / 1024 + " KiB");
        Shop.check(grown < 200 << 20, "forgotten reviews stay: " + grown + " bytes");
    }

    private static void settle() {
        try {
            System.gc();
            Thread.sleep(20);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Bytes of memory in use, as Linux tells. */
    private static long resident() throws IOException {
        String said = new String(Files.readAllBytes(Paths.get("/proc/self/statm")));
        return Long.parseLong(said.split(" ")[1]) * 4096;
    }

    private Endurance() {}
}
