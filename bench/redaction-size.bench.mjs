// Time and memory of redaction from end to end, as a process of its own: reading, recognising, writing. Chat rows of a
// given size with a mail address, a telephone number or a name in every tenth. Prints one table and one JSON line; the
// peak is that of the resident set with all threads. The issue's file is --mb 2000.
//
//     node bench/redaction-size.bench.mjs [--mb 50] [--profile default] [--keep DIR]
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { writeChatRows } from "./chat-rows.mjs";

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "50" },
    profile: { type: "string", default: "default" },
    keep: { type: "string" },
  },
  strict: false,
});
const print = (line) => process.stdout.write(`${line}\n`);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
if (!existsSync(main)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}

/** Rows of which copies are made, each with a number of its own. */
const BASE_ROWS = 20_000;

const personal = (row) =>
  [
    `Write to ann.smith${row}@example.org.`,
    `Call me on +44 20 7946 ${String(1000 + (row % 9000))}.`,
    "Please ask Dr. Mary Whitfield about it.",
  ][row % 3];

/** Writes rows until a file is so large. @returns its rows */
function writeRows(path, bytes) {
  const base = `${path}.base`;
  writeChatRows(base, { rows: BASE_ROWS });
  const lines = readFileSync(base, "utf8").trimEnd().split("\n");
  rmSync(base);
  const file = openSync(path, "w");
  let [rows, size, held] = [0, 0, ""];
  for (; size < bytes; rows++) {
    const { messages, ...rest } = JSON.parse(lines[rows % lines.length]);
    const content = `${messages[0].content} Case ${rows}.${rows % 10 === 0 ? ` ${personal(rows)}` : ""}`;
    const line = `${JSON.stringify({ ...rest, messages: [{ ...messages[0], content }, ...messages.slice(1)] })}\n`;
    held += line;
    size += line.length;
    if (held.length > 2 ** 22) held = (writeSync(file, held), "");
  }
  writeSync(file, held);
  closeSync(file);
  return rows;
}

const folder = values.keep ?? mkdtempSync(join(tmpdir(), "tunewright-redaction-"));
try {
  const [path, out] = ["rows.jsonl", "redacted.jsonl"].map((name) => join(folder, name));
  const rows = writeRows(path, Number(values.mb) * 1e6);
  const mb = statSync(path).size / 1e6;
  const report =
    "process.on('exit', () => { const { userCPUTime: u, systemCPUTime: s, maxRSS } = process.resourceUsage(); process.stderr.write('\\nusage ' + JSON.stringify({ cpuSec: (u + s) / 1e6, peakMb: (maxRSS * 1024) / 1e6 }) + '\\n'); })";
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(report)}`, main].concat([
      "data",
      "redact",
      path,
      "--out",
      out,
      "--profile",
      values.profile,
      "--json",
    ]),
    { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(stderr.slice(-2000));
  const wallSec = (performance.now() - started) / 1000;
  const { cpuSec, peakMb } = JSON.parse(/usage (.*)$/m.exec(stderr)[1]);
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
