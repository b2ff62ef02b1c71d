"""What was imported: assessments, causes, hits and customers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What was imported: assessments, causes, hits and customers."""

    dependencies = [
        ("store", "0002_people"),
    ]
    operations = [
        migrations.CreateModel(
            name="CustomerRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account", models.TextField()),
                ("number", models.BigIntegerField()),
                ("data", models.TextField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "customer",
            },
        ),
        migrations.CreateModel(
            name="AssessmentRow",
            fields=[
                ("hash", models.TextField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("source", models.TextField()),
                ("start_us", models.BigIntegerField(null=True)),
                ("end_us", models.BigIntegerField(null=True)),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "assessment",
                "constraints": [models.UniqueConstraint(fields=("number",), name="assessment_number")],
            },
        ),
        migrations.CreateModel(
            name="CauseRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("start_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("provider", models.TextField(null=True)),
                ("service", models.TextField(null=True)),
                ("model", models.TextField(null=True)),
                ("region", models.TextField(null=True)),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "cause",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("start_us__lte", models.F("end_us"))), name="cause_span")
                ],
            },
        ),
        migrations.CreateModel(
            name="HitRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "cause", "account", "assessment", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cause", models.TextField()),
                ("account", models.TextField()),
                ("assessment", models.TextField()),
                ("attempts", models.BigIntegerField()),
                ("faults", models.BigIntegerField()),
                ("tokens", models.BigIntegerField()),
                ("wasted", models.TextField()),
                ("says", models.TextField(default="")),
            ],
            options={
                "db_table": "hit",
                "indexes": [models.Index(fields=["account"], name="hit_account")],
            },
        ),
        migrations.CreateModel(
            name="TellingRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "assessment", "told_as", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("assessment", models.TextField()),
                ("told_as", models.TextField()),
                ("cause", models.TextField()),
                ("start_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("provider", models.TextField(null=True)),
                ("service", models.TextField(null=True)),
                ("model", models.TextField(null=True)),
                ("region", models.TextField(null=True)),
            ],
            options={
                "db_table": "telling",
                "indexes": [models.Index(fields=["cause"], name="telling_cause")],
            },
        ),
    ]
