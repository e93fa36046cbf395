package dev.backplane.remote;

import java.util.AbstractList;
import java.util.Collection;

/// A [RemoteList] as it is seen by index, which the JDK's parts of lists are made of: each access is a call.
///
/// @param <E> the type of elements
final class RemoteListView<E> extends AbstractList<E> {
    private final RemoteList<E> list;

    RemoteListView(RemoteList<E> list) {
        this.list = list;
    }

    @Override
    public E get(int index) {
        return list.get(index);
    }

    @Override
    public int size() {
        return list.size();
    }

    @Override
    public E set(int index, E element) {
        return list.set(index, element);
    }

    @Override
    public void add(int index, E element) {
        list.add(index, element);
    }

    @Override
    public boolean addAll(int index, Collection<? extends E> others) {
        return list.addAll(index, others);
    }

    @Override
    public E remove(int index) {
        return list.remove(index);
    }

    /// One by one, the last first, so that those before it stay where they are.
    @Override
    protected void removeRange(int from, int to) {
        for (int index = to - 1; index >= from; index--) {
            list.remove(index);
        }
    }
}
