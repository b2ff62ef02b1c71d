"""The process: it serves, drains on SIGTERM, reads its config again on SIGHUP, and replaces a worker that dies."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.errors import BadUse
from makegood.gateway.config import read_config
from makegood.gateway.run import serve
from tests.gateway.raw import (
    ANSWER,
    ASKED,
    FIRST,
    LAST,
    PATH,
    STREAM,
    chunked,
    http,
    route_text,
    then_silence,
    upstream,
)

HEADERS = {"Content-Type": "application/json"}
KEYS = {"KEY1": "sk-upstream-1"}


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def running(folder: Path, text: str) -> AsyncIterator[tuple[Process, asyncio.StreamReader]]:
    """The command as a process of its own, and what it says."""
    (folder / "gateway.toml").write_text(text)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "makegood", "gateway", "--config", str(folder / "gateway.toml"),
        stderr=subprocess.PIPE, env={**os.environ, **KEYS},
    )  # fmt: skip
    try:
        assert process.stderr is not None
        yield process, process.stderr
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def closed(port: int) -> None:
    """Until nobody listens there."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return
        writer.close()
        await asyncio.sleep(0.01)
    raise AssertionError("it still listens")


async def said(lines: asyncio.StreamReader, word: str) -> str:
    """The next line that holds a word."""
    while line := (await asyncio.wait_for(lines.readline(), 20)).decode():
        if word in line:
            return line
    raise AssertionError(f"nothing said {word}")


def test_it_serves_reads_its_config_again_and_ends_when_open_calls_have_ended(tmp_path: Path):
    async def story():
        told = asyncio.Event()

        async def slow(writer: asyncio.StreamWriter) -> None:
            writer.write(chunked(FIRST, end=False))
            await told.wait()
            writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(LAST), LAST))
            await writer.drain()

        port = free_port()
        listen = f"[listen]\nport = {port}\n"
        async with upstream(slow) as one, running(tmp_path, route_text(one.port, more=listen)) as (process, lines):
            listening = await said(lines, "listening")
            (tmp_path / "gateway.toml").write_text("nonsense")
            process.send_signal(signal.SIGHUP)
            refused = await said(lines, "reload_refused")
            url = f"http://127.0.0.1:{port}{PATH}"
            async with aiohttp.ClientSession() as session, session.post(url, data=STREAM, headers=HEADERS) as answer:
                first = await answer.content.readany()
                process.send_signal(signal.SIGTERM)
                await said(lines, "stopping")
                await closed(port)
                told.set()
                rest = await answer.read()
            await said(lines, "stopped")
            return listening, refused, first + rest, await asyncio.wait_for(process.wait(), 10)

    listening, refused, body, status = asyncio.run(story())
    assert "routes=1" in listening
    assert "is not TOML" in refused
    assert (body, status) == (FIRST + LAST, 0)
    journals = b"".join(path.read_bytes() for path in (tmp_path / "attempts" / "open").glob("*.jsonl"))
    assert journals.count(b'"usable":true') == 1


def test_workers_share_a_port_and_their_meters_and_one_that_dies_is_replaced(tmp_path: Path):
    async def story():
        port, admin = free_port(), free_port()
        listen = f"workers = 2\n[listen]\nport = {port}\nadmin_port = {admin}\n"
        async with upstream(http()) as one, running(tmp_path, route_text(one.port, more=listen)) as (process, lines):
            await said(lines, "listening")
            await said(lines, "listening")
            url, bodies = f"http://127.0.0.1:{port}", []
            for _ in range(12):  # each on a connection of its own, so that both are asked
                async with aiohttp.ClientSession() as session:
                    answer = await session.post(f"{url}{PATH}", data=ASKED, headers=HEADERS)
                    bodies.append(await answer.read())
            async with aiohttp.ClientSession() as session:
                meters = await (await session.get(f"http://127.0.0.1:{admin}/-/metrics")).text()
                hidden = (await session.get(f"{url}/-/metrics")).status
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            worker = next(child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes())
            os.kill(int(worker), signal.SIGKILL)
            ended = await said(lines, "worker_ended")
            process.send_signal(signal.SIGHUP)  # the one that takes its place has hardly begun to start
            await said(lines, "listening")
            process.send_signal(signal.SIGTERM)
            return bodies, meters, hidden, ended, await asyncio.wait_for(process.wait(), 20)

    bodies, meters, hidden, ended, status = asyncio.run(story())
    assert bodies == [ANSWER] * 12
    assert 'makegood_gateway_calls_total{outcome="served",route="m"} 12.0' in meters
    assert (hidden, "code=-9" in ended, status) == (404, True, 0)
    rows = b"".join(path.read_bytes() for path in (tmp_path / "attempts" / "open").glob("*.jsonl"))
    assert rows.count(b'"status":200') == 12


