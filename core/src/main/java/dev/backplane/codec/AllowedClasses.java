package dev.backplane.codec;

/// What a policy says of the classes that are written; the answer for each is kept.
final class AllowedClasses extends ClassValue<Boolean> {
    private final SerializationPolicy policy;

    AllowedClasses(SerializationPolicy policy) {
        this.policy = policy;
    }

    SerializationPolicy policy() {
        return policy;
    }

    @Override
    protected Boolean computeValue(Class<?> type) {
        return policy.allows(type);
    }

    /// Refuses to write what nobody with the same codec could read.
    ///
    /// @throws ClassRefusedException that says what to do
    void require(Class<?> type) {
        if (!get(type)) {
            throw new ClassRefusedException("class " + type.getTypeName()
                    + " is not allowed, so nobody with this codec could read it: take a codec of its class"
                    + " (Codecs.of), or add it with SerializationPolicy.allowing wherever the codec is made");
        }
    }

    /// Refuses to write more elements than may be read.
    ///
    /// @throws CodecException that says how many may be
    void requireCount(long count) {
        if (count > policy.maxArrayLength()) {
            throw new CodecException("cannot write " + count + " elements: the policy allows " + policy.maxArrayLength()
                    + ", so nobody with this codec could read them");
        }
    }

    /// Refuses to write more objects than may be read.
    ///
    /// @throws CodecException that says how many may be
    void requireReferences(long references) {
        if (references > policy.maxReferences()) {
            throw new CodecException("cannot write more than " + policy.maxReferences()
                    + " objects: the policy allows no more, so nobody with this codec could read them");
        }
    }
}
