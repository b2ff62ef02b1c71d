"""Every attempt format, in the order in which a file is compared with them: the most telling keys first."""

from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.sources.azure_openai import AZURE_OPENAI, AZURE_OPENAI_BATCHES
from makegood.records.sources.azure_trace import AZURE_TRACE
from makegood.records.sources.bedrock import BEDROCK
from makegood.records.sources.burstgpt import BURSTGPT
from makegood.records.sources.canonical import CANONICAL_JSON, CANONICAL_TABLE
from makegood.records.sources.helicone import HELICONE_JSON, HELICONE_TABLE
from makegood.records.sources.langfuse import LANGFUSE_JSON, LANGFUSE_TABLE
from makegood.records.sources.litellm_callback import LITELLM_CALLBACK
from makegood.records.sources.litellm_spend import LITELLM_SPEND_JSON, LITELLM_SPEND_TABLE
from makegood.records.sources.otlp_json import OTLP_JSON
from makegood.records.sources.span_lines import SPAN_LINES

ATTEMPT_FORMATS: tuple[AttemptFormat, ...] = (
    CANONICAL_JSON,
    CANONICAL_TABLE,
    OTLP_JSON,
    BEDROCK,
    AZURE_OPENAI,
    AZURE_OPENAI_BATCHES,
    SPAN_LINES,
    LITELLM_SPEND_JSON,
    LITELLM_SPEND_TABLE,
    LITELLM_CALLBACK,
    LANGFUSE_JSON,
    LANGFUSE_TABLE,
    HELICONE_JSON,
    HELICONE_TABLE,
    AZURE_TRACE,
    BURSTGPT,
)
