"""Attempt samples: a few records of every attempt format, of our own making, and what they must become."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

SECRETS = ("Tell me a secret", "sk-live-0001", "203.0.113.7")  # prompt, key, address: must never come out


def lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def table(headings: str, *rows: list[Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings.split(","))
    writer.writerows(rows)
    return out.getvalue()


def _attribute(key: str, value: Any) -> dict[str, Any]:
    kind = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}[type(value)]
    return {"key": key, "value": {kind: str(value) if kind == "intValue" else value}}


def span(status: int = 0, **attributes: Any) -> dict[str, Any]:
    return {
        "traceId": "0af7651916cd43dd8448eb211c80319c",
        "spanId": "b7ad6b7169203331",
        "name": "chat",
        "kind": 3,
        "startTimeUnixNano": "1772359200000000000",
        "endTimeUnixNano": "1772359201250000000",
        "attributes": [_attribute(key.replace("__", "."), value) for key, value in attributes.items()],
        "status": {"code": status},
    }


def export(*spans: dict[str, Any]) -> dict[str, Any]:
    resource = {"attributes": [_attribute("service.name", "shop")]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "sdk"}, "spans": list(spans)}]}]}


OTLP = export(
    span(
        gen_ai__operation__name="chat",
        gen_ai__provider__name="openai",
        gen_ai__request__model="gpt-4o",
        gen_ai__response__id="chatcmpl-1",
        gen_ai__usage__input_tokens=120,
        gen_ai__usage__output_tokens=30,
        **{"gen_ai__usage__cache_read.input_tokens": 100},
        gen_ai__input__messages=SECRETS[0],
        server__address="api.openai.com",
    ),
    span(
        2,
        gen_ai__operation__name="chat",
        gen_ai__system="anthropic",
        gen_ai__request__model="claude-sonnet-4-5",
        gen_ai__usage__prompt_tokens=7,
        error__type="overloaded_error",
        http__response__status_code=529,
    ),
    span(2, gen_ai__provider__name="openai", gen_ai__request__model="gpt-4o", error__type="openai.RateLimitError"),
    span(2, gen_ai__provider__name="openai", gen_ai__request__model="gpt-4o"),
    span(2, gen_ai__provider__name="openai", gen_ai__request__model="gpt-4o", error__type="ValueError"),
    span(2, gen_ai__provider__name="openai", gen_ai__request__model="gpt-4o", gen_ai__response__id="chatcmpl-9"),
    span(http__request__method="GET"),
    span(gen_ai__operation__name="execute_tool", gen_ai__tool__name="search"),
)
OTLP_SNAKE = {
    "resource_spans": [
        {
            "scope_spans": [
                {
                    "spans": [
                        {
                            "start_time_unix_nano": 1772359200000000000,
                            "end_time_unix_nano": 1772359200500000000,
                            "attributes": [
                                {"key": "gen_ai.system", "value": {"string_value": "openai"}},
                                {"key": "gen_ai.request.model", "value": {"string_value": "gpt-4o"}},
                                {"key": "gen_ai.usage.completion_tokens", "value": {"int_value": 5}},
                            ],
                            "status": {"code": "STATUS_CODE_OK"},
                        }
                    ]
                }
            ]
        }
    ]
}

SPAN_LINE = {
    "span_id": "aa",
    "span_index": 0,
    "session_id": "s1",
    "request_model": "azure/Kimi-K2.5",
    "operation_name": "chat",
    "response_id": "r1",
    "is_error": False,
    "status_code": 1,
    "start_time_s": 1772359200.25,
    "end_time_s": 1772359201.5,
    "duration_ms": 1250.4,
    "input_tokens": 18987,
    "output_tokens": 217,
    "input_messages_hash": "6c45",
}

CALLBACK = {
    "id": "chatcmpl-7",
    "trace_id": "t1",
    "call_type": "acompletion",
    "stream": False,
    "response_cost": 2.85e-05,
    "status": "success",
    "custom_llm_provider": "azure",
    "total_tokens": 30,
    "prompt_tokens": 20,
    "completion_tokens": 10,
    "startTime": 1772359200.5,
    "endTime": 1772359201.75,
    "model": "gpt-4o",
    "api_base": "https://example.openai.azure.com",
    "metadata": {
        "user_api_key_hash": SECRETS[1],
        "user_api_key_team_id": "team-a",
        "user_api_key_user_id": "u1",
        "usage_object": {"prompt_tokens_details": {"cached_tokens": 8}},
    },
    "cache_hit": None,
    "request_tags": [],
    "end_user": "",
    "requester_ip_address": SECRETS[2],
    "messages": [{"role": "user", "content": SECRETS[0]}],
    "error_str": None,
    "error_information": None,
    "hidden_params": {},
}
CALLBACK_FAILED = {
    **CALLBACK,
    "id": "c-1",
    "status": "failure",
    "response_cost": 0,
    "custom_llm_provider": "anthropic",
    "model": "claude-sonnet-4-5",
    "completion_tokens": 0,
    "error_str": "litellm.InternalServerError: AnthropicException - "
    '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
    "error_information": {"error_code": "529", "error_class": "InternalServerError", "llm_provider": "anthropic"},
}
CALLBACK_TIMED_OUT = {
    **CALLBACK_FAILED,
    "custom_llm_provider": None,
    "error_str": None,
    "error_information": {"error_code": "", "error_class": "Timeout", "llm_provider": "bedrock"},
}

SPEND = {
    "request_id": "chatcmpl-7",
    "call_type": "acompletion",
    "api_key": SECRETS[1],
    "spend": 0.0021,
    "total_tokens": 30,
    "prompt_tokens": 20,
    "completion_tokens": 10,
    "startTime": "2026-03-01T10:00:00.500000+00:00",
    "endTime": "2026-03-01T10:00:01.750000+00:00",
    "model": "gpt-4o",
    "custom_llm_provider": "openai",
    "api_base": "https://api.openai.com",
    "user": "u1",
    "team_id": "team-a",
    "metadata": {"status": "success", "user_api_key": SECRETS[1]},
    "cache_hit": "False",
    "requester_ip_address": SECRETS[2],
    "messages": {"content": SECRETS[0]},
    "status": "success",
}
SPEND_FAILED = {
    **SPEND,
    "request_id": "f-1",
    "spend": 0,
    "status": "failure",
    "custom_llm_provider": "",
    "metadata": json.dumps(
        {
            "status": "failure",
            "error_information": {
                "error_code": "429",
                "error_class": "RateLimitError",
                "llm_provider": "openai",
                "error_message": "litellm.RateLimitError: Error code: 429 - {'error': {'message': 'no', "
                "'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}",
            },
        }
    ),
}
SPEND_CACHED = {**SPEND, "request_id": "c-1", "cache_hit": "True"}
SPEND_HEADINGS = (
    "request_id,call_type,api_key,spend,total_tokens,prompt_tokens,completion_tokens,startTime,endTime,model,"
    "custom_llm_provider,user,team_id,metadata,cache_hit,requester_ip_address,status"
)

OBSERVATION = {
    "id": "o1",
    "traceId": "t1",
    "projectId": "p1",
    "type": "GENERATION",
    "name": "answer",
    "startTime": "2026-03-01T10:00:00.000Z",
    "endTime": "2026-03-01T10:00:01.250Z",
    "level": "DEFAULT",
    "statusMessage": None,
    "providedModelName": "gpt-4o-mini",
    "input": SECRETS[0],
    "usageDetails": {"input": 41, "input_cached_tokens": 9, "output": 18, "total": 68},
    "totalCost": 0.00001695,
}
OBSERVATION_FAILED = {
    **OBSERVATION,
    "id": "o2",
    "level": "ERROR",
    "statusMessage": "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'No'}}",
    "providedModelName": "claude-sonnet-4-5",
    "usageDetails": {},
    "totalCost": 0,
}
OBSERVATION_UNTOLD = {**OBSERVATION_FAILED, "id": "o3", "statusMessage": "It went wrong, sorry about that, my friend"}
OBSERVATION_SPAN = {**OBSERVATION, "id": "o4", "type": "SPAN"}

HELICONE = {
    "response_id": "r1",
    "response_status": 200,
    "request_id": "q1",
    "request_created_at": "2026-03-01T10:00:00.000Z",
    "response_created_at": "2026-03-01T10:00:01.000Z",
    "request_body": SECRETS[0],
    "request_path": "https://api.openai.com/v1/chat/completions",
    "request_user_id": "u1",
    "provider": "OPENAI",
    "request_model": "gpt-4o",
    "delay_ms": 1250,
    "prompt_tokens": 20,
    "prompt_cache_read_tokens": 8,
    "prompt_cache_write_tokens": 2,
    "completion_tokens": 10,
    "total_tokens": 30,
    "country_code": "KR",
    "cache_reference_id": "00000000-0000-0000-0000-000000000000",
    "costUSD": 0.0021,
}

AZURE = {
    "time": "2026-03-01T10:00:04.0000000Z",
    "resourceId": "/SUBSCRIPTIONS/AB12/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/SHOP",
    "category": "RequestResponse",
    "operationName": "ChatCompletions_Create",
    "durationMs": 1250,
    "resultSignature": "200",
    "callerIpAddress": SECRETS[2],
    "correlationId": "9d3a6e98",
    "location": "EastUS",
    "properties": json.dumps(
        {
            "apiName": "Azure OpenAI API version 2024-02-15-preview",
            "requestTime": 639079560000000000,
            "requestLength": 2,
            "modelDeploymentName": "shop-chat",
            "modelName": "gpt-4o",
            "streamType": "Streaming",
        }
    ),
}
AZURE_FAILED = {
    **AZURE,
    "correlationId": "9d3a6e99",
    "resultSignature": "429",
    "properties": {"modelDeploymentName": "shop-chat", "errorCode": "NoCapacity"},
}
AZURE_AUDIT = {**AZURE, "category": "Audit"}

BEDROCK = {
    "schemaType": "ModelInvocationLog",
    "schemaVersion": "1.0",
    "timestamp": "2026-03-01T10:00:00Z",
    "accountId": "123456789012",
    "identity": {"arn": "arn:aws:iam::123456789012:user/ada"},
    "region": "us-east-1",
    "requestId": "b1",
    "operation": "Converse",
    "modelId": "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-v1:0",
    "input": {
        "inputContentType": "application/json",
        "inputBodyJson": {"messages": [{"content": [{"text": SECRETS[0]}]}]},
        "inputTokenCount": 3,
        "cacheReadInputTokenCount": 100,
        "cacheWriteInputTokenCount": 20,
    },
    "output": {
        "outputContentType": "application/json",
        "outputBodyJson": {"metrics": {"latencyMs": 1250}},
        "outputTokenCount": 13,
    },
}
BEDROCK_FAILED = {
    **BEDROCK,
    "requestId": "b2",
    "modelId": "amazon.nova-pro-v1:0",
    "errorCode": "ThrottlingException",
    "input": {},
    "output": {},
}

CANONICAL = {"time": "2026-03-01T10:00:00Z", "provider": "openai", "model": "gpt-4o", "status": 200, "request_id": "c1"}

# format -> one file of it
SAMPLES: dict[str, str] = {
    "canonical-json": lines(CANONICAL),
    "canonical-table": table(
        "time,provider,model,status,request_id", ["2026-03-01T10:00:00Z", "openai", "gpt-4o", 200, "c1"]
    ),
    "otlp-json": lines(OTLP, OTLP_SNAKE),
    "bedrock": lines(BEDROCK, BEDROCK_FAILED),
    "azure-openai": lines(AZURE, AZURE_FAILED, AZURE_AUDIT),
    "azure-openai-batches": lines({"records": [AZURE, AZURE_FAILED]}, {"records": [AZURE_AUDIT]}),
    "span-lines": lines(SPAN_LINE, {**SPAN_LINE, "response_id": None, "is_error": True, "status_code": 2}),
    "litellm-callback": lines(CALLBACK, CALLBACK_FAILED, CALLBACK_TIMED_OUT, {**CALLBACK, "cache_hit": True}),
    "litellm-spend-json": lines(SPEND, SPEND_FAILED, SPEND_CACHED),
    "litellm-spend-table": table(
        SPEND_HEADINGS,
        *(
            [json.dumps(one[key]) if isinstance(one[key], dict) else one[key] for key in SPEND_HEADINGS.split(",")]
            for one in (SPEND, SPEND_FAILED, SPEND_CACHED)
        ),
    ),
    "langfuse-json": lines(OBSERVATION, OBSERVATION_FAILED, OBSERVATION_UNTOLD, OBSERVATION_SPAN),
    "langfuse-table": table(
        "id,trace_id,project_id,type,start_time,end_time,level,status_message,provided_model_name,usage_details,"
        "total_cost,metadata",
        ["o1", "t1", "p1", "GENERATION", "2026-03-01 10:00:00.000000", "2026-03-01 10:00:01.250000", "DEFAULT", "",
         "gpt-4o-mini", '{"input":41,"input_cached_tokens":9,"output":18,"total":68}', "0.00001695",
         '{"attributes":{"gen_ai.system":"azure"}}'],
        ["o5", "t1", "p1", "EVENT", "2026-03-01 10:00:00.000000", "", "DEFAULT", "", "", "{}", "", "{}"],
    ),
    "helicone-json": lines(
        HELICONE,
        {**HELICONE, "request_id": "q2", "response_status": 529, "provider": "ANTHROPIC", "costUSD": 0},
        {**HELICONE, "request_id": "q3", "response_status": -1},
        {**HELICONE, "request_id": "q4", "response_status": -3},
        {**HELICONE, "request_id": "q5", "response_status": -2},
        {**HELICONE, "request_id": "q6", "cache_reference_id": "7b1e0b0e-1111-4000-8000-000000000000"},
    ),
    "helicone-table": table(
        "response_id,response_created_at,response_status,request_created_at,request_body,request_properties,"
        "request_user_id,model,prompt_tokens,completion_tokens,latency,cost",
        ["r1", "2026-03-01T10:00:01Z", 200, "2026-03-01T10:00:00Z", SECRETS[0], "{}", "u1", "claude-sonnet-4-5", 20,
         10, 1250, "0.0021"],
    ),
    "azure-trace": "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n",
    "burstgpt": "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
    "5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,1087,0,1087,API log\n",
}  # fmt: skip
# format -> what its rows must hold
HELD: dict[str, list[dict[str, Any]]] = {
    "canonical-json": [{"provider": "openai", "status": 200}],
    "canonical-table": [{"provider": "openai", "status": 200}],
    "otlp-json": [
        {"provider": "openai", "model": "gpt-4o", "service": "chat", "request_id": "chatcmpl-1", "status": 200,
         "input_tokens": 120, "cached_tokens": 100, "output_tokens": 30, "duration_ms": 1250, "usable": -1},
        {"provider": "anthropic", "status": 529, "error": "overloaded_error", "input_tokens": 7},
        {"status": 429, "error": "openai.RateLimitError"},
        {"status": 0, "error": ""},
        {"status": 999, "error": "ValueError"},
        {"status": 200, "usable": 0, "request_id": "chatcmpl-9"},
        {"provider": "openai", "status": 200, "output_tokens": 5, "duration_ms": 500},
    ],
    "bedrock": [
        {"account": "123456789012", "provider": "aws.bedrock", "service": "Converse", "region": "us-east-1",
         "model": "us.anthropic.claude-sonnet-4-5-v1:0", "request_id": "b1", "status": 200, "input_tokens": 123,
         "cached_tokens": 100, "output_tokens": 13, "duration_ms": 1250},
        {"status": 429, "error": "ThrottlingException", "model": "amazon.nova-pro-v1:0", "input_tokens": 0},
    ],
    "azure-openai": [
        {"account": "ab12", "provider": "azure.ai.openai", "service": "chat.completions", "model": "gpt-4o",
         "region": "eastus", "request_id": "9d3a6e98", "status": 200, "duration_ms": 1250},
        {"status": 429, "error": "NoCapacity", "model": "shop-chat", "time_us": 1772359204000000},
    ],
    "azure-openai-batches": [{"status": 200}, {"status": 429, "request_id": "9d3a6e99"}],
    "span-lines": [
        {"provider": "azure.ai.openai", "model": "azure/Kimi-K2.5", "status": 200, "request_id": "r1",
         "input_tokens": 18987, "output_tokens": 217, "duration_ms": 1250, "time_us": 1772359200250000},
        {"status": 0, "request_id": ""},
    ],
    "litellm-callback": [
        {"account": "team-a", "provider": "azure.ai.openai", "service": "chat.completions", "model": "gpt-4o",
         "request_id": "chatcmpl-7", "status": 200, "duration_ms": 1250, "input_tokens": 20, "cached_tokens": 8,
         "output_tokens": 10, "charged_nano": 28500, "currency": "USD", "time_us": 1772359200500000},
        {"provider": "anthropic", "status": 529, "error": "overloaded_error", "charged_nano": None, "request_id": ""},
        {"provider": "aws.bedrock", "status": 0, "error": "litellm.Timeout"},
    ],
    "litellm-spend-json": [
        {"account": "team-a", "provider": "openai", "status": 200, "charged_nano": 2100000, "duration_ms": 1250},
        {"provider": "openai", "status": 429, "error": "insufficient_quota", "charged_nano": None},
    ],
    "litellm-spend-table": [
        {"account": "team-a", "provider": "openai", "status": 200, "charged_nano": 2100000, "duration_ms": 1250},
        {"provider": "openai", "status": 429, "error": "insufficient_quota", "charged_nano": None},
    ],
    "langfuse-json": [
        {"account": "p1", "provider": "openai", "model": "gpt-4o-mini", "request_id": "o1", "status": 200,
         "input_tokens": 50, "cached_tokens": 9, "output_tokens": 18, "charged_nano": 16950, "duration_ms": 1250},
        {"provider": "anthropic", "status": 529, "error": "overloaded_error", "charged_nano": None, "input_tokens": 0},
        {"status": 999, "error": ""},
    ],
    "langfuse-table": [
        {"account": "p1", "provider": "azure.ai.openai", "input_tokens": 50, "output_tokens": 18, "duration_ms": 1250},
    ],
    "helicone-json": [
        {"account": "u1", "provider": "openai", "service": "chat.completions", "model": "gpt-4o", "request_id": "q1",
         "status": 200, "duration_ms": 1250, "input_tokens": 30, "cached_tokens": 8, "output_tokens": 10,
         "charged_nano": 2100000},
        {"provider": "anthropic", "status": 529, "charged_nano": None},
        {"status": 0, "error": "timeout"},
        {"status": 0, "error": "cancelled"},
    ],
    "helicone-table": [
        {"account": "u1", "provider": "anthropic", "request_id": "r1", "status": 200, "duration_ms": 1250,
         "charged_nano": 2100000, "input_tokens": 20},
    ],
    "azure-trace": [{"provider": "azure.ai.openai", "status": 200, "input_tokens": 374, "output_tokens": 44}],
    "burstgpt": [
        {"provider": "azure.ai.openai", "model": "ChatGPT", "status": 200, "time_us": 978307205000000},
        {"model": "GPT-4", "status": 0, "service": "API log", "input_tokens": 1087},
    ],
}  # fmt: skip
# format -> the rows it must refuse: (line, reason)
REFUSED: dict[str, list[tuple[int, str]]] = {
    "otlp-json": [
        (1, "part 7: is not a GenAI span"),
        (1, "part 8: is not a request to a model: execute_tool"),
    ],
    "azure-openai": [(3, "is not a request to a model: category Audit")],
    "azure-openai-batches": [(2, "part 1: is not a request to a model: category Audit")],
    "litellm-callback": [(4, "was answered from LiteLLM's own cache, not by a provider")],
    "litellm-spend-json": [(3, "was answered from LiteLLM's own cache, not by a provider")],
    "litellm-spend-table": [(4, "was answered from LiteLLM's own cache, not by a provider")],
    "langfuse-json": [(4, "is not a request to a model: SPAN")],
    "langfuse-table": [(3, "is not a request to a model: EVENT")],
    "helicone-json": [
        (5, "status is not an HTTP status (0 to 999; 0 = no response): '-2'"),
        (6, "was answered from Helicone's cache, not by a provider"),
    ],
}
