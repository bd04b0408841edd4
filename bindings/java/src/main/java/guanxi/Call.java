package guanxi;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/** The one door to the C library: arguments in, outputs out, faults thrown. */
final class Call {
    private Call() {}

    /** A call with one output, which is a pointer or a number. */
    interface Out {
        int call(long[] out, long[] error);
    }

    /** A call whose outputs the caller has room for. */
    interface Plain {
        int call(long[] error);
    }

    /** Calls; throws all faults where there are some. */
    static void run(Plain call) {
        long[] error = new long[1];
        int status = call.call(error);
        if (status != C.GX_OK) {
            throw thrown(status, error[0]);
        }
    }

    /** The output of a call. */
    static long out(Out call) {
        long[] out = new long[1];
        run(error -> call.call(out, error));
        return out[0];
    }

    /** The text that a call gives. */
    static String text(Out call) {
        return taken(out(call));
    }

    /** The answer that a call gives. */
    static Answer answer(Out call) {
        return new Answer(text(call));
    }

    private static GuanxiException thrown(int status, long error) {
        if (error == 0) {
            throw new IllegalStateException("guanxi failed with " + status + " and no reason");
        }
        try {
            return GuanxiException.of(error);
        } finally {
            C.gx_error_free(error);
        }
    }

    /** The text in bytes of C, which are freed. */
    static String taken(long bytes) {
        try {
            Pointer data = C.gx_bytes_data(bytes);
            return utf8(data, 0, C.gx_bytes_len(bytes));
        } finally {
            C.gx_bytes_free(bytes);
        }
    }

    /** Bytes of C as a text. */
    static String utf8(Pointer data, long from, long len) {
        if (len > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("a text of " + len + " bytes is more than Java can hold");
        }
        if (len == 0) {
            return "";
        }
        return new String(data.getByteArray(from, (int) len), StandardCharsets.UTF_8);
    }

    /** A copy of a text that ends with a NUL; null where there is none. */
    static String borrowed(Pointer text) {
        return text == null ? null : text.getString(0, "UTF-8");
    }

    /** A text as C takes it; its length is that of the array. */
    static byte[] bytes(String text, String name) {
        if (text == null) {
            throw new NullPointerException(name + " is a text, not null");
        }
        // Java would write `?` for half a pair, and the library would judge another text.
        for (int at = 0; at < text.length(); at++) {
            if (!Character.isSurrogate(text.charAt(at))) {
                continue;
            }
            if (Character.charCount(text.codePointAt(at)) == 1) {
                throw new IllegalArgumentException(
                        name + " has half a surrogate pair at " + at + ", which is no text");
            }
            at++;
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The same, or none. */
    static byte[] bytesIf(String text, String name) {
        return text == null ? null : bytes(text, name);
    }

    /** How long a text is that may be none. */
    static long length(byte[] text) {
        return text == null ? 0 : text.length;
    }
}
