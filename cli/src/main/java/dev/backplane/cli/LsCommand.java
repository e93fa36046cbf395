package dev.backplane.cli;

import dev.backplane.store.Participants.Participant;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentFormatException;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `backplane ls`: the segments of a directory.
@Command(
        name = "ls",
        mixinStandardHelpOptions = true,
        description = "Lists the segments of a directory: size, objects, how many are attached.")
final class LsCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "Where to look; the default directory of segments if none is given.")
    private @Nullable Path directory;

    @Override
    public Integer call() throws IOException {
        final Path where = directory != null ? directory : Segment.defaultDirectory();
        if (directory != null && Files.notExists(where)) {
            throw new NoSuchFileException(where.toString());
        }
        final Table table = new Table("SEGMENT", "SIZE", "USED", "OBJECTS", "ALIVE", "DEAD", "CREATED");
        if (Files.exists(where)) {
            if (!Files.isDirectory(where)) {
                throw new NotDirectoryException(where.toString());
            }
            for (Path path : segments(where)) {
                addRow(table, path);
            }
        }
        final PrintStream out = Output.standard();
        if (table.isEmpty()) {
            out.println("no segments in " + where);
        } else {
            table.print(out);
        }
        out.flush();
        return 0;
    }

    private static List<Path> segments(Path directory) throws IOException {
        final List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
            files.forEach(paths::add);
        }
        paths.sort(null);
        return paths;
    }

    private void addRow(Table table, Path path) {
        try (SegmentView view = SegmentView.open(path)) {
            final List<Participant> participants = view.participants();
            final long alive = participants.stream().filter(Participant::alive).count();
            table.row(
                    path.getFileName(),
                    Bytes.format(view.size()),
                    Bytes.format(view.usedBytes()),
                    view.entries().size(),
                    alive,
                    participants.size() - alive,
                    view.created());
        } catch (SegmentFormatException _) {
            return; // Some other file: not what was asked for.
        } catch (IOException | SegmentException e) {
            table.row(path.getFileName(), "?", "?", "?", "?", "?", String.valueOf(e.getMessage()));
        }
    }
}
