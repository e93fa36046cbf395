package dev.backplane.jmx;

import dev.backplane.shm.LockNumbers;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;

/// [LockMXBean] over a view.
final class LockBean extends ObjectBean implements LockMXBean {
    LockBean(SegmentView view, CatalogEntry entry) {
        super(view, entry);
    }

    private LockNumbers numbers() {
        return LockNumbers.of(view(), entry()).orElseThrow(this::gone);
    }

    @Override
    public String getKind() {
        return numbers().kind();
    }

    @Override
    public long getOwnerPid() {
        return numbers().ownerPid();
    }

    @Override
    public boolean isOwnerAlive() {
        return numbers().ownerAlive();
    }

    @Override
    public boolean isAbandoned() {
        return numbers().abandoned();
    }

    @Override
    public boolean isContended() {
        return numbers().contended();
    }

    @Override
    public int getWaiters() {
        return numbers().waiters();
    }

    @Override
    public int getReaders() {
        return numbers().readers();
    }
}
