import com.sun.jna.Native;
import guanxi.Columns;
import guanxi.Guanxi;
import guanxi.Language;
import guanxi.Playbook;
import guanxi.Reading;
import guanxi.Review;
import guanxi.Store;
import guanxi.When;
import java.util.Collections;
import java.util.function.LongSupplier;

/** What a call costs beside the cheapest one that JNA can make, and how fast columns go in. */
public final class Cost {
    /** A function of C that does next to nothing, called in the same way. */
    static native int abs(int value);

    public static void main(String[] args) {
        Native.register(Cost.class, "c");
        for (int round = 0; round < 3; round++) {
            double floor = perCall(() -> abs(-1));
            double ours = perCall(() -> Guanxi.version().length());
            double eval = perCall(() -> Guanxi.eval("1", null).json().length());
            System.out.printf("a call: %.0f ns of an empty one, %.0f ns of version(), %.0f ns of eval(\"1\")%n",
                    floor, ours, eval);
        }
        columns(1_000_000);
    }

    private static double perCall(LongSupplier call) {
        int calls = 200_000;
        long from = System.nanoTime();
        long sum = 0;
        for (int at = 0; at < calls; at++) {
            sum += call.getAsLong();
        }
        long took = System.nanoTime() - from;
        Shop.check(sum > 0, "nothing was called");
        return (double) took / calls;
    }

    private static void columns(int rows) {
        Playbook playbook = new Playbook(Shop.PLAYBOOK);
        int[] codes = new int[rows];
        String[] ids = new String[rows];
        int[] days = new int[rows];
        long[] amounts = new long[rows];
        for (int row = 0; row < rows; row++) {
            ids[row] = "C-" + row % 50_000;
            days[row] = 20_000 + row / 1_000 % 500;
            amounts[row] = row;
        }
        long from = System.nanoTime();
        try (Columns columns = new Columns(rows); Store store = Store.inMemory(playbook)) {
            columns.codes("kind", codes, new String[] {"purchase"}, null).texts("customer", ids);
            columns.days("at", days, null).decimals("amount", amounts, 2, null);
            long filled = System.nanoTime();
            try (Review review = Review.of(playbook, Collections.singletonMap(Reading.events(), columns),
                    null, Language.ENGLISH)) {
                Shop.equal(review.events(), (long) rows, "events");
            }
            long reviewed = System.nanoTime();
            store.append(columns, When.BACKFILL, Reading.events());
            long kept = System.nanoTime();
            System.out.printf("columns: %d rows of 4 values filled in %d ms, reviewed in %d, recorded in %d%n",
                    rows, (filled - from) / 1_000_000, (reviewed - filled) / 1_000_000,
                    (kept - reviewed) / 1_000_000);
        }
    }

    private Cost() {}
}
