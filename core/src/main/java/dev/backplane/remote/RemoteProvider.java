package dev.backplane.remote;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.RemoteManagerProvider;
import java.io.IOException;

/// The provider for servers that speak the protocol of Python's managers.
public final class RemoteProvider implements RemoteManagerProvider {
    /// Made by [java.util.ServiceLoader].
    public RemoteProvider() {}

    @Override
    public Manager connect(String uri, ConnectOptions options) throws IOException, InterruptedException {
        return RemoteManager.connect(uri, options);
    }
}
