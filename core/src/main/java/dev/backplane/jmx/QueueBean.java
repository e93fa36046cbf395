package dev.backplane.jmx;

import dev.backplane.shm.QueueNumbers;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;

/// [QueueMXBean] over a view.
final class QueueBean extends ObjectBean implements QueueMXBean {
    QueueBean(SegmentView view, CatalogEntry entry) {
        super(view, entry);
    }

    private QueueNumbers numbers() {
        return QueueNumbers.of(view(), entry()).orElseThrow(this::gone);
    }

    @Override
    public int getDepth() {
        return numbers().depth();
    }

    @Override
    public int getCapacity() {
        return numbers().capacity();
    }

    @Override
    public boolean isShutDown() {
        return numbers().shutDown();
    }
}
