package dev.backplane.store;

final class NioListener {
    private NioListener() {}

    static StreamListener listen(Endpoint at, int backlog) {
        throw new UnsupportedOperationException(at + " " + backlog);
    }
}
