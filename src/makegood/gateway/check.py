"""Verb: say what a gateway would do by its config, without doing it; keys by their names only."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from makegood.gateway.config import Config
from makegood.gateway.config_shape import OPENAI, REFUSE, File, RouteRules, Step
from makegood.gateway.routing import Route, Table, build_table


def told(config: Config) -> list[str]:
    """The lines that say it."""
    said = config.said
    table = build_table(config)
    lines = [
        f"{config.path}: sound.",
        *(f"The environment variable {name} is not set here; the gateway will need it." for name in _unset(config)),
        f"Listens on {said.listen.host} port {said.listen.port} with {_counted(said.workers, 'worker')}.",
        _who_asks(said),
        f"Records each attempt in {config.attempts}; where that fails, answers go on"
        if said.when_recording_fails != REFUSE
        else f"Records each attempt in {config.attempts}; where that fails, nothing is sent",
    ]
    lines[-1] += f" (when_recording_fails = {said.when_recording_fails})."
    lines += _callers(said)
    lines += [_upstream(name, config) for name in said.upstreams]
    for alias, rules in said.routes.items():
        lines += _route(alias, rules, table)
    lines += _defaults(said)
    return lines


def _unset(config: Config) -> list[str]:
    return [name for name, key in config.keys.items() if not key]


def _who_asks(said: File) -> str:
    if said.listen.admin_port is None:
        return "Tells health and metrics under /-/ to this machine only."
    return f"Tells health and metrics under /-/ on {said.listen.admin_host} port {said.listen.admin_port}."


def _callers(said: File) -> Iterator[str]:
    if not said.callers:
        yield f"Anyone on this machine may call; account {said.account}."
    for caller in said.callers:
        yield f"Caller {caller.name}: key {caller.key_env}, account {caller.account}."


def _upstream(name: str, config: Config) -> str:
    said = config.said.upstreams[name]
    if said.key_env:
        key = f"key {said.key_env}"
    else:
        key = "the caller's own key" if said.send_key and not config.said.callers else "no key"
    note = ""
    if said.wire == OPENAI and not urlsplit(said.base_url).path.strip("/"):
        note = " Its base_url has no path; OpenAI's own, and most like it, end with /v1."
    return f"Upstream {name}: {said.wire} at {said.base_url}, with {key}.{note}"


def _route(alias: str, rules: RouteRules, table: Table) -> Iterator[str]:
    (route,) = [one for (_, named), one in table.routes.items() if named == alias]
    order = "; then ".join(" or ".join(lane.name for lane in group) for group in route.groups)
    yield f"Model {alias}: {order}. {_budget(rules)} {_unanswered(route)}{_hedge(rules)}"
    for lane in route.left_out:
        yield f"Model {alias}: {lane.name} is never asked, as its price is above the ceiling."
    if any(step.price is None for step in rules.upstreams):
        yield f"Model {alias}: the cost of detours is not known, as {_bare(rules.upstreams)} declares no price."


def _bare(steps: list[Step]) -> str:
    return ", ".join(step.upstream for step in steps if step.price is None)


def _budget(rules: RouteRules) -> str:
    budget = rules.budget
    parts = [f"at most {_counted(budget.attempts, 'attempt')} a call"]
    if budget.seconds is not None:
        parts.append(f"none begun after {budget.seconds:g} s")
    if budget.money is not None:
        currency = next((step.price.currency for step in rules.upstreams if step.price), "")
        parts.append(f"none that could bring the call above {budget.money} {currency}".rstrip())
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _unanswered(route: Route) -> str:
    if route.repeats:
        return "What ends without an answer is asked again elsewhere, and may be charged twice; that is recorded."
    return "What ends without an answer is not asked again, as it may have been served."


def _hedge(rules: RouteRules) -> str:
    if rules.hedge_after_ms is None:
        return ""
    return f" After {rules.hedge_after_ms} ms without an answer another is asked as well, and both may be charged."


def _defaults(said: File) -> Iterator[str]:
    for wire, name in (("OpenAI", said.default.openai), ("Anthropic", said.default.anthropic)):
        if name:
            yield f"Everything else of {wire}'s goes to {name}."
        else:
            yield f"Everything else of {wire}'s is refused, as no default names an upstream."


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
