package guanxi;

/** Of messages, hints and reasons. */
public enum Language {
    ENGLISH(C.GX_EN),
    CHINESE(C.GX_ZH);

    /** What the C library calls it. */
    final int number;

    Language(int number) {
        this.number = number;
    }
}
