package dev.backplane;

import java.io.IOException;
import java.util.ServiceLoader;

/// Who makes managers of objects that another process serves: found by [ServiceLoader], as [ManagerProvider]
/// is.
public interface RemoteManagerProvider {
    /// Connects to a server.
    ///
    /// @param uri `tcp://host:port`, `unix:/path`, `unix:@name`
    /// @param options key, limits and times
    /// @return the manager
    /// @throws IOException if nobody serves there, or the key is another
    /// @throws InterruptedException if interrupted
    Manager connect(String uri, ConnectOptions options) throws IOException, InterruptedException;

    /// The provider.
    ///
    /// @return always the same one
    static RemoteManagerProvider provider() {
        return Holder.PROVIDER;
    }

    /// Looks the provider up at first use.
    final class Holder {
        private static final RemoteManagerProvider PROVIDER = ServiceLoader.load(
                        RemoteManagerProvider.class, RemoteManagerProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no dev.backplane.RemoteManagerProvider on the class path: the jar of core is incomplete"));

        private Holder() {}
    }
}
