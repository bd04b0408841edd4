"""Writes what is in the C library, and under which licences.

    python3 bindings/sbom.py            writes bindings/c/sbom.cdx.json and THIRD-PARTY.txt
    python3 bindings/sbom.py --check    fails where they are not what they would be

The first is a bill of materials in CycloneDX 1.5 for programs that look for known
weaknesses; the second has the licence texts, which go with every copy. Both go into
each package. What is only used while compiling is in neither. Cargo.lock says which
versions; cargo says what depends on what.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
ROOT = "guanxi-capi"
PLATFORM = "x86_64-unknown-linux-gnu"
BILL = REPOSITORY / "bindings/c/sbom.cdx.json"
NOTICES = REPOSITORY / "bindings/c/THIRD-PARTY.txt"
# How crates call the files with their terms.
TERMS = re.compile(r"(license|licence|copying|unlicense|notice)", re.IGNORECASE)


def linked() -> list[dict[str, Any]]:
    """The packages whose code is in the library, ours among them, by name."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", PLATFORM]
    told = json.loads(subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in told["packages"]}
    nodes = {node["id"]: node for node in told["resolve"]["nodes"]}
    open_ids = [id for id, package in packages.items() if package["name"] == ROOT]
    found: dict[str, dict[str, Any]] = {}
    while open_ids:
        id = open_ids.pop()
        is_macro = any("proc-macro" in target["kind"] for target in packages[id]["targets"])
        if id in found or is_macro:
            continue
        found[id] = packages[id]
        normal = [
            dep["pkg"] for dep in nodes[id]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])
        ]
        packages[id]["needs"] = normal
        open_ids.extend(normal)
    return sorted(found.values(), key=lambda package: (package["name"], package["version"]))


def sums() -> dict[tuple[str, str], str]:
    """The SHA-256 of each package that came from outside."""
    lock = (REPOSITORY / "Cargo.lock").read_text()
    package = re.compile(r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"')
    return {(name, version): checksum for name, version, checksum in package.findall(lock)}


def purl(package: dict[str, Any]) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def sqlite(package: dict[str, Any]) -> dict[str, Any]:
    """SQLite itself, which its crate brings as one file of C."""
    folder = Path(package["manifest_path"]).parent
    header = (folder / "sqlite3/sqlite3.h").read_text()
    found = re.search(r'#define SQLITE_VERSION\s+"([^"]+)"', header)
    assert found, "SQLite says no version"
    return {
        "type": "library", "bom-ref": f"pkg:generic/sqlite@{found[1]}", "name": "sqlite",
        "version": found[1], "purl": f"pkg:generic/sqlite@{found[1]}",
        "cpe": f"cpe:2.3:a:sqlite:sqlite:{found[1]}:*:*:*:*:*:*:*",
        "licenses": [{"license": {"id": "blessing"}}],
    }  # fmt: skip


def component(package: dict[str, Any], sha256: str | None) -> dict[str, Any]:
    out: dict[str, Any] = {
        "type": "library", "bom-ref": purl(package), "name": package["name"],
        "version": package["version"], "purl": purl(package),
        # The old way of writing `OR`.
        "licenses": [{"expression": package["license"].replace("/", " OR ")}],
    }  # fmt: skip
    if sha256:
        out["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return out


def bill(packages: list[dict[str, Any]]) -> str:
    known, by_id = sums(), {package["id"]: package for package in packages}
    own = next(package for package in packages if package["name"] == ROOT)
    components, needs = [], []
    for package in packages:
        if package is not own:
            components.append(component(package, known.get((package["name"], package["version"]))))
        depends = sorted(purl(by_id[id]) for id in package["needs"] if id in by_id)
        if package["name"] == "libsqlite3-sys":
            components.append(sqlite(package))
            depends.append(components[-1]["bom-ref"])
        needs.append({"ref": purl(package), "dependsOn": depends})
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {**component(own, None), "name": "libguanxi"}},
        "components": components, "dependencies": needs,
    }  # fmt: skip
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def terms(package: dict[str, Any]) -> list[str]:
    """The licence texts of a package: of two that may be chosen MIT, which asks for no more."""
    folder = Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and TERMS.search(path.name))
    mit = [path for path in files if "mit" in path.name.lower()]
    chosen = mit if "MIT" in package["license"] and mit else files
    # Data of the Unicode Consortium has terms of its own.
    chosen = chosen + [path for path in files if "unicode" in path.name.lower() and path not in chosen]
    return [path.read_text(errors="replace").strip().replace("\r\n", "\n") for path in chosen]


def notices(packages: list[dict[str, Any]]) -> str:
    groups: dict[str, list[str]] = {}
    for package in packages:
        if package["name"].startswith("guanxi"):
            continue
        found = terms(package)
        if not found:
            found = [f"Licensed under {package['license']}; its source has no text of it."]
        for text in found:
            groups.setdefault(text, []).append(f"{package['name']} {package['version']} ({package['license']})")
    out = [
        "libguanxi is MIT OR Apache-2.0. In it is code of others, under the terms below.",
        "Rust's standard library is MIT OR Apache-2.0. SQLite is in the public domain, and so are the time zones of the IANA\ndatabase, which chrono-tz has.",
    ]
    for text, names in sorted(groups.items(), key=lambda group: group[1]):
        out.append("=" * 80 + "\n" + "\n".join(names) + "\n\n" + text)
    return "\n\n".join(out) + "\n"


def main() -> None:
    packages = linked()
    wanted = {BILL: bill(packages), NOTICES: notices(packages)}
    if "--check" in sys.argv[1:]:
        for path, text in wanted.items():
            if not path.exists() or path.read_text() != text:
                sys.exit(f"{path.relative_to(REPOSITORY)} is not what is linked today: python3 bindings/sbom.py")
        return
    for path, text in wanted.items():
        path.write_text(text)


main()
