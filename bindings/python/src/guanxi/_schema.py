"""How a playbook is written."""

from guanxi._call import text_of
from guanxi._native import lib


def schema() -> str:
    """The JSON Schema of playbooks (draft 2020-12), for editors and validators.

    Every key is described in English and Chinese. What it refuses, `Playbook` refuses.

    >>> import json
    >>> json.loads(guanxi.schema())["required"]
    ['guanxi', 'id', 'version', 'calendar']
    """
    return text_of(lib.gx_playbook_schema)
