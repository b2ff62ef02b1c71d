"""Verb: say what a pack may hold as a JSON Schema, so that an editor completes, explains and checks it."""

from __future__ import annotations

import re
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from makegood.terms.pack import Pack

_SCALAR = ["string", "number"]
_DECIMAL = r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$"
_AS_IT_STANDS = ("decimal", "model", "definition-ref", "definitions")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def json_schema() -> dict[str, Any]:
    """The schema of a pack in JSON Schema draft 2020-12, made from the model itself.

    It says what can be said field by field; `makegood terms check` says the rest.
    """
    schema = Pack.model_json_schema(schema_generator=_ForEditors)
    for part in (schema, *schema["$defs"].values()):
        if "title" in part:
            part["title"] = _words(part["title"])
    return {
        "$schema": _ForEditors.schema_dialect,
        "$id": "urn:makegood:terms-pack",
        **schema,
        "title": "Terms pack of makegood",
    }


def _words(name: str) -> str:
    return _CAMEL.sub(" ", name.strip("_")).capitalize()


class _ForEditors(GenerateJsonSchema):
    """The library's generator, with what a text file may hold where the model takes something else."""

    def get_title_from_name(self, name: str) -> str:
        return name.replace("_", " ").capitalize()

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A pack is read as text throughout, so `version: 2023` is one; an editor would take it for a number."""
        return {**super().str_schema(schema), "type": _SCALAR}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A number, or the same as text."""
        number = super().decimal_schema(schema)["anyOf"][0]
        return {"anyOf": [number, {"type": "string", "pattern": _DECIMAL}]}

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """What is made of a text or of one item before the model sees it may be written so: `500-599`."""
        made = super().function_before_schema(schema)
        if schema.get("json_schema_input_schema") is not None or schema["schema"]["type"] in _AS_IT_STANDS:
            return made
        alone = [made["items"]] if "items" in made else []
        return {"anyOf": [made, *alone, {"type": _SCALAR}]}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Names that do not follow their pattern are refused, as the model refuses them."""
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Without the library's hint for web interfaces, which is no word of JSON Schema."""
        return {word: said for word, said in super().tagged_union_schema(schema).items() if word != "discriminator"}
