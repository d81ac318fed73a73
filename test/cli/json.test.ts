import { cpSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";

import { runProgram } from "../../src/cli/program.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { AccountList } from "../../src/domain/account.ts";
import { CostPlan } from "../../src/domain/cost-plan.ts";
import { DataLineage, RowLineage } from "../../src/domain/data-lineage.ts";
import { DedupResult } from "../../src/domain/dedup.ts";
import { JudgePlan } from "../../src/domain/judge.ts";
import { RedactResult } from "../../src/domain/redact.ts";
import { FailureAnswer } from "../../src/domain/failure-answer.ts";
import { ExportedAnswers } from "../../src/domain/label-exchange.ts";
import { LabelReport } from "../../src/domain/label-report.ts";
import { GcResult, RunGcResult } from "../../src/domain/gc.ts";
import { Invitation } from "../../src/domain/label-work.ts";
import { Figure } from "../../src/domain/figure.ts";
import { ApiPriceHistory, GpuPriceHistory } from "../../src/domain/price-history.ts";
import { ApiPriceList, PriceList } from "../../src/domain/price-list.ts";
import { RunGroupList } from "../../src/domain/run-group.ts";
import { RunPlan } from "../../src/domain/run-plan.ts";
import { Sweep, SweepList } from "../../src/domain/sweep.ts";
import { complete } from "../curate/judge/judge-stub.ts";
import { good, startEndpoint, type TestEndpoint } from "../loadtest/start-endpoint.ts";
import { storedTask } from "../label/stored-task.ts";
import { queuedJob } from "../launch/queued-job.ts";
import { queuedSweep } from "../launch/sweep/queued-sweep.ts";
import { longCases } from "../long-suite.ts";
import { AXOLOTL, writeSources } from "../programme/audit/foreign-sources.ts";
import { writeForeignTrackers } from "../programme/runs/foreign-trackers.ts";
import { loggedRun } from "../track/logged-run.ts";
import { madeUpTraffic } from "../watch/made-up-traffic.ts";
import { ROOT } from "./run-cli.ts";
import { runHere } from "./run-here.ts";

/** Lines in a folder with the example programme as `contracts`, in order; the shape where the command has several. */
const LINES: readonly { line: string; shape?: z.ZodType }[] = [
  { line: "init new" },
  { line: "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S" },
  { line: "plan time --model Qwen/Qwen2.5-7B --method lora --gpu A100 --rows 14000 --mean-tokens 900" },
  { line: "plan time contracts" },
  { line: "plan cost contracts --draws 100", shape: CostPlan },
  { line: "plan cost contracts --draws 100 --explain total.endToEnd", shape: Figure },
  { line: "plan cost --model Qwen/Qwen2.5-7B --gpu L40S --rows 14000 --mean-tokens 900", shape: RunPlan },
  { line: "plan fleet --model Qwen/Qwen2.5-7B --rows 14000 --mean-tokens 900 --gpu L40S" },
  { line: "plan traffic langfuse.json" },
  { line: "plan calibrate measurements.csv" },
  { line: "plan payback contracts --draws 100" },
  { line: "plan trace --model Qwen/Qwen2.5-7B --method lora --gpu L40S --python venv" },
  { line: "loadtest ENDPOINT --mode sync --requests 3 --input-tokens 5" },
  { line: "prices list --gpu B200", shape: PriceList },
  { line: "prices list --gpu H100 --term spot --on 2026-04-30", shape: PriceList },
  { line: "prices list --api", shape: ApiPriceList },
  { line: "prices show MI300X", shape: GpuPriceHistory },
  { line: "prices show openai/gpt-4o", shape: ApiPriceHistory },
  { line: "prices import contract.csv --seller acme" },
  { line: "prices check" },
  { line: "models list qwen3" },
  { line: "models show deepseek-v3" },
  { line: "models import config.json" },
  { line: "gpus list h100" },
  { line: "gpus show H100" },
  { line: "data inspect train.jsonl eval.csv --tokenizer characters" },
  { line: "data rights web.jsonl --licence-field license" },
  { line: "data import train.jsonl --out rows.jsonl" },
  { line: "data lint train.jsonl" },
  { line: "data export train.jsonl --format trl --out trl.jsonl" },
  { line: "data redact --list" },
  { line: "data dedup train.jsonl", shape: DedupResult },
  { line: "data split train.jsonl --test 1 --out-dir split" },
  { line: "data freeze train.jsonl --out frozen --by Ada --reason test" },
  { line: "data verify frozen" },
  { line: "data decontaminate --verdicts verdicts.jsonl --keep 0123456789abcdef --reason proverb --by Finance" },
  { line: "data run curation --executor inline" },
  { line: "gc curation", shape: GcResult },
  { line: "gc --deleted-runs", shape: RunGcResult },
  { line: "comply approve dpia contracts --by officer" },
  { line: "comply canaries train.jsonl --out planted" },
  { line: "comply memorisation contracts --members train.jsonl --others test.jsonl --endpoint ANSWERER" },
  { line: "train show JOB" },
  { line: "train logs JOB" },
  { line: "train measure --model HuggingFaceTB/SmolLM2-135M" },
  { line: "train approve WAITING --by QA" },
  { line: "train stages --dry-run" },
  { line: "train stop JOB" },
  { line: "serve --port 0" },
  { line: "accounts list", shape: AccountList },
  { line: "data label show" },
  { line: "data label show tone", shape: LabelReport },
  { line: "data label invite tone --name Ada", shape: Invitation },
  { line: "data label export tone --file answers.csv", shape: ExportedAnswers },
  { line: "data adjudicate tone" },
  { line: "runs list" },
  { line: "runs list --group-by experiment", shape: RunGroupList },
  { line: "budget set --cap-usd 500 --set-by finance" },
  { line: "budget show" },
  { line: "budget reserve sft-7 --usd 5" },
  { line: "budget alert finance@example.org --kind email" },
  { line: "ledger add --activity data --usd 20 --memo review" },
  { line: "ledger costs hours.csv" },
  { line: "ledger settle" },
  { line: "ledger import bill.csv" },
  { line: "ledger invoice --number INV-7 --seller hosting --usd 12 --from 2026-11-01 --to 2026-12-01" },
  { line: "ledger match --file bill.csv --line 2 --class storage --by finance" },
  { line: "ledger leaks" },
  { line: "ledger rate --currency EUR --usd 1.08 --day 2026-11-01 --source ECB" },
  { line: "ledger export" },
  { line: "ledger accounts" },
  { line: "ledger chargeback 2026-11" },
  { line: "ledger month 2026-11" },
  { line: "ledger close 2026-09 --by finance" },
  { line: "ledger head --out head.json" },
  { line: "ledger prove --seq 1" },
  { line: "ledger show" },
  { line: "ledger verify" },
  { line: "runs show RUN" },
  { line: "runs compare RUN RUN --all" },
  { line: "runs export" },
  { line: "runs close RUN" },
  { line: "runs import mlruns" },
  { line: "train doctor --python nowhere" },
  { line: "train start --dry-run" },
  { line: "train preview" },
  { line: "sweep import wandb.yaml" },
  { line: "sweep start --dry-run" },
  { line: "sweep show", shape: SweepList },
  { line: "sweep show SWEEP", shape: Sweep },
  { line: "sweep approve WAITING_SWEEP --by QA" },
  { line: "sweep stop SWEEP" },
  { line: "train supervise" },
  { line: "sweep resume SWEEP" },
  { line: "train resume JOB" },
  { line: "train list" },
  { line: "backup --out copy" },
  { line: "restore copy ." },
  { line: "data lineage curation", shape: DataLineage },
  { line: "data lineage curation --row data/public.csv:2", shape: RowLineage },
  { line: "data freeze evaluation/set.jsonl --out locked --by Ada --reason test" },
  { line: "eval init small --set locked --slice language --question body" },
  { line: "eval run small" },
  { line: "eval compare base tuned" },
  { line: "eval gate small" },
  { line: "eval verify" },
  { line: "eval report tuned" },
  { line: "eval bias tuned language --min-items 2" },
  { line: "eval swap evaluation/set.jsonl --swaps swaps.csv --field body --out variants.jsonl" },
  {
    line: "eval judge check evaluation/labels.csv --positive yes --min-labels 20 --min-kappa 0.1 --min-sensitivity 0.2",
  },
  { line: "eval import promptfoo.json" },
  {
    line: "eval benchmark gsm8k --data gsm8k_test.jsonl --url http://localhost:9 --model m --python harness/stand-in-harness.sh",
  },
  { line: "watch import requests.jsonl" },
  { line: "eval replay requests.jsonl --by Ada" },
  { line: "watch compare requests.jsonl requests.jsonl --signal refusal" },
  { line: "watch init support" },
  { line: "watch check support" },
  { line: "watch judge judged --dry-run" },
  { line: "watch mark 91556dde --reason wanted" },
  { line: "watch queue support --rows 5" },
  { line: "watch forget --user user-3 --dry-run" },
];

/** Those that take long, and whose answers other tests check as well: only the long suite runs them. */
const SLOW_LINES: typeof LINES = [
  { line: "data redact train.jsonl --out redacted.jsonl", shape: RedactResult },
  {
    line: "data quality train.jsonl --judge https://api.openai.com --judge-model gpt-4o-mini --judge-dry-run",
    shape: JudgePlan,
  },
  { line: "plan check training measurements.csv" },
  { line: "comply ask contracts" },
  { line: "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S --trace --python venv" },
  { line: "status contracts" },
  { line: "feasibility contracts" },
  { line: "data quality train.jsonl" },
  { line: "data synthesize faq --dry-run" },
  { line: "comply show contracts" },
  { line: "audit contracts" },
  { line: "audit import sft.yaml --out audited" },
  { line: "plan method --task extraction --goals format --model Qwen/Qwen2.5-7B --rows 14000 --mean-tokens 1200" },
  { line: "plan budget contracts --approver Finance" },
  { line: "plan check serving serving.csv" },
  {
    line: "plan compare --model Qwen/Qwen2.5-7B --input-tokens-per-month 3e9 --output-tokens-per-month 6e8 --draws 100",
  },
  { line: "plan serve --model Qwen/Qwen2.5-7B --rate 5 --input-tokens 1200 --output-tokens 250" },
  { line: "data report curation" },
  { line: "comply papers contracts" },
  { line: "comply pack contracts --out pack.zip" },
  { line: "comply verify pack.zip" },
  { line: "data agree ratings.csv" },
  { line: "watch plan contracts" },
  { line: "watch migrate contracts --to Qwen/Qwen3-8B" },
];

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-json-"));
  cpSync(join(ROOT, "test/fixtures/workspace"), cwd, { recursive: true });
  cpSync(join(ROOT, "examples/contracts"), join(cwd, "contracts"), { recursive: true });
  const refusals = { week: 10, share: 0.5 };
  await writeFile(join(cwd, "swaps.csv"), "group,from,to\nshort,ticket,t\n");
  await writeFile(join(cwd, "hours.csv"), "activity,memo,on,usd\ndata,review,2026-11-03,20\n");
  cpSync("test/golden/imports", join(cwd, "harness"), { recursive: true });
  await copyFile("test/golden/imports/promptfoo.json", join(cwd, "promptfoo.json"));
  await writeFile(join(cwd, "requests.jsonl"), madeUpTraffic({ from: "2026-08-24", weeks: 13, perWeek: 25, refusals }));
});
let runId: string;
let jobId: string;
let waitingId: string;
let sweepId: string;
let waitingSweepId: string;
beforeAll(async () => {
  runId = await loggedRun(cwd);
  jobId = await queuedJob(cwd);
  await writeFile(join(cwd, "stages.yaml"), "version: 1\nname: s\nstages: [{ name: check, gate: ['true'] }]\n");
  waitingId = await queuedJob(cwd, "10");
  sweepId = await queuedSweep(cwd);
  waitingSweepId = await queuedSweep(cwd, "awaiting-approval");
  await writeFile(
    join(cwd, "wandb.yaml"),
    "method: random\nmetric: { name: train/loss }\nparameters:\n  learning_rate: { values: [0.0001, 0.001] }\n",
  );
  await mkdir(join(cwd, "watch"), { recursive: true });
  await writeFile(
    join(cwd, "watch/judged.yaml"),
    "version: 1\nreference: { from: 2026-08-24, to: 2026-10-18 }\njudge: { url: 'http://127.0.0.1:9', model: m, free: true }\n",
  );
  await storedTask(cwd);
  await writeForeignTrackers(cwd);
  await writeSources(cwd, { "sft.yaml": AXOLOTL });
});
let endpoint: TestEndpoint;
let answerer: TestEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint(good);
  answerer = await startEndpoint((response) => complete(response, "I do not know."));
});
afterAll(async () => {
  await endpoint.close();
  await answerer.close();
  await rm(cwd, { recursive: true });
});

