"""Compares blocks of a page with what they show.

    python3 bindings/shown.py README.md LANGUAGE FILE [LANGUAGE FILE ...]

The first block of each language must be the file, but for spaces at its end.
"""

import re
import sys
from pathlib import Path


def main(page: str, *shown: str) -> int:
    text = Path(page).read_text("utf-8")
    wrong = 0
    for language, file in zip(shown[::2], shown[1::2], strict=True):
        block = re.search(rf"^```{re.escape(language)}\n(.*?)^```$", text, re.M | re.S)
        wanted = Path(file).read_text("utf-8").rstrip()
        if block is None or block[1].rstrip() != wanted:
            print(f"{page}: the first `{language}` block is not\n{wanted}", file=sys.stderr)
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
