package dev.backplane.remote;

import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonObject;
import dev.backplane.pickle.PythonTuple;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Proxies inside values: what a client means by a proxy that it sends, in a list or as an argument.
///
/// A proxy is pickled as a call of `RebuildProxy(class, token, serializer, keywords)`. This server keeps it
/// in that form, since it has to go back so, and hides a reference to the exported object in the keywords:
/// as long as the value is in a container, its referent is reachable, and not a moment longer than the
/// garbage collector needs. Cycles, such as a list with its own proxy in it, are garbage like any other.
final class Proxies {
    /// The function that a client's pickles call.
    static final String REBUILD = "multiprocessing.managers.RebuildProxy";

    /// The class by which a client knows an object.
    static final String TOKEN = "multiprocessing.managers.Token";

    private static final int REBUILD_ARGUMENTS = 4;
    private static final int TOKEN_PARTS = 3;

    private Proxies() {}

    /// Keywords as they came, and what nobody sees: the object that the proxy is for.
    private static final class Keywords extends AbstractMap<@Nullable Object, @Nullable Object> {
        private final PythonDict entries;
        private final Exported exported;

        Keywords(PythonDict entries, Exported exported) {
            this.entries = entries;
            this.exported = exported;
        }

        @Override
        public Set<Map.Entry<@Nullable Object, @Nullable Object>> entrySet() {
            return entries.entrySet();
        }
    }

    /// Reads a proxy.
    ///
    /// @param arguments of the call of `RebuildProxy`
    /// @param objects of this server
    /// @return the same call, holding on to the object; null if it is none of this server's
    static @Nullable PythonObject read(PythonTuple arguments, ObjectTable objects) {
        if (arguments.size() != REBUILD_ARGUMENTS || !(arguments.get(3) instanceof PythonDict keywords)) {
            return null;
        }
        final String ident = identOf(arguments.get(1));
        final Exported exported = ident == null ? null : objects.held(ident);
        return exported == null
                ? null
                : Opaque.call(
                        REBUILD,
                        arguments.get(0),
                        arguments.get(1),
                        arguments.get(2),
                        new Keywords(keywords, exported));
    }

    /// The identifier in a token.
    ///
    /// @param token what a client sent
    /// @return null if it is no token
    static @Nullable String identOf(@Nullable Object token) {
        return token instanceof PythonObject object
                        && Opaque.isCallOf(object, TOKEN)
                        && object.state() instanceof List<?> state
                        && state.size() == TOKEN_PARTS
                        && state.get(2) instanceof String ident
                ? ident
                : null;
    }

    /// The object that a proxy is for.
    ///
    /// @param value what a client sent
    /// @return null if it is no proxy of this server's
    static @Nullable Referent referentOf(@Nullable Object value) {
        final List<@Nullable Object> arguments = Opaque.callOf(value, REBUILD);
        return arguments != null
                        && arguments.size() == REBUILD_ARGUMENTS
                        && arguments.get(3) instanceof Keywords keywords
                ? keywords.exported.referent()
                : null;
    }
}
