"""Writes what a language has to declare to call the C library, from its header.

    python3 bindings/declare.py LANGUAGE            writes the file
    python3 bindings/declare.py LANGUAGE --check    fails where it is not what it would be

The languages are java and csharp.

What it reads is `include/guanxi_ffi.h`, in which everything stands in its
simplest form. A language that reads the header itself needs none of this.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Parameter:
    """One of a function: its type in C, spaces as the header has them, and its name."""

    type: str
    name: str


@dataclass(frozen=True)
class Function:
    name: str
    returns: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Constant:
    """A number with a name. Those of 64 bits say whether they have a sign."""

    name: str
    value: int
    type: str


HEADER = (REPOSITORY / "include" / "guanxi_ffi.h").read_text("utf-8")


def constants() -> list[Constant]:
    small = re.findall(r"^enum \{ (GX_\w+) = (\d+) \};", HEADER, re.M)
    large = re.findall(r"^static const (u?int64_t) (GX_\w+) = (-?0x[0-9a-f]+)u?;", HEADER, re.M)
    return [Constant(name, int(value), "int32_t") for name, value in small] + [
        Constant(name, int(value, 16), of) for of, name, value in large
    ]


def functions() -> list[Function]:
    found = re.findall(r"^((?:const )?\w+ \*?)\s*(gx_\w+)\(([^;]*)\);", HEADER, re.M)
    return [
        Function(name, returns.strip(), tuple(map(_parameter, _parts(inside))))
        for returns, name, inside in found
    ]


def _parts(inside: str) -> list[str]:
    flat = " ".join(inside.split())
    return [] if flat == "void" else flat.split(", ")


def _parameter(said: str) -> Parameter:
    of, stars, name = re.fullmatch(r"(.*?) (\**)(\w+)", said).groups()
    return Parameter(f"{of} {stars}".strip(), name)


WRITTEN = "Written by bindings/declare.py from include/guanxi_ffi.h: change that."

JAVA_RETURNS = {
    "int32_t": "int",
    "uint32_t": "int",
    "int64_t": "long",
    "uint64_t": "long",
    "const char *": "Pointer",
    "const int64_t *": "Pointer",
}
JAVA_WORDS = {"from": "from", "if": "if_", "long": "long_"}


def java_type(said: str) -> str:
    """How Java has a parameter. A pointer to something of ours is a `long`, and where
    one is given back, an array of one `long`: nothing is allocated for a call."""
    if said in ("int32_t", "uint32_t"):
        return "int"
    if said in ("int64_t", "uint64_t"):
        return "long"
    if said == "const char *":
        return "byte[]"
    if said == "uint32_t *":
        return "int[]"
    if said in ("int64_t *", "uint64_t *") or re.fullmatch(r"gx_\w+ \*\*", said):
        return "long[]"
    plain = ("gx_column", "gx_table", "gx_append_options", "gx_review_options", "gx_balance")
    of = said.removeprefix("const ").rstrip(" *")
    return "Pointer" if of in plain or of.startswith("struct ") else "long"


def java() -> str:
    lines = [
        "package guanxi;",
        "",
        "import com.sun.jna.Pointer;",
        "",
        f"/** The C library as its header declares it. {WRITTEN} */",
        "final class C {",
        "    private C() {}",
        "",
    ]
    for it in constants():
        if it.type == "int32_t":
            lines.append(f"    static final int {it.name} = {it.value};")
        else:
            signed = it.value - (1 << 64) if it.value >> 63 == 1 else it.value
            said = "Long.MIN_VALUE" if signed == -(1 << 63) else f"{signed}L"
            lines.append(f"    static final long {it.name} = {said};")
    lines += ["", "    static {", "        Library.register(C.class);", "    }"]
    for it in functions():
        lines += ["", *_java_function(it)]
    return "\n".join([*lines, "}", ""])


def _java_function(it: Function) -> list[str]:
    said = [f"{java_type(of.type)} {JAVA_WORDS.get(of.name, of.name)}" for of in it.parameters]
    first = f"    static native {JAVA_RETURNS[it.returns]} {it.name}("
    if len(first) + len(", ".join(said)) <= 98:
        return [f"{first}{', '.join(said)});"]
    return [first, *(f"            {each}," for each in said[:-1]), f"            {said[-1]});"]


CSHARP_WORDS = {"from", "if", "out", "as", "in", "by", "event"}


def csharp_type(said: str) -> str:
    """How C# has a parameter or what is given back. Arrays of numbers are pinned where they are."""
    if said in ("int32_t", "uint32_t"):
        return "int"
    if said in ("int64_t", "uint64_t"):
        return "long"
    if said == "uint32_t *":
        return "int[]"
    if said in ("int64_t *", "uint64_t *"):
        return "long[]"
    return "IntPtr[]" if re.fullmatch(r"gx_\w+ \*\*", said) else "IntPtr"


def csharp() -> str:
    lines = [
        "using System;",
        "using System.Runtime.InteropServices;",
        "",
        "namespace Guanxi",
        "{",
        f"    /// <summary>The C library as its header declares it. {WRITTEN}</summary>",
        "    internal static class C",
        "    {",
    ]
    for it in constants():
        signed = it.value - (1 << 64) if it.value >> 63 == 1 else it.value
        of = "int" if it.type == "int32_t" else "long"
        said = "long.MinValue" if signed == -(1 << 63) else str(signed)
        lines.append(f"        internal const {of} {it.name} = {said};")
    for it in functions():
        lines += ["", *_csharp_function(it)]
    return "\n".join([*lines, "    }", "}", ""])


def _csharp_function(it: Function) -> list[str]:
    texts = {"const char *": "byte[]"}
    said = ", ".join(
        f"{texts.get(of.type) or csharp_type(of.type)} {'@' if of.name in CSHARP_WORDS else ''}{of.name}"
        for of in it.parameters
    )
    return [
        "        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]",
        f"        internal delegate {csharp_type(it.returns)} As_{it.name}({said});",
        f"        internal static readonly As_{it.name} {it.name} = Library.Function<As_{it.name}>(\"{it.name}\");",
    ]


FILES = {
    "java": (java, "bindings/java/src/main/java/guanxi/C.java"),
    "csharp": (csharp, "bindings/csharp/src/C.cs"),
}


def main(language: str, *how: str) -> int:
    write, name = FILES[language]
    path, text = REPOSITORY / name, write()
    if how == ("--check",):
        if not path.exists() or path.read_text("utf-8") != text:
            print(f"{name} is not what the header says: python3 bindings/declare.py {language}")
            return 1
        return 0
    path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
