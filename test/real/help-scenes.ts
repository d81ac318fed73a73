import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

import type { WatchCheck } from "../../src/domain/watch-check.ts";
import { madeUpTraffic } from "../watch/made-up-traffic.ts";
import { scriptedModel } from "../programme/synthesize/scripted-model.ts";
import { labelledTask } from "./labelled-task.ts";
import { trainingFolder } from "../launch/training-folder.ts";
import { queuedSweep } from "../launch/sweep/queued-sweep.ts";
import { queuedJob } from "../launch/queued-job.ts";
import { MAIN, type Ran, ROOT, runProcess } from "../cli/run-cli.ts";
import { AXOLOTL, writeSources } from "../programme/audit/foreign-sources.ts";
import { writeForeignTrackers } from "../programme/runs/foreign-trackers.ts";
import { loggedRun } from "../track/logged-run.ts";
import { loggedSpan } from "../track/logged-span.ts";

/** Python with TRL, for the lines that train; empty if there is none. */
const PYTHON = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasTrl = existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import trl, peft, mlflow"]).status === 0;

/** A plan of one stage. */
const STAGES = "version: 1\nname: support\nstages:\n  - { name: sft, train: training.yaml }\n";

/** A sweep of Weights & Biases. */
const WANDB = "method: random\nparameters:\n  learning_rate: { min: 0.0001, max: 0.001 }\n";

/** An example of the help, and the folder in which it is run. */
type Scene = { cwd: string; line: string };

