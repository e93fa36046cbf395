package dev.backplane.cli;

import dev.backplane.shm.ObjectDescription;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Participants.Participant;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `backplane dump --json`: all that can be seen of segments, for programs.
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = {
            "Writes what a segment holds as JSON.",
            "That is participants, objects, the values of small ones, and who holds what.",
            "Nothing in the segment is touched."
        })
final class DumpCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "SEGMENT",
            description = "A path, or the name of a segment in the default directory; all that are there by default.")
    private @Nullable String segment;

    @Option(names = "--json", required = true, description = "The format. There is no other so far.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!json) {
            throw new ParameterException(spec.commandLine(), "--json must not be false: there is no other format");
        }
        final Object dump;
        if (segment != null) {
            try (SegmentView view = SegmentView.open(Segments.path(segment))) {
                dump = dump(view);
            }
        } else {
            dump = all();
        }
        final PrintStream out = Output.standard();
        out.println(Json.of(dump));
        Output.finish(out);
        return 0;
    }

    private static Map<String, @Nullable Object> all() throws IOException {
        final List<Object> segments = new ArrayList<>();
        for (Path path : Segments.all()) {
            try (SegmentView view = SegmentView.open(path)) {
                segments.add(dump(view));
            } catch (IOException | SegmentException e) {
                segments.add(Map.of("path", path.toString(), "failure", String.valueOf(e.getMessage())));
            }
        }
        final Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("directory", Segment.defaultDirectory());
        all.put("segments", segments);
        return all;
    }

    private static Map<String, @Nullable Object> dump(SegmentView view) {
        final Map<String, @Nullable Object> dump = new LinkedHashMap<>();
        dump.put("path", view.path());
        dump.put("id", view.id());
        dump.put("sizeBytes", view.size());
        dump.put("usedBytes", view.usedBytes());
        dump.put("created", view.created());
        dump.put("creatorPid", view.creatorPid());
        dump.put("catalogMutex", word(view, view.catalogWord()));
        dump.put("sweepMutex", word(view, view.sweepWord()));
        dump.put("participantCapacity", view.participantCapacity());
        dump.put(
                "participants",
                view.participants().stream().map(DumpCommand::dump).toList());
        dump.put("objectCapacity", view.entryCapacity());
        final List<Object> objects = new ArrayList<>();
        for (CatalogEntry entry : view.entries()) {
            objects.add(dump(view, entry));
        }
        dump.put("objects", objects);
        return dump;
    }

    private static Map<String, @Nullable Object> word(SegmentView view, int word) {
        final Map<String, @Nullable Object> owner = ObjectDescription.owner(view, word);
        final Map<String, @Nullable Object> dump = new LinkedHashMap<>();
        dump.put("owner", owner.isEmpty() ? null : owner);
        dump.put("contended", (word & OwnerWord.CONTENDED) != 0);
        dump.put("abandoned", (word & OwnerWord.OWNER_DIED) != 0);
        return dump;
    }

    private static Map<String, @Nullable Object> dump(Participant one) {
        final Map<String, @Nullable Object> dump = new LinkedHashMap<>();
        dump.put("slot", one.slot());
        dump.put("generation", one.generation());
        dump.put("pid", one.pid());
        dump.put("alive", one.alive());
        dump.put("started", one.started());
        dump.put("attached", one.attached());
        dump.put("label", one.label());
        return dump;
    }

    private static Map<String, @Nullable Object> dump(SegmentView view, CatalogEntry entry) {
        final Map<String, @Nullable Object> dump = new LinkedHashMap<>();
        dump.put("name", entry.name());
        dump.put("type", ObjectDescription.typeName(entry));
        dump.put("typeCode", entry.type());
        dump.put("layoutVersion", entry.layoutVersion());
        dump.put("offset", entry.offset());
        dump.put("lengthBytes", entry.length());
        dump.put("parameters", List.of(entry.param0(), entry.param1()));
        dump.put("incarnation", entry.incarnation());
        dump.put("removed", entry.removed());
        dump.put("users", entry.users().stream().boxed().toList());
        dump.put("state", ObjectDescription.values(view, entry));
        return dump;
    }
}
