package dev.backplane.codec;

import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// Who knows objects that functions capture and that do not travel, such as shared objects: found by
/// [ServiceLoader], so that this package depends on none of them.
///
/// Thread-safe.
public interface ReferenceProvider {
    /// What stands for an object in a function's bytes.
    ///
    /// @param object any
    /// @return null if it is no object of this provider's, or one that others could not find by a reference
    @Nullable
    Reference referenceTo(Object object);

    /// Finds the object that a reference names in this JVM.
    ///
    /// @param reference as [#referenceTo] made it, or whatever damaged bytes hold
    /// @return the object, which may be kept for when the reference comes again
    /// @throws CodecException if there is none; the message says of which handle, and why
    Resolved resolve(Reference reference);

    /// An object that a reference names, as long as it does.
    interface Resolved {
        /// The object.
        ///
        /// @return always the same one
        Object object();

        /// Whether the calling thread would find the same object by the reference now.
        ///
        /// @return false if it is to be resolved once more
        boolean isCurrent();
    }

    /// The provider.
    ///
    /// @return always the same one; none if this package is used without those that have such objects
    static Optional<ReferenceProvider> provider() {
        return Holder.PROVIDER;
    }

    /// Looks the provider up at first use.
    final class Holder {
        private static final Optional<ReferenceProvider> PROVIDER = ServiceLoader.load(
                        ReferenceProvider.class, ReferenceProvider.class.getClassLoader())
                .findFirst();

        private Holder() {}
    }
}
