package dev.backplane.cli;

import dev.backplane.shm.ObjectDescription;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Participants.Participant;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `backplane inspect`: what a segment holds, and who is attached.
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a segment's objects, participants (alive or dead) and lock owners.",
            "Nothing in the segment is touched, so that it can be used on one whose processes are stuck or dead."
        })
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SEGMENT", description = "A path, or the name of a segment in the default directory.")
    private String segment = "";

    @Override
    public Integer call() throws IOException {
        try (SegmentView view = SegmentView.open(Segments.path(segment))) {
            final PrintStream out = Output.standard();
            printHeader(view, out);
            printParticipants(view, out);
            printObjects(view, out);
            out.flush();
        }
        return 0;
    }

    private static void printHeader(SegmentView view, PrintStream out) {
        out.println("segment   " + view.path());
        out.println("id        " + view.id());
        out.println(
                "size      " + Bytes.format(view.size()) + ", " + Bytes.format(view.usedBytes()) + " used by objects");
        out.println("created   " + view.created());
        out.println("catalog   " + view.entries().size() + " of " + view.entryCapacity() + " entries, mutex "
                + OwnerWord.describe(view.catalogWord()));
    }

    private static void printParticipants(SegmentView view, PrintStream out) {
        final List<Participant> participants = view.participants();
        out.println();
        out.println("participants: " + participants.size() + " of " + view.participantCapacity());
        final Table table = new Table("SLOT", "PID", "STATE", "ATTACHED", "LABEL");
        participants.forEach(
                one -> table.row(one.slot(), one.pid(), one.alive() ? "alive" : "DEAD", one.attached(), one.label()));
        if (!table.isEmpty()) {
            table.print(out);
        }
    }

    private static void printObjects(SegmentView view, PrintStream out) {
        final List<ObjectDescription> objects = ObjectDescription.of(view);
        out.println();
        out.println("objects: " + objects.size());
        final Table table = new Table("NAME", "TYPE", "BYTES", "STATE");
        objects.forEach(object -> table.row(object.name(), object.type(), object.lengthBytes(), object.state()));
        if (!table.isEmpty()) {
            table.print(out);
        }
    }
}
