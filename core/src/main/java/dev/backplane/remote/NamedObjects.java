package dev.backplane.remote;

import dev.backplane.Manager;

final class NamedObjects {
    NamedObjects(Manager manager) {}

    void addTo(Registry registry) {}
}
