"""The Nu HTML checker (vnu.jar from npm, run by Java), fetched once into build/."""

import hashlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERSION = "26.9.27"
JAR = ROOT / "build" / f"vnu-{VERSION}.jar"
SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
HTMX = r".*Attribute “hx-[a-z:-]+” not allowed.*"
"""htmx's attributes are not in the standard and need no data- prefix to work."""


def missing() -> str:
    """What the checker lacks here; empty when it can run."""
    if not shutil.which("java"):
        return "Java is not installed here"
    if not JAR.exists() and not shutil.which("npm"):
        return "npm is not installed here, and the HTML checker was not fetched before"
    return ""


def fetch() -> Path:
    """The checker, from npm when it is not here yet."""
    if not JAR.exists():
        JAR.parent.mkdir(exist_ok=True)
        said = subprocess.run(
            ["npm", "pack", "--silent", f"vnu-jar@{VERSION}"], cwd=JAR.parent, check=True, capture_output=True, text=True
        )
        packed = JAR.parent / said.stdout.split()[-1]
        with tarfile.open(packed) as archive:
            member = archive.extractfile("package/build/dist/vnu.jar")
            assert member is not None
            content = member.read()
        packed.unlink()
        found = hashlib.sha256(content).hexdigest()
        assert found == SHA256, f"vnu.jar has the SHA-256 {found}"
        partial = JAR.with_suffix(".part")
        partial.write_bytes(content)
        partial.rename(JAR)
    return JAR


def errors(files: list[Path]) -> list[str]:
    """Every error of these pages as 'file:line: message'."""
    command = ["java", "-jar", str(fetch()), "--errors-only", "--format", "json", "--exit-zero-always", "--filterpattern", HTMX]
    said = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=True)
    return [
        f"{Path(found['url']).name}:{found.get('lastLine')}: {found['message']} | {found.get('extract', '')[:120]}"
        for found in json.loads(said.stderr or said.stdout)["messages"]
        if found["type"] == "error"
    ]
