"""What pyproject.toml cannot say: a wheel carries the resources inside the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithResources(build_py):
    """Copies `resources/` to `app/_resources/` of a wheel; an editable install reads it in place."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            shutil.copytree("resources", Path(self.build_lib, "app", "_resources"), dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithResources})
