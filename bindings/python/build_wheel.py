"""Builds the wheel with maturin, from the header that everybody reads.

maturin takes declarations for cffi from `header.h` in the target directory, and
would else make some of its own from the source. So that what Python calls is
what `include/guanxi_ffi.h` promises, that header is put there first. The terms of
what is in the library are put beside this file, since a wheel takes none from
elsewhere.
"""

import json
import shutil
import subprocess
from pathlib import Path

import maturin
from maturin import get_requires_for_build_wheel

__all__ = ["build_wheel", "get_requires_for_build_wheel", "prepare_metadata_for_build_wheel"]

REPOSITORY = Path(__file__).resolve().parents[2]


def target_directory() -> Path:
    """Where cargo builds, which the environment may have moved."""
    manifest = REPOSITORY / "Cargo.toml"
    command = ["cargo", "metadata", "--no-deps", "--format-version=1", "--manifest-path", manifest]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return Path(json.loads(answer.stdout)["target_directory"])


def with_terms():
    """Brings the terms, which `pyproject.toml` names."""
    terms = REPOSITORY / "bindings" / "c" / "THIRD-PARTY.txt"
    shutil.copyfile(terms, Path(__file__).with_name(terms.name))


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    with_terms()
    return maturin.prepare_metadata_for_build_wheel(metadata_directory, config_settings)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with_terms()
    target = target_directory()
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(REPOSITORY / "include" / "guanxi_ffi.h", target / "header.h")
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)
