"""The five APIs as their descriptions say they behave, in memory; each can be told to keep something else.

`twist` is what one request does besides: "" nothing, "nothing" keeps nothing, "amount" keeps another amount, "twice"
keeps it twice, "customer" keeps it for another customer, "honest_amount" keeps and shows another amount.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from standardwebhooks import Webhook, WebhookVerificationError

KEY = "sk_test_4f9a"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw9f9a"
DAY = 24 * 3600


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    twist: str = ""


Reply = tuple[int, Any]


@dataclass
class Apis:
    """`now` is the server's clock in seconds; `requests` every request that arrived."""

    now: int = 1_790_000_000
    forgets_keys: bool = True
    balance: list[dict[str, Any]] = field(default_factory=list)
    grants: list[dict[str, Any]] = field(default_factory=list)
    coupons: dict[str, dict[str, Any]] = field(default_factory=dict)
    applied: list[dict[str, Any]] = field(default_factory=list)
    metered: list[dict[str, Any]] = field(default_factory=list)
    credits: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, tuple[int, tuple[str, str], Reply]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        for pattern, serve in _ROUTES:
            found = re.fullmatch(pattern, f"{request.method} {request.path}")
            if found:
                return serve(self, request, *map(unquote, found.groups()))
        return 404, {"error": "Not Found"}

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{next(self.numbers):06d}"

    def twisted(
        self, request: Request, shelf: list[dict[str, Any]], entry: dict[str, Any], money: str
    ) -> dict[str, Any]:
        """Keep the entry as the twist says; what is answered."""
        kept = json.loads(json.dumps(entry))
        if request.twist in ("amount", "honest_amount"):
            _change(kept, money)
        if request.twist == "customer":
            name = "external_customer_id" if "external_customer_id" in kept else "customer"
            kept[name] = entry[name] = "cus_other"
        if request.twist != "nothing":
            shelf.append(kept)
        if request.twist == "twice":
            shelf.append({**json.loads(json.dumps(kept)), "id": self.new_id("again"), "lago_id": self.new_id("again")})
        return kept if request.twist == "honest_amount" else entry


def _change(entry: dict[str, Any], money: str) -> None:
    *way, last = money.split(".")
    for part in way:
        entry = entry[part]
    value = entry[last]
    entry[last] = value // 2 if isinstance(value, int) else f"{int(value.split('.')[0]) // 2}.00"


def _stripe_error(status: int, code: str, kind: str = "invalid_request_error") -> Reply:
    return status, {"error": {"type": kind, "code": code, "message": "a customer's own words"}}


def keyed(serve: Any) -> Any:
    """Stripe's keys: the first answer again for the same form, an error for another; forgotten after a day."""

    def served(apis: Apis, request: Request, *found: str) -> Reply:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _stripe_error(401, "")
        assert not request.body or request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d\.[a-z]+", request.headers["stripe-version"])
        key, content = request.headers.get("idempotency-key", ""), (request.path, request.body.decode())
        before = apis.keys.get(key)
        if before and (not apis.forgets_keys or apis.now - before[0] < DAY) and request.twist != "forget":
            if before[1] != content:
                return 400, {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests ..."}}
            return before[2]
        reply = serve(apis, request, *found)
        if key and reply[0] != 400:
            apis.keys[key] = (apis.now, content, reply)
        return reply

    return served


def _form(request: Request, allowed: str) -> dict[str, str] | None:
    form = dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=bool(request.body)))
    known = re.compile(rf"{allowed}|metadata\[[a-z_]{{1,40}}\]")
    return form if all(known.fullmatch(name) and value for name, value in form.items()) else None


def _metadata(form: Mapping[str, str]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}


@keyed
def balance_post(apis: Apis, request: Request, customer: str) -> Reply:
    form = _form(request, "amount|currency|description")
    if form is None:
        return _stripe_error(400, "parameter_unknown")
    if customer == "cus_none":
        return _stripe_error(404, "resource_missing")
    entry = {
        "id": apis.new_id("cbtxn"), "object": "customer_balance_transaction", "amount": int(form["amount"]),
        "currency": form["currency"], "customer": customer, "created": apis.now, "metadata": _metadata(form),
    }  # fmt: skip
    return 200, apis.twisted(request, apis.balance, entry, "amount")


def _stripe_list(request: Request, entries: list[dict[str, Any]]) -> Reply:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        return _stripe_error(401, "")
    newest = entries[::-1]
    if "starting_after" in request.query:
        places = [place for place, one in enumerate(newest) if one["id"] == request.query["starting_after"]]
        newest = newest[places[0] + 1 :]
    size = int(request.query.get("limit", "10"))
    return 200, {"object": "list", "data": newest[:size], "has_more": len(newest) > size}


def balance_get(apis: Apis, request: Request, customer: str) -> Reply:
    if customer == "cus_none":
        return _stripe_error(404, "resource_missing")
    since = int(request.query.get("created[gte]", "0"))
    return _stripe_list(
        request, [one for one in apis.balance if one["customer"] == customer and one["created"] >= since]
    )


