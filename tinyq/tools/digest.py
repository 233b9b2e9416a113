"""What a file or folder holds, as one number."""

import hashlib
from pathlib import Path


def content_sha256(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of the names and contents of all files in it, in sorted order."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(path).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
