#!/usr/bin/env python3
"""Makes cdnow_sample.txt: which customers of CDNOW are the tenth that papers use.

    pip download --no-deps lifetimes==0.11.3
    unzip Lifetimes-0.11.3-py3-none-any.whl lifetimes/datasets/CDNOW_sample.txt
    python3 make_sample.py lifetimes/datasets/CDNOW_sample.txt > cdnow_sample.txt

The file is Bruce Hardie's (www.brucehardie.com), as that package ships it. Its
first column is a customer's number in the whole log, `examples/cdnow`.
"""

import sys
import textwrap

with open(sys.argv[1], encoding="ascii") as lines:
    ids = sorted({int(line.split()[0]) for line in lines if line.strip().strip("\x1a")})
assert len(ids) == 2_357, len(ids)
print(textwrap.fill(" ".join(map(str, ids)), 100))
