"""What leaves the book: the outbox, the notices and the reminders."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What leaves the book: the outbox, the notices and the reminders."""

    dependencies = [
        ("store", "0004_campaigns"),
    ]
    operations = [
        migrations.CreateModel(
            name="NoticeRow",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("state", models.TextField(default="waiting")),
                ("tries", models.IntegerField(default=0)),
                ("due_us", models.BigIntegerField()),
                ("taken_by", models.TextField(default="")),
                ("taken_until_us", models.BigIntegerField(default=0)),
                ("handed", models.BooleanField(db_default=False, default=False)),
                ("remote", models.TextField(default="")),
                ("said", models.TextField(default="")),
                ("done_us", models.BigIntegerField(null=True)),
                ("channel", models.TextField(default="")),
            ],
            options={
                "db_table": "notice",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "taken"))), fields=["due_us"], name="notice_due"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("refused", "differs", "doubt"))),
                        fields=["position"],
                        name="notice_trouble",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("waiting", "taken", "done", "refused", "differs", "doubt", "unreachable"))
                        ),
                        name="notice_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxRow",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("state", models.TextField(default="waiting")),
                ("tries", models.IntegerField(default=0)),
                ("due_us", models.BigIntegerField()),
                ("taken_by", models.TextField(default="")),
                ("taken_until_us", models.BigIntegerField(default=0)),
                ("handed", models.BooleanField(db_default=False, default=False)),
                ("remote", models.TextField(default="")),
                ("said", models.TextField(default="")),
                ("done_us", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "outbox",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "taken"))), fields=["due_us"], name="outbox_due"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("refused", "differs", "doubt"))),
                        fields=["position"],
                        name="outbox_trouble",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("waiting", "taken", "done", "refused", "differs", "doubt", "unreachable"))
                        ),
                        name="outbox_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderRow",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("state", models.TextField(default="waiting")),
                ("tries", models.IntegerField(default=0)),
                ("due_us", models.BigIntegerField()),
                ("taken_by", models.TextField(default="")),
                ("taken_until_us", models.BigIntegerField(default=0)),
                ("handed", models.BooleanField(db_default=False, default=False)),
                ("remote", models.TextField(default="")),
                ("said", models.TextField(default="")),
                ("done_us", models.BigIntegerField(null=True)),
                ("channel", models.TextField(default="")),
            ],
            options={
                "db_table": "reminder",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "taken"))), fields=["due_us"], name="reminder_due"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("refused", "differs", "doubt"))),
                        fields=["position"],
                        name="reminder_trouble",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("waiting", "taken", "done", "refused", "differs", "doubt", "unreachable", "needless"),
                            )
                        ),
                        name="reminder_state",
                    )
                ],
            },
        ),
    ]
