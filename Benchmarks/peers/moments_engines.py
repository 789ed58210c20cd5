"""PCA of rows that lie in parts, by `eigencoder moments` under several schedulers, beside Spark's own PCA of the same rows.

Question: what does it take to have the principal components of N x D float32 rows from Spark and Dask, by the recipes of the
article "When one machine is not enough", and by pyspark.ml.feature.PCA? All run on the processors of this machine, so it says
nothing about a network.

  xargs, dask, spark tasks   the parts are npy files; a task runs `eigencoder moments --data PART`
  spark rows                 the rows are a DataFrame from Parquet; Arrow batches go to `eigencoder moments --data -`
  spark.ml PCA               the same DataFrame, its arrays turned into vectors

Times are from the start of the job to the components, without that of starting Spark or Dask, which have each run a small job
before: of the clock, and of processors in all processes of the job, which other work on the machine hardly changes. Components and shares of the variance of all are compared with each other.

usage: moments_engines.py EIGENCODER [--rows 1000000] [--columns 384] [--parts 16] [--latent 64] [--workers 2] [--only NAME,NAME]
It makes a virtual environment in a temporary directory from requirements-engines.txt, and needs Java for Spark
(apt-get install default-jre-headless). Twice the rows have to fit into /tmp.
"""

import argparse
import json
import os
import pathlib
import shlex
import struct
import subprocess
import sys
import tempfile
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("eigencoder")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=384)
    parser.add_argument("--parts", type=int, default=16)
    parser.add_argument("--latent", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only")
    return parser.parse_args()


def reenter():
    """Runs this script in a virtual environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(f"{folder}/venv", with_pip=True)
        python = f"{folder}/venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
                        HERE / "requirements-engines.txt"], check=True)
        environment = dict(os.environ, EIGENCODER_ENGINES=folder, PYSPARK_PYTHON=python)
        sys.exit(subprocess.run([python, __file__, *sys.argv[1:]], env=environment).returncode)


def make_rows(folder, rows, columns, parts):
    """Correlated rows far from the origin, as npy and Parquet files."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    generator = np.random.default_rng(1)
    basis = np.linalg.qr(generator.standard_normal((columns, columns)))[0].astype("f4")
    deviations = (1 / np.sqrt(1 + np.arange(columns))).astype("f4")
    mean = generator.standard_normal(columns).astype("f4")
    for folder_name in ("npy", "parquet"):
        os.makedirs(f"{folder}/{folder_name}")
    for part in range(parts):
        n = rows * (part + 1) // parts - rows * part // parts
        x = (generator.standard_normal((n, columns), dtype="f4") * deviations) @ basis + mean
        np.save(f"{folder}/npy/{part:04}.npy", x)
        array = pa.FixedSizeListArray.from_arrays(pa.array(x.reshape(-1)), columns).cast(pa.list_(pa.float32()))
        pq.write_table(pa.table({"x": array}), f"{folder}/parquet/{part:04}.parquet", compression="none",
                       use_dictionary=False, row_group_size=8192)


def components(path):
    """Components and shares of the variance of a model file."""
    import numpy as np
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()

    def tensor(name):
        first, last = header[name]["data_offsets"]
        return np.frombuffer(data[first:last], "<f8").reshape(header[name]["shape"])
    return tensor("components"), tensor("explained_variance_ratio")


def processor_seconds():
    """Of this process and all that descend from it, those that have ended included."""
    parents, seconds = {}, {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(folder.name)
        parents[pid] = int(fields[1])
        seconds[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def descends(pid):
        while pid and pid != os.getpid():
            pid = parents.get(pid)
        return bool(pid)
    return sum(time for pid, time in seconds.items() if descends(pid))


class Stopwatch:
    def __init__(self):
        self.start = time.perf_counter(), processor_seconds()

    def read(self):
        return time.perf_counter() - self.start[0], processor_seconds() - self.start[1]


class Engines:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.program = os.path.abspath(options.eigencoder)
        self.paths = sorted(str(path) for path in pathlib.Path(folder, "npy").iterdir())

    def fit(self, name):
        model = f"{self.folder}/{name}.safetensors"
        subprocess.run([self.program, "fit", "pca", "--quiet", "--moments", f"{self.folder}/{name}/*.moments", "--latent",
                        str(self.options.latent), "--model", model], check=True, stdout=subprocess.DEVNULL)
        return components(model)

    def sum_part(self, name):
        """The task: one part to one file of moments, by one thread."""
        program, out = self.program, f"{self.folder}/{name}"

        def task(path):
            target = f"{out}/{pathlib.Path(path).stem}.moments"
            subprocess.run([program, "moments", "--quiet", "--threads", "1", "--data", path, "--out", target], check=True)
            return target
        os.makedirs(out)
        return task

    def xargs(self):
        out = f"{self.folder}/xargs"
        os.makedirs(out)
        program = shlex.quote(self.program)
        watch = Stopwatch()
        subprocess.run(
            f"ls {self.folder}/npy/*.npy | xargs -P {self.options.workers} -I{{}} sh -c "
            f"'{program} moments --quiet --threads 1 --data {{}} --out {out}/$(basename {{}} .npy).moments'",
            shell=True, check=True)
        return self.fit("xargs"), watch.read()

    def dask(self):
        from dask.distributed import Client, LocalCluster
        with LocalCluster(n_workers=self.options.workers, threads_per_worker=1, dashboard_address=None,
                          local_directory=self.folder) as cluster, Client(cluster) as client:
            client.gather(client.map(lambda i: i, range(8)))
            task = self.sum_part("dask")
            watch = Stopwatch()
            client.gather(client.map(task, self.paths))
            return self.fit("dask"), watch.read()

    def spark(self):
        from pyspark.sql import SparkSession
        spark = (SparkSession.builder.master(f"local[{self.options.workers}]").appName("moments")
                 .config("spark.driver.memory", "8g").config("spark.local.dir", self.folder)
                 .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
                 .config("spark.driver.bindAddress", "127.0.0.1")
                 .config("spark.driver.host", "127.0.0.1").config("spark.sql.files.maxPartitionBytes", "256m")
                 .config("spark.driver.extraJavaOptions", "--add-modules=jdk.incubator.vector")
                 .config("spark.log.level", "ERROR").getOrCreate())
        spark.sparkContext.parallelize(range(8), 2).map(lambda i: i).collect()
        return spark

    def spark_tasks(self):
        context = self.spark().sparkContext
        task = self.sum_part("spark tasks")
        watch = Stopwatch()
        context.parallelize(self.paths, len(self.paths)).map(task).collect()
        return self.fit("spark tasks"), watch.read()

    def frame(self, spark):
        """The rows, read once before, so that all find them in the memory of the system."""
        frame = spark.read.parquet(f"{self.folder}/parquet")
        frame.selectExpr("sum(x[0])").collect()
        return frame

    def spark_rows(self):
        program, columns = self.program, self.options.columns

        def moments(batches):
            import pyarrow as pa
            summing = subprocess.Popen([program, "moments", "--quiet", "--threads", "1", "--data", "-", "--columns",
                                        str(columns), "--out", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            # Nothing comes out before the last row is in.
            for batch in batches:
                summing.stdin.write(batch.column(0).flatten().to_numpy(zero_copy_only=False).data)
            file, _ = summing.communicate()
            if summing.returncode != 0:
                raise RuntimeError(f"eigencoder moments ended with status {summing.returncode}")
            yield pa.RecordBatch.from_pydict({"moments": pa.array([file], pa.binary())})
        frame = self.frame(self.spark())
        os.makedirs(f"{self.folder}/spark rows")
        watch = Stopwatch()
        for index, row in enumerate(frame.mapInArrow(moments, "moments binary").toLocalIterator()):
            pathlib.Path(f"{self.folder}/spark rows/{index}.moments").write_bytes(row.moments)
        return self.fit("spark rows"), watch.read()

    def spark_pca(self):
        from pyspark.ml.feature import PCA
        from pyspark.ml.functions import array_to_vector
        spark = self.spark()
        frame = self.frame(spark)
        watch = Stopwatch()
        model = PCA(k=self.options.latent, inputCol="v", outputCol="z").fit(
            frame.select(array_to_vector("x").alias("v")))
        times = watch.read()
        return (model.pc.toArray().T, model.explainedVariance.toArray()), times


def main(options):
    import numpy as np
    folder = tempfile.mkdtemp(dir=os.environ["EIGENCODER_ENGINES"])
    make_rows(folder, options.rows, options.columns, options.parts)
    engines = Engines(options, folder)
    runs = {"xargs": engines.xargs, "dask": engines.dask, "spark tasks": engines.spark_tasks,
            "spark rows": engines.spark_rows, "spark.ml PCA": engines.spark_pca}
    chosen = options.only.split(",") if options.only else runs
    print(f"{options.rows} x {options.columns} float32 in {options.parts} parts, {options.latent} components, "
          f"{options.workers} workers")
    first, worst = None, 0
    for name in chosen:
        (vectors, shares), (seconds, processors) = runs[name]()
        first = first or (vectors, shares)
        # Signs are free; gaps between these variances are far above rounding.
        angles = 1 - np.abs(np.sum(vectors * first[0], axis=1))
        share = np.max(np.abs(shares / first[1] - 1))
        worst = max(worst, np.max(angles), share)
        print(f"{name:14}{seconds:8.2f} s, processors {processors:8.2f} s   "
              f"1 - |cosine| of components at most {np.max(angles):.1e}, "
              f"shares of the variance within {share:.1e}", flush=True)
    if worst > 1e-4:
        sys.exit(f"they are not the same components: {worst:.1e}")


if __name__ == "__main__":
    if "EIGENCODER_ENGINES" not in os.environ:
        arguments()
        reenter()
    main(arguments())
