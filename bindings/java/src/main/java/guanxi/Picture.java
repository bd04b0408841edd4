package guanxi;

/** How a machine is drawn. */
public enum Picture {
    /** A picture that any browser shows. */
    SVG(C.GX_SVG),
    /** The text of a Mermaid diagram. */
    MERMAID(C.GX_MERMAID),
    /** The text of a DOT graph. */
    DOT(C.GX_DOT);

    final int number;

    Picture(int number) {
        this.number = number;
    }
}
