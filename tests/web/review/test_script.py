from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from weekly.web.review.script import script
from weekly.web.review.site import SCRIPT, STATIC

NODE = shutil.which("node")


def modules(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def run(text):
    return subprocess.run([NODE, "--eval", text], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_modules_keep_their_own_names_and_come_before_those_that_use_them(tmp_path):
    folder = modules(
        tmp_path,
        main='import { twice } from "./sums.js";\nimport "./said.js";\nconst own = twice(4);\nconsole.log(own);\n',
        sums='import { base } from "./base.js";\nconst own = 2;\nexport const twice = (n) => own * n + base;\n',
        said='import { base, Count } from "./base.js";\nconsole.log(base, new Count().n);\n',
        base="export const { base } = { base: 100 };\nexport class Count {\n  n = 3;\n}\n",
    )
    assert run(script(folder, "main")) == "100 3\n108\n"


def test_a_circle_of_imports_is_named(tmp_path):
    folder = modules(tmp_path, main='import { a } from "./one.js";\n', one='import { b } from "./main.js";\n')
    with pytest.raises(ValueError, match="main → one → main"):
        script(folder, "main")


def test_every_module_of_the_page_is_in_its_script_and_none_is_left_to_be_fetched():
    for module in (STATIC / "review").glob("*.js"):
        assert f"const module_{module.stem} = " in SCRIPT
    assert not re.search(r"^(import|export)\b", SCRIPT, re.MULTILINE)