def test_workers_end_with_who_keeps_them(tmp_path: Path):
    async def story():
        port = free_port()
        listen = f"workers = 2\n[listen]\nport = {port}\n"
        async with upstream(http()) as one, running(tmp_path, route_text(one.port, more=listen)) as (process, lines):
            await said(lines, "listening")
            await said(lines, "listening")
            process.kill()
            await process.wait()
            await said(lines, "stopped")
            await said(lines, "stopped")
            await closed(port)

    asyncio.run(story())


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        path = tmp_path / "gateway.toml"
        path.write_text(route_text(1, more=f"[listen]\nport = {taken.getsockname()[1]}\n"))
        with pytest.raises(BadUse, match="cannot be taken"):
            asyncio.run(serve(read_config(path, KEYS)))


def test_the_command_checks_a_config_and_names_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "gateway.toml"
    path.write_text(route_text(1))
    monkeypatch.setenv("KEY1", "sk-upstream-1")
    done = CliRunner().invoke(app, ["gateway", "--config", str(path), "--check"], catch_exceptions=False)
    assert (done.exit_code, done.output.splitlines()[0]) == (0, f"{path}: sound.")
    assert "sk-upstream-1" not in done.output
    monkeypatch.delenv("KEY1")
    done = CliRunner().invoke(app, ["gateway", "--config", str(path), "--check"], catch_exceptions=False)
    assert "KEY1 is not set here" in done.output
    with pytest.raises(BadUse, match="KEY1 is not set"):
        CliRunner().invoke(app, ["gateway", "--config", str(path)], catch_exceptions=False)
    with pytest.raises(BadUse, match="--port go with --demo"):
        CliRunner().invoke(app, ["gateway", "--config", str(path), "--port", "8097"], catch_exceptions=False)
    with pytest.raises(BadUse, match="name a config"):
        CliRunner().invoke(app, ["gateway"], catch_exceptions=False)


@pytest.mark.parametrize("trusted", [False, True])
def test_an_upstreams_certificate_is_checked(tmp_path: Path, trusted: bool):
    """Self-signed is refused before anything leaves, and taken where the config names who signed it."""
    import ssl

    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem"), "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"], capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl here to make a certificate with")

    async def story():
        from tests.gateway.raw import Upstream, stand

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        other = Upstream([http()])
        server = await asyncio.start_server(other.talk, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        text = route_text(port).replace(f"http://127.0.0.1:{port}", f"https://localhost:{port}")
        if trusted:
            text = text.replace("provider = 'p1'", "provider = 'p1'\nca_file = 'cert.pem'")
        async with stand(tmp_path, text) as at:
            answer, rows = await at.ask(), at.rows.ended
        server.close()
        for writer in other.talks:
            writer.transport.abort()
        return answer, len(other.asked), rows[0].error

    answer, asked, error = asyncio.run(story())
    if trusted:
        assert (answer.status, answer.body, asked, error) == (200, ANSWER, 1, None)
    else:
        assert (answer.status, answer.json()["error"]["code"], asked, error) == (502, "connect_tls", 0, "connect_tls")


def test_a_second_signal_cuts_the_calls_that_are_still_open(tmp_path: Path):
    async def story():
        port = free_port()
        listen = f"[listen]\nport = {port}\n"
        begun = then_silence(chunked(FIRST, end=False))
        async with upstream(begun) as one, running(tmp_path, route_text(one.port, more=listen)) as (process, lines):
            await said(lines, "listening")
            url = f"http://127.0.0.1:{port}{PATH}"
            async with aiohttp.ClientSession() as session, session.post(url, data=STREAM, headers=HEADERS) as answer:
                await answer.content.readany()
                process.send_signal(signal.SIGINT)
                stopping = await said(lines, "stopping")
                process.send_signal(signal.SIGINT)  # of the same key press: told twice
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(process.wait(), 0.6)
                process.send_signal(signal.SIGINT)
                return stopping, await asyncio.wait_for(process.wait(), 10)

    stopping, status = asyncio.run(story())
    assert "open_calls=1 drain_seconds=30" in stopping
    assert status == 0
    journals = b"".join(path.read_bytes() for path in (tmp_path / "attempts" / "open").glob("*.jsonl"))
    assert b'"error":"cancelled_gateway_stopped"' in journals  # the caller had not left
