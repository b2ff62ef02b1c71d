"""Campaigns: allocations, what happened to them, how far they are posted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Campaigns: allocations, what happened to them, how far they are posted."""

    dependencies = [
        ("store", "0003_causes"),
    ]
    operations = [
        migrations.CreateModel(
            name="EventRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.TextField()),
                ("number", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("person", models.TextField()),
                ("at_us", models.BigIntegerField()),
                ("data", models.TextField()),
            ],
            options={
                "db_table": "campaign_event",
            },
        ),
        migrations.CreateModel(
            name="ExcludedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.TextField()),
                ("number", models.BigIntegerField()),
                ("account", models.TextField()),
                ("cause", models.TextField()),
                ("reason", models.TextField()),
                ("detail", models.TextField()),
            ],
            options={
                "db_table": "excluded",
            },
        ),
        migrations.CreateModel(
            name="SkipRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.TextField()),
                ("number", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
            ],
            options={
                "db_table": "skip",
            },
        ),
        migrations.CreateModel(
            name="CampaignRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("hash", models.TextField()),
                ("draft", models.TextField()),
                ("bases", models.TextField()),
                ("seal", models.TextField()),
                ("lines", models.BigIntegerField()),
                ("granted", models.BigIntegerField()),
                ("total", models.BigIntegerField()),
                ("budget", models.BigIntegerField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "campaign",
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="campaign_number"),
                    models.CheckConstraint(
                        condition=models.Q(("total__gte", 0), ("total__lte", models.F("budget"))),
                        name="campaign_budget",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChunkRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "first", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.TextField()),
                ("first", models.BigIntegerField()),
                ("end", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("posted", models.BigIntegerField()),
                ("skipped", models.BigIntegerField()),
                ("spent", models.BigIntegerField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "chunk",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("first__lt", models.F("end"))), name="chunk_range")
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("campaign", models.TextField()),
                ("account", models.TextField()),
                ("says", models.TextField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "complaint",
                "constraints": [models.UniqueConstraint(fields=("campaign", "account"), name="complaint_once")],
            },
        ),
        migrations.CreateModel(
            name="LineRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.TextField()),
                ("number", models.BigIntegerField()),
                ("account", models.TextField()),
                ("cause", models.TextField()),
                ("unit", models.TextField()),
                ("amount", models.BigIntegerField()),
                ("cost", models.BigIntegerField()),
                ("basis", models.SmallIntegerField()),
                ("group", models.TextField()),
                ("wish", models.BigIntegerField()),
            ],
            options={
                "db_table": "line",
                "indexes": [models.Index(fields=["account", "campaign"], name="line_account")],
            },
        ),
    ]
