namespace Guanxi
{
    /// <summary>Of messages, hints and reasons.</summary>
    public enum Language
    {
        /// <summary>English.</summary>
        English = C.GX_EN,

        /// <summary>Simplified Chinese.</summary>
        Chinese = C.GX_ZH,
    }

    /// <summary>How a machine is drawn.</summary>
    public enum Picture
    {
        /// <summary>A picture that any browser shows.</summary>
        Svg = C.GX_SVG,

        /// <summary>The text of a Mermaid diagram.</summary>
        Mermaid = C.GX_MERMAID,

        /// <summary>The text of a DOT graph.</summary>
        Dot = C.GX_DOT,
    }

    /// <summary>How another playbook is compared.</summary>
    public enum Comparison
    {
        /// <summary>As if it had always been in force.</summary>
        Reinterpret = C.GX_REINTERPRET,

        /// <summary>In force from an instant on.</summary>
        Forward = C.GX_FORWARD,

        /// <summary>Beside the one that is in force.</summary>
        Shadow = C.GX_SHADOW,
    }
}
