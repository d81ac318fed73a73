// Runs this example from its data to a served model and prints each command with what it shows: docs/guides/end-to-end.md.
//
//     node examples/smollm2/end-to-end.mjs FOLDER [--ports 8191,8192]
//
// Needs TUNEWRIGHT_PYTHON and TUNEWRIGHT_SERVING_PYTHON: see README.md. FOLDER must not exist.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { commandsIn, fail, program, readyPython } from "./commands.mjs";

const { values: flags, positionals } = parseArgs({
  options: { ports: { type: "string", default: "8191,8192" } },
  allowPositionals: true,
});
const folder = resolve(positionals[0] ?? "smollm2-run");
const python = readyPython(folder);
const tunewright = commandsIn(folder);
const began = Date.now();

/** Kills the first trainer of the sweep once it has passed a checkpoint, without a chance to save. */
async function killTrainer(plan, known) {
  const jobs = join(folder, ".tunewright", "jobs");
  while (plan.exitCode === null) {
    await sleep(200);
    for (const id of readdirSync(jobs).filter((name) => !known.includes(name))) {
      const progress = join(jobs, id, "out", "progress.json");
      if (!existsSync(progress) || JSON.parse(readFileSync(progress, "utf8")).step < 7) continue;
      const { pid } = JSON.parse(readFileSync(join(jobs, id, "attempts", "1", "trainer.json"), "utf8"));
      process.kill(pid, "SIGKILL");
      return id;
    }
  }
  return undefined;
}

cpSync(fileURLToPath(new URL(".", import.meta.url)), folder, { recursive: true });
const ports = flags.ports.split(",");
for (const file of ["stages.yaml", "eval/acceptance.yaml"]) {
  const text = readFileSync(join(folder, file), "utf8");
  writeFileSync(join(folder, file), text.replaceAll("8191", ports[0]).replaceAll("8192", ports[1]));
}
for (const script of ["make_model.py", "make_rows.py"]) {
  const env = { ...process.env, HF_HUB_OFFLINE: "1" };
  const made = spawnSync(python, [script, "."], { cwd: folder, env, encoding: "utf8" });
  if (made.status !== 0) fail(`${script} ended with ${made.status}: ${made.stderr.slice(-2000)}`);
}

for (const name of ["train", "dev", "preference", "test"])
  tunewright(`data freeze data/${name}.jsonl --out frozen/${name} --by me --reason "first version" --quiet`);
tunewright("eval init acceptance --set frozen/test --licence Apache-2.0 --quiet");
tunewright("budget set --cap-usd 2 --set-by me --quiet");
tunewright("train doctor");
tunewright("train start first.yaml --yes --quiet");
tunewright("train start capped.yaml --yes --quiet", { code: 5 });

const known = readdirSync(join(folder, ".tunewright", "jobs"));
process.stdout.write("$ tunewright train stages --yes\n");
const plan = spawn(process.execPath, [program, "train", "stages", "--yes"], {
  cwd: folder,
  stdio: ["ignore", "inherit", "inherit"],
});
const ended = new Promise((done) => plan.once("exit", done));
const killed = await killTrainer(plan, known);
if ((await ended) !== 0) fail("the plan did not pass");
tunewright(`train show ${killed}`);
const { sweeps } = JSON.parse(tunewright("sweep show --json", { isShown: false }));
tunewright(`sweep show ${sweeps[0].id}`);
tunewright("eval compare base tuned --quiet");
tunewright("train list");
tunewright("train measure --model HuggingFaceTB/SmolLM2-135M --quiet");
tunewright("plan calibrate measured-runs.csv");
tunewright("ledger settle --yes --quiet");
tunewright("budget show");
tunewright("ledger verify");
const minutes = (Date.now() - began) / 60_000;
process.stdout.write(`finished after ${minutes.toFixed(1)} minutes\n`);
