"""What `make` calls. This file is kept to a syntax that old Pythons read, so that they can say they are old."""

import os
import shutil
import sys

OLDEST = (3, 11)
KNOWN = ("python3.11", "python3.12", "python3.13", "python3.14")


def newer_python():
    """Another Python on this machine that is new enough, or None."""
    for name in KNOWN:
        found = shutil.which(name)
        if found:
            return found
    return None


def main():
    if sys.version_info >= OLDEST:
        from groundwork.commands import main as command

        return command(sys.argv[1:])
    other = newer_python()
    if other:
        os.execv(other, [other, "-E", *sys.argv])
    found = ".".join(str(part) for part in sys.version_info[:2])
    sys.stderr.write(
        "Overture needs Python 3.11 or newer, and this is " + found + ": install one (on Debian 12 or Ubuntu "
        "24.04: apt-get install python3), or name it, as in  make install PYTHON=/usr/bin/python3.12\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
