package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import org.jspecify.annotations.NullUnmarked;

/// Writes null, whatever it is given, under the name of the codec of the tagged form: what damage or a hostile process
/// may leave where no null is taken.
@NullUnmarked
final class NullWriter implements Codec<Object> {
    @Override
    public void encode(Object value, CodecOutput out) {
        Codecs.tagged().encode(null, out);
    }

    @Override
    public Object decode(CodecInput in) {
        return Codecs.tagged().decode(in);
    }

    @Override
    public String name() {
        return Codecs.tagged().name();
    }
}
