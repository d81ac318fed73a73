// Time and memory of redaction from end to end, as a process of its own: reading, recognising, writing. Chat rows of a
// given size with a mail address, a telephone number or a name in every tenth. Prints one table and one JSON line; the
// peak is that of the resident set with all threads. The file is --mb 2000.
//
//     node bench/redaction-size.bench.mjs [--mb 50] [--profile default] [--keep DIR]
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { writeChatRowsOfSize } from "./chat-rows.mjs";
import { measuredCommand } from "./measured-command.mjs";

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "50" },
    profile: { type: "string", default: "default" },
    keep: { type: "string" },
  },
  strict: false,
});
const print = (line) => process.stdout.write(`${line}\n`);
const personal = (row) =>
  [
    `Write to ann.smith${row}@example.org.`,
    `Call me on +44 20 7946 ${String(1000 + (row % 9000))}.`,
    "Please ask Dr. Mary Whitfield about it.",
  ][row % 3];

const folder = values.keep ?? mkdtempSync(join(tmpdir(), "tunewright-redaction-"));
try {
  const [path, out] = ["rows.jsonl", "redacted.jsonl"].map((name) => join(folder, name));
  const rows = writeChatRowsOfSize(path, Number(values.mb) * 1e6, (row) => (row % 10 === 0 ? ` ${personal(row)}` : ""));
  const mb = statSync(path).size / 1e6;
  const words = ["data", "redact", path, "--out", out, "--profile", values.profile, "--json"];
  const { wallSec, cpuSec, peakMb } = measuredCommand(words);
  const [load] = loadavg();
  const result = {
    mb,
    rows,
    outMb: statSync(out).size / 1e6,
    wallSec,
    cpuSec,
    peakMb,
    mbPerSec: mb / wallSec,
    mbPerCpuSec: mb / cpuSec,
    load,
  };
  print(`${cpus().length} cores, load ${load.toFixed(1)}, Node ${process.version}, profile ${values.profile}`);
  print("      MB       rows   wall s    CPU s    MB/s  MB/CPU s  peak MB");
  print(
    [
      mb.toFixed(0).padStart(8),
      String(rows).padStart(10),
      wallSec.toFixed(1).padStart(8),
      cpuSec.toFixed(1).padStart(8),
      result.mbPerSec.toFixed(2).padStart(7),
      result.mbPerCpuSec.toFixed(2).padStart(9),
      peakMb.toFixed(0).padStart(8),
    ].join(" "),
  );
  print(JSON.stringify({ benchmark: "redaction-size", ...result }));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
