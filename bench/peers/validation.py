"""jsonschema (MIT) and json-logic-qubit (MIT) doing the checks of bench/validation.py, told by lines of JSON.

Each in its best mode: the schema compiled and checked once, the validators made once. `jsonschema` does everything
in one schema, the conditions by if/then; `json-logic` decides the conditions, and jsonschema checks the values.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from json_logic import jsonLogic
from jsonschema import Draft202012Validator

CODES = {
    "required": "missing",
    "enum": "not_an_option",
    "minimum": "too_small",
    "maximum": "too_large",
    "minItems": "too_few",
    "maxItems": "too_many",
    "maxLength": "too_long",
}


def schema_of(field: dict[str, Any]) -> dict[str, Any]:
    match field["type"]:
        case "number" | "money":
            return {"type": "integer", "minimum": field["least"], "maximum": field["most"]}
        case "choice":
            return {"enum": list(field["options"])}
        case "choices":
            return {
                "type": "array",
                "items": {"enum": list(field["options"])},
                "minItems": field["least"],
                "maxItems": field["most"],
            }
        case "yes_no":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "format": "date"}
        case _:
            return {"type": "string", "pattern": r"\S", "maxLength": 200}


def if_schema(condition: dict[str, Any]) -> dict[str, Any]:
    tests = []
    for test in condition["tests"]:
        holds = {
            "at_least": {"type": "number", "minimum": test["value"]},
            "equal": {"const": test["value"]},
            "holds": {"type": "array", "contains": {"const": test["value"]}},
        }[test["is"]]
        tests.append({"required": [test["name"]], "properties": {test["name"]: holds}})
    return {{"and": "allOf", "or": "anyOf"}[condition["join"]]: tests}


def logic_of(condition: dict[str, Any]) -> dict[str, Any]:
    tests = []
    for test in condition["tests"]:
        value = {"var": test["name"]}
        tests.append(
            {
                "at_least": {">=": [value, test["value"]]},
                "equal": {"===": [value, test["value"]]},
                "holds": {"in": [test["value"], value]},
            }[test["is"]]
        )
    return {condition["join"]: tests}


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(errors: Any, name: str = "") -> list[tuple[str, str]]:
    """field and code of each error, in our words."""
    found = []
    for error in errors:
        if error.validator == "required":
            found.append((error.message.split("'")[1], "missing"))
        else:
            found.append((name or str(error.path[0]), CODES.get(error.validator, "wrong_shape")))
    return found


class JsonSchema:
    def __init__(self, told: dict[str, Any]) -> None:
        fields, conditions = told["fields"], told["conditions"]
        shown = {condition["shows"] for condition in conditions}
        free = {name: schema_of(field) for name, field in fields.items() if name not in shown}
        self.whole = validator(
            {
                "type": "object",
                "properties": free,
                "required": list(free),
                "allOf": [
                    {
                        "if": if_schema(condition),
                        "then": {
                            "required": [condition["shows"]],
                            "properties": {condition["shows"]: schema_of(fields[condition["shows"]])},
                        },
                    }
                    for condition in conditions
                ],
            }
        )

    def __call__(self, sheet: dict[str, Any]) -> list[tuple[str, str]]:
        return faults(self.whole.iter_errors(sheet))


class JsonLogic:
    def __init__(self, told: dict[str, Any]) -> None:
        fields, conditions = told["fields"], told["conditions"]
        shown = {condition["shows"] for condition in conditions}
        free = {name: schema_of(field) for name, field in fields.items() if name not in shown}
        self.free = validator({"type": "object", "properties": free, "required": list(free)})
        self.conditions = [
            (condition["shows"], logic_of(condition), validator(schema_of(fields[condition["shows"]])))
            for condition in conditions
        ]

    def __call__(self, sheet: dict[str, Any]) -> list[tuple[str, str]]:
        found = faults(self.free.iter_errors(sheet))
        for name, logic, value in self.conditions:
            if not jsonLogic(logic, sheet):
                continue
            if name not in sheet:
                found.append((name, "missing"))
            else:
                found += faults(value.iter_errors(sheet[name]), name)
        return found


def main() -> None:
    told = json.loads(sys.stdin.readline())
    checks = {"jsonschema": JsonSchema(told), "json-logic": JsonLogic(told)}
    answer(True)
    for line in sys.stdin:
        message = json.loads(line)
        if "find" in message:
            check = checks[message["find"]]
            answer([sorted(set(check(sheet))) for sheet in told["sheets"]])
            continue
        check = checks[message["time"]]
        began = time.perf_counter()
        for _turn in range(message["turns"]):
            for sheet in told["sheets"]:
                check(sheet)
        answer((time.perf_counter() - began) / (message["turns"] * len(told["sheets"])))


def answer(said: Any) -> None:
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
