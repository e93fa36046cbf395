package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

final class PicturesTest {
    private static final double READABLE = 4.5; // WCAG 2, level AA.

    static final List<String> COLOURS = Stream.of(Chart.OURS, Chart.THEIRS, List.of(Svg.INK))
            .flatMap(List::stream)
            .toList();

    private static Percentiles percentiles(int least) {
        final Histogram histogram = new Histogram(3);
        for (int i = 0; i < 100_000; i++) {
            histogram.recordValue(least + i);
        }
        return Percentiles.of(histogram);
    }

    private static List<Row> rows() {
        final Row trip = new Row("SharedQueue trip <&> \"p50\"", Figure.of(500), "ns", "Aeron", Figure.of(600), null)
                .curve("Trips", "SharedQueue", percentiles(400))
                .curve("Trips", "Aeron", percentiles(500));
        final Stream<Row> crowd = IntStream.of(1, 2, 64)
                .mapToObj(n -> new Row(
                                "SharedLock, " + n,
                                Figure.of(10.0 / n),
                                "M/s",
                                "a mutex in C",
                                Figure.of(20.0 / n),
                                null)
                        .at(new Row.Point("One lock", "SharedLock", "processes", n)));
        return Stream.concat(
                        Stream.of(
                                trip,
                                new Row("Connection trip", Figure.of(57), "µs", "a socket in C", Figure.of(54), null),
                                new Row("garbage", Figure.of(0), "B", null),
                                new Row(
                                        "SharedQueue throughput",
                                        Figure.of(30),
                                        "M/s",
                                        "Boost",
                                        Figure.absent("gone"),
                                        null)),
                        crowd)
                .toList();
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document document) {
        final NodeList nodes = document.getElementsByTagName("text");
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getTextContent())
                .toList();
    }

    @Test
    void eachPictureIsWellFormedAndHasATitleAndAxesWithUnits() throws Exception {
        final Map<String, String> pictures = Pictures.of(rows(), Map.of("a futex", 26_900.0), "2 processors");
        assertEquals(
                Set.of("latency.svg", "throughput.svg", "percentiles-trips.svg", "scaling-one-lock.svg"),
                pictures.keySet());
        final Map<String, List<String>> labels = Map.of(
                "latency.svg", List.of("What an operation takes", "a futex", "57.0 µs", "1 k"),
                "throughput.svg", List.of("How many go through", "30.0 M/s"),
                "percentiles-trips.svg", List.of("Trips", "percentile", "99.9 %", "SharedQueue", "Aeron"),
                "scaling-one-lock.svg", List.of("One lock", "processes, logarithmic", "M/s, logarithmic", "64"));
        for (Map.Entry<String, String> picture : pictures.entrySet()) {
            final Document document = parse(picture.getValue());
            assertEquals("svg", document.getDocumentElement().getTagName());
            assertEquals(1, document.getElementsByTagName("title").getLength());
            final List<String> texts = texts(document);
            for (String label : labels.getOrDefault(picture.getKey(), List.of())) {
                assertTrue(texts.contains(label), picture.getKey() + " lacks " + label + ": " + texts);
            }
        }
    }

    @Test
    void aBarForOursAndOneForTheRivalAreAsLongAsTheyAreSlowOnALogarithmicScale() throws Exception {
        final List<Row> rows = List.of(
                new Row("a", Figure.of(10), "ns", "b", Figure.of(1000), null), new Row("c", Figure.of(1), "ns", null));
        final String picture = requireNonNull(Pictures.of(rows, Map.of(), "").get("latency.svg"));
        final NodeList bars = parse(picture).getElementsByTagName("rect");
        final double[] lengths = IntStream.range(bars.getLength() - 3, bars.getLength())
                .mapToDouble(i -> Double.parseDouble(
                        bars.item(i).getAttributes().getNamedItem("width").getNodeValue()))
                .toArray();
        assertEquals(3 * lengths[1], lengths[2], 0.2); // 10 is one decade from 1, 1000 are three.
    }

    @Test
    void nothingMeasuredIsNoPicture() {
        assertEquals(Map.of(), Pictures.of(List.of(), Map.of(), ""));
    }

    @ParameterizedTest
    @FieldSource("COLOURS")
    void colourCanBeReadOnWhite(String colour) {
        final double contrast = 1.05 / (luminance(colour) + 0.05);
        assertTrue(contrast >= READABLE, colour + " has a contrast of " + contrast);
    }

    private static double luminance(String colour) {
        final double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            final double part = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
