// Messages that a user reads after a damaged file or a wrong flag: each command that reads a file is run on damaged
// copies of it, each flag of each example of the help gets wrong values. Prints one table, the messages that lack
// something, and one JSON line: the share of messages with exit 2 that have no hint of their own, or do not name the
// file.
//
//     node bench/fuzz/messages.mjs [--inputs 5000] [--seed 1] [--only "data lint"]
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { damaged } from "./damage.mjs";
import { FILES, flagLines } from "./command-lines.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});
const fromDist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
if (!existsSync(join(root, "dist/cli/run-line.js"))) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const { runLine } = await fromDist("cli/run-line.js");
const { seededRandom } = await fromDist("base/random.js");
const random = seededRandom(Number(values.seed));

const folder = mkdtempSync(join(tmpdir(), "tunewright-messages-"));
const workspace = join(root, "test/fixtures/workspace");

/** A new copy of the folder in which the examples run. */
function fresh() {
  rmSync(folder, { recursive: true, force: true });
  cpSync(workspace, folder, { recursive: true });
  for (const name of ["contracts", "support"])
    cpSync(join(root, "examples", name), join(folder, name), { recursive: true });
}

/** Exit code and error of one command line, run in this process. */
async function run(argv) {
  let stderr = "";
  const stream = (write) => ({ isTTY: false, write });
  const code = await runLine([...argv, "--no-color"], {
    stdin: { isTTY: false },
    stdout: stream(() => true),
    stderr: stream((text) => ((stderr += text), true)),
    env: {},
    cwd: () => folder,
  });
  const [, message = "", hint = ""] = /error: ([^]*?)\n(?:\nhint: ([^]*))?$/.exec(stderr) ?? [];
  return { code, message, hint: hint.trim() };
}

/** Messages about unknown words, for which the help is the right answer. */
const USAGE = /^(?:unknown option|missing required argument|too many arguments)/;

const counts = { inputs: 0, ok: 0, refused: 0, bug: 0, other: 0, "no hint": 0, "only --help": 0, "no file": 0 };
const poor = new Map();

/** Counts an outcome; `file` is the damaged one, which a message must name. */
function judge({ code, message, hint }, { argv, file }) {
  counts.inputs += 1;
  if (code === 0) counts.ok += 1;
  else if (code === 1) note("bug", { argv, message });
  else if (code !== 2) counts.other += 1;
  else {
    counts.refused += 1;
    if (hint === "") note("no hint", { argv, message });
    else if (/^see tunewright .*--help$/.test(hint) && !USAGE.test(message)) note("only --help", { argv, message });
    if (file !== undefined && !`${message} ${hint}`.includes(basename(file))) note("no file", { argv, message });
  }
}

function note(kind, { argv, message }) {
  counts[kind] += 1;
  const shape = `${kind} | ${argv.slice(0, 3).join(" ")} | ${message
    .replace(/\d+/g, "N")
    .replace(/"[^"]*"/g, '"…"')
    .slice(0, 110)}`;
  const seen = poor.get(shape);
  poor.set(shape, { times: (seen?.times ?? 0) + 1, line: seen?.line ?? argv.join(" "), message });
}

fresh();
const files = FILES.filter(([line]) => line.startsWith(values.only));
const flags = (await flagLines(fromDist)).filter((argv) => argv.join(" ").startsWith(values.only));
const total = Number(values.inputs);
for (let tried = 0; tried < total; tried++) {
  if (tried % 200 === 0) fresh();
  const isFlag = files.length === 0 || (flags.length > 0 && tried % 4 === 3);
  if (isFlag) {
    const argv = flags[Math.floor(random() * flags.length)];
    judge(await run(argv), { argv });
    continue;
  }
  const [line, file] = files[tried % files.length];
  const whole = readFileSync(join(folder, file));
  const argv = line.split(" ");
  writeFileSync(join(folder, file), damaged(whole, { extension: extname(file), random }));
  judge(await run(argv), { argv, file });
  writeFileSync(join(folder, file), whole);
  for (const out of ["split-out", "frozen-out", "report", "run-2/result.json"])
    rmSync(join(folder, out), { recursive: true, force: true });
}
rmSync(folder, { recursive: true, force: true });

const print = (line) => process.stdout.write(`${line}\n`);
for (const [name, count] of Object.entries(counts)) print(`${name.padEnd(14)}${String(count).padStart(8)}`);
for (const [shape, { times, line }] of [...poor].toSorted((a, b) => b[1].times - a[1].times))
  print(`${String(times).padStart(6)}  ${shape}\n        tunewright ${line}`);
print(JSON.stringify({ seed: Number(values.seed), ...counts }));