@keyed
def grants_post(apis: Apis, request: Request) -> Reply:
    scope = r"applicability_config\[scope\]\[(?:price_type|prices\]\[\d+\]\[id)\]"
    form = _form(
        request,
        rf"amount\[(?:type|monetary\]\[(?:currency|value))\]|{scope}|customer|category|name|expires_at|priority",
    )
    if form is None or not 0 <= int(form.get("priority", "50")) <= 100 or len(form.get("name", "")) > 100:
        return _stripe_error(400, "parameter_invalid")
    value = int(form["amount[monetary][value]"])
    if value <= 0 or form["amount[type]"] != "monetary":
        return _stripe_error(400, "parameter_invalid_integer")
    entry = {
        "id": apis.new_id("credgr"), "object": "billing.credit_grant", "category": form["category"],
        "amount": {"type": "monetary", "monetary": {"currency": form["amount[monetary][currency]"], "value": value}},
        "customer": form["customer"], "created": apis.now, "expires_at": int(form.get("expires_at", "0")) or None,
        "priority": int(form.get("priority", "50")), "metadata": _metadata(form), "voided_at": None,
    }  # fmt: skip
    return 200, apis.twisted(request, apis.grants, entry, "amount.monetary.value")


def grants_get(apis: Apis, request: Request) -> Reply:
    return _stripe_list(request, [one for one in apis.grants if one["customer"] == request.query["customer"]])


@keyed
def grants_void(apis: Apis, request: Request, identity: str) -> Reply:
    for grant in apis.grants:
        if grant["id"] == identity:
            if request.twist != "nothing":
                grant["voided_at"] = apis.now
            return 200, {**grant, "voided_at": apis.now}
    return _stripe_error(404, "resource_missing")


def _lago(request: Request) -> bool:
    return request.headers.get("authorization") == f"Bearer {KEY}"


def _lago_422(field_name: str, code: str) -> Reply:
    details = {field_name: [code]}
    return 422, {"status": 422, "error": "Unprocessable Entity", "code": "validation_errors", "error_details": details}


def _lago_404(what: str) -> Reply:
    return 404, {"status": 404, "error": "Not Found", "code": f"{what}_not_found"}


def coupons_post(apis: Apis, request: Request) -> Reply:
    if not _lago(request):
        return 401, {"status": 401, "error": "Unauthorized"}
    coupon = json.loads(request.body)["coupon"]
    if coupon["code"] in apis.coupons:
        return _lago_422("code", "value_already_exist")
    if coupon["expiration"] == "time_limit" and not coupon.get("expiration_at"):
        return _lago_422("expiration_at", "invalid_date")
    entry = {"reusable": True, **coupon, "lago_id": apis.new_id("coupon")}
    shelf: list[dict[str, Any]] = []
    shown = apis.twisted(request, shelf, entry, "amount_cents")
    apis.coupons |= {one["code"]: one for one in shelf[:1]}
    return 200, {"coupon": shown}


def coupons_get(apis: Apis, _: Request, code: str) -> Reply:
    return (200, {"coupon": apis.coupons[code]}) if code in apis.coupons else _lago_404("coupon")


def applied_post(apis: Apis, request: Request) -> Reply:
    asked = json.loads(request.body)["applied_coupon"]
    coupon = apis.coupons.get(asked["coupon_code"])
    if coupon is None:
        return _lago_404("coupon")
    customer = asked["external_customer_id"]
    there = [
        one for one in apis.applied if (one["coupon_code"], one["external_customer_id"]) == (coupon["code"], customer)
    ]
    if there and not coupon["reusable"]:
        return _lago_422("coupon", "coupon_is_not_reusable")
    entry = {
        "lago_id": apis.new_id("applied"), "coupon_code": coupon["code"], "external_customer_id": customer,
        "status": "active", "amount_cents": coupon["amount_cents"], "amount_cents_remaining": coupon["amount_cents"],
        "amount_currency": coupon["amount_currency"], "frequency": "once",
    }  # fmt: skip
    return 200, {"applied_coupon": apis.twisted(request, apis.applied, entry, "amount_cents")}


def applied_get(apis: Apis, request: Request) -> Reply:
    code, customer = request.query.get("coupon_code[]"), request.query.get("external_customer_id")
    found = [one for one in apis.applied if (one["coupon_code"], one["external_customer_id"]) == (code, customer)]
    return 200, {"applied_coupons": found, "meta": {"current_page": 1, "next_page": None, "total_pages": 1}}


def applied_delete(apis: Apis, request: Request, customer: str, identity: str) -> Reply:
    for one in apis.applied:
        if (one["lago_id"], one["external_customer_id"]) == (identity, customer):
            if request.twist != "nothing":
                one["status"] = "terminated"
            return 200, {"applied_coupon": {**one, "status": "terminated"}}
    return _lago_404("applied_coupon")


