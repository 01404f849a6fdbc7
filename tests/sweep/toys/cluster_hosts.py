"""Four hosts in one machine: a scheduler, a driver and two workers, with a network between them and nothing else.

Each has its own network namespace with its own address on a bridge, its own name, its own working directory and its
own view of the disk, in which the folder of the study's is empty for all but the driver. To be started in namespaces
of its own (see `OWN_WORLD`), so that it needs no rights and all is gone when it ends:

    python cluster_hosts.py HOME STUDY N_SAMPLES CUT...

Prints what happens as it happens. Of the hosts to be cut off, the first is it for longer than a connection outlives,
the others for a moment.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ADDRESSES = {name: f"10.77.0.{number}" for number, name in enumerate(("scheduler", "driver", "w1", "w2"), 1)}
SCHEDULER = f"tcp://{ADDRESSES['scheduler']}:8786"

DEAD_AFTER_S = 11
"""A connection without a sign of life for so long is dead: the shortest that Dask takes."""

OWN_WORLD = ["unshare", "--map-root-user", "--net", "--mount", "--uts", "--pid"]
OWN_WORLD += ["--fork", "--kill-child", "--mount-proc"]
"""Words before a command that give it a world of its own, in which it may make hosts."""


def why_no_hosts() -> str:
    """Why no hosts can be made here; empty if they can."""
    script = "mount -t tmpfs none /run && ip netns add host && ip -n host link add bridge type bridge"
    try:
        tried = subprocess.run([*OWN_WORLD, "sh", "-c", script], check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return "no `unshare` here"
    return "" if tried.returncode == 0 else f"no namespaces here: {tried.stderr.strip()}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _lay_cables() -> None:
    """A switch, and a cable from each host to it."""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    _ip("netns", "add", "switch")
    _ip("-n", "switch", "link", "add", "bridge", "type", "bridge")
    _ip("-n", "switch", "link", "set", "bridge", "up")
    for name, address in ADDRESSES.items():
        _ip("netns", "add", name)
        _ip("link", "add", name, "netns", "switch", "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("-n", "switch", "link", "set", name, "master", "bridge", "up")
        _ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        _ip("-n", name, "link", "set", "eth0", "up")
        _ip("-n", name, "link", "set", "lo", "up")


def _plug(name: str, state: str) -> None:
    _tell(f"{name} {state}")
    _ip("-n", "switch", "link", "set", name, state)


def _start(home: Path, name: str, command: Sequence[str], hidden: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a command on a host, in its own directory."""
    folder = home / name
    folder.mkdir(parents=True)
    script = f"hostname {name}; " + (f"mount -t tmpfs none '{hidden}'; " if hidden else "") + 'exec "$@"'
    words = ["ip", "netns", "exec", name, "unshare", "--uts", "--mount", "sh", "-c", script, "-", *command]
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, env=_environment())


def _environment() -> dict[str, str]:
    paths = (str(Path(__file__).parent), os.environ.get("PYTHONPATH", ""))
    dask = {f"DASK_DISTRIBUTED__COMM__TIMEOUTS__{what}": f"{DEAD_AFTER_S}s" for what in ("TCP", "CONNECT")}
    return os.environ | dask | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _dask(*words: str) -> list[str]:
    module, *options = words
    return [sys.executable, "-m", f"distributed.cli.dask_{module}", *options]


def _worker(name: str) -> list[str]:
    """A worker that is started again when it ends, as by systemd or Kubernetes."""
    options = ("--host", ADDRESSES[name], "--nthreads", "1")
    return ["sh", "-c", 'while :; do "$@"; sleep 1; done', "-", *_dask("worker", SCHEDULER, *options)]


def _drive(study: Path, n_samples: int) -> None:
    """What the driver does: the sweep, telling each run as it ends."""
    import cluster_sweeps  # pyright: ignore[reportMissingImports]

    from simlab.sweep.execute import Workers

    for entry in cluster_sweeps.sweep(study, n_samples, Workers(scheduler=SCHEDULER), "cluster_toys:slow"):
        _tell(f"{entry.run_id} {entry.state}")


def _n_done(home: Path) -> int:
    return (home / "driver" / "log.txt").read_text().count(" ok\n")


def _wait(driver: subprocess.Popen[bytes], home: Path, n_done: int) -> None:
    while driver.poll() is None and _n_done(home) < n_done:
        time.sleep(0.1)


def _cut(names: Sequence[str], driver: subprocess.Popen[bytes], home: Path, n_runs: int) -> None:
    """Cut off the first until its connections are dead, and later the others for a moment."""
    first, *others = names
    _wait(driver, home, n_runs // 8)
    _plug(first, "down")
    time.sleep(DEAD_AFTER_S + 3)
    _tell(f"{_n_done(home)} done, {first} not being there")
    _plug(first, "up")
    for name in others:
        _wait(driver, home, 5 * n_runs // 8)
        _plug(name, "down")
        time.sleep(2)
        _plug(name, "up")


def main(home: Path, study: Path, n_samples: int, names: Sequence[str]) -> int:
    """Do the sweep under trouble. Returns the driver's exit code."""
    _lay_cables()
    _start(home, "scheduler", _dask("scheduler", "--host", ADDRESSES["scheduler"]), study.parent)
    for name in ("w1", "w2"):
        _start(home, name, _worker(name), study.parent)
    itself = [sys.executable, __file__, "drive", str(study), str(n_samples)]
    driver = _start(home, "driver", itself)
    _cut(names, driver, home, 2 * n_samples)
    code = driver.wait()
    _tell((home / "driver" / "log.txt").read_text() if code else f"{_n_done(home)} done")
    return code


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "drive":
        _drive(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
