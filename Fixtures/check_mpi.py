#!/usr/bin/env python3
"""Checks fits by several processes: python3 Fixtures/check_mpi.py PATH-TO-EIGENCODER-BUILT-WITH-MPI

Needs mpirun of OpenMPI, no packages. The processes share the processors there are, however few.
"""
import array, json, os, random, signal, struct, subprocess, sys, tempfile, time

program = os.path.abspath(sys.argv[1])
environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")


def write_npy(name, rows, columns, numbers):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }" % (rows, columns)
    header = header.ljust(117) + "\n"
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        array.array("d", numbers).tofile(file)


def tensors(name):
    with open(name, "rb") as file:
        data = file.read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    result = {}
    for key, value in header.items():
        if key != "__metadata__":
            start, end = value["data_offsets"]
            code = {"F32": "f", "F64": "d"}[value["dtype"]]
            result[key] = array.array(code, data[8 + length + start : 8 + length + end])
    return result


def command(ranks, *words):
    return ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks), program, *words]


def run(ranks, *words):
    return subprocess.run(command(ranks, *words), env=environment, capture_output=True, text=True)


def fit(ranks, *words):
    result = run(ranks, "fit", *words, "--format", "json", "--quiet")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def difference(a, b):
    return max(abs(x - y) for x, y in zip(a, b)) / max(abs(x) for x in b)


with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    random.seed(1)
    rows, columns = 1501, 12
    numbers = [100 + random.gauss(0, 1 + 8 / (1 + j)) for i in range(rows) for j in range(columns)]
    write_npy("x.npy", rows, columns, numbers)

    for method, tolerance, options in [
        ("pca", 1e-12, ["--latent", "3"]),
        ("autoencoder", 1e-5, "--latent 3 --hidden 8 --epochs 5 --initializer random".split()),
    ]:
        expected = fit(1, method, "--data", "x.npy", *options, "--model", "1.safetensors")
        for ranks in (2, 4):
            found = fit(ranks, method, "--data", "x.npy", *options, "--model", "n.safetensors")
            error = abs(found["train"]["ssePerSample"] / expected["train"]["ssePerSample"] - 1)
            history = [e["train"] for e in found.get("history") or []]
            reference = [e["train"] for e in expected.get("history") or []]
            if history:
                error = max(error, *(abs(a / b - 1) for a, b in zip(history, reference)))
            else:
                a, b = tensors("n.safetensors"), tensors("1.safetensors")
                error = max(error, *(difference(a[key], b[key]) for key in b))
            assert error < tolerance, (method, ranks, error)
            print(f"{method}, {ranks} ranks against 1: {error:.1e}")

    numbers[1400 * columns] = float("nan")
    write_npy("bad.npy", rows, columns, numbers)
    for words in (["--data", "bad.npy", "--latent", "3"], ["--data", "none.npy", "--latent", "3"],
                  ["--data", "x.npy", "--latent", "30"]):
        result = run(4, "fit", "pca", *words, "--model", "bad.safetensors")
        lines = [line for line in result.stderr.splitlines() if "eigencoder: error" in line]
        assert result.returncode != 0 and len(lines) == 1, result.stderr
        assert not os.path.exists("bad.safetensors") and not result.stdout
        print("one message:", lines[0])

    training = "fit autoencoder --data x.npy --latent 3 --hidden 8 --epochs 1000000 --quiet --model k.safetensors"
    job = subprocess.Popen(command(3, *training.split()), env=environment, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    children = subprocess.run(["pgrep", "-P", str(job.pid)], capture_output=True, text=True).stdout.split()
    assert len(children) == 3, children
    os.kill(int(children[1]), signal.SIGKILL)
    output, message = job.communicate(timeout=30)
    assert job.returncode != 0 and not output and "signal 9" in message, (output, message)
    assert sorted(os.listdir(".")) == ["1.safetensors", "bad.npy", "n.safetensors", "x.npy"], os.listdir(".")
    print("a killed rank ends all, and no file is left")
