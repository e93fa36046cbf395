package dev.backplane.store;

/// [LockFile] by open-file-description locks, which another descriptor of the same file does not drop.
final class LinuxLockFile extends LockFile {
    private final SegmentFile file;

    LinuxLockFile(SegmentFile file) {
        this.file = file;
    }

    /// A description does not refuse what it holds itself, so it is asked first.
    @Override
    public synchronized boolean tryHold(long position) {
        return !isHeld(position) && file.tryHold(position);
    }

    @Override
    public void letGo(long position) {
        file.letGo(position);
    }

    @Override
    public boolean isHeld(long position) {
        return file.isHeld(position, 0, 0); // The kernel knows; process ids are for the portable platform.
    }

    @Override
    public void close() {
        file.close();
    }
}
