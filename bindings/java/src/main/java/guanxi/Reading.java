package guanxi;

import com.sun.jna.Memory;

/** How rows are to be read: by default events, with the names of the schema. */
public final class Reading {
    private static final Reading EVENTS = new Reading(null, null, false);

    private final String table;
    private final String mapping;
    private final boolean isTrial;

    private Reading(String table, String mapping, boolean isTrial) {
        this.table = table;
        this.mapping = mapping;
        this.isTrial = isTrial;
    }

    /** Events, with the names of the schema. */
    public static Reading events() {
        return EVENTS;
    }

    /** Rows about {@code customers}, {@code events} or {@code ref_NAME}. */
    public static Reading of(String table) {
        return new Reading(table, null, false);
    }

    /** The same, by a mapping document: the rows carry names of their own. */
    public Reading mapped(String mapping) {
        return new Reading(table, mapping, isTrial);
    }

    /** The same, so that the report is what it would be and nothing is recorded. */
    public Reading trial() {
        return new Reading(table, mapping, true);
    }

    /** Uses the options as C has them. */
    <T> T using(Language language, java.util.function.Function<Memory, T> use) {
        try (Struct struct = new Struct(Struct.APPEND_OPTIONS)) {
            struct.number(4, language.number).text(8, table, "table").text(24, mapping, "mapping");
            return use.apply(struct.number(40, isTrial ? 1 : 0).memory());
        }
    }

    /** Fills where a table for C has its name and mapping. */
    void into(Struct struct) {
        struct.text(8, table, "table").text(24, mapping, "mapping");
    }
}
