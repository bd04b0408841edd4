"""The examples in the code do what they show."""

import doctest
import pkgutil
from importlib import import_module

import guanxi
import pytest
from conftest import SHOP

MODULES = ["guanxi", *(f"guanxi.{each.name}" for each in pkgutil.iter_modules(guanxi.__path__))]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    names = {"guanxi": guanxi, "playbook": guanxi.Playbook(SHOP)}
    failed, _ = doctest.testmod(import_module(name), extraglobs=names)
    assert failed == 0


def test_everything_public_is_explained() -> None:
    values = {name: getattr(guanxi, name) for name in guanxi.__all__}
    for name, value in values.items():
        if not isinstance(value, type):
            continue
        assert value.__doc__, name
        for member, said in vars(value).items():
            if not member.startswith("_") and (callable(said) or isinstance(said, property)):
                assert said.__doc__, f"{name}.{member}"
