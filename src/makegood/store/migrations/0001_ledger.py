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
            name="LotRow",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("account", models.TextField()),
                ("used", models.BigIntegerField()),
                ("expired", models.BigIntegerField()),
                ("taken", models.BigIntegerField()),
            ],
            options={
                "db_table": "lot",
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
                ("form", models.TextField()),
                ("expires_us", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "basis",
                "indexes": [
                    models.Index(
                        condition=models.Q(("expires_us__isnull", False)), fields=["expires_us"], name="basis_expires"
                    )
                ],
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
                    models.Index(condition=models.Q(("lot__isnull", False)), fields=["lot"], name="posting_lot"),
                    models.Index(
                        condition=models.Q(("cause__isnull", True), ("kind", "award")),
                        fields=["account", "cause", "kind"],
                        name="posting_gift",
                    ),
                    models.Index(condition=models.Q(("kind", "award")), fields=["basis"], name="posting_basis"),
                    models.Index(
                        condition=models.Q(("kind__in", ("award", "reversal"))),
                        fields=["position"],
                        name="posting_sent",
                    ),
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
                "indexes": [
                    models.Index(fields=["by", "account", "at_us"], name="proposal_by_account"),
                    models.Index(fields=["by", "at_us"], name="proposal_by"),
                ],
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
