package dev.backplane.cli;

import dev.backplane.shm.ObjectGauge;
import dev.backplane.shm.ObjectGauge.Kind;
import dev.backplane.store.Participants.Participant;
import dev.backplane.store.SegmentView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Segments as lines of at most 80 columns: who is attached, what flows, who holds what and who waits for it.
///
/// Rates are of the time since the last look. Nothing in a segment says since when a lock is held or waited for: how
/// long its owner has been the same in each look, and somebody has waited in each, is a lower bound, if it is not
/// released in between.
final class SegmentsView {
    private static final int COLUMNS = 80;
    private static final int MOST_ROWS = 20;
    private static final int LONGEST_NAME = 18;
    private static final int LONGEST_TYPE = 14;
    private static final int LONGEST_OWNER = 18;
    private static final int LONGEST_LABEL = 40;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double THOUSAND = 1e3;
    private static final String[] UNITS = {"", "k", "M", "G"};

    /// One object of one segment.
    private record Key(UUID segment, long incarnation) {}

    /// What an object told when it was looked at, since when it has had this owner, and since when somebody waits.
    private record Look(long nanos, ObjectGauge gauge, long ownedNanos, long waitedNanos) {
        static Look of(@Nullable Look before, ObjectGauge gauge, long nanos) {
            if (before == null) {
                return new Look(nanos, gauge, nanos, nanos);
            }
            final boolean owned = before.gauge.owner() == gauge.owner();
            final boolean waited = !before.gauge.waiting().isEmpty();
            return new Look(nanos, gauge, owned ? before.ownedNanos : nanos, waited ? before.waitedNanos : nanos);
        }
    }

    private final Map<Key, Look> last = new HashMap<>();

    /// The segments as they are now.
    ///
    /// @param nowNanos as [System#nanoTime]
    List<String> lines(List<SegmentView> segments, long nowNanos) {
        final List<String> lines = new ArrayList<>();
        final Map<Key, Look> looks = new HashMap<>();
        for (SegmentView segment : segments) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            final List<ObjectGauge> gauges = ObjectGauge.of(segment);
            for (ObjectGauge gauge : gauges) {
                final Key key = new Key(segment.id(), gauge.incarnation());
                final Look before = last.get(key);
                looks.put(key, Look.of(before, gauge, nowNanos));
            }
            final List<Participant> participants = segment.participants();
            lines.add(headline(segment, participants));
            lines.addAll(participants(participants));
            lines.addAll(flows(segment, gauges, nowNanos));
            lines.addAll(held(segment, gauges, looks));
        }
        last.clear();
        last.putAll(looks);
        return lines.stream().map(line -> cut(line, COLUMNS)).toList();
    }

    private static String headline(SegmentView segment, List<Participant> participants) {
        final long alive = participants.stream().filter(Participant::alive).count();
        return cut(Table.printable(String.valueOf(segment.path().getFileName())), LONGEST_NAME) + "  " + alive
                + " alive, " + (participants.size() - alive) + " dead, "
                + segment.entries().size() + " objects, " + Bytes.format(segment.usedBytes()) + " of "
                + Bytes.format(segment.size()) + " used";
    }

    private static List<String> participants(List<Participant> participants) {
        final Table table = new Table("SLOT", "PID", "STATE", "UP", "LABEL");
        for (Participant one : participants) {
            table.row(
                    one.slot(),
                    one.pid(),
                    one.alive() ? "alive" : "DEAD",
                    PoolsView.brief(Duration.between(one.attached(), Instant.now())),
                    cut(one.label(), LONGEST_LABEL));
        }
        return rows(table, participants.size(), "participants");
    }

    private List<String> flows(SegmentView segment, List<ObjectGauge> gauges, long nowNanos) {
        final List<ObjectGauge> flows = gauges.stream()
                .filter(gauge -> gauge.kind() == Kind.FLOW)
                .sorted(Comparator.comparingLong(ObjectGauge::level).reversed())
                .toList();
        final Table table = new Table("FLOW", "TYPE", "DEPTH", "LIMIT", "IN/S", "OUT/S");
        for (ObjectGauge gauge : flows) {
            final Look before = last.get(new Key(segment.id(), gauge.incarnation()));
            table.row(
                    cut(gauge.name(), LONGEST_NAME),
                    type(gauge),
                    gauge.limit() == 0 ? "-" : gauge.level(),
                    gauge.limit() == 0 ? "-" : gauge.limit(),
                    before == null ? "-" : rate(gauge.in() - before.gauge.in(), nowNanos - before.nanos),
                    before == null || gauge.out() < 0
                            ? "-"
                            : rate(gauge.out() - before.gauge.out(), nowNanos - before.nanos));
        }
        return rows(table, flows.size(), "more");
    }

    private static List<String> held(SegmentView segment, List<ObjectGauge> gauges, Map<Key, Look> looks) {
        final Table table = new Table("HELD", "TYPE", "BY", "N", "FOR", "WAITING");
        int rows = 0;
        int idle = 0;
        for (ObjectGauge gauge : gauges) {
            if (gauge.kind() != Kind.HELD) {
                continue;
            }
            if (gauge.level() == 0 && gauge.owner() == 0 && gauge.waiting().isEmpty()) {
                idle++;
                continue;
            }
            final Look look = looks.get(new Key(segment.id(), gauge.incarnation()));
            table.row(
                    cut(gauge.name(), LONGEST_NAME),
                    type(gauge),
                    gauge.owner() == 0 ? "-" : cut(segment.nameOf(gauge.owner()), LONGEST_OWNER),
                    gauge.limit() > 1 ? gauge.level() + "/" + gauge.limit() : gauge.level(),
                    gauge.owner() == 0 || look == null ? "-" : age(look.nanos - look.ownedNanos, "-"),
                    waiting(gauge, look));
            rows++;
        }
        final List<String> lines = new ArrayList<>(rows(table, rows, "more"));
        if (idle > 0) {
            lines.add(idle + (idle == 1 ? " lock or the like is" : " locks and the like are")
                    + " free, and nobody waits");
        }
        return lines;
    }

    private static String waiting(ObjectGauge gauge, @Nullable Look look) {
        if (gauge.waiting().isEmpty()) {
            return "-";
        }
        final String age = look == null ? "" : age(look.nanos - look.waitedNanos, "");
        return age.isEmpty() ? gauge.waiting() : gauge.waiting() + " " + age;
    }

    private static String age(long nanos, String unknown) {
        return nanos == 0 ? unknown : ">" + PoolsView.brief(Duration.ofNanos(nanos));
    }

    private static String type(ObjectGauge gauge) {
        final int bracket = gauge.type().indexOf('[');
        final String plain = bracket < 0 ? gauge.type() : gauge.type().substring(0, bracket);
        return cut(plain.replace("read-write", "rw"), LONGEST_TYPE);
    }

    private static List<String> rows(Table table, int rows, String what) {
        if (rows == 0) {
            return List.of();
        }
        final List<String> lines = new ArrayList<>(table.lines());
        if (rows > MOST_ROWS) {
            lines.subList(MOST_ROWS + 1, lines.size()).clear();
            lines.add("… and " + (rows - MOST_ROWS) + " " + what);
        }
        return lines;
    }

    private static String rate(long count, long nanos) {
        double perSecond = nanos <= 0 ? 0 : Math.max(0, count) / (nanos / NANOS_PER_SECOND);
        int unit = 0;
        while (perSecond >= THOUSAND && unit < UNITS.length - 1) {
            perSecond /= THOUSAND;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || perSecond >= 100 ? "%.0f%s" : "%.1f%s", perSecond, UNITS[unit]);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
