"""A pack of two versions and four promises that has every section a pack can have, and no mistake."""

RICH = """\
terms: orbit
aliases: [orbit-cloud]
title: Orbit Cloud, all that it promises
provider: Orbit Cloud
providers: [orbit, orbit-cloud]
versions:
  - version: "2025-03-01"
    also: [first]
    name: Orbit agreement of 2025
    effective: {from: 2025-03-01, to: 2026-04-01}
    checked: 2026-05-02
    clauses:
      mean:
        says: The mean of the five-minute rates of a month is at least 99.5 %.
        source: own sample, section 1
        date: 2025-03-01
        status: P
      fee:
        says: In the second month in a row a tenth of the fee is credited, and nobody needs to ask.
        source: own sample, section 2
        status: S
    promises:
      - id: monthly
        coverage: {models: ["orbit-*"], clause: mean}
        window: {kind: billing_cycle, zone: Asia/Seoul, clause: mean}
        population:
          errors: {statuses: [500-599], clause: mean}
        measure:
          name: mean_rate
          bucket_minutes: 5
          bucket_clause: mean
          empty: {value: left_out, clause: mean}
          aggregation: {kind: bucket_mean, clause: mean}
        commitment: {range: {at_least: 99.5}, clause: mean}
        several: {consecutive: 2, reason: two_months, otherwise: one_month_alone, clause: fee}
        remedy:
          form: credit
          form_clause: fee
          base: {says: the monthly fee, clause: fee}
          grant:
            kind: tiers
            tiers:
              - {percent: 10, clause: fee}
          rounding: {rule: half_even, clause: fee}
        automatic: fee
    worked:
      - id: two-low-months
        title: The second low month in a row is credited
        inputs:
          months: [{month: 2025-06, uptime: 99.1}, {month: 2025-07, uptime: 99.4}]
          bill: {currency: EUR, amount: 88.85}
        expected: {verdict: owed, credit_exact: 8.885, credit: 8.88, reasons: [two_months]}
  - version: "2026-04-01"
    name: Orbit agreement of 2026
    effective: {from: 2026-04-01}
    checked: 2026-05-02
    clauses:
      uptime:
        says: The service is up at least 99.9 % of the minutes of a calendar month.
        ko: 서비스는 역월의 전체 분 가운데 99.9 % 이상 가동됩니다.
        source: own sample, section 1
        date: 2026-04-01
        status: P
      credits:
        says: Credits come by a table, never over half the bill, in euros of one or more.
        source: own sample, section 2
        date: 2026-04-01
        status: P
      claim:
        says: A notice within five working days and a claim within two months of the month.
        source: own sample, section 3
        date: 2026-04-01
        status: P
      support:
        says: A ticket is answered within four hours, or twenty euros an hour begun are due, or a part of the fee.
        source: own sample, section 4
        status: T
      latency:
        says: Down time of the edge counts by the share of visitors it hits.
        source: a talk at a fair
        date: 2026-05-01
        status: S
      unsaid:
        says: The text names no time zone and no rounding.
        source: not found
        status: U
    facts:
      - {name: plan, kind: word, one_of: [free, team, business], says: the plan}
      - {name: region_pair, kind: flag, says: was a second region set up}
      - {name: answered, kind: moment, anchor: confirmed, says: when the ticket was answered}
      - {name: opened, kind: moment, anchor: report, says: when the ticket was opened}
      - {name: hours_late, kind: number, unit: hours, says: how long after the four hours the answer came}
      - {name: visitors_hit, kind: number, says: the share of visitors hit}
      - {name: support_fee, kind: money, says: the yearly fee of the support}
      - {name: credited_before, kind: money, says: what was credited before in the year}
      - {name: claim.notice, kind: moment, says: when the provider was told}
      - {name: bought, kind: moment, anchor: purchase, says: when the balance was bought}
      - {name: whose, kind: word, one_of: [provider, client, unknown], says: whose failure it was}
    readings:
      - id: month-in-utc
        about: window
        says: The month is taken in UTC.
        clause: unsaid
      - id: rounding-either-way
        about: remedy
        says: Every rule of rounding that matters is shown.
        clause: unsaid
        used: true
        least: true
    promises:
      - id: uptime
        applies:
          - {fact: plan, none_of: [free], if_not_given: holds, otherwise: plan_not_covered, clause: uptime}
        coverage:
          not_services: [batches]
          models: ["orbit-*"]
          not_models: [orbit-preview]
          doubt: {providers: [orbit-lab], says: The lab has no agreement., clause: uptime}
          split: [region]
          clause: uptime
        observer: {by: provider, clause: uptime}
        window: {kind: calendar_month, zone: UTC, clause: unsaid}
        population:
          errors: {statuses: [0, 500-599], error_types: [overloaded_error], clause: uptime}
          left_out: {statuses: [400-428, 430-499], clause: uptime}
          recounts:
            - {use: [provisioned], statuses: [429], counts_as: error, clause: uptime}
          repeats: {within_minutes: 15, clause: uptime}
        measure:
          name: uptime_percent
          bucket_minutes: 1
          bucket_clause: uptime
          empty: {value: perfect, clause: uptime}
          aggregation:
            kind: good_time
            bad_when: {error_rate: {above: 5}, clause: uptime}
            run: {at_least_minutes: 10, clause: uptime}
            clause: uptime
        commitment: {range: {at_least: 99.9}, clause: uptime}
        exemptions:
          - id: single_region
            when:
              - {fact: region_pair, is: false, if_not_given: fails, clause: uptime}
            says: Nothing is due where no second region was set up.
            clause: uptime
        remedy:
          form: credit
          form_clause: credits
          base: {says: the bill of the month, clause: credits}
          grant:
            kind: tiers
            tiers:
              - {range: {at_least: 99, below: 99.9}, percent: 10, clause: credits}
              - {range: {at_least: 95, below: 99}, percent: 25, clause: credits}
              - {range: {below: 95}, percent: 100, clause: credits}
          reductions:
            - to_percent: 60
              when: [{fact: plan, one_of: [team], if_not_given: fails, clause: credits}]
              reason: team_plan
              clause: credits
          caps:
            - {percent: 50, per: month, clause: credits}
            - {sum: {amount: 9000, currency: EUR}, less: credited_before, per: year, clause: credits}
          minimum: {range: {at_least: 1}, currency: EUR, clause: credits}
          rounding: {rule: unstated, clause: unsaid}
          pay_by: {id: paid, anchor: receipt, days: 60, says: sixty days after the claim}
          pay_by_clause: credits
          duties:
            - {item: report, of: provider, says: A report of the causes., clause: credits}
        deadlines:
          - step: notice
            clause: claim
            readings:
              - id: five-working-days
                anchor: incident_end
                business_days: 5
                calendar: {country: DE, subdivision: BY, clause: claim}
                used: true
                says: five working days after the end of the outage
          - clause: claim
            readings:
              - {id: two-months, anchor: window_end, months: 2, month_rule: last_day, used: true, says: two months}
              - {id: sixty-days, anchor: window_end, days: 60, says: sixty days}
        claim:
          to: the support desk
          if_missing: forfeited
          clause: claim
          requires:
            - {item: request_ids, says: ten identifiers of failed requests, clause: claim}
            - {item: bill, says: the bill, curable: true, clause: claim}
        duties:
          - {item: back_off, of: customer, says: Retries back off., clause: claim}
        exclusions:
          - id: maintenance
            says: Announced work.
            causes: [maintenance]
            evidence: the announcement
            notice_hours: 48
            budget_minutes: 240
            budget_per: window
            takes: both
            clause: uptime
      - id: answers
        window: {kind: event, zone: Europe/Berlin, stated: true, clause: support}
        measure:
          name: hours_late
          unit: hours
          aggregation: {kind: fact, fact: hours_late, clause: support}
        commitment: {range: {at_most: 0}, kept: answered_in_time, missed: answered_late, clause: support}
        remedy:
          form: compensation
          form_clause: support
          base: {says: a month of the fee, facts: [support_fee], divided_by: 12, clause: support}
          grant:
            kind: greater_of
            clause: support
            grants:
              - kind: per_unit
                sum: {amount: 20, currency: EUR}
                counted: started
                clause: support
              - kind: per_unit
                percent: 5
                of: excess
                threshold: 2
                unit_size: 4
                counted: completed
                clause: support
          rounding: {rule: half_up, clause: support}
        deadlines:
          - clause: support
            readings:
              - {id: ten-days, anchor: confirmed, days: 10, used: true, says: ten days after the answer}
        claim: {to: the support desk, if_missing: curable, clause: support}
      - id: edge
        window: {kind: calendar_quarter, zone: UTC, clause: unsaid}
        measure:
          name: edge_minutes
          unit: minutes
          aggregation:
            kind: down_time
            take: total
            weight: {fact: visitors_hit, clause: latency}
            run: {at_least_seconds: 90, counts: excess, clause: latency}
            clause: latency
        commitment:
          range: {at_most: 0.05}
          of: percent_of_window
          clause: latency
        remedy:
          form: extension
          form_clause: latency
          grant:
            kind: tiers
            tiers: [{quantity: {quantity: 3, unit: days}, clause: latency}]
          rounding: {rule: half_up, clause: latency}
        automatic: latency
    stacking: {rule: choose_one, order: [uptime, edge, answers], clause: credits}
    prepaid:
      refundable: unused
      says: A balance lasts eighteen months.
      expires:
        - {id: eighteen-months, anchor: purchase, months: 18, month_rule: same_day, used: true, says: eighteen months}
      clause: credits
    goodwill:
      clause: credits
      forms: [credit, extension]
      rules: [small sums are worth asking for]
      never:
        - {fact: whose, none_of: [client], if_not_given: holds, otherwise: own_mistake, clause: credits}
      precedents:
        - {date: 2026-02-03, trigger: a day without the edge, remedy: a week, who: all teams, source: own sample}
    worked:
      - id: forty-five-minutes
        title: 45 minutes of a 30-day month, under the team plan
        inputs:
          period: {start: 2026-06-01T00:00:00Z, end: 2026-07-01T00:00:00Z}
          background: {valid_requests: 50}
          runs: [{start: 2026-06-09T08:00:00Z, minutes: 45, valid_requests: 50, server_errors: 25}]
          plan: team
          bill: {currency: EUR, amount: 1000.00}
          claim: {received: 2026-08-31T23:59:59Z, contains: [request_ids, bill]}
        expected: {value: 99.895833, credit_percent: 60, credit: 60.00, eligible: true, pay_by: 2026-10-30}
      - id: answer-in-the-seventh-hour
        title: Six hours and a half late are seven begun, 140 euros; one block of four over two is 5 % of 200
        inputs:
          hours_late: 6.5
          opened: 2026-06-09T08:00:00Z
          answered: 2026-06-09T18:30:00Z
          support_fee: {currency: EUR, amount: 2400.00}
          claim: {received: 2026-06-19T21:59:59Z}
        expected: {verdict: owed, credit: 140.00, form: compensation, deadline: 2026-06-19}
"""