def _problem(status: int, title: str) -> Reply:
    return status, {"type": "about:blank", "title": title, "status": status, "detail": "a customer's own words"}


def metered_post(apis: Apis, request: Request, customer: str, feature: str) -> Reply:
    asked = json.loads(request.body)
    assert set(asked) <= {"amount", "priority", "effectiveAt", "expiration", "metadata"}
    if asked["amount"] <= 0 or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00Z", asked["effectiveAt"]):
        return _problem(400, "Bad Request")
    entry = {**asked, "id": apis.new_id("grant"), "entitlementId": f"{customer}/{feature}"}
    return 201, apis.twisted(request, apis.metered, entry, "amount")


def metered_get(apis: Apis, request: Request, customer: str, feature: str) -> Reply:
    found = [one for one in apis.metered if one["entitlementId"] == f"{customer}/{feature}"]
    page, size = int(request.query["page"]), int(request.query["pageSize"])
    # Amounts are 64-bit floats there: 100 is shown as 100.0.
    items = [{**one, "amount": float(one["amount"])} for one in found[(page - 1) * size : page * size]]
    return 200, {"totalCount": len(found), "page": page, "pageSize": size, "items": items}


def metered_delete(apis: Apis, request: Request, identity: str) -> Reply:
    for one in apis.metered:
        if one["id"] == identity:
            if "voidedAt" in one:
                return _problem(400, "Bad Request")
            if request.twist != "nothing":
                one["voidedAt"] = "2026-11-22T00:00:00Z"
            return 204, None
    return _problem(404, "Not Found")


def credits_post(apis: Apis, request: Request, customer: str) -> Reply:
    asked = json.loads(request.body)
    allowed = {"name", "funding_method", "currency", "amount", "priority", "key", "filters", "expires_after"}
    assert set(asked) <= allowed
    assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", asked["amount"])
    if any((one["customer"], one["key"]) == (customer, asked["key"]) for one in apis.credits):
        return _problem(409, "Conflict")
    entry = {**asked, "id": apis.new_id("01CREDIT"), "customer": customer, "status": "active"}
    return 201, apis.twisted(request, apis.credits, entry, "amount")


def credits_get(apis: Apis, request: Request, customer: str) -> Reply:
    key = request.query.get("filter[key][eq]")
    found = [one for one in apis.credits if one["customer"] == customer and one["key"] == key]
    return 200, {"data": found, "meta": {"page": {"number": 1, "size": 100, "total": len(found)}}}


def _verified(request: Request) -> bool:
    try:
        Webhook(SECRET).verify(request.body, dict(request.headers), json_parse=False)
    except WebhookVerificationError:
        return False
    return True


def hook_post(apis: Apis, request: Request) -> Reply:
    if not _verified(request):
        return 400, {"code": "bad_signature"}
    event = json.loads(request.body)
    event["remote"] = request.headers["webhook-id"]
    if request.twist != "twice" and any(one["remote"] == event["remote"] for one in apis.events):
        return 200, {"status": "known"}
    apis.twisted(request, apis.events, event, "data.amount")
    return 200, None


def hook_get(apis: Apis, request: Request, identity: str) -> Reply:
    found = [one for one in apis.events if one["remote"] == identity]
    if not _verified(request):
        return 400, {"code": "bad_signature"}
    if not found:
        return 404, None
    data = found[0]["data"]
    sign = "" if found[0]["type"] == "award.posted" else "-"
    return 200, {"id": identity, "unit": data["unit"], "amount": sign + data["amount"], "times": len(found)}


_ROUTES = [
    (r"POST /v1/customers/([^/]+)/balance_transactions", balance_post),
    (r"GET /v1/customers/([^/]+)/balance_transactions", balance_get),
    (r"POST /v1/billing/credit_grants", grants_post),
    (r"GET /v1/billing/credit_grants", grants_get),
    (r"POST /v1/billing/credit_grants/([^/]+)/void", grants_void),
    (r"POST /api/v1/coupons", coupons_post),
    (r"GET /api/v1/coupons/([^/]+)", coupons_get),
    (r"POST /api/v1/applied_coupons", applied_post),
    (r"GET /api/v1/applied_coupons", applied_get),
    (r"DELETE /api/v1/customers/([^/]+)/applied_coupons/([^/]+)", applied_delete),
    (r"POST /api/v2/customers/([^/]+)/entitlements/([^/]+)/grants", metered_post),
    (r"GET /api/v2/customers/([^/]+)/entitlements/([^/]+)/grants", metered_get),
    (r"DELETE /api/v1/grants/([^/]+)", metered_delete),
    (r"POST /api/v3/openmeter/customers/([0-9A-Z]{26})/credits/grants", credits_post),
    (r"GET /api/v3/openmeter/customers/([0-9A-Z]{26})/credits/grants", credits_get),
    (r"POST /hook", hook_post),
    (r"GET /shelf/([^/]+)", hook_get),
]
