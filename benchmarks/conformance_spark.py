"""The Spark side of the conformance check: runs a plan of statements on Parquet, each result feeding the next.

Run by an interpreter that has PySpark and nothing of makegood: `python conformance_spark.py PLAN.json`. The plan holds
`inputs` (table -> Parquet file), `steps` (table, statement) and `out` (folder for one Parquet folder a table).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

MASTER = "local-cluster[2,1,2048]"  # a driver and two executors, each a process of its own
# Three virtual machines that live for two minutes share two cores: compiling thoroughly costs more than it gives.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def main() -> None:
    """Run the plan; print how many executors did the work."""
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    spark = _session(Path(plan["scratch"]))
    for table, path in plan["inputs"].items():
        spark.read.parquet(path).createOrReplaceTempView(table)
    for table, statement in plan["steps"]:
        path = str(Path(plan["out"]) / table)
        try:
            spark.sql(statement).write.parquet(path)
        except Exception as fault:
            sys.exit(f"Spark refused the statement for {table}: {str(fault)[:800]}")
        spark.read.parquet(path).createOrReplaceTempView(table)
    workers = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # one of them is the driver
    spark.stop()
    sys.stdout.write(f"{workers}\n")


def _session(scratch: Path) -> SparkSession:
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["SPARK_WORKER_DIR"] = str(scratch / "work")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch / "local"),
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.driver.extraJavaOptions": SHORT_LIVED,
        "spark.executor.extraJavaOptions": SHORT_LIVED,
    }
    builder = SparkSession.builder.master(MASTER).appName("conformance")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


if __name__ == "__main__":
    main()
