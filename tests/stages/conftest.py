from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.fixture
def wire(shared):
    """The address of a stand-in for arXiv, GitHub and Hugging Face, with a clock."""
    command = [sys.executable, str(shared / "wire" / "wire.py"), "--port", "0", "--data", str(shared / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[0]
        process.terminate()
