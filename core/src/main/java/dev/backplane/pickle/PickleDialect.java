package dev.backplane.pickle;

/// The instructions that protocols 3 and 4 have different forms of.
final class PickleDialect {
    static final int LOWEST_PROTOCOL = 3;
    static final int HIGHEST_PROTOCOL = 4;

    private static final int BYTE_MAX = 0xFF;

    private final PickleOutput out;
    private final boolean four;

    PickleDialect(PickleOutput out, boolean four) {
        this.out = out;
        this.four = four;
    }

    static int checkProtocol(int protocol) {
        if (protocol < LOWEST_PROTOCOL || protocol > HIGHEST_PROTOCOL) {
            throw new IllegalArgumentException("protocols 3 and 4 are written, not " + protocol);
        }
        return protocol;
    }

    void text(String text) {
        out.text(text, four);
    }

    /// Puts what is on top of the stack into the memo; by protocol 4 the index is the next one without
    /// saying so.
    void memoize(int index) {
        if (four) {
            out.put(Opcode.MEMOIZE);
        } else if (index <= BYTE_MAX) {
            out.put(Opcode.BINPUT, index);
        } else {
            out.putWithInt(Opcode.LONG_BINPUT, index);
        }
    }

    void get(int index) {
        if (index <= BYTE_MAX) {
            out.put(Opcode.BINGET, index);
        } else {
            out.putWithInt(Opcode.LONG_BINGET, index);
        }
    }

    void global(String module, String name) {
        if (four) {
            out.text(module, true);
            out.text(name, true);
            out.put(Opcode.STACK_GLOBAL);
            return;
        }
        final int dot = name.lastIndexOf('.');
        if (dot > 0) { // Protocol 3 finds no names with dots: what is nested is an attribute.
            global("builtins", "getattr");
            global(module, name.substring(0, dot));
            out.text(name.substring(dot + 1), false);
            out.put(Opcode.TUPLE2);
            out.put(Opcode.REDUCE);
            return;
        }
        if (module.indexOf('\n') >= 0 || name.indexOf('\n') >= 0) {
            throw new PickleException("protocol 3 has no form for a global whose name has several lines: "
                    + PythonRepr.brief(module + '.' + name));
        }
        out.put(Opcode.GLOBAL);
        PickleText.encode(module, out);
        out.put('\n');
        PickleText.encode(name, out);
        out.put('\n');
    }
}
