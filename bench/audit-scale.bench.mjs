// The audit at scale, each command as a process of its own: a programme with many logged runs, and an import of many
// training rows with the audit of its draft. CPU seconds next to wall time, since the machine may be shared; the peak is
// that of the resident set. Prints one table and one JSON line. The sizes: 100,000 runs in under 60 s; 1 GB of
// rows in under 2 GB of memory.
//
//     node bench/audit-scale.bench.mjs [--runs 100000] [--experiments 100] [--points 20] [--mb 1000]
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { DatabaseSync } from "@photostructure/sqlite";

import { writeChatRowsOfSize } from "./chat-rows.mjs";
import { measuredCommand } from "./measured-command.mjs";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    experiments: { type: "string", default: "100" },
    points: { type: "string", default: "20" },
    mb: { type: "string", default: "1000" },
  },
});
const [runs, experiments, points, mb] = ["runs", "experiments", "points", "mb"].map((name) => Number(values[name]));
const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a command. @returns its output and what it took */
function measured(cwd, words) {
  const { stdout, ...taken } = measuredCommand([...words, "--json"], { cwd });
  return { result: JSON.parse(stdout), ...taken };
}

/** Logs runs straight into the tables, as trainers would over months: a loss that falls, noise by a fixed rule. */
async function logRuns(programme) {
  const { openStore, dataFolder } = await import("../dist/store/open-store.js");
  const store = await openStore({ dataDir: dataFolder(programme) }, () => new Date());
  await store.close();
  const db = new DatabaseSync(join(dataFolder(programme), "tunewright.db"));
  const base = Date.UTC(2026, 5, 1);
  db.exec("begin");
  const experiment = db.prepare(
    "insert into experiments (name, artifact_location, lifecycle_stage, created_ms, updated_ms) values (?, '', 'active', ?, ?) returning experiment_id",
  );
  const ids = Array.from(
    { length: experiments },
    (_, index) => experiment.get(`search ${index}`, base, base).experiment_id,
  );
  const run = db.prepare(
    "insert into runs (run_id, experiment_id, name, user_id, status, start_ms, end_ms, lifecycle_stage) values (?, ?, ?, 'u', 'FINISHED', ?, ?, 'active') returning run_no",
  );
  const param = db.prepare("insert into run_params (run_no, key, value) values (?, ?, ?)");
  const series = db.prepare(
    "insert into series (run_no, key, step, timestamp, value, is_nan, written, stored) values (?, 'eval_loss', ?, ?, ?, 0, ?, ?) returning series_no",
  );
  const point = db.prepare("insert into points (series_no, timestamp, step, value, is_nan) values (?, ?, ?, ?, 0)");
  const activity = db.prepare(
    "insert into activity (run_no, opened_ms, last_ms, closed_ms, touches) values (?, ?, ?, ?, ?)",
  );
  for (let index = 0; index < runs; index += 1) {
    const from = base + index * 60_000;
    const to = from + 3_600_000;
    const { run_no: no } = run.get(randomBytes(16).toString("hex"), ids[index % experiments], `run ${index}`, from, to);
    param.run(no, "lr", String(1e-5 * (1 + (index % 50))));
    const loss = (step) => 1 + ((index * 7919) % 101) / 100 + 2 / (step + 1);
    const { series_no: key } = series.get(no, points - 1, to, loss(points - 1), points, points);
    for (let step = 0; step < points; step += 1) {
      point.run(key, from + Math.round((step * 3_600_000) / points), step, loss(step));
    }
    activity.run(no, from, to, to, points);
  }
  db.exec("commit");
  db.close();
}

const CONFIG = `base_model: mistralai/Mistral-7B-v0.1
adapter: lora
lora_r: 16
datasets:
  - path: rows.jsonl
    type: chat_template
val_set_size: 0.05
sequence_len: 4096
micro_batch_size: 2
num_epochs: 3
`;

const folder = mkdtempSync(join(tmpdir(), "tunewright-audit-scale-"));
const table = [];
const note = (what, { wallSec, cpuSec, peakMb }) =>
  table.push({
    what,
    wallSec: Number(wallSec.toFixed(1)),
    cpuSec: Number(cpuSec.toFixed(1)),
    peakMb: Math.round(peakMb),
  });
try {
  if (runs > 0) {
    cpSync(join(root, "examples/contracts"), join(folder, "many"), { recursive: true });
    await logRuns(join(folder, "many"));
    const audited = measured(folder, ["audit", "many"]);
    const sweep = audited.result.answers.find(({ rule }) => rule === "no-early-stopping");
    note(`audit of ${runs} runs in ${experiments} searches (${sweep.state})`, audited);
  }
  if (mb > 0) {
    const rows = writeChatRowsOfSize(join(folder, "rows.jsonl"), mb * 1e6);
    const size = `${(statSync(join(folder, "rows.jsonl")).size / 1e6).toFixed(0)} MB, ${rows} rows`;
    writeFileSync(join(folder, "config.yml"), CONFIG);
    note(
      `audit import of ${size}`,
      measured(folder, ["audit", "import", "config.yml", "rows.jsonl", "--out", "draft"]),
    );
    note(`audit of ${size}`, measured(folder, ["audit", "draft"]));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const width = Math.max(...table.map(({ what }) => what.length));
process.stdout.write(`${"what".padEnd(width)}   wall s    CPU s  peak MB\n`);
for (const { what, wallSec, cpuSec, peakMb } of table) {
  process.stdout.write(
    `${what.padEnd(width)} ${[wallSec, cpuSec, peakMb].map((value) => String(value).padStart(8)).join(" ")}\n`,
  );
}
process.stdout.write(`${JSON.stringify({ load: loadavg()[0], table })}\n`);
