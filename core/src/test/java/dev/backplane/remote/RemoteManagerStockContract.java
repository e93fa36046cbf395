package dev.backplane.remote;

import dev.backplane.ChannelOptions;
import dev.backplane.store.testing.Refusal;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// What a remote manager promises whose server has the objects of Python's, and no others.
@NullUnmarked
abstract class RemoteManagerStockContract extends RemoteManagerContract {
    @Test
    void whatAServerOfPythonHasNotIsRefused() {
        Refusal.of(
                UnsupportedOperationException.class,
                () -> manager().channel("c", ChannelOptions.oneToOne(1024)),
                "a server of Python",
                "has no channel");
        Refusal.of(UnsupportedOperationException.class, () -> manager().topic("t", String.class, 1024), "has no topic");
        Refusal.of(
                UnsupportedOperationException.class,
                () -> manager().struct("s", RemoteDataContract.Square.class),
                "has no struct");
    }
}
