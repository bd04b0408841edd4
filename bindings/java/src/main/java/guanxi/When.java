package guanxi;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;

/**
 * An instant: there is no clock in the library, so that what counts as now is always said.
 *
 * <p>Made of a type of {@code java.time} or of a text. What has no zone is local time of the
 * playbook's zone; a day is its end where an answer is about it, and its first moment where
 * something begins.
 */
public final class When {
    /** As {@code seen}: history is filled in, and each fact counts as learnt when it happened. */
    public static final When BACKFILL = new When(null);

    private final String said;

    private When(String said) {
        this.said = said;
    }

    /** Of a text: {@code 2026-03-01T09:30:00+08:00}, {@code 2026-03-01 09:30}, {@code 2026-03-01}. */
    public static When of(String said) {
        if (said == null) {
            throw new NullPointerException("an instant is a text or a time, not null");
        }
        return new When(said);
    }

    public static When of(Instant instant) {
        return of(instant.toString());
    }

    public static When of(OffsetDateTime time) {
        return of(time.toInstant());
    }

    public static When of(ZonedDateTime time) {
        return of(time.toInstant());
    }

    /** Local time of the playbook's zone. */
    public static When of(LocalDateTime local) {
        return of(local.toString());
    }

    public static When of(LocalDate day) {
        return of(day.toString());
    }

    /** Microseconds since 1970 in UTC, as C has instants. */
    long micros(Playbook playbook) {
        if (said == null) {
            throw new IllegalArgumentException("BACKFILL says when facts were learnt, and is no instant");
        }
        return parsed(playbook, said);
    }

    /** The same where something begins: of a day its first moment. */
    long start(Playbook playbook) {
        boolean isDay = said != null && said.trim().matches("\\d{4}([-/])\\d{1,2}\\1\\d{1,2}");
        return isDay ? parsed(playbook, said.trim() + " 00:00") : micros(playbook);
    }

    /** The same of when facts were learnt. */
    long seen(Playbook playbook) {
        return said == null ? C.GX_SEEN_BACKFILL : parsed(playbook, said);
    }

    /** The same, or what stands for none. */
    static long microsIf(Playbook playbook, When when) {
        return when == null ? C.GX_TIME_NONE : when.micros(playbook);
    }

    private static long parsed(Playbook playbook, String said) {
        byte[] text = Call.bytes(said, "an instant");
        return playbook.handle.out((it, out, error) ->
                C.gx_time_parse(it, text, text.length, out, error));
    }

    /** An instant of C as Java has it. */
    static Instant moment(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    @Override
    public String toString() {
        return said == null ? "backfill" : said;
    }
}
