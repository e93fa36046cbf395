package dev.backplane.cli;

import dev.backplane.Manager;
import dev.backplane.connection.TlsOptions;
import dev.backplane.remote.ManagerServer;
import dev.backplane.remote.ManagerServerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `backplane serve`: a manager for other hosts and for Python.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serves shared objects to programs in Java and Python: a segment's, or new ones.",
            "Java asks by Manager.connect, Python by multiprocessing.managers.SyncManager(address, authkey).connect();",
            "for those of a segment by name, and for others that are made when a client asks for them.",
            "Prints one line when it is ready; SIGTERM ends it."
        })
@SuppressWarnings("NullAway.Init") // Set from the command line.
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--address",
            required = true,
            paramLabel = "URI",
            description = "tcp://host:port, tcp://[v6]:port, unix:/path or unix:@name; port 0: one that is free.")
    private String address;

    @Option(
            names = "--manager",
            paramLabel = "NAME|PATH",
            description = "The segment whose objects clients reach by their names; created if it is not there.")
    private @Nullable String manager;

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            description = "Close clients' connections over which nothing has gone for so long: what they hold is free.")
    private @Nullable Long idleSeconds;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "How many connections there may be at once, any number by default; others wait.")
    private int maxConnections = Integer.MAX_VALUE;

    @Mixin
    private WireOptions wire;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final String name = manager;
        if (name == null) {
            return serve(null);
        }
        try (Manager opened = name.indexOf('/') < 0 ? Manager.open(name) : Manager.open(Path.of(name))) {
            return serve(opened);
        }
    }

    private int serve(@Nullable Manager exported) throws IOException, InterruptedException {
        final ManagerServerBuilder builder = ManagerServer.builder()
                .address(address)
                .authkey(wire.authkey())
                .waiting(wire.waiting())
                .maxFrameBytes(Math.toIntExact(wire.maxFrame()))
                .maxConnections(maxConnections)
                .allowMd5(wire.allowMd5());
        if (idleSeconds != null) {
            builder.idleTimeout(Duration.ofSeconds(idleSeconds));
        }
        if (exported != null) {
            builder.manager(exported);
        }
        final TlsOptions tls = wire.tls(true);
        if (tls != null) {
            builder.tls(tls);
        }
        final PrintStream out = Output.standard();
        try (ManagerServer server = builder.start()) {
            Termination.closes(server::close);
            out.println("listening on " + server.endpoint());
            Output.finish(out);
            server.awaitClose();
        }
        return 0;
    }
}
