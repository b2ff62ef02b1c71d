"""Facts can be added, never changed or deleted."""

from django.db import migrations

from makegood.store.triggers import allow, forbid


class Migration(migrations.Migration):
    """The triggers of every table of facts."""

    dependencies = [("store", "0005_leaving")]
    operations = [migrations.RunPython(forbid, allow)]
