"""People and their journal: who may act, and what they did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """People and their journal: who may act, and what they did."""

    dependencies = [
        ("store", "0001_ledger"),
    ]
    operations = [
        migrations.CreateModel(
            name="JournalRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at_us", models.BigIntegerField()),
                ("person", models.TextField()),
                ("key", models.TextField()),
                ("act", models.TextField()),
                ("subject", models.TextField()),
                ("outcome", models.TextField()),
                ("detail", models.TextField()),
                ("hash", models.TextField()),
            ],
            options={
                "db_table": "journal",
            },
        ),
        migrations.CreateModel(
            name="PolicyRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("value", models.TextField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "policy",
            },
        ),
        migrations.CreateModel(
            name="RightRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("person", models.TextField()),
                ("right", models.TextField()),
                ("given", models.BooleanField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "right_given",
            },
        ),
        migrations.CreateModel(
            name="KeyRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("id", models.TextField()),
                ("person", models.TextField()),
                ("digest", models.TextField()),
                ("ended", models.BooleanField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "person_key",
                "constraints": [models.UniqueConstraint(fields=("id", "ended"), name="person_key_once")],
            },
        ),
        migrations.CreateModel(
            name="PersonRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("email", models.TextField()),
                ("mailbox", models.TextField()),
                ("added_by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "person",
                "constraints": [models.UniqueConstraint(fields=("mailbox",), name="person_mailbox")],
            },
        ),
    ]
