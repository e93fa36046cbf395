package dev.backplane.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Objects;
import jdk.jfr.Configuration;

/// Settings for recordings that want all of the library's events, and waits from one millisecond on.
///
/// In a program:
///
/// ```java
/// try (Recording recording = new Recording(FlightSettings.configuration())) {
/// ```
///
/// On a command line, where the recorder wants a file, this class prints one:
///
/// ```
/// java -cp backplane-mmap-store.jar dev.backplane.events.FlightSettings > backplane.jfc
/// java -XX:StartFlightRecording:settings=default,settings=backplane.jfc,filename=run.jfr …
/// ```
public final class FlightSettings {
    /// The resource with the settings, beside this class.
    public static final String RESOURCE = "backplane.jfc";

    private FlightSettings() {}

    /// The settings as the recorder's files have them.
    ///
    /// @return XML
    public static String text() {
        try (InputStream in =
                Objects.requireNonNull(FlightSettings.class.getResourceAsStream(RESOURCE), "the class path is torn")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE + " from the class path: " + e.getMessage(), e);
        }
    }

    /// The settings for a recording of this JVM's.
    ///
    /// @return the library's events only; add others to a recording as needed
    public static Configuration configuration() {
        try (Reader reader = new StringReader(text())) {
            return Configuration.create(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE + ": " + e.getMessage(), e);
        } catch (ParseException e) {
            throw new IllegalStateException(RESOURCE + " is damaged: " + e.getMessage(), e);
        }
    }

    /// Prints the settings.
    ///
    /// @param arguments none
    public static void main(String[] arguments) {
        System.out.print(text());
    }
}
