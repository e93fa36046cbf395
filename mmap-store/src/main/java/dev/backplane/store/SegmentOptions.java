package dev.backplane.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// How a segment is created and attached.
///
/// @param sizeBytes the virtual size of a segment that is created; pages are used only by what is allocated in
///     it
/// @param participants how many attachments a created segment can have at once, 1 to 256
/// @param objects how many objects a created segment can hold, 1 to 65536
/// @param label what this participant is called in listings; at most 96 bytes of it are kept
/// @param recoveries how objects give back what the dead held; an attachment sweeps only types that it has one
///     for
public record SegmentOptions(
        long sizeBytes, int participants, int objects, String label, List<ObjectRecovery> recoveries) {
    /// The default virtual size: 1 GiB.
    public static final long DEFAULT_SIZE_BYTES = 1L << 30;

    private static final long LARGEST = 1L << 46;
    private static final int DEFAULT_OBJECTS = 1024;

    /// Checks each value.
    public SegmentOptions {
        recoveries = List.copyOf(recoveries);
        if (participants < 1 || participants > SegmentLayout.Geometry.MOST_PARTICIPANTS) {
            throw new IllegalArgumentException(
                    "participants is " + participants + ", must be 1 to " + SegmentLayout.Geometry.MOST_PARTICIPANTS);
        }
        if (objects < 1 || objects > SegmentLayout.Geometry.MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "objects is " + objects + ", must be 1 to " + SegmentLayout.Geometry.MOST_ENTRIES);
        }
        final long least = SegmentLayout.Geometry.of(0, participants, objects).dataOffset() + 64;
        if (sizeBytes < least || sizeBytes > LARGEST) {
            throw new IllegalArgumentException("sizeBytes is " + sizeBytes + ", must be " + least + " to " + LARGEST
                    + " for " + participants + " participants and " + objects + " objects");
        }
    }

    /// 1 GiB, 256 participants, 1024 objects, labelled with this process's main class or command.
    ///
    /// @return the defaults
    public static SegmentOptions defaults() {
        return new SegmentOptions(
                DEFAULT_SIZE_BYTES,
                SegmentLayout.Geometry.MOST_PARTICIPANTS,
                DEFAULT_OBJECTS,
                defaultLabel(),
                List.of());
    }

    /// These options with another virtual size.
    ///
    /// @param bytes the size
    /// @return a copy
    public SegmentOptions withSize(long bytes) {
        return new SegmentOptions(bytes, participants, objects, label, recoveries);
    }

    /// These options with another number of participant slots.
    ///
    /// @param count 1 to 256
    /// @return a copy
    public SegmentOptions withParticipants(int count) {
        return new SegmentOptions(sizeBytes, count, objects, label, recoveries);
    }

    /// These options with another number of catalog entries.
    ///
    /// @param count 1 to 65536
    /// @return a copy
    public SegmentOptions withObjects(int count) {
        return new SegmentOptions(sizeBytes, participants, count, label, recoveries);
    }

    /// These options with another label.
    ///
    /// @param text for people
    /// @return a copy
    public SegmentOptions withLabel(String text) {
        return new SegmentOptions(sizeBytes, participants, objects, text, recoveries);
    }

    /// These options with other recoveries.
    ///
    /// @param list one for each type of object
    /// @return a copy
    public SegmentOptions withRecoveries(List<ObjectRecovery> list) {
        return new SegmentOptions(sizeBytes, participants, objects, label, list);
    }

    /// The label's bytes, cut at a character so that they fit a slot.
    byte[] labelBytes() {
        String text = label;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        while (bytes.length > ParticipantLayout.LABEL_BYTES) {
            text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
            bytes = text.getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    private static String defaultLabel() {
        final String command = System.getProperty("sun.java.command", "").split(" ", 2)[0];
        return command.isEmpty() ? "java" : command.substring(command.lastIndexOf('/') + 1);
    }
}
