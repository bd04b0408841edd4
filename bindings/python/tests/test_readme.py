"""What the READMEs show is what happens."""

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest
from conftest import REPOSITORY

# A program, and behind it what it prints.
OUTCOME = r"```python\n(.*?)```\n+```(?:text|console\n\$ python \S+)\n(.*?)```"
PAGES = ["bindings/python/README.md", "README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_true(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (REPOSITORY / name).read_text("utf-8")
    examples = re.findall(OUTCOME, page, re.DOTALL)
    assert len(examples) == page.count("```python") >= 1
    monkeypatch.chdir(REPOSITORY)
    names: dict[str, object] = {}
    for program, shown in examples:
        out = StringIO()
        with redirect_stdout(out):
            exec(compile(program, name, "exec"), names)
        assert out.getvalue() == shown
