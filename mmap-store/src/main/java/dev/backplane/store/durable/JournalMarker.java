package dev.backplane.store.durable;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/// The file that makes a directory a journal: three lines of text with the format's version, the content, and
/// the roll period.
///
/// It is written under a temporary name and then linked to its own, so who sees it sees all of it, and of two
/// makers one is first. A kill before the link leaves the temporary file, which the next maker deletes.
///
/// @param content what the entries are
/// @param roll how much time a file holds
record JournalMarker(String content, RollPeriod roll) {
    static final String NAME = "journal.backplane";

    private static final String FIRST_LINE = "backplane-journal 1";
    private static final String TEMPORARY_PREFIX = ".journal-";
    private static final int LONGEST = 8192;

    /// Reads a directory's marker.
    ///
    /// @throws NoSuchFileException if there is none
    static JournalMarker read(Path directory) throws IOException {
        final Path path = directory.resolve(NAME);
        if (Files.isSymbolicLink(path) || Files.isDirectory(path)) {
            throw new JournalException(path + " is not a plain file, which the marker of a journal must be");
        }
        final List<String> lines = Files.size(path) > LONGEST ? List.of() : lines(path);
        if (lines.size() != 3
                || !lines.getFirst().equals(FIRST_LINE)
                || !lines.get(1).startsWith("content ")) {
            throw new JournalException(
                    path + " is not the marker of a journal of this version: its first line must be " + FIRST_LINE);
        }
        for (RollPeriod roll : RollPeriod.values()) {
            if (lines.get(2).equals("roll " + roll)) {
                return new JournalMarker(lines.get(1).substring("content ".length()), roll);
            }
        }
        throw new JournalException(path + " has no known roll period: its third line is " + lines.get(2));
    }

    private static List<String> lines(Path path) throws IOException {
        try {
            return Files.readAllLines(path);
        } catch (MalformedInputException _) {
            return List.of();
        }
    }

    /// Makes a directory a journal, unless another process is first.
    void write(Path directory) throws IOException {
        final Path marker = directory.resolve(NAME);
        while (Files.notExists(marker, LinkOption.NOFOLLOW_LINKS)) {
            refuseUnlessEmpty(directory);
            final Path temporary = directory.resolve(TEMPORARY_PREFIX + UUID.randomUUID());
            try {
                Files.writeString(temporary, FIRST_LINE + "\ncontent " + content + "\nroll " + roll + "\n");
                OwnerOnly.file(temporary);
                Files.createLink(marker, temporary);
            } catch (FileAlreadyExistsException | NoSuchFileException _) {
                // Another was first, or deleted this one's file: the marker is there, or the next round makes it.
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, TEMPORARY_PREFIX + "*")) {
            for (Path path : left) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// A directory with files in it is somebody's.
    private static void refuseUnlessEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                final String name = file.getFileName().toString();
                final boolean expected =
                        name.startsWith(TEMPORARY_PREFIX) || name.equals(NAME) || name.equals(Journal.LOCKS);
                if (!expected && Files.notExists(directory.resolve(NAME), LinkOption.NOFOLLOW_LINKS)) {
                    throw new JournalException(directory + " is not a journal: it has " + name + " and no " + NAME
                            + "; name an empty directory, or one that does not exist");
                }
            }
        }
    }

    /// Refuses a journal of another content.
    void requireContent(String asked, Path directory) {
        if (!content.equals(asked)) {
            throw new JournalException(directory + " holds " + content + ", not " + asked
                    + ": open it as what it was made for, or use another directory");
        }
    }
}
