import guanxi.Answer;
import guanxi.Columns;
import guanxi.Guanxi;
import guanxi.GuanxiException;
import guanxi.Kind;
import guanxi.Language;
import guanxi.Machine;
import guanxi.Period;
import guanxi.Picture;
import guanxi.Playbook;
import guanxi.Reading;
import guanxi.Reported;
import guanxi.Review;
import guanxi.Segment;
import guanxi.Store;
import guanxi.Table;
import guanxi.When;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Answers questions, for the conformance files: reads calls and prints what they give, both in the
 * form that the C program of this name has.
 */
public final class Conformance {
    private static Playbook playbook;
    private static Store store;

    public static void main(String[] args) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String verb = line(in); verb != null; verb = line(in)) {
            String[] texts = new String[6];
            for (int at = 0; at < texts.length; at++) {
                texts[at] = text(in);
            }
            Call call = new Call(verb, texts);
            if (verb.equals("playbook")) {
                open(call.first);
            } else {
                print(out, answer(call));
            }
        }
        store.close();
        try (OutputStream to = System.out) {
            out.writeTo(to);
        }
    }

    private static String line(DataInputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int it = in.read(); it != '\n'; it = in.read()) {
            if (it < 0) {
                return null;
            }
            out.write(it);
        }
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    private static String text(DataInputStream in) throws IOException {
        int len = Integer.parseInt(line(in));
        if (len < 0) {
            return null;
        }
        byte[] bytes = new byte[len + 1];
        in.readFully(bytes);
        return new String(bytes, 0, len, StandardCharsets.UTF_8);
    }

    private static void print(ByteArrayOutputStream out, String answer) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        out.write((bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
        out.write(bytes);
        out.write('\n');
    }

    /** What is asked, as the files have it. */
    private static final class Call {
        final String verb;
        final Language language;
        final String asOf;
        final String knownAt;
        final String first;
        final String second;
        final String third;

        Call(String verb, String[] texts) {
            this.verb = verb;
            language = "zh".equals(texts[0]) ? Language.CHINESE : Language.ENGLISH;
            asOf = texts[1];
            knownAt = texts[2];
            first = texts[3];
            second = texts[4];
            third = texts[5];
        }

        When at() {
            return asOf == null ? null : When.of(asOf);
        }

        When known() {
            return knownAt == null ? null : When.of(knownAt);
        }

        When seen() {
            return knownAt == null ? When.BACKFILL : When.of(knownAt);
        }
    }

    private static void open(String document) {
        if (store != null) {
            store.close();
        }
        playbook = new Playbook(document);
        store = Store.inMemory(playbook);
    }

    private static String answer(Call call) {
        try {
            return asked(call);
        } catch (GuanxiException error) {
            return error.json(call.language);
        }
    }

    private static String asked(Call call) {
        Store store = Conformance.store.in(call.language);
        switch (call.verb) {
            case "append": return append(store, call).json();
            case "apply":
                return store.follow(playbook)
                        .apply(call.third, call.at(), call.seen(), Reading.of(call.first)).json();
            case "follow": return store.follow(playbook).ask(call.first, call.at()).json();
            case "command": return store.command(playbook, call.first, call.at(), call.seen()).json();
            case "load": return store.customer(playbook, call.second, call.at(), call.known()).json();
            case "erase":
                return (call.first.equals("true") ? store.tryErase(call.second, call.at())
                        : store.erase(call.second, call.at())).json();
            case "erasures": return store.erasures().json();
            case "erase_listed": return store.eraseListed(call.first).json();
            case "statistics": return store.statistics().json();
            case "verify": return store.verify().json();
            case "feed": return store.feeds(playbook).ask(call.first, call.third, call.known()).json();
            case "segment": return segment(store, call);
            case "value": return store.values(playbook, call.at(), call.known()).ask(call.first).json();
            case "kpi": return store.kpis(playbook, call.at(), call.known()).ask(call.first).json();
            case "collision": return store.collisions(playbook, call.at(), call.known()).ask(call.first).json();
            case "check": return Playbook.check(call.first, call.language).json();
            case "eval": return Guanxi.eval(call.first, call.second).json();
            case "fit": return Guanxi.fit(call.first, columns(call.third), call.language).json();
            case "predict": return predicted(Guanxi.predict(call.first, columns(call.third), call.language));
            case "review_rows": return ofRows(call);
            default: return ofPlaybook(store, call);
        }
    }

    private static Answer append(Store store, Call call) {
        Reading reading = Reading.of(call.first).mapped(call.second);
        if (call.asOf == null) {
            return store.append(call.third, call.seen(), reading);
        }
        return store.append(columns(call.third), call.seen(), reading);
    }

    private static String segment(Store store, Call call) {
        Playbook other = call.second == null ? null : new Playbook(call.second);
        return store.segments(playbook, call.at(), call.known()).ask(call.first, other).json();
    }

    private static String ofPlaybook(Store store, Call call) {
        Playbook playbook = Conformance.playbook.in(call.language);
        switch (call.verb) {
            case "canonical": return playbook.json();
            case "time": return String.valueOf(micros(playbook.time(When.of(call.first))));
            case "condition": return playbook.ask(call.first).json();
            case "statement": return playbook.statement(call.first, call.second, call.third, call.at()).json();
            case "diagram": return playbook.diagram(call.second, picture(call.first));
            case "states": return store.journey(playbook, call.second, call.at(), call.known()).states().json();
            case "history": return store.journey(playbook, call.second, call.at(), call.known()).history().json();
            case "steps": return store.journey(playbook, call.second, call.at(), call.known()).explain().json();
            case "why_not":
                return store.journey(playbook, call.second, call.at(), call.known()).whyNot(call.first).json();
            case "if":
                return store.journey(playbook, call.second, call.at(), call.known()).suppose(call.first).json();
            default:
                try (Review review = store.review(playbook, call.at(), call.known(), 2)) {
                    return ofReview(review, call);
                }
        }
    }

    private static String ofReview(Review review, Call call) {
        switch (call.verb) {
            case "review": return review.answer().json();
            case "members": return list(review.members(call.first));
            case "ids": return list(review.ids(call.first));
            case "query": return review.query(call.first).json();
            case "explain": return review.explain(call.first, call.second).json();
            case "customer": return review.customer(call.second).json();
            case "flow": return review.flow(null, call.first).json();
            case "picture": return review.diagram(call.second, picture(call.first));
            case "compare": return review.compare(new Playbook(call.first)).json();
            case "machines": return machines(review);
            case "balance": return balance(review.period(call.second, call.first, null));
            case "kinds": return kinds(review, call.language);
            case "segments": return segments(review, call.language);
            case "table": return table(call.first == null ? review.table() : review.table(call.first));
            case "cbs": return purchases(review.cbs(call.first));
            default: throw new IllegalArgumentException("nobody knows how to ask `" + call.verb + "`");
        }
    }

    private static String ofRows(Call call) {
        try (Columns rows = columns(call.third); Review review = Review.of(playbook,
                Collections.singletonMap(Reading.of(call.first), rows), call.at(), call.language)) {
            return "{\"reports\":" + review.reports() + ",\"review\":"
                    + review.in(call.language).answer() + "}";
        }
    }

    private static Picture picture(String format) {
        return Picture.valueOf(format.toUpperCase(java.util.Locale.ROOT));
    }

    /** Columns in the form of the files: counts, then for each its name, whether whole, and values. */
    private static Columns columns(String said) {
        String[] lines = said.split("\n", -1);
        int rows = Integer.parseInt(lines[0]);
        Columns out = new Columns(rows);
        for (int column = 0; column < Integer.parseInt(lines[1]); column++) {
            int at = 2 + column * (rows + 2);
            String[] values = new String[rows];
            for (int row = 0; row < rows; row++) {
                String value = lines[at + 2 + row];
                values[row] = value.equals("-") ? null : value.substring(1);
            }
            add(out, lines[at], lines[at + 1].equals("i"), values);
        }
        return out;
    }

    private static void add(Columns out, String name, boolean isWhole, String[] values) {
        if (!isWhole) {
            out.texts(name, values);
            return;
        }
        long[] numbers = new long[values.length];
        boolean[] known = new boolean[values.length];
        for (int row = 0; row < values.length; row++) {
            known[row] = values[row] != null;
            numbers[row] = known[row] ? Long.parseLong(values[row]) : 0;
        }
        out.integers(name, numbers, known);
    }

    private static long micros(Instant at) {
        return at == null ? Long.MIN_VALUE : ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private static String quoted(Object value) {
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }

    private static String list(Iterable<?> items) {
        List<String> out = new ArrayList<>();
        items.forEach(item -> out.add(quoted(item)));
        return "[" + String.join(",", out) + "]";
    }

    private static String array(Object... items) {
        return list(java.util.Arrays.asList(items));
    }

    /** JSON as it stands, in a list. */
    private static final class Written {
        final String json;

        Written(String json) {
            this.json = json;
        }

        @Override
        public String toString() {
            return json;
        }
    }

    private static String machines(Review review) {
        List<Object> out = new ArrayList<>();
        for (Machine machine : review.machines().values()) {
            List<Object> states = new ArrayList<>();
            machine.states.values().forEach(state ->
                    states.add(new Written(array(state.name, state.inside, state.customers))));
            out.add(new Written(array(
                    machine.name, machine.isKeyed, machine.troubles, new Written(list(states)))));
        }
        return list(out);
    }

    private static String balance(Period period) {
        List<Object> states = new ArrayList<>();
        period.balances.values().forEach(it -> states.add(new Written(
                array(it.opening, it.began, it.entered, it.left, it.erased, it.closing))));
        return array(micros(period.since), micros(period.until), new Written(list(states)));
    }

    private static String kinds(Review review, Language language) {
        List<Object> out = new ArrayList<>();
        for (Kind it : review.kinds().values()) {
            String label = language == Language.CHINESE ? it.labelZh : it.label;
            out.add(new Written(array(
                    it.name, label, it.events, it.customers, micros(it.first), micros(it.last))));
        }
        return list(out);
    }

    private static String segments(Review review, Language language) {
        List<Object> out = new ArrayList<>();
        for (Segment it : review.segments().values()) {
            String label = language == Language.CHINESE ? it.labelZh : it.label;
            out.add(new Written(array(it.name, label, it.members, it.errors)));
        }
        return list(out);
    }

    /** Of the columns of a review the id and the segments. */
    private static String table(Table table) {
        List<Object> out = new ArrayList<>();
        for (String name : table.names()) {
            if (name.equals("id") || name.startsWith("segment.")) {
                List<Object> column = new ArrayList<>();
                column.add(name);
                for (long row = 0; row < table.rows(); row++) {
                    column.add(table.value(row, name));
                }
                out.add(new Written(list(column)));
            }
        }
        table.close();
        return list(out);
    }

    private static Object bits(Object fraction) {
        return fraction == null ? null : String.format("%016x", Double.doubleToLongBits((Double) fraction));
    }

    /** Purchases in few numbers, fractions by their bits. */
    private static String purchases(Reported cbs) {
        List<Object> rows = new ArrayList<>();
        for (long row = 0; row < cbs.rows(); row++) {
            List<Object> values = new ArrayList<>();
            values.add(cbs.value(row, "id"));
            values.add(cbs.value(row, "frequency"));
            for (String name : new String[] {"recency", "T", "monetary", "log_gaps"}) {
                values.add(bits(cbs.value(row, name)));
            }
            rows.add(new Written(list(values)));
        }
        cbs.close();
        return "{\"rows\":" + list(rows) + ",\"report\":" + cbs.report() + "}";
    }

    private static String predicted(Reported said) {
        List<String> names = new ArrayList<>(said.names());
        names.remove("id");
        List<Object> rows = new ArrayList<>();
        for (long row = 0; row < said.rows(); row++) {
            List<Object> values = new ArrayList<>();
            values.add(said.value(row, "id"));
            for (String name : names) {
                values.add(bits(said.value(row, name)));
            }
            rows.add(new Written(list(values)));
        }
        said.close();
        return "{\"names\":" + list(names) + ",\"rows\":" + list(rows) + ",\"report\":" + said.report() + "}";
    }

    private Conformance() {}
}
