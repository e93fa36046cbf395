package dev.backplane.pool;

/// One message between a pool and a worker, of any length.
///
/// @param type what it is
/// @param id of the function, or the number of the task among those that the worker was sent
/// @param about a second number: of a task, its function
/// @param body the rest
record Frame(Type type, long id, long about, byte[] body) {
    private static final byte[] NOTHING = new byte[0];

    /// What a frame is.
    enum Type {
        /// Worker to pool: it can take tasks.
        READY(1),
        /// Pool to worker: a function to keep under `id`.
        FUNCTION(2),
        /// Pool to worker: function `id` will not be used again.
        FORGET(3),
        /// Pool to worker: apply function `about` to the elements in the body, unless the task was taken
        /// back.
        TASK(4),
        /// Worker to pool: the results of task `id`.
        RESULT(5),
        /// Worker to pool: the failure of task `id`.
        FAILURE(6),
        /// Pool to worker: there will be no more tasks.
        STOP(7),
        /// Pool to worker: a task of its own, which is to call the function in the body.
        CALL(8);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        static Type of(int code) {
            for (Type type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new IllegalStateException("a ring holds a message of unknown type " + code);
        }

        /// The type in a ring, which reserves those below 1.
        int code() {
            return code;
        }
    }

    static Frame of(Type type, long id) {
        return new Frame(type, id, 0, NOTHING);
    }
}
