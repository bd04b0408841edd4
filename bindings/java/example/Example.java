import guanxi.Answer;
import guanxi.Columns;
import guanxi.Fault;
import guanxi.GuanxiException;
import guanxi.Language;
import guanxi.Playbook;
import guanxi.Reading;
import guanxi.Review;
import guanxi.Segment;
import guanxi.Store;
import guanxi.When;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

public final class Example {
    public static void main(String[] args) throws IOException {
        Path folder = Paths.get("examples/cdnow");
        Playbook playbook = new Playbook(read(folder.resolve("playbook.json")));
        Reading reading = Reading.of("events").mapped(read(folder.resolve("mapping.json")));

        try (Store store = Store.inMemory(playbook); Columns rows = csv(folder.resolve("events.csv"))) {
            Answer report = store.append(rows, When.BACKFILL, reading);
            System.out.println("new: " + report.text("/verdicts/new"));

            try (Review review = store.review(playbook, null)) {
                System.out.println(playbook.showTime(When.of(review.asOf())));
                List<Segment> segments = new ArrayList<>(review.segments().values());
                segments.sort(Comparator.comparingLong((Segment it) -> -it.members));
                for (Segment it : segments.subList(0, 3)) {
                    System.out.printf("%,7d  %s%n", it.members, it.label);
                }

                String lost = "segment('lapsed') && purchases.sum(p, p.amount) >= 1000.00";
                System.out.println(review.ids(lost).subList(0, 3));
                System.out.println(review.explain(lost, "00003").text("/parts/1/said"));
                Review chinese = review.in(Language.CHINESE);
                System.out.println(chinese.explain(lost, "00003").text("/parts/1/said"));

                try {
                    review.query("purchasse.size() > 3");
                } catch (GuanxiException error) {
                    for (Fault fault : error.faults()) {
                        System.out.println(fault.show(Language.CHINESE));
                    }
                }
            }
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** A file without quotes, as columns of texts. */
    private static Columns csv(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] names = lines.get(0).split(",");
        Columns columns = new Columns(lines.size() - 1);
        for (int column = 0; column < names.length; column++) {
            int at = column;
            columns.texts(names[column], lines.stream().skip(1)
                    .map(line -> line.split(",", -1)[at]).toArray(String[]::new));
        }
        return columns;
    }
}
