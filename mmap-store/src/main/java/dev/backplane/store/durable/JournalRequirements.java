package dev.backplane.store.durable;

import java.util.ArrayList;
import java.util.List;

/// What a journal needs of its JVM: Chronicle Queue on the class path, and the flags that let it reach into the
/// JDK. Both are checked before the first of its classes is loaded, since what they throw when something is
/// missing tells nobody what to do.
final class JournalRequirements {
    /// The artifact that an application adds.
    static final String ARTIFACT = "net.openhft:chronicle-queue:2026.4";

    private static final String PROBE = "net.openhft.chronicle.queue.ChronicleQueue";
    private static final String BASE = "java.base";
    private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    /// Where the JDK keeps what [#UNSAFE] said.
    private static final String UNSAFE_PROPERTY = "sun.misc.unsafe.memory.access";
    private static final List<String> EXPORTED = List.of("jdk.internal.ref", "sun.nio.ch");
    private static final List<String> OPENED =
            List.of("java.lang", "java.lang.reflect", "java.io", "java.util", "sun.nio.ch");

    private JournalRequirements() {}

    /// The flags, each as one argument of `java`.
    static List<String> flags() {
        final List<String> flags = new ArrayList<>();
        EXPORTED.forEach(name -> flags.add(exported(name)));
        flags.add("--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED");
        OPENED.forEach(name -> flags.add(opened(name)));
        flags.add(UNSAFE);
        return List.copyOf(flags);
    }

    private static String exported(String name) {
        return "--add-exports=" + BASE + "/" + name + "=ALL-UNNAMED";
    }

    private static String opened(String name) {
        return "--add-opens=" + BASE + "/" + name + "=ALL-UNNAMED";
    }

    /// Refuses a JVM in which a journal cannot run, and silences what Chronicle Queue does beyond its job.
    static void check() {
        try {
            Class.forName(PROBE, false, JournalRequirements.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new JournalException(
                    "a journal needs Chronicle Queue, which is not on the class path: add " + ARTIFACT, e);
        }
        final List<String> missing = missing();
        if (!missing.isEmpty()) {
            throw new JournalException(
                    "a journal needs JVM flags that this JVM was started without: add " + String.join(" ", missing));
        }
        // Read once, by the first of its classes that are loaded: no reports to its makers over the network, no
        // thread that watches disks, no greeting.
        setUnlessSet("chronicle.analytics.disable", "true");
        setUnlessSet("chronicle.disk.monitor.disable", "true");
        setUnlessSet("chronicle.announcer.disable", "true");
    }

    /// Those of the flags that this JVM lacks. `sun.misc` needs none in fact: its module exports it.
    private static List<String> missing() {
        final Module base = Object.class.getModule();
        final Module here = JournalRequirements.class.getModule();
        final List<String> missing = new ArrayList<>();
        EXPORTED.stream().filter(name -> !base.isExported(name, here)).forEach(name -> missing.add(exported(name)));
        OPENED.stream().filter(name -> !base.isOpen(name, here)).forEach(name -> missing.add(opened(name)));
        if (!"allow".equals(System.getProperty(UNSAFE_PROPERTY))) {
            missing.add(UNSAFE);
        }
        return missing;
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
