package dev.backplane;

import dev.backplane.codec.RecordLayout;

/// What must be said to obtain an object that exists, as far as it was kept where the object is: for who serves
/// objects to processes elsewhere, and has no class of their elements.
public sealed interface ObjectTerms {
    /// The name of a codec, as it was kept.
    ///
    /// @param name the whole name, or the beginning of a long one
    /// @param bytes how many bytes the whole name has in UTF-8
    record StoredCodec(String name, int bytes) {}

    /// A queue.
    ///
    /// @param codec of the elements
    /// @param capacity see [QueueOptions#capacity()]
    /// @param slotBytes see [QueueOptions#slotBytes()]
    /// @param joinable see [QueueOptions#joinable()]
    record OfQueue(StoredCodec codec, int capacity, int slotBytes, boolean joinable) implements ObjectTerms {}

    /// A map.
    ///
    /// @param keyCodec of the keys
    /// @param valueCodec of the values
    /// @param options how large it is
    record OfMap(StoredCodec keyCodec, StoredCodec valueCodec, MapOptions options) implements ObjectTerms {}

    /// A list.
    ///
    /// @param codec of the elements
    /// @param options how large it is
    record OfList(StoredCodec codec, ListOptions options) implements ObjectTerms {}

    /// A value.
    ///
    /// @param codec of the value
    /// @param maxBytes the most bytes of a value
    record OfValue(StoredCodec codec, int maxBytes) implements ObjectTerms {}

    /// A struct.
    ///
    /// @param layout of its record
    record OfStruct(RecordLayout<?> layout) implements ObjectTerms {}

    /// A channel.
    ///
    /// @param options which kind
    record OfChannel(ChannelOptions options) implements ObjectTerms {}

    /// A topic, of which no codec is kept.
    ///
    /// @param capacityBytes how much it holds
    record OfTopic(int capacityBytes) implements ObjectTerms {}
}
