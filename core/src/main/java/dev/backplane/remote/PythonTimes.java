package dev.backplane.remote;

import dev.backplane.pickle.PythonObject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import org.jspecify.annotations.Nullable;

/// Dates and times of Java as Python's module `datetime` has them: by the microsecond, in the years 1 to 9999.
///
/// | Java | Python |
/// |---|---|
/// | `Instant` | `datetime` in UTC |
/// | `OffsetDateTime`, `ZonedDateTime` | `datetime` with that offset |
/// | `LocalDateTime`, `LocalDate`, `LocalTime` | `datetime`, `date`, `time` without a time zone |
/// | `OffsetTime` | `time` with that offset |
///
/// What is less than a microsecond is left out.
final class PythonTimes {
    private static final int LEAST_YEAR = 1;
    private static final int MOST_YEAR = 9999;
    private static final int NANOS_PER_MICRO = 1000;

    private PythonTimes() {}

    /// Converts a date or time.
    ///
    /// @param time any
    /// @return one of Python's; itself if Python has no such thing, and then it cannot be sent
    static Object toPython(Temporal time) {
        return switch (time) {
            case Instant instant -> ofInstant(instant);
            case OffsetDateTime at -> dateTime(at.toLocalDateTime(), at.getOffset(), at);
            case ZonedDateTime at -> dateTime(at.toLocalDateTime(), at.getOffset(), at);
            case LocalDateTime at -> dateTime(at, null, at);
            case LocalDate date
            when hasYear(date) ->
                Opaque.call("datetime.date", date.getYear(), date.getMonthValue(), date.getDayOfMonth());
            case LocalTime at -> time(at, null);
            case OffsetTime at -> time(at.toLocalTime(), at.getOffset());
            default -> time;
        };
    }

    private static Object ofInstant(Instant instant) {
        // Others would not be a LocalDateTime either, or not one of Python's years.
        return instant.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
                        || !instant.isBefore(Instant.parse("+10000-01-01T00:00:00Z"))
                ? instant
                : dateTime(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), ZoneOffset.UTC, instant);
    }

    private static boolean hasYear(LocalDate date) {
        return date.getYear() >= LEAST_YEAR && date.getYear() <= MOST_YEAR;
    }

    private static Object dateTime(LocalDateTime at, @Nullable ZoneOffset offset, Object otherwise) {
        return hasYear(at.toLocalDate())
                ? Opaque.call(
                        "datetime.datetime",
                        at.getYear(),
                        at.getMonthValue(),
                        at.getDayOfMonth(),
                        at.getHour(),
                        at.getMinute(),
                        at.getSecond(),
                        at.getNano() / NANOS_PER_MICRO,
                        zone(offset))
                : otherwise;
    }

    private static PythonObject time(LocalTime at, @Nullable ZoneOffset offset) {
        return Opaque.call(
                "datetime.time",
                at.getHour(),
                at.getMinute(),
                at.getSecond(),
                at.getNano() / NANOS_PER_MICRO,
                zone(offset));
    }

    private static @Nullable PythonObject zone(@Nullable ZoneOffset offset) {
        return offset == null
                ? null
                : Opaque.call("datetime.timezone", Opaque.call("datetime.timedelta", 0, offset.getTotalSeconds()));
    }
}
