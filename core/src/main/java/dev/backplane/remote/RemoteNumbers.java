package dev.backplane.remote;

import dev.backplane.SharedBoolean;
import dev.backplane.SharedDouble;
import dev.backplane.SharedLong;
import org.jspecify.annotations.Nullable;

/// Values of one number or truth, each call of which is one of the server.
final class RemoteNumbers {
    private RemoteNumbers() {}

    /// A 64-bit integer.
    ///
    /// @param target the server's object
    record OfLong(RemoteTarget target) implements SharedLong, RemoteObject {
        @Override
        public long get() {
            return target.number("get");
        }

        @Override
        public void set(long value) {
            target.call("set", value);
        }

        @Override
        public long getAcquire() {
            return get();
        }

        @Override
        public void setRelease(long value) {
            set(value);
        }

        @Override
        public long getAndSet(long value) {
            return target.number("getAndSet", value);
        }

        @Override
        public boolean compareAndSet(long expected, long value) {
            return target.test("compareAndSet", expected, value);
        }

        @Override
        public long getAndAdd(long delta) {
            return target.number("getAndAdd", delta);
        }
    }

    /// A 64-bit floating-point number.
    ///
    /// @param target the server's object
    record OfDouble(RemoteTarget target) implements SharedDouble, RemoteObject {
        private double of(@Nullable Object result, String method) {
            if (result instanceof Number number) {
                return number.doubleValue();
            }
            throw target.unexpected(result, method);
        }

        @Override
        public double get() {
            return of(target.call("get"), "get");
        }

        @Override
        public void set(double value) {
            target.call("set", value);
        }

        @Override
        public double getAcquire() {
            return get();
        }

        @Override
        public void setRelease(double value) {
            set(value);
        }

        @Override
        public double getAndSet(double value) {
            return of(target.call("getAndSet", value), "getAndSet");
        }

        @Override
        public boolean compareAndSet(double expected, double value) {
            return target.test("compareAndSet", expected, value);
        }

        @Override
        public double getAndAdd(double delta) {
            return of(target.call("getAndAdd", delta), "getAndAdd");
        }
    }

    /// A truth value.
    ///
    /// @param target the server's object
    record OfBoolean(RemoteTarget target) implements SharedBoolean, RemoteObject {
        @Override
        public boolean get() {
            return target.test("get");
        }

        @Override
        public void set(boolean value) {
            target.call("set", value);
        }

        @Override
        public boolean getAcquire() {
            return get();
        }

        @Override
        public void setRelease(boolean value) {
            set(value);
        }

        @Override
        public boolean getAndSet(boolean value) {
            return target.test("getAndSet", value);
        }

        @Override
        public boolean compareAndSet(boolean expected, boolean value) {
            return target.test("compareAndSet", expected, value);
        }
    }
}
