"""Start one program so that it ends when its starter does, and as whom it is told.

Runs as a script of its own (`python -I -S child.py …`), between the launcher and the program: what
must happen in the new process, after the fork and before the program, happens here and not in a
`preexec_fn`, which is unsafe in a process with threads. It replaces itself by the program (`exec`),
so the process number the launcher holds is the program's own.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

REFUSED = 77
"""Exit code: the rights asked for are not enough to reach the paths the program needs."""

# Numbers of the Linux kernel's interface: prctl.h, securebits.h, capability.h, sched.h.
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 4
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def become(uid: int, gid: int, capability: int | None) -> None:
    """Change to an unprivileged user for good, keeping one capability if named; raise OSError."""
    if capability is not None:
        # access(2) ignores the capabilities of every user but root unless this bit is set, and
        # PostgreSQL asks access(2) whether it may run its own programs.
        _check(_libc().prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), "securebits")
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if capability is None:
        return
    libc = _libc()
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    # effective, permitted, inheritable: first for capabilities 0 to 31, then for 32 to 63.
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _check(libc.capset(header, data), "capset")
    _check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0), "ambient capability")


def enter_namespace(uid: int, gid: int) -> None:
    """Go on under the number of another user in a user namespace of one; raise OSError.

    Outside it stays the same user, so files keep their owner.
    """
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _check(_libc().unshare(CLONE_NEWUSER), "user namespace")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1", encoding="ascii")


def end_with_parent(parent: int, number: int) -> None:
    """Have the kernel send us that signal when the parent ends; leave if it already has.

    Last before the exec: a change of user clears it.
    """
    _check(_libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0), "parent death signal")
    if os.getppid() != parent:
        sys.exit(0)


def supervise(command: list[str], number: int) -> int:
    """Where the kernel cannot tell us of the parent's death: watch standard input end instead."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def pass_on(received: int, _frame: FrameType | None) -> None:
        child.send_signal(received)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, pass_on)
    while child.poll() is None:
        readable, _, _ = select.select([0], [], [], 0.2)
        if readable and not os.read(0, 1):
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(number)
            return child.wait()
    return child.returncode


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="child.py")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--capability", type=int)
    parser.add_argument("--namespace", action="store_true")
    parser.add_argument("--needs", action="append", default=[], help="PATH:rwx that must be open")
    parser.add_argument("command", nargs="+")
    return parser.parse_args(argv)


def _may(need: str) -> bool:
    path, _, letters = need.rpartition(":")
    bits = {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}
    return os.access(path, sum(bits[letter] for letter in letters))


def main(argv: list[str]) -> int:
    """Take on the user, tie the process to its parent, and become the program.

    Returns only when that failed, or where the program is watched instead.
    """
    args = _arguments(argv)
    try:
        if args.namespace:
            enter_namespace(args.uid, args.gid)
        elif args.uid is not None:
            become(args.uid, args.gid, args.capability)
    except OSError as error:
        print(error, file=sys.stderr)
        return REFUSED
    if not all(_may(need) for need in args.needs):
        return REFUSED
    if os.uname().sysname == "Linux":
        end_with_parent(args.parent, args.signal)
        os.execv(args.command[0], args.command)  # noqa: S606 - no shell is wanted
    return supervise(args.command, args.signal)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
