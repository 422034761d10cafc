#!/usr/bin/env python3
"""Set everything up, then start the program or its tests. Standard library only.

python run.py               set up, then open the window (without a display: the sample
                            archive and its documents, written into ./concilia-demo)
python run.py COMMAND ...   set up, then the same as "concilia COMMAND ..."
python run.py test [...]    set up, then the tests (the rest goes to pytest)
python run.py lint          set up, then style, types and the completeness of the texts
python run.py bench [...]   set up, then the benchmarks (--quick: each once, small)
python run.py setup         only set up
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
PYTHON_MIN, PYTHON_BELOW = (3, 11), (3, 15)
ON_WINDOWS = os.name == "nt"
ON_LINUX = sys.platform.startswith("linux")
PYTHON = VENV / ("Scripts/python.exe" if ON_WINDOWS else "bin/python")
SCRIPT = VENV / ("Scripts/concilia.exe" if ON_WINDOWS else "bin/concilia")
STAMP = VENV / "set-up.stamp"
SETUP_LOCK = ROOT / ".venv.lock"
SETUP_WAIT_SECONDS = 900.0
WHOLE_SUITE = ("-q", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
"""What pytest gets when all tests are run: one process for each core, a file of tests in one of them, in the order of
`tests/conftest.py`."""

EXIT_WRONG_USE, EXIT_ENVIRONMENT, EXIT_INTERRUPTED = 2, 3, 130

# What Qt loads at run time, and the Debian package that brings it: QtGui needs the first
# group even without a display, a window on X11 the second.
LIBRARIES_QT = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
LIBRARIES_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxkbcommon-x11-0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


class SetupFailed(Exception):
    """A sentence for the person at the keyboard: what went wrong and what to do."""


def say(sentence: str) -> None:
    """Print one line about the set-up on standard error."""
    print(f"[set-up] {sentence}", file=sys.stderr, flush=True)


def run_step(command: Sequence[str | Path], sentence: str) -> None:
    """Run one command of the set-up quietly; show its output only when it fails.

    Raises:
        SetupFailed: with `sentence`, after the last lines that the command wrote.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            close_fds=ON_WINDOWS,  # elsewhere the step inherits the lock of the set-up
            check=False,
        )
    except OSError as error:
        raise SetupFailed(f"{sentence} ({error})") from error
    if done.returncode:
        for line in done.stdout.decode("utf-8", "replace").strip().splitlines()[-8:]:
            say(f"  {line}")
        raise SetupFailed(sentence)


# --- the system -------------------------------------------------------------------------


def is_loadable(soname: str) -> bool:
    """True when the dynamic loader finds the library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_packages() -> list[str]:
    """The Debian packages that bring what this system lacks, in alphabetical order."""
    wanted = {**LIBRARIES_QT, **LIBRARIES_X11}
    missing = {package for soname, package in wanted.items() if not is_loadable(soname)}
    try:
        import ensurepip  # noqa: F401 - Debian ships it apart
    except ImportError:
        missing.add("python3-venv")
    return sorted(missing)


def install_packages() -> None:
    """On Linux, install the system packages that are missing, or print the line that does."""
    missing = missing_packages() if ON_LINUX else []
    if not missing:
        return
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    if not shutil.which("apt-get") or os.geteuid() != 0:
        say("The system lacks some libraries. On Debian or Ubuntu: sudo " + " ".join(install))
        return
    say("Installing system packages: " + " ".join(missing))
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    advice = "The system packages could not be installed: check the network. Going on without them."
    try:
        run_step(["apt-get", "update", "-q"], advice)
        run_step(install, advice)
    except SetupFailed as failure:
        say(str(failure))


# --- the environment --------------------------------------------------------------------


def try_lock(file: IO[bytes]) -> bool:
    """Take the system's lock on an open file; False when another process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def only_one_setup() -> Iterator[None]:
    """Hold the set-up for this process; wait while another one is at it.

    The system drops the lock with the last process that holds it. On POSIX the steps of the
    set-up inherit it, so that a killed set-up whose pip still writes is waited for too.

    Raises:
        SetupFailed: when the other one does not end in time.
    """
    give_up = time.monotonic() + SETUP_WAIT_SECONDS
    told = False
    with SETUP_LOCK.open("ab") as file:
        while not try_lock(file):
            if not told:
                say("Another set-up is at work here; waiting for it to end.")
                told = True
            if time.monotonic() > give_up:
                raise SetupFailed("The other set-up does not end. Close it, then run the same command again.")
            time.sleep(0.2)
        if not ON_WINDOWS:
            os.set_inheritable(file.fileno(), True)
        yield


