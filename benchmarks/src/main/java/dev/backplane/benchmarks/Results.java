package dev.backplane.benchmarks;

import dev.backplane.cli.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of one run, and how they are kept: as a table for people, as JSON for programs, as pictures.
final class Results {
    /// The head of the table.
    static final String HEAD = "| what | Backplane | beside | ratio | goal | reached |\n|---|---|---|---|---|---|";

    private final List<String> command;
    private final boolean quick;
    private final Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Map<String, List<Row>> groups = new LinkedHashMap<>();

    /// None yet.
    ///
    /// @param command the arguments that were given
    /// @param quick whether the figures are noisier than they could be
    Results(List<String> command, boolean quick) {
        this.command = List.copyOf(command);
        this.quick = quick;
    }

    /// Adds what a group measured.
    void add(String group, List<Row> rows) {
        groups.put(group, List.copyOf(rows));
    }

    /// All rows in order.
    private List<Row> rows() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    /// One line that says where they come from.
    String origin() {
        return Machine.describe() + (quick ? "; quick" : "");
    }

    /// How many goals are reached, of those that could be judged.
    String summary() {
        final List<Boolean> verdicts = new ArrayList<>();
        for (Row row : rows()) {
            final Boolean reached = row.reached();
            if (reached != null) {
                verdicts.add(reached);
            }
        }
        final long reached = verdicts.stream().filter(verdict -> verdict).count();
        final long failed = rows().stream().filter(Row::hasRivalFailed).count();
        final long missing = rows().stream().filter(Row::isRivalMissing).count() - failed;
        return reached + " of " + verdicts.size() + " goals reached"
                + (missing == 0 ? "" : "; rivals of " + missing + " rows are not on this machine")
                + (failed == 0 ? "" : "; rivals of " + failed + " rows failed");
    }

    /// Writes `results.json`, `results.md` and the pictures.
    ///
    /// @param directory where; made if it is missing
    /// @param limits names and nanoseconds of what no mechanism goes below
    void write(Path directory, Map<String, Double> limits) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("results.json"), json());
        final Map<String, String> pictures = Pictures.of(rows(), limits, origin());
        for (Map.Entry<String, String> picture : pictures.entrySet()) {
            Files.writeString(directory.resolve(picture.getKey()), picture.getValue());
        }
        Files.writeString(directory.resolve("results.md"), markdown(pictures.keySet()));
    }

    private String markdown(Iterable<String> pictures) {
        final StringBuilder text = new StringBuilder("# Backplane beside its rivals\n\n");
        text.append("`./backplane bench ")
                .append(String.join(" ", command))
                .append("`, ")
                .append(begin);
        text.append(", on ").append(origin()).append(".\n\n").append(summary()).append(".\n");
        groups.forEach((group, rows) -> {
            text.append("\n## ").append(group).append("\n\n").append(HEAD).append('\n');
            rows.forEach(row -> text.append(row.markdown()).append('\n'));
        });
        for (String picture : pictures) {
            text.append("\n![").append(picture).append("](").append(picture).append(")\n");
        }
        return text.toString();
    }

    String json() {
        final Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("command", "./backplane bench " + String.join(" ", command));
        all.put("date", begin.toString());
        all.put("seconds", begin.until(Instant.now(), ChronoUnit.SECONDS));
        all.put("quick", quick);
        all.put("machine", Machine.details());
        final List<Object> rows = new ArrayList<>();
        groups.forEach((group, its) -> its.forEach(row -> rows.add(json(group, row))));
        all.put("rows", rows);
        return Json.of(all) + "\n";
    }

    private static Map<String, @Nullable Object> json(String group, Row row) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("group", group);
        fields.put("what", row.what());
        fields.put("value", finite(row.ours()));
        fields.put("unit", row.unit());
        final Figure rival = row.other();
        fields.put("rival", rival == null ? null : row.rival());
        fields.put("rivalInstalled", rival == null ? null : !rival.isAbsent() || rival.hasFailed());
        fields.put("rivalAbsence", rival == null ? null : rival.absence());
        fields.put("rivalValue", finite(row.theirs()));
        fields.put("ratio", row.theirs() == null ? null : finite(row.judged()));
        final Row.Goal goal = row.goal();
        fields.put("goal", goal == null ? null : Map.of(goal.atMost() ? "atMost" : "atLeast", goal.limit()));
        fields.put("reached", row.reached());
        fields.put("rounds", row.own().rounds());
        fields.put("spread", spread(row.own()));
        fields.put("rivalSpread", rival == null || rival.isAbsent() ? null : spread(rival));
        if (!row.details().percentiles().isEmpty()) {
            final Map<String, Object> curves = new LinkedHashMap<>();
            row.details().percentiles().forEach((name, curve) -> curves.put(name, points(curve)));
            fields.put("percentiles", curves);
        }
        final Row.Point point = row.details().point();
        if (point != null) {
            final Map<String, Object> place = new LinkedHashMap<>();
            place.put("chart", point.chart());
            place.put("series", point.series());
            place.put("axis", point.axis());
            place.put("x", point.x());
            fields.put("point", place);
        }
        return fields;
    }

    /// Between what the rounds were, and how far their median can be trusted, as a part of it.
    private static Map<String, @Nullable Object> spread(Figure figure) {
        final Map<String, @Nullable Object> spread = new LinkedHashMap<>();
        spread.put("rounds", figure.rounds());
        spread.put("lowest", finite(figure.lowest()));
        spread.put("highest", finite(figure.highest()));
        spread.put("plusOrMinus", finite(figure.spread()));
        return spread;
    }

    /// JSON has no other numbers: null in their place.
    private static @Nullable Double finite(@Nullable Double number) {
        return number == null || !Double.isFinite(number) ? null : number;
    }

    private static List<List<Double>> points(Percentiles curve) {
        return curve.points().stream()
                .map(point -> List.of(point.percent(), point.value()))
                .toList();
    }
}
