package dev.backplane.shm;

import dev.backplane.ManagerProvider;
import dev.backplane.SharedHandle;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Reference;
import dev.backplane.codec.ReferenceProvider;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// References to the objects in segments, for functions that capture them: what [AttachOnRead] is in a stream of
/// serialized objects.
public final class SegmentReferences implements ReferenceProvider {
    /// Made by [java.util.ServiceLoader].
    public SegmentReferences() {}

    @Override
    public @Nullable Reference referenceTo(Object object) {
        try {
            return object instanceof SegmentObject shared && shared.serialForm() instanceof AttachOnRead form
                    ? form.reference()
                    : null;
        } catch (IllegalStateException _) {
            return null; // Java serialization says so once more, to who has asked for it.
        }
    }

    @Override
    public Resolved resolve(Reference reference) {
        try {
            return new Attached(attach(reference), Thread.currentThread().getContextClassLoader());
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            throw new CodecException("cannot attach " + reference.handle() + ": " + e.getMessage(), e);
        }
    }

    /// An attached object.
    ///
    /// @param object in a segment
    /// @param context the class loader by which classes of elements were found
    private record Attached(SegmentObject object, @Nullable ClassLoader context) implements Resolved {
        @Override
        @SuppressWarnings("ReferenceEquality") // Loaders are what they are.
        public boolean isCurrent() {
            return object.isCurrent() && context == Thread.currentThread().getContextClassLoader();
        }
    }

    /// Attaches the object that a reference names, through the attachment that this JVM has to its segment.
    static SegmentObject attach(Reference reference) throws IOException, ClassNotFoundException {
        final SharedHandle handle = SharedHandle.parse(reference.handle());
        final SegmentObject object = (SegmentObject) ManagerProvider.local().attach(handle);
        final String elementType = reference.elementType();
        return elementType == null ? object : object.of(ElementType.of(find(elementType)));
    }

    /// The class of that name, not initialised: its codec must be that of what is stored, or nothing of it is
    /// used.
    private static Class<?> find(String name) throws ClassNotFoundException {
        final ClassLoader context = Thread.currentThread().getContextClassLoader();
        return Class.forName(name, false, context != null ? context : SegmentReferences.class.getClassLoader());
    }
}