def fingerprint() -> str:
    """A hash of everything the environment is made from; another one means: make it again."""
    import tomllib  # new in the oldest Python that main() lets through

    declared = tomllib.loads(PROJECT.read_text("utf-8"))
    parts = (
        REQUIREMENTS.read_bytes(),
        json.dumps(declared["project"]["scripts"]).encode(),
        sys.version.encode(),
        platform.machine().encode(),
        str(ROOT).encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_ready(wanted: str) -> bool:
    """True when the environment was completed from exactly these inputs."""
    try:
        return STAMP.read_text("ascii") == wanted and PYTHON.exists() and SCRIPT.exists()
    except (OSError, ValueError):
        return False


def make_environment() -> None:
    """Create `.venv` from the lock and put `concilia` into it, unless that is done.

    The stamp is written last: an interrupted set-up has none, and the next one starts from
    an empty environment again.
    """
    wanted = fingerprint()
    if is_ready(wanted):
        return
    with only_one_setup():
        if is_ready(wanted):
            return
        say("Preparing the Python environment (once, about half a minute).")
        started = time.monotonic()
        STAMP.unlink(missing_ok=True)
        inside = Path(sys.prefix) == VENV  # then the interpreter that it was made from has to make it anew
        interpreter = getattr(sys, "_base_executable", sys.executable) if inside else sys.executable
        run_step(
            [interpreter, "-m", "venv", "--clear", VENV],
            "The Python environment could not be made. Check the free space and that this folder can be written.",
        )
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-input"]
        run_step(
            [*pip, "--require-hashes", "--only-binary", ":all:", "-r", REQUIREMENTS],
            "The libraries could not be installed. Check the network and the free space, then run the command again.",
        )
        run_step(
            [*pip, "--no-build-isolation", "--no-deps", "--no-index", "-e", ROOT],
            "The program could not be added to its environment. Run the same command again.",
        )
        run_step(  # as pip does for the libraries: also the first start is a quick one
            [PYTHON, "-m", "compileall", "-q", "app"],
            "The program could not be compiled. Check the free space and that this folder can be written.",
        )
        part = STAMP.with_suffix(".part")
        part.write_text(wanted, "ascii")
        part.replace(STAMP)
        say(f"Ready in {time.monotonic() - started:.0f} s.")


# --- the commands -----------------------------------------------------------------------


def has_display() -> bool:
    """True when a window can be shown."""
    return not ON_LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def start(*arguments: str, folder: Path | None = None, offscreen: bool = False, held: bool = False) -> int:
    """Run the environment's Python in `folder` (else where the user stands); return its exit code.

    Args:
        held: what it says is shown when it has ended, in one piece.
    """
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if offscreen:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    out, err = (subprocess.PIPE, subprocess.STDOUT) if held else (None, None)
    done = subprocess.run(
        [str(PYTHON), *arguments], cwd=folder, env=environment, check=False, stdout=out, stderr=err, encoding="utf-8"
    )
    if held:
        print(done.stdout, end="", flush=True)
    return done.returncode if done.returncode >= 0 else 128 - done.returncode  # ended by a signal: as a shell says it


def run_all(*commands: Sequence[str], abreast: int = 1) -> int:
    """Run every module with its arguments, some of them side by side; 1 when any failed, after naming those."""

    def run(words: Sequence[str]) -> int:
        return start("-m", *words, folder=ROOT, offscreen=True, held=abreast > 1)

    with ThreadPoolExecutor(abreast) as pool:
        codes = list(pool.map(run, commands))
    for words in (words for words, code in zip(commands, codes, strict=True) if code):
        say(f"Failed: {' '.join(words)}")
    return 1 if any(codes) else 0


def lint() -> int:
    """Style, format, types, completeness of the texts."""
    return run_all(
        ("ruff", "check", "--quiet"),
        ("ruff", "format", "--check"),
        ("mypy", "--no-error-summary"),
        ("tools.i18n", "check"),
    )


def bench(arguments: Sequence[str]) -> int:
    """Every script of the folder `benchmarks`, in the order of their names; side by side where no time is judged."""
    names = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
    abreast = (os.cpu_count() or 1) if "--quick" in arguments else 1
    return run_all(*((f"benchmarks.{name}", *arguments) for name in names), abreast=abreast)


def main(arguments: Sequence[str]) -> int:
    """Set up, then do what the first word says."""
    if not PYTHON_MIN <= sys.version_info[:2] < PYTHON_BELOW:
        say(f"Python 3.11 to 3.14 is needed; this is {platform.python_version()}.")
        return EXIT_ENVIRONMENT
    try:
        install_packages()
        make_environment()
    except SetupFailed as failure:
        say(str(failure))
        return EXIT_ENVIRONMENT
    except OSError as error:
        say(f"The set-up stopped: {error}. Check the free space and that this folder can be written.")
        return EXIT_ENVIRONMENT
    first, rest = (arguments[0] if arguments else ""), arguments[1:]
    if first == "setup":
        return 0
    if first == "test":
        return start("-m", "pytest", *(rest or WHOLE_SUITE), folder=ROOT, offscreen=True)
    if first == "lint":
        return lint()
    if first == "bench":
        return bench(rest)
    return start("-P", "-m", "app", *arguments, offscreen=not has_display())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Interrupted. The same command takes the work up again.")
        sys.exit(EXIT_INTERRUPTED)
