package dev.backplane.jmx;

import java.util.List;

/// A segment of this host: who is attached to it, and how full it is.
public interface SegmentMXBean {
    /// Where it is.
    ///
    /// @return a path
    String getPath();

    /// Its identity, drawn when it was created.
    ///
    /// @return a UUID
    String getId();

    /// Its virtual size.
    ///
    /// @return bytes
    long getSizeBytes();

    /// What objects take of it.
    ///
    /// @return bytes
    long getUsedBytes();

    /// What no object takes: not all of it in one piece, and the header and tables have some.
    ///
    /// @return bytes
    long getFreeBytes();

    /// How many objects it holds.
    ///
    /// @return a number
    int getObjectCount();

    /// How many objects it has room for.
    ///
    /// @return a number
    int getObjectCapacity();

    /// How many are attached, and dead ones that nobody has swept.
    ///
    /// @return a number
    int getParticipantCount();

    /// How many can be attached at once.
    ///
    /// @return a number
    int getParticipantCapacity();

    /// How many of the attached are dead, and wait to be swept by whoever meets them.
    ///
    /// @return a number
    int getDeadParticipantCount();

    /// Who is attached.
    ///
    /// @return a snapshot, by slot
    List<ParticipantData> getParticipants();

    /// Registers beans for queues and locks that have come since, and takes those away whose object was removed.
    void refresh();
}
