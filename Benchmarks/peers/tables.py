"""The tables of Benchmarks/README.md, from the values of all rounds."""

from targets import LINES, PROCESSES, SHARES


def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def number(value):
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def table(titles, rows):
    lines = ["| " + " | ".join(titles) + " |", "|---" + "|---:" * (len(titles) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def variance_error(variances, reference):
    return max(abs(a / b - 1) for a, b in zip(variances, reference))


class Results:
    """What was measured: `rounds`, each {"ours": {name: measurement}, "peers": {(peer, case, variant): result}}."""

    def __init__(self, rounds, references, processes):
        self.rounds, self.references, self.processes = rounds, references, processes

    def ratios(self, line):
        """Our median, the fastest variant that counts, its median, and the median of the ratios round by round."""
        variants = {key for r in self.rounds for key in r["peers"]
                    if key[0] == line.peer and key[1] == line.case and line.accept(key[2])}
        if not variants:
            return None
        times = {key: [r["peers"][key][line.field] for r in self.rounds if key in r["peers"]] for key in variants}
        best = min(variants, key=lambda key: median(times[key]))
        both = [(r["ours"][line.ours]["seconds"], r["peers"][best][line.field]) for r in self.rounds if best in r["peers"]]
        ratios = [theirs / ours for ours, theirs in both]
        return {"ours": median([o for o, _ in both]), "theirs": median([t for _, t in both]), "variant": best[2],
                "ratio": median(ratios), "low": min(ratios), "high": max(ratios), "key": best}

    def quality(self, line, key):
        """The largest relative error of a variance, ours and theirs, for a fit."""
        if line.field == "encode":
            return ""
        reference = self.references.get(line.case)
        if reference is None:
            return "same loss and gradient"
        first = self.rounds[0]
        return " / ".join(f"{variance_error(variances, reference):.0e}" for variances in (
            first["ours"][line.ours]["variances"], first["peers"][key]["variances"]))

    def comparison(self):
        rows = []
        for line in LINES:
            r = self.ratios(line)
            if r is None:
                continue
            met = "" if line.target is None else "yes" if r["ratio"] >= line.target else "**no**"
            rows.append([
                line.title + f" ({r['variant']})", number(1e3 * r["ours"]), number(1e3 * r["theirs"]),
                f"{number(r['ratio'])} ({number(r['low'])}-{number(r['high'])})",
                number(line.target) if line.target else "-", met, self.quality(line, r["key"])])
        return table(["what: peer (its fastest)", "ours ms", "theirs ms", "ratio (range)", "target", "met", "quality"],
                     rows)

    def shares(self):
        rows = []
        for title, name, target in SHARES:
            values = []
            for r in self.rounds:
                if name not in r["ours"]:
                    continue
                m = r["ours"][name]
                limits = m["limits"]
                values.append((m["flops"] / m["seconds"] / limits["gemmFloat"],
                               m["bytes"] / m["seconds"] / max(limits["copy"], limits["read"])))
            if not values:
                continue
            gemm, memory = median([v[0] for v in values]), median([v[1] for v in values])
            rows.append([title, f"{100 * gemm:.0f}", f"{100 * memory:.0f}", f"{100 * target:.0f}",
                         "yes" if max(gemm, memory) >= target else "**no**"])
        return table(["what", "% of the GEMM limit", "% of the memory limit", "target", "met"], rows)

    def whole_processes(self):
        rows = []
        for title, case, most, read, unit in PROCESSES:
            values = [read(r) for r in self.processes if r["case"] == case]
            if values:
                value = median(values)
                rows.append([title, f"{value:.1f} {unit}", f"{most} {unit}", "yes" if value <= most else "**no**"])
        return table(["what", "measured", "at most", "met"], rows)
