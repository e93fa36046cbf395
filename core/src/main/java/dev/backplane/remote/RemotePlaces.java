package dev.backplane.remote;

import dev.backplane.SharedTopic.Subscription;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Which subscriptions of a topic this client has, and which of them nobody uses any more: those the server is
/// told of with the next one, since a subscription is not closed.
final class RemotePlaces {
    private final Set<Place> places = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Subscription<?>> unused = new ReferenceQueue<>();

    /// One of them.
    private static final class Place extends PhantomReference<Subscription<?>> {
        private final String ident;

        Place(Subscription<?> subscription, ReferenceQueue<Subscription<?>> unused, String ident) {
            super(subscription, unused);
            this.ident = ident;
        }
    }

    /// Remembers a subscription.
    ///
    /// @param subscription of this client
    /// @param ident what the server calls it
    void add(Subscription<?> subscription, String ident) {
        places.add(new Place(subscription, unused, ident));
    }

    /// Those that are out of use since this was asked last.
    ///
    /// @return what the server calls them
    List<String> takeUnused() {
        final List<String> idents = new ArrayList<>();
        while (unused.poll() instanceof Place place) {
            places.remove(place);
            idents.add(place.ident);
        }
        return idents;
    }
}
