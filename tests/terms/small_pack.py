"""The smallest pack that promises something, once in YAML and once in TOML."""

YAML = """\
terms: acme
provider: Acme AI
providers: [acme, acme-ai]
versions:
  - version: "2026-01-01"
    name: Acme service terms
    effective: {from: 2026-01-01}
    clauses:
      uptime:
        says: The service answers 99.9 % of the requests of a month.
        source: own sample
        date: 2026-01-01
        status: P
      credits:
        says: Below it a tenth of the bill is credited when asked for within 30 days.
        source: own sample
        status: S
    promises:
      - id: uptime
        coverage: {clause: uptime}
        window: {kind: calendar_month, zone: UTC, clause: uptime}
        population:
          errors: {statuses: [500-599, 529], clause: uptime}
        measure:
          name: uptime_percent
          bucket_minutes: 5
          bucket_clause: uptime
          empty: {value: perfect, clause: uptime}
          aggregation: {kind: bucket_mean, clause: uptime}
        commitment: {range: {at_least: 99.90}, clause: uptime}
        remedy:
          form: credit
          form_clause: credits
          base: {says: the bill, clause: credits}
          grant:
            kind: tiers
            tiers:
              - {range: {at_least: 95, below: 99.9}, percent: 10, clause: credits}
              - {range: {below: 95}, percent: 100, clause: credits}
          rounding: {rule: half_even, clause: credits}
        deadlines:
          - clause: credits
            readings:
              - {id: thirty-days, anchor: window_end, days: 30, used: true, says: From the end of the month.}
        claim: {to: the help desk, if_missing: curable, clause: credits}
    worked:
      - id: kept
        title: A month without errors
        inputs:
          period: {start: 2026-02-01T00:00:00Z, end: 2026-03-01T00:00:00Z}
          segments: [{intervals: 10, requests: 3, errors: 0}]
        expected: {verdict: not_owed}
"""

TOML = r'''terms = "acme"
provider = "Acme AI"
providers = ["acme", "acme-ai"]

[[versions]]
version = "2026-01-01"
name = "Acme service terms"
effective = {from = 2026-01-01}

[versions.clauses.uptime]
says = "The service answers 99.9 % of the requests of a month."
source = "own sample"
date = 2026-01-01
status = "P"

[versions.clauses.credits]
says = """
Below it a tenth of the bill is credited \
when asked for within 30 days."""
source = "own sample"
status = "S"

[[versions.promises]]
id = "uptime"
coverage.clause = "uptime"
window = {kind = "calendar_month", zone = "UTC", clause = "uptime"}
population.errors = {statuses = ["500-599", 529], clause = "uptime"}
commitment = {range = {at_least = 99.90}, clause = "uptime"}
claim = {to = "the help desk", if_missing = "curable", clause = "credits"}

[versions.promises.measure]
name = "uptime_percent"
bucket_minutes = 5
bucket_clause = "uptime"
empty = {value = "perfect", clause = "uptime"}
aggregation = {kind = "bucket_mean", clause = "uptime"}

[versions.promises.remedy]
form = "credit"
form_clause = "credits"
base = {says = "the bill", clause = "credits"}
rounding = {rule = "half_even", clause = "credits"}

[versions.promises.remedy.grant]
kind = "tiers"
tiers = [
  {range = {at_least = 95, below = 99.9}, percent = 10, clause = "credits"},
  {range = {below = 95}, percent = 100, clause = "credits"},
]

[[versions.promises.deadlines]]
clause = "credits"

[[versions.promises.deadlines.readings]]
id = "thirty-days"
anchor = "window_end"
days = 30
used = true
says = "From the end of the month."

[[versions.worked]]
id = "kept"
title = "A month without errors"
inputs.period = {start = 2026-02-01T00:00:00Z, end = 2026-03-01T00:00:00Z}
inputs.segments = [{intervals = 10, requests = 3, errors = 0}]
expected.verdict = "not_owed"
'''
