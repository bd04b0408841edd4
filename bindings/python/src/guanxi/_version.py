"""Which library this is."""

from guanxi._answer import Answer
from guanxi._call import borrowed, text_of
from guanxi._native import lib

__version__ = borrowed(lib.gx_version_text())


def build() -> Answer:
    """How the library was built.

    `version`, `abi`, `semantics` (the version of the meaning of answers),
    `target`, `profile` and `features`.

    >>> guanxi.build()["semantics"] >= 1
    True
    """
    return Answer(text_of(lib.gx_version_build))
