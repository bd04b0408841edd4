package guanxi;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * Finds the C library.
 *
 * <p>In this order: the file that the system property {@code guanxi.library} names; the file that
 * the environment variable {@code GUANXI_LIBRARY} names; the library inside the jar, or where the
 * system looks for libraries.
 */
final class Library {
    private Library() {}

    /** Binds the functions of a class, once; says clearly where that cannot be. */
    static void register(Class<?> declared) {
        if (Native.POINTER_SIZE != 8) {
            throw new UnsatisfiedLinkError("guanxi needs a Java of 64 bits");
        }
        String name = name();
        try {
            Native.register(declared, NativeLibrary.getInstance(name));
        } catch (UnsatisfiedLinkError error) {
            UnsatisfiedLinkError told = new UnsatisfiedLinkError(
                    "guanxi's C library was not found as `" + name + "`: name the file in the system"
                            + " property guanxi.library or in the environment variable GUANXI_LIBRARY ("
                            + error.getMessage() + ")");
            told.initCause(error);
            throw told;
        }
        if (C.gx_version_abi() != C.GX_ABI_VERSION) {
            throw new UnsatisfiedLinkError("guanxi was built for version " + C.GX_ABI_VERSION
                    + " of the C interface, and `" + name + "` has " + C.gx_version_abi());
        }
    }

    private static String name() {
        String said = System.getProperty("guanxi.library");
        if (said == null || said.isEmpty()) {
            said = System.getenv("GUANXI_LIBRARY");
        }
        return said == null || said.isEmpty() ? "guanxi" : said;
    }
}