/** Preparation by the reader of an example: each function changes the folder, and may change the line. */
const BEFORE: readonly { of: RegExp; needsTrl?: true; prepare: (scene: Scene) => Promise<Scene | void> }[] = [
  { of: /\/backups\/|\/var\/lib\//, prepare: async (scene) => ({ ...scene, line: insideOf(scene) }) },
  { of: /^serve support contracts/, prepare: async ({ cwd }) => copies(cwd, ["support", "contracts"]) },
  {
    of: /^accounts (?:renew|role|revoke|list)/,
    prepare: async ({ cwd }) =>
      commands(cwd, ["accounts create ada --role admin", "accounts create trainer --role engineer"]),
  },
  { of: /^gc --deleted-runs/, prepare: async ({ cwd }) => void (await loggedRun(cwd)) },
  { of: /^backup /, prepare: async (scene) => void (await loggedRun(programmeOf(scene))) },
  {
    of: /^restore /,
    prepare: async (scene) => {
      await loggedRun(scene.cwd);
      await commands(scene.cwd, [`backup --out ${insideOf(scene).split(" ")[1]}`]);
    },
  },
  {
    of: /^budget set$/,
    prepare: async ({ cwd }) => commands(programme(cwd), ["plan budget . --approver Finance --yes"]),
  },
  { of: /^budget set$/, prepare: async ({ cwd, line }) => ({ cwd: programme(cwd), line }) },
  { of: /^(?:budget show|ledger|runs)/, prepare: async ({ cwd }) => void (await loggedRun(cwd, "sft-demo")) },
  {
    of: /^audit import/,
    prepare: async ({ cwd }) => {
      await writeForeignTrackers(cwd);
      await writeSources(cwd, { "configs/sft.yaml": AXOLOTL });
    },
  },
  {
    // A model that answers in words stands for the weights and for the server of the reader.
    of: /^comply memorisation/,
    prepare: async ({ cwd, line }) => {
      const { url } = await scriptedModel(() => ({ text: "I do not know." }));
      cpSync(join(cwd, "../train.jsonl"), join(cwd, "train.jsonl"));
      cpSync(join(cwd, "../test.jsonl"), join(cwd, "test.jsonl"));
      const weights = " --model tuned --canaries with-canaries/canaries.json";
      return { cwd, line: line.replace("http://127.0.0.1:8080/v1", url).replace(weights, ` --endpoint ${url}`) };
    },
  },
  { of: /^runs import/, prepare: async ({ cwd }) => writeForeignTrackers(cwd) },
  { of: /^ledger import/, prepare: async ({ cwd }) => cpSync(join(cwd, "bill.csv"), join(cwd, "focus-2026-11.csv")) },
  {
    of: /^ledger match/,
    prepare: async ({ cwd }) => {
      cpSync(join(cwd, "bill.csv"), join(cwd, "focus-2026-11.csv"));
      await commands(cwd, ["ledger import focus-2026-11.csv"]);
    },
  },
  {
    of: /^ledger import .*--replaces/,
    prepare: async ({ cwd }) => {
      await commands(cwd, ["ledger import focus-2026-11.csv"]);
      const text = readFileSync(join(cwd, "bill.csv"), "utf8");
      writeFileSync(join(cwd, "focus-2026-11b.csv"), text.replace(/\n(\d)/, "\n1$1"));
    },
  },
  {
    of: /^ledger costs/,
    prepare: async ({ cwd }) =>
      writeFileSync(
        join(cwd, "hours-2026-11.csv"),
        "activity,memo,on,hours,usdPerHour,payee\ndata,labels of week 45,2026-11-06,12.5,80,Annotators\n",
      ),
  },
  {
    of: /^ledger import gpu-cloud/,
    prepare: async ({ cwd }) =>
      writeFileSync(join(cwd, "gpu-cloud.csv"), "Server,Date,Amount\nnode-1,2026-11-02,124.50\n"),
  },
  {
    of: /^ledger prove/,
    prepare: async ({ cwd }) => commands(cwd, ["ledger add --activity data --usd 5 --memo review"]),
  },
  {
    of: /^ledger prove --check/,
    prepare: async ({ cwd }) => commands(cwd, ["ledger prove --seq 1 --json > proof.json"]),
  },
  { of: /^ledger verify --head/, prepare: async ({ cwd }) => commands(cwd, ["ledger verify --json > head.json"]) },
  {
    of: /^budget reserve .*--release/,
    prepare: async ({ cwd }) => commands(cwd, ["budget reserve sft-7 --usd 120"]),
  },
  {
    of: /^runs (?:show|close|compare)/,
    prepare: async ({ cwd, line }) => ({ cwd, line: line.replace("0f014ac2", await loggedRun(cwd)) }),
  },
  {
    of: /^runs list --group-by/,
    prepare: async ({ cwd, line }) => {
      await loggedRun(cwd);
      return { cwd, line: line.replace("params.learning_rate", "params.lr") };
    },
  },
  {
    of: /^runs compare/,
    prepare: async ({ cwd, line }) => ({ cwd, line: line.replace("7a2290ea", await loggedRun(cwd)) }),
  },
  {
    of: /^train (?:show|stop|list|logs|measure)/,
    prepare: async ({ cwd, line }) => ({ cwd, line: line.replace("4f21ab90c3de", await queuedJob(cwd)) }),
  },
  {
    of: /^train stages/,
    prepare: async ({ cwd }) => {
      await trainingFolder(cwd);
      writeFileSync(join(cwd, "stages.yaml"), STAGES);
    },
  },
  {
    of: /^train approve/,
    prepare: async ({ cwd, line }) => ({ cwd, line: line.replace("4f21ab90c3de", await queuedJob(cwd, "10")) }),
  },
  {
    of: /^sweep (?:show|stop|resume|approve)/,
    prepare: async ({ cwd, line }) => {
      const states = { "sweep resume": "stopped", "sweep approve": "awaiting-approval" } as const;
      const named = Object.entries(states).find(([start]) => line.startsWith(start));
      const id = await queuedSweep(cwd, named?.[1] ?? "running");
      return { cwd, line: line.replace("7d20c1b4e9f6", id) };
    },
  },
  {
    of: /^sweep import/,
    prepare: async ({ cwd }) => writeFileSync(join(cwd, "wandb-sweep.yaml"), WANDB),
  },
  {
    of: /^train resume/,
    prepare: async ({ cwd, line }) => {
      const id = await queuedJob(cwd);
      await commands(cwd, [`train stop ${id} --yes`, "train supervise"]);
      return { cwd, line: line.replace("4f21ab90c3de", id) };
    },
  },
  {
    of: /^train supervise/,
    prepare: async ({ cwd }) => commands(cwd, [`train stop ${await queuedJob(cwd)} --yes`]),
  },
  {
    of: /^train doctor/,
    needsTrl: true,
    prepare: async ({ cwd }) => symlinkSync(dirname(dirname(PYTHON)), join(cwd, ".venv-train")),
  },
  {
    of: /(?:train|sweep) (?:start|preview)/,
    needsTrl: true,
    prepare: async ({ cwd }) => {
      const folder = join(cwd, "examples/tiny");
      spawnSync(PYTHON, [join(folder, "make_tiny.py"), folder], { env: { ...process.env, HF_HUB_OFFLINE: "1" } });
      await commands(folder, ["data freeze data/train.jsonl --out frozen/train --by QA --reason first"]);
    },
  },
  {
    of: /^data freeze test.jsonl .* eval init |^eval (?:run|compare|gate|verify|report|bias)/,
    prepare: async ({ cwd }) => cpSync(join(cwd, "evaluation/set.jsonl"), join(cwd, "test.jsonl")),
  },
  {
    of: /^eval (?:run|compare|gate|verify|report|bias)/,
    prepare: async ({ cwd }) => {
      await commands(cwd, [
        "data freeze test.jsonl --out frozen/v1 --by QA --reason first",
        "eval init acceptance --set frozen/v1 --slice language --question body",
      ]);
      const named = readFileSync(join(cwd, "eval/small.yaml"), "utf8").replace("set: small", "set: acceptance");
      writeFileSync(join(cwd, "eval/acceptance.yaml"), named);
    },
  },
  {
    of: /^eval (?:compare|gate|report|bias)/,
    prepare: async ({ cwd }) => commands(cwd, ["eval run acceptance --yes"]),
  },
  {
    of: /^data (?:label (?!create)|adjudicate)/,
    prepare: async ({ cwd }) => labelledTask(cwd),
  },
  { of: /^data agree/, prepare: async ({ cwd }) => writeFileSync(join(cwd, "labels.csv"), ratings(cwd)) },
  {
    of: /^data agree .*--rater annotator/,
    prepare: async ({ cwd }) => writeFileSync(join(cwd, "labels.csv"), ratings(cwd, "id,annotator,tone")),
  },
  { of: /^data synthesize .*--yes/, prepare: async ({ cwd }) => useScriptedModel(join(cwd, "synthesize/faq.yaml")) },
  { of: /^comply verify/, prepare: async ({ cwd }) => commands(cwd, ["comply pack my-programme"]) },
  {
    of: /^(?:watch (?:import|check|mark|queue|compare|judge)|eval replay)/,
    prepare: async (scene) => writeTraffic(scene),
  },
  {
    of: /^watch (?:check|mark|queue|judge)/,
    prepare: async ({ cwd }) => commands(cwd, ["watch import requests.jsonl", "watch init support"]),
  },
  { of: /^watch import --traces/, prepare: async ({ cwd }) => loggedSpan(cwd) },
  {
    of: /^watch judge/,
    prepare: async ({ cwd }) => {
      const { url } = await scriptedModel(() => "good");
      appendFileSync(join(cwd, "watch/support.yaml"), `judge: { url: "${url}", model: scripted, free: true }\n`);
    },
  },
  {
    of: /^watch queue/,
    prepare: async ({ cwd }) => {
      cpSync(join(cwd, "train.jsonl"), join(cwd, "data/train.jsonl"));
      await commands(cwd, ["watch check support"]);
    },
  },
  {
    of: /^watch mark/,
    prepare: async ({ cwd, line }) => {
      const { stdout } = await shell({ cwd, line: "watch check support --json" });
      const { check } = JSON.parse(stdout) as { check: WatchCheck };
      const later = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10); // the day of the help is past some day
      return { cwd, line: line.replace("1f2e3d4c", check.alarms[0]!.id).replace(/\d{4}-\d\d-\d\d/, later) };
    },
  },
  {
    of: /^eval swap/,
    prepare: async ({ cwd }) => {
      writeFileSync(join(cwd, "items.jsonl"), '{"id":"a","question":"May he have a loan?"}\n');
      writeFileSync(join(cwd, "swaps.csv"), "group,from,to\nfemale,he,she\n");
    },
  },
  {
    of: /^eval benchmark/, // what the harnesses themselves do: benchmark.test.ts
    prepare: async ({ cwd }) => {
      cpSync("test/golden/imports", join(cwd, ".venv-eval/bin"), { recursive: true });
      cpSync("test/golden/imports/stand-in-harness.sh", join(cwd, ".venv-eval/bin/python"));
      writeFileSync(join(cwd, "test.jsonl"), '{"question":"What is 1 + 1?","answer":"#### 2"}\n');
    },
  },
  {
    of: /^eval import/,
    prepare: async ({ cwd }) => cpSync("test/golden/imports/promptfoo.json", join(cwd, "results.json")),
  },
  { of: /^eval judge check/, prepare: async ({ cwd }) => writeFileSync(join(cwd, "labels.csv"), judgedLabels()) },
];

