"""What the gateway is measured with: a stub upstream, nginx, LiteLLM's proxy and the gateway, each a process."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Two measurements beside each other need ports of their own: GATEWAY_PORTS says where the second's begin.
STUB, NGINX, OURS, LITELLM, STREAMS = (int(os.environ.get("GATEWAY_PORTS", "9100")) + at for at in (0, 1, 2, 4, 5))
MODEL = "gpt-4o-mini"
ANSWER = (
    '{"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini","choices":[{"index":0,'
    '"message":{"role":"assistant","content":"Hello there, how can I help?"},"finish_reason":"stop"}],'
    '"usage":{"prompt_tokens":12,"completion_tokens":8,"total_tokens":20}}'
)
BODY = f'{{"model":"{MODEL}","messages":[{{"role":"user","content":"Say hello."}}]}}'
PATH = "/v1/chat/completions"
_NGINX = """
worker_processes {workers}; daemon off; pid {here}/{name}.pid; error_log {here}/{name}.err;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000000; client_body_temp_path {here}/b; proxy_temp_path {here}/p;
  fastcgi_temp_path {here}/f; uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
  {body}
}}
"""
_STUB = """
  server {{ listen 127.0.0.1:{port} backlog=4096; default_type application/json;
    location = /status {{ stub_status; }}
    location / {{ return 200 '{answer}'; }} }}
"""
_PROXY = """
  upstream stub {{ server 127.0.0.1:{stub}; keepalive 256; }}
  upstream streams {{ server 127.0.0.1:{streams}; keepalive 256; }}
  server {{ listen 127.0.0.1:{port} backlog=4096;
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    location /streams/ {{ proxy_pass http://streams/; }}
    location / {{ proxy_pass http://stub; }} }}
"""


@dataclass(frozen=True)
class Server:
    """A server that answers at `port`; `pids` are its processes."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def pids(self) -> list[int]:
        """The process and all its children."""
        found, asked = [], [self.process.pid]
        while asked:
            pid = asked.pop()
            found.append(pid)
            with_children = Path(f"/proc/{pid}/task/{pid}/children")
            asked += [int(one) for one in with_children.read_text().split()] if with_children.exists() else []
        return found

    def memory(self) -> int:
        """Resident memory of all its processes, in KiB."""
        total = 0
        for pid in self.pids:
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                total += int(line.split()[1]) if line.startswith("VmRSS:") else 0
        return total

    def processor(self) -> float:
        """Processor seconds of all its processes so far."""
        ticks = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def stub(here: Path) -> Iterator[Server]:
    """An upstream that answers every call at once with the same small JSON, and counts what it was asked."""
    body = _STUB.format(port=STUB, answer=ANSWER)
    with _nginx(here, "stub", STUB, body) as server:
        yield server


@contextmanager
def nginx(here: Path) -> Iterator[Server]:
    """nginx's proxy_pass before the stub, one worker, connections kept."""
    with _nginx(here, "proxy", NGINX, _PROXY.format(port=NGINX, stub=STUB, streams=STREAMS)) as server:
        yield server


@contextmanager
def gateway(here: Path, upstream: str, workers: int = 1) -> Iterator[Server]:
    """The gateway as `makegood gateway` starts it, recording into `here/attempts`."""
    config = here / "gateway.toml"
    config.write_text(
        f'attempts = "{here / "attempts"}"\nworkers = {workers}\n\n[listen]\nport = {OURS}\n\n'
        f'[upstreams.stub]\nwire = "openai"\nprovider = "openai"\nbase_url = "{upstream}"\nkey_env = "STUB_KEY"\n\n'
        f'[routes."{MODEL}"]\nupstreams = [{{ upstream = "stub" }}]\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "makegood", "gateway", "--config", str(config)]
    environment = {**os.environ, "STUB_KEY": "none", "PYTHONPATH": os.pathsep.join(sys.path)}
    with _started("makegood", OURS, command, here / "gateway.log", environment) as server:
        yield server


@contextmanager
def litellm(here: Path, command: str, upstream: str = f"http://127.0.0.1:{STUB}/v1") -> Iterator[Server]:
    """LiteLLM's proxy, from an environment of its own; `command` is its executable."""
    config = here / "litellm.yaml"
    config.write_text(
        f"model_list:\n  - model_name: {MODEL}\n    litellm_params: {{model: openai/{MODEL}, "
        f'api_base: "{upstream}", api_key: none}}\n',
        encoding="utf-8",
    )
    environment = {**os.environ, "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true", "LITELLM_LOG": "ERROR"}
    started = [command, "--config", str(config), "--host", "127.0.0.1", "--port", str(LITELLM)]
    with _started("LiteLLM", LITELLM, started, here / "litellm.log", environment, seconds=120) as server:
        yield server


@contextmanager
def streams(here: Path) -> Iterator[Server]:
    """An upstream that streams: the first event at once, then one every so many milliseconds, as its path says."""
    command = [sys.executable, "-m", "benchmarks.gateway_streams", str(STREAMS)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with _started("streams", STREAMS, command, here / "streams.log", environment) as server:
        yield server


@contextmanager
def _nginx(here: Path, name: str, port: int, body: str) -> Iterator[Server]:
    if not shutil.which("nginx"):
        raise SystemExit("nginx is not installed; apt-get install nginx-light.")
    config = here / f"{name}.conf"
    config.write_text(_NGINX.format(here=here, name=name, workers=1, body=body), encoding="utf-8")
    with _started(name, port, ["nginx", "-c", str(config)], here / f"{name}.log", dict(os.environ)) as server:
        yield server


@contextmanager
def _started(
    name: str, port: int, command: list[str], log: Path, environment: dict[str, str], *, seconds: float = 30
) -> Iterator[Server]:
    if _answers(port):
        raise SystemExit(f"port {port} is taken; {name} would not be what is measured.")
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        try:
            _wait(name, port, process, log, seconds)
            yield Server(name, port, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(name: str, port: int, process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.1)
    raise SystemExit(f"{name} does not answer at port {port}: {log.read_text(errors='replace')[-500:]}")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
