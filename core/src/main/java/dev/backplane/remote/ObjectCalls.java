package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import org.jspecify.annotations.Nullable;

/// Answers what clients ask of objects.
final class ObjectCalls {
    private final ObjectTable objects;
    private final String address;

    /// @param objects of the server
    /// @param address of the server, for tokens; clients put their own in its place
    ObjectCalls(ObjectTable objects, String address) {
        this.objects = objects;
        this.address = address;
    }

    /// Calls a method of an object.
    ///
    /// @param request what a client asks
    /// @param caller who asks
    /// @return what it gets
    /// @throws InterruptedException if the client is gone or the server ends
    Reply answer(Request request, Caller caller) throws InterruptedException {
        final Referent referent;
        try {
            referent = objects.find(request.ident()).referent();
        } catch (PythonException e) {
            return Reply.trace(e);
        }
        try {
            final Object result = referent.call(request.method(), request.args(), request.kwargs(), caller);
            return switch (result) {
                case Referent made -> Reply.proxy(objects.export(made, caller.process()), address);
                case Reply written -> written;
                case null, default -> Reply.result(result);
            };
        } catch (UnknownMethodException e) {
            return fallback(request.method(), referent, e);
        } catch (RuntimeException | StackOverflowError e) {
            return failed(e, referent, request.method());
        }
    }

    private static Reply failed(Throwable failure, Referent referent, String method) {
        final PythonException exception = Failures.toPython(failure);
        if (exception != null && QueueEnd.is(exception) && !(referent instanceof JvmReferent)) {
            return Reply.endOfQueue(method.startsWith("put"));
        }
        return exception == null ? Reply.trace(failure) : Reply.error(exception);
    }

    /// What every proxy may ask.
    private static Reply fallback(String method, Referent referent, UnknownMethodException unknown) {
        try {
            return switch (method) {
                case "__str__", "__repr__" -> Reply.result(referent.repr());
                case "#GETVALUE" -> value(referent);
                default -> Reply.trace(unknown);
            };
        } catch (RuntimeException | StackOverflowError e) {
            return Reply.trace(e);
        }
    }

    private static Reply value(Referent referent) {
        final @Nullable Object value;
        try {
            value = referent.value();
        } catch (PythonException e) {
            return Reply.unserializable(e);
        }
        return Reply.result(value);
    }
}
