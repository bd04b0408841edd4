"""Writes src/identity/variants.rs from Unihan_Variants.txt of the Unicode Character Database.

    python3 variants.py Unihan_Variants.txt > ../../../src/identity/variants.rs

A character folds to the first other one that kSimplifiedVariant lists, followed to
the end. Characters outside the Basic Multilingual Plane are left out: names of firms
do not use them, and three bytes a character keep the table one text.
"""

import re
import sys

pairs = {}
version = "?"
for line in open(sys.argv[1], encoding="utf-8"):
    found = re.search(r"Unicode version: (\S+)", line)
    version = found.group(1) if found else version
    if line.startswith("#") or "\tkSimplifiedVariant\t" not in line:
        continue
    code, _, variants = line.rstrip("\n").split("\t")
    source = chr(int(code[2:], 16))
    others = [chr(int(it[2:].split("<")[0], 16)) for it in variants.split()]
    others = [it for it in others if it != source]
    if others:
        pairs[source] = others[0]

def end(char):
    seen = {char}
    while char in pairs and pairs[char] not in seen:
        char = pairs[char]
        seen.add(char)
    return char

folded = sorted((source, end(source)) for source in pairs)
folded = [(a, b) for a, b in folded if a != b and all(0x3400 <= ord(c) < 0x10000 for c in (a, b))]

print("//! Traditional characters and what they fold to.")
print("//!")
print(f"//! Made by `tests/data/identity/variants.py` from `kSimplifiedVariant` of the Unihan")
print(f"//! Database {version}, © Unicode, Inc., used under the Unicode License v3")
print("//! (<https://www.unicode.org/license.txt>). Both texts have the same number of")
print("//! characters of three bytes each, the first in ascending order.")
for name, doc, side in (("TRADITIONAL", "What folds.", 0), ("SIMPLIFIED", "What each folds to.", 1)):
    print(f"\n/// {doc}\npub(super) const {name}: &str = \"\\")
    chars = [pair[side] for pair in folded]
    for at in range(0, len(chars), 40):
        print("    " + "".join(chars[at:at + 40]) + ("\\" if at + 40 < len(chars) else "\";"))
