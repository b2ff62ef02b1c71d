"""The ledger: units, bases, postings, proposals, and the log over them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The ledger: units, bases, postings, proposals, and the log over them."""

    dependencies = []
    operations = [
        migrations.CreateModel(
            name="BlockRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
            ],
            options={
                "db_table": "block",
            },
        ),
        migrations.CreateModel(
            name="BookRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("made_us", models.BigIntegerField()),
                ("schema", models.TextField()),
            ],
            options={
                "db_table": "book",
            },
        ),
        migrations.CreateModel(
            name="HeadRow",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("frontier", models.BinaryField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "head",
            },
        ),
        migrations.CreateModel(
            name="SignatureRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("hash", models.TextField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "signature",
            },
        ),
        migrations.CreateModel(
            name="BasisRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.TextField()),
                ("data", models.TextField()),
            ],
            options={
                "db_table": "basis",
                "constraints": [models.UniqueConstraint(fields=("hash",), name="basis_hash")],
            },
        ),
        migrations.CreateModel(
            name="PostingRow",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("kind", models.TextField()),
                ("debit", models.TextField()),
                ("credit", models.TextField()),
                ("unit", models.TextField()),
                ("amount", models.BigIntegerField()),
                ("account", models.TextField()),
                ("cause", models.TextField(null=True)),
                ("turn", models.SmallIntegerField(default=0)),
                ("basis", models.BigIntegerField()),
                ("lot", models.BigIntegerField(null=True)),
                ("reverses", models.BigIntegerField(null=True)),
                ("at_us", models.BigIntegerField()),
                ("leaf", models.BinaryField()),
            ],
            options={
                "db_table": "posting",
                "indexes": [
                    models.Index(condition=models.Q(("lot__isnull", False)), fields=["lot"], name="posting_lot")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="posting_key"),
                    models.UniqueConstraint(fields=("account", "cause", "turn"), name="posting_loss"),
                    models.UniqueConstraint(
                        condition=models.Q(("reverses__isnull", False)), fields=("reverses",), name="posting_reverses"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="posting_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("debit", models.F("credit")), _negated=True), name="posting_accounts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("award", "use", "expiry", "reversal"))), name="posting_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("position__gte", 0)), name="posting_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses__isnull", True),
                            models.Q(("kind", "reversal"), ("reverses__lt", models.F("position"))),
                            _connector="OR",
                        ),
                        name="posting_reversal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("hash", models.TextField()),
                ("data", models.TextField()),
                ("account", models.TextField()),
                ("unit", models.TextField()),
                ("amount", models.BigIntegerField()),
                ("by", models.TextField()),
                ("at_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "proposal",
                "indexes": [models.Index(fields=["by", "unit", "at_us"], name="proposal_by")],
            },
        ),
        migrations.CreateModel(
            name="UnitRow",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("scale", models.SmallIntegerField()),
            ],
            options={
                "db_table": "unit",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("scale__gte", 0), ("scale__lte", 9)), name="unit_scale")
                ],
            },
        ),
    ]
