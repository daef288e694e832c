"""What the browser tests share: where pictures go, and a script of this folder in node.

With KIEMPHIEU_PICTURES=DIR the screenshots are kept there.
"""

import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_S = 240


def pictures(evening):
    folder = pathlib.Path(os.environ.get("KIEMPHIEU_PICTURES", evening.folder / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def start(script, *arguments):
    return subprocess.Popen([shutil.which("node"), HERE / script, *(str(argument) for argument in arguments)], cwd=HERE)


def run(script, *arguments):
    """The browser's exit code."""
    return start(script, *arguments).wait(LIMIT_S)
