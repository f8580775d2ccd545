"""A whole PostgreSQL, contrib modules included: Prefect's tables want pg_trgm, which the wheel of our other tests lacks."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg


def installed():
    """The folder of its programs, the newest where there are several; None where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb") or (debian[-1] if debian else None)
    return Path(named).parent if named else None


class Postgres:
    """A server on a Unix socket in a folder of its own; like every PostgreSQL it does not run as root."""

    def __init__(self, programs):
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="weekly-pg-"))
        self.user = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self._run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(self.folder / "data"))

    def start(self):
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", options, "start")

    def stop(self):
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)

    def database(self, name):
        """Makes a database and returns its address."""
        with psycopg.connect(f"host={self.folder} user=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _run(self, program, *arguments):
        command = [str(self.programs / program), *arguments]
        # Into a file: the server inherits what pg_ctl writes to, and a pipe would stay open with it.
        with (self.folder.parent / f"{self.folder.name}.out").open("w+") as out:
            done = subprocess.run(command, cwd="/", stdout=out, stderr=out, check=False, **self.user)
            out.seek(0)
            assert done.returncode == 0, out.read()
        Path(out.name).unlink()
