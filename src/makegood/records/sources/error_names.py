"""Error names: the short name in an error, and the HTTP status that a provider's or a client's name stands for."""

from __future__ import annotations

UNTOLD = "999"  # a failure of which the log tells no status and whose name nobody knows: whose fault it was stays open
NO_RESPONSE = "0"

# Status by name, lower case, without what stands before the last dot. Sources, all read 2026-11:
# https://platform.claude.com/docs/en/api/errors, https://developers.openai.com/api/docs/guides/error-codes,
# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html,
# https://cloud.google.com/apis/design/errors, https://docs.litellm.ai/docs/exception_mapping
_STATUS = {
    "0": (
        "apiconnectionerror apitimeouterror apiconnectiontimeouterror apiuseraborterror timeout timeouterror "
        "timeoutexception readtimeout connecttimeout pooltimeout writetimeout connecterror connectionerror readerror "
        "remoteprotocolerror connectionreseterror clientconnectorerror serverdisconnectederror cancellederror "
        "cancelled canceled"
    ),
    "400": (
        "badrequesterror invalid_request_error invalid_argument invalidargument validationexception "
        "servicequotaexceededexception contextwindowexceedederror contentpolicyviolationerror unsupportedparamserror "
        "context_length_exceeded content_filter"
    ),
    "401": "authenticationerror authentication_error unauthenticated invalid_api_key",
    "402": "billing_error",
    "403": "permissiondeniederror permission_error permission_denied permissiondenied accessdeniedexception",
    "404": "notfounderror not_found_error not_found notfound model_not_found resourcenotfoundexception",
    "408": "modeltimeoutexception",
    "409": "conflicterror",
    "413": "request_too_large requesttoolargeerror",
    "422": "unprocessableentityerror",
    "424": "modelerrorexception modelstreamerrorexception",
    "429": (
        "ratelimiterror rate_limit_error rate_limit_exceeded insufficient_quota resource_exhausted resourceexhausted "
        "throttlingexception modelnotreadyexception"
    ),
    "500": "internalservererror api_error server_error internalserverexception internal internal_error",
    "502": "badgatewayerror",
    "503": "serviceunavailableerror serviceunavailableexception serviceunavailable unavailable",
    "504": "timeout_error deadline_exceeded deadlineexceeded deadlineexceedederror",
    "529": "overloadederror overloaded_error",
}


def short(name: str) -> str:
    """The error's name as the log gives it, when it is a name; NULL for a message."""
    return (
        f"CASE WHEN LENGTH({name}) <= 80 AND regexp_full_match({name}, '[\\w.:-]+( [\\w.:-]+){{0,2}}') THEN {name} END"
    )


def named_in(message: str) -> str:
    """The provider's code or type inside a message that quotes the answer's body; NULL where there is none."""
    mark = "[\"''\\\\]"
    found = [
        f"list_filter(regexp_extract_all({message}, '{mark}{word}{mark}+\\s*:\\s*{mark}+([A-Za-z_.]{{3,64}})', 1), "
        "lambda word: word NOT IN ('error', 'None', 'null'))[1]"
        for word in ("code", "type", "status")
    ]
    return f"COALESCE({', '.join(found)})"


def status_in(message: str) -> str:
    """The HTTP status that a client library's message names, as in "Error code: 429"; NULL where there is none."""
    return f"NULLIF(regexp_extract({message}, '(?i)(?:error|status|http)[ _]?(?:code)?[:= ]+([1-5]\\d\\d)\\b', 1), '')"


def status_named(name: str) -> str:
    """The status that an error's name stands for, UNTOLD for a name nobody knows, NULL for no name."""
    cases = " ".join(f"WHEN '{word}' THEN '{status}'" for status, words in _STATUS.items() for word in words.split())
    return (
        f"CASE WHEN {name} IS NULL OR {name} = '' THEN NULL WHEN regexp_full_match({name}, '[1-5]\\d\\d') THEN {name} "
        f"ELSE CASE LOWER(regexp_extract({name}, '[^.:]+$')) {cases} ELSE '{UNTOLD}' END END"
    )
