package dev.backplane.jmx;

import dev.backplane.store.SegmentView;
import java.util.List;

/// [SegmentMXBean] over a view.
final class SegmentBean implements SegmentMXBean {
    private final SegmentView view;
    private final Runnable refresh;

    SegmentBean(SegmentView view, Runnable refresh) {
        this.view = view;
        this.refresh = refresh;
    }

    @Override
    public String getPath() {
        return view.path().toString();
    }

    @Override
    public String getId() {
        return view.id().toString();
    }

    @Override
    public long getSizeBytes() {
        return view.size();
    }

    @Override
    public long getUsedBytes() {
        return view.usedBytes();
    }

    @Override
    public long getFreeBytes() {
        return view.size() - view.usedBytes();
    }

    @Override
    public int getObjectCount() {
        return view.entries().size();
    }

    @Override
    public int getObjectCapacity() {
        return view.entryCapacity();
    }

    @Override
    public int getParticipantCount() {
        return view.participants().size();
    }

    @Override
    public int getParticipantCapacity() {
        return view.participantCapacity();
    }

    @Override
    public int getDeadParticipantCount() {
        return (int) view.participants().stream().filter(one -> !one.alive()).count();
    }

    @Override
    public List<ParticipantData> getParticipants() {
        return view.participants().stream()
                .map(one -> new ParticipantData(
                        one.slot(),
                        one.pid(),
                        one.label(),
                        one.alive(),
                        one.attached().toEpochMilli()))
                .toList();
    }

    @Override
    public void refresh() {
        refresh.run();
    }
}