/** Reason why an example cannot be run on this machine; undefined if it can. */
export function whyNot(line: string): string | undefined {
  const needsTrl = BEFORE.some(({ of, needsTrl: needs }) => needs && of.test(line));
  return needsTrl && !hasTrl ? "needs TUNEWRIGHT_PYTHON: a virtual environment with trl, peft and mlflow" : undefined;
}

/** Does what the reader of an example has done before, and runs it; a server is ended once it answers. */
export async function runExample(cwd: string, example: string): Promise<Ran> {
  let scene: Scene = { cwd, line: example };
  for (const { of, prepare } of BEFORE) if (of.test(example)) scene = (await prepare(scene)) ?? scene;
  if (/^serve\b/.test(example)) return servedOnce(scene);
  return shell(scene);
}

function shell({ cwd, line }: Scene): Promise<Ran> {
  const script = `tunewright() { "${process.execPath}" "${MAIN}" "$@"; }; set -o pipefail; tunewright ${line}`;
  return runProcess("bash", ["-c", script], { cwd });
}

async function commands(cwd: string, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { code, stderr } = await shell({ cwd, line });
    if (code !== 0) throw new Error(`${line}\n${stderr}`);
  }
}

/** Starts a server, on a free port unless the line names one, asks it for its health and ends it as Ctrl-C does. */
async function servedOnce({ cwd, line }: Scene): Promise<Ran> {
  const words = [...line.split(" "), ...(line.includes("--port") ? [] : ["--port", "0"])];
  const child = spawn(process.execPath, [MAIN, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdout.on("data", (text: Buffer) => (ran.stdout += String(text)));
  const url = await new Promise<string | undefined>((resolve) => {
    child.stderr.on("data", (text: Buffer) => {
      ran.stderr += String(text);
      const found = /http:\/\/[\d.:]+/.exec(ran.stderr)?.[0];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => resolve(undefined));
  });
  if (url !== undefined && !(await fetch(`${url}/health`)).ok) ran.stderr += "its health is not good";
  child.kill("SIGINT");
  return { ...ran, code: await ended };
}

/** The line with its absolute paths inside the folder. */
function insideOf({ cwd, line }: Scene): string {
  return line.replace(/\/(?:backups|var\/lib)\//, `${cwd}/`);
}

const programme = (cwd: string): string => join(cwd, "my-programme");
const programmeOf = ({ cwd, line }: Scene): string => (line.includes("my-programme") ? programme(cwd) : cwd);

function copies(cwd: string, names: readonly string[]): void {
  for (const name of names) cpSync(join(ROOT, "examples", name), join(cwd, name), { recursive: true });
}

/** A table of ratings with other names for its fields. */
function ratings(cwd: string, header = "item,rater,label"): string {
  return readFileSync(join(cwd, "ratings.csv"), "utf8").replace(/^.*/, header);
}

/** Lets a model that always answers well take the place of the endpoint in a file of `synthesize/`. */
async function useScriptedModel(path: string): Promise<void> {
  const { url } = await scriptedModel(() => "good");
  writeFileSync(path, readFileSync(path, "utf8").replace(/http:.*/, url));
}

/** Requests of the last 13 weeks under each name that the help uses; where an alarm is meant to be raised, it is. */
function writeTraffic({ cwd, line }: Scene): void {
  const from = new Date(Date.now() - 13 * 7 * 86_400_000).toISOString().slice(0, 10);
  const refusals = line.startsWith("watch mark") ? { refusals: { week: 9, share: 0.5 } } : {};
  const text = madeUpTraffic({ from, weeks: 13, perWeek: 60, ...refusals });
  for (const name of ["requests.jsonl", "march.jsonl", "june.jsonl"]) writeFileSync(join(cwd, name), text);
  writeFileSync(join(cwd, "october.jsonl.gz"), gzipSync(text));
}

/** 240 rows with a person's and a judge's label, the judge wrong in one of twelve. */
function judgedLabels(): string {
  const rows = Array.from({ length: 240 }, (_, index) => {
    const label = index % 2 === 0;
    const judged = index % 12 === 5 ? !label : label;
    return [label, judged].map((positive) => (positive ? "refusal" : "compliance")).join(",");
  });
  return ["final_label,gpt4_label", ...rows, ""].join("\n");
}
