// Makes the tables of traces in test/golden/trace/: `TUNEWRIGHT_PYTHON=venv node bench/trace-golden.mjs`. traces.tsv has the
// cases of trace-cases.mjs, measured.tsv those of published runs. A name of a table makes that one alone.
// Cases that a table has are kept unless --again is said;
// one takes 5 to 30 s on a core. Rows say the versions of the libraries: a table of other versions is another table.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { findModel } from "../dist/catalog/models.js";
import { RunSpec } from "../dist/domain/run-spec.js";
import { TraceOptions } from "../dist/domain/trace.js";
import { findConfig } from "../dist/programme/trace/find-config.js";
import { traceRequest } from "../dist/programme/trace/trace-request.js";
import { CASES } from "./trace-cases.mjs";
import { measuredCases } from "./trace-measured-cases.mjs";

const INSTANTS = ["reference", "forward", "loss", "backward", "optimizer"];
const NUMBERS = [
  "paramCount",
  "trainedParamCount",
  "weightsBytes",
  "persistentBytes",
  "tokens",
  "matrixFlops",
  "attentionFlops",
];
const COLUMNS = ["id", "model", "run", "options", ...NUMBERS, "lossPath", ...INSTANTS, "source"];

const python = process.env.TUNEWRIGHT_PYTHON ?? "";
const executable = existsSync(`${python}/bin/python`) ? `${python}/bin/python` : python || "python3";
const program = fileURLToPath(new URL("./trace-many.py", import.meta.url));
const modules = fileURLToPath(new URL("../dist/programme/trace/python", import.meta.url));
const child = spawn(executable, [program, modules], {
  stdio: ["pipe", "pipe", process.argv.includes("--verbose") ? "inherit" : "ignore"],
});
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

const tables = { "measured.tsv": measuredCases(), "traces.tsv": CASES };
const asked = Object.keys(tables).filter((name) => process.argv.includes(name));
for (const name of asked.length > 0 ? asked : Object.keys(tables)) await fill(name, tables[name]);
child.stdin.end();

async function fill(name, cases) {
  const path = fileURLToPath(new URL(`../test/golden/trace/${name}`, import.meta.url));
  const kept = process.argv.includes("--again") || !existsSync(path) ? "" : readFileSync(path, "utf8");
  const lines = kept.trim().split("\n").slice(1);
  const known = new Map(lines.filter((line) => line !== "").map((line) => [line.split("\t")[0], line]));
  for (const each of cases.filter(({ id }) => !known.has(id))) {
    const same = cases.find((other) => known.has(other.id) && sameRun(other, each));
    const answer = same === undefined ? await traced(each) : { seconds: 0 };
    if (same !== undefined) known.set(each.id, known.get(same.id).replace(same.id, each.id));
    else if (answer.unsupported === undefined) known.set(each.id, rowOf(each, answer));
    const rows = cases.flatMap(({ id }) => known.get(id) ?? []);
    writeFileSync(path, `${[COLUMNS.join("\t"), ...rows].join("\n")}\n`);
    process.stdout.write(`${name} ${each.id}: ${answer.unsupported ?? `${answer.seconds} s`}\n`);
  }
  process.stdout.write(`${name}: ${known.size} of ${cases.length}\n`);
}

/** Published runs differ in kernels that a trace does not see, GPTQ and NF4 among them: one trace stands for both. */
function sameRun(one, other) {
  const facts = ({ model, run, options, request }) => JSON.stringify([model, run, options, request]);
  return facts(one) === facts(other);
}

async function traced({ model, run, options, request }) {
  const shape = findModel(model);
  const config = await findConfig(shape.id, tmpdir(), undefined); // that of the catalogue, wherever this runs
  const spec = RunSpec.parse({ model: shape.id, ...run });
  const asked = { ...traceRequest(config.fields, spec, TraceOptions.parse(options)), ...request };
  child.stdin.write(`${JSON.stringify(asked)}\n`);
  return { ...JSON.parse((await answers.next()).value), config: config.origin };
}

function rowOf({ id, model, run, options }, answer) {
  const kinds = (byKind) =>
    Object.entries(byKind)
      .filter(([, bytes]) => bytes > 0)
      .map(([kind, bytes]) => `${kind}=${bytes}`)
      .join(" ");
  const instants = INSTANTS.map((name) => kinds(answer.instants.find(({ instant }) => instant === name)?.byKind ?? {}));
  const libraries = Object.entries(answer.versions).map(([name, version]) => `${name} ${version}`);
  const cells = [id, model, JSON.stringify(run), JSON.stringify(options), ...NUMBERS.map((name) => answer[name])];
  return [...cells, answer.lossPath, ...instants, `traced with ${libraries.join(", ")}; ${answer.config}`].join("\t");
}