describe("what --json prints is what the command says that it prints", () => {
  test.each([...longCases(40, LINES), ...longCases(0, SLOW_LINES)])("tunewright $line", async ({ line, shape }) => {
    const { json, output } = await run(
      line
        .replace("ENDPOINT", endpoint.url)
        .replace("ANSWERER", answerer.url)
        .replaceAll("RUN", runId)
        .replace("JOB", jobId)
        .replace("WAITING_SWEEP", waitingSweepId)
        .replace("WAITING", waitingId)
        .replace("SWEEP", sweepId)
        .split(" "),
    );
    expect((shape ?? output).parse(json)).toEqual(json); // a field that the schema does not know, or changes, differs
    expect(output.safeParse(json).success).toBe(true);
  });

  test("every command is among them", () => {
    const words = [...LINES, ...SLOW_LINES].map(({ line }) => line);
    const unseen = COMMANDS.map(({ path }) => path.join(" ")).filter(
      (path) => !words.some((line) => line.startsWith(`${path} `) || line === path),
    );
    expect(unseen).toEqual([]);
  });

  test.each([["gpus show H999"], ["plan memory --gpo H100"], ["status nowhere"]])(
    "a failure: tunewright %s",
    async (line) => {
      const { stdout, code } = await runHere([...line.split(" "), "--json"], { cwd });
      const json: unknown = JSON.parse(stdout);
      expect(code).toBeGreaterThan(0);
      expect(FailureAnswer.parse(json)).toEqual(json);
    },
  );
});

/** Runs a line in this process: the JSON as it is read back from the text, and the schema of the command. */
async function run(argv: readonly string[]): Promise<{ json: unknown; output: z.ZodType }> {
  const done = await runProgram([...argv, "--json", "--yes"], {
    version: "0.0.0",
    write: () => undefined,
    io: () => ({
      out: () => undefined,
      note: () => undefined,
      progress: () => undefined,
      confirm: () => Promise.resolve(true),
      untilInterrupted: (work) => work(argv[0] === "serve" ? AbortSignal.abort() : new AbortController().signal),
      cwd,
      env: {},
      now: () => new Date("2026-11-25T12:00:00Z"),
    }),
  });
  const named = COMMANDS.filter(({ path }) => path.every((word, index) => argv[index] === word));
  const { load } = named.toSorted((a, b) => b.path.length - a.path.length)[0]!; // audit import before audit
  const { default: definition } = await load();
  return { json: JSON.parse(JSON.stringify(done!.answer.json)), output: definition.output };
}
