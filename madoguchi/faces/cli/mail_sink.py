"""The demo's post office: real SMTP on this machine that delivers every mail into one Maildir and nowhere else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from .places import var


async def keep_mail(folder: Path, port: int) -> None:
    """Listen on 127.0.0.1:`port` until SIGTERM; every mail becomes a file under `folder`/new."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    leave = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, leave.set)
    handler = Mailbox(folder)
    server = await loop.create_server(
        lambda: SMTP(
            handler, hostname="mihon.invalid", ident="Madoguchi demo", enable_SMTPUTF8=True, loop=loop
        ),
        "127.0.0.1",
        port,
    )
    async with server:
        await leave.wait()


def main() -> int:
    """Started by `mado serve` with MADO_SMTP_PORT."""
    port = int(os.environ.get("MADO_SMTP_PORT", "8025"))
    try:
        asyncio.run(keep_mail(var() / "mail", port))
    except OSError as error:
        print(f"mail sink: 127.0.0.1:{port}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
