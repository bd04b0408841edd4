"""Python has what C has."""

import re
from pathlib import Path

import guanxi
from conftest import REPOSITORY

# What Python has in another way: all faults at once as JSON, the version as a
# text, plain columns as Arrow arrays, and parts of JSON.
OTHERWISE = {
    "gx_error_code",
    "gx_error_count",
    "gx_error_hint",
    "gx_error_message",
    "gx_error_name",
    "gx_error_pointer",
    "gx_error_span",
    "gx_json_count",
    "gx_json_text",
    "gx_store_append_columns",
    "gx_version_number",
}


def test_every_function_of_the_header_is_called() -> None:
    header = (REPOSITORY / "include" / "guanxi_ffi.h").read_text("utf-8")
    functions = set(re.findall(r"\b(gx_\w+)\(", header))
    package = Path(guanxi.__file__).parent
    source = "".join(path.read_text("utf-8") for path in package.glob("*.py"))
    called = set(re.findall(r"\blib\.(gx_\w+)", source))
    assert called | OTHERWISE == functions
    assert not called & OTHERWISE
