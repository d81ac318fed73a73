import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Audit } from "../../../src/domain/audit.ts";
import { AuditImport } from "../../../src/domain/audit-import.ts";
import { runHere } from "../../cli/run-here.ts";
import { chatRow, LLAMA_FACTORY, writeSources } from "../../programme/audit/foreign-sources.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-sources-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function imported(...words: string[]): Promise<AuditImport> {
  const { code, stdout, stderr } = await runHere(["audit", "import", ...words, "--json", "--quiet"], { cwd: folder });
  expect(code, stderr).toBe(0);
  return AuditImport.parse(JSON.parse(stdout));
}

test("logs of Inspect, Slurm scripts and exports of W&B are read, and scripts that disagree are named", async () => {
  const table = Array.from({ length: 3 }, (_, run) => ({
    name: `sweep-${run}`,
    config: { lr: 1e-4 * (run + 1) },
    summary: { "eval/loss": 1 - run / 10 },
  }));
  await writeSources(folder, {
    "foreign/sft.yaml": LLAMA_FACTORY,
    "foreign/one.slurm": "#!/bin/bash\n#SBATCH --nodes=2 --gres=gpu:8\n#SBATCH --time=12:00:00 -p gpu\nsrun train\n",
    "foreign/scan.sh": "#!/bin/bash\n#SBATCH --array=0-59 --gpus=8\npython train.py --task $SLURM_ARRAY_TASK_ID\n",
    "foreign/launch.sh": "#!/bin/bash\npython train.py\n",
    "foreign/runs.jsonl": table.map((row) => `${JSON.stringify(row)}\n`).join(""),
  });
  cpSync(new URL("../../golden/imports/sums-zstd.eval", import.meta.url), join(folder, "foreign/sums.eval"));
  const draft = await imported("foreign", "--out", "foreigner");
  expect(draft.record.results).toMatchObject([
    {
      file: "results/sums.eval",
      series: "tiny",
      model: "openai-api/stub/stub",
      items: 8,
      score: 0.875,
      metric: "match",
    },
  ]);
  expect(draft.runs).toMatchObject([{ format: "wandb-export", runs: { found: 3 } }]);
  expect(draft.record.datasets).toEqual([]);
  expect(draft.record.scripts.map(({ file }) => file)).toEqual(["configs/one.slurm", "configs/scan.sh"]);
  expect(draft.fields.find(({ field }) => field === "training.gpuCount")).toMatchObject({
    value: 16,
    origin: "configs/one.slurm, line 2, --gres",
  });
  expect(draft.contradictions).toContainEqual({
    field: "training.gpuCount",
    values: [
      { value: "16", place: "configs/one.slurm, line 2, --gres" },
      { value: "8", place: "configs/scan.sh, line 2, --gpus" },
    ],
  });
  expect(draft.skipped.map(({ source }) => source)).toEqual(["launch.sh"]);

  const ran = await runHere(["audit", "foreigner", "--on", "2026-11-28", "--json", "--quiet"], { cwd: folder });
  expect(ran.code, ran.stderr).toBe(0);
  const { answers } = Audit.parse(JSON.parse(ran.stdout));
  const sweep = answers.find(({ rule }) => rule === "no-early-stopping")!;
  expect(sweep).toMatchObject({ state: "not-checkable", text: expect.stringContaining("A job array of 60 tasks") });
  const rental = answers.find(({ rule }) => rule === "on-demand-hyperscaler")!;
  expect(rental.evidence).toContainEqual({ place: "configs/one.slurm", says: "16 GPUs, at most 12 h, partition gpu" });
});

test("half a programme asks for its base model, then is audited as far as its half goes", async () => {
  await writeSources(folder, { "rows/support.jsonl": chatRow("Where?", "Ask Jane Doe, jane.doe@acme-legal.com.") });
  const draft = await imported("rows", "--out", "halved");
  expect(draft.problem).toBe("no source names the base model: set model.base in programme.yaml");
  const file = join(folder, "halved/programme.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}model:\n  base: Qwen/Qwen2.5-7B\n`);
  const ran = await runHere(["audit", "halved", "--on", "2026-11-28", "--json", "--quiet"], { cwd: folder });
  expect(ran.code, ran.stderr).toBe(0);
  const { answers } = Audit.parse(JSON.parse(ran.stdout));
  const rulesIn = (state: string): string[] => answers.flatMap((each) => (each.state === state ? [each.rule] : []));
  expect(rulesIn("finding")).toContain("personal-data");
  expect(rulesIn("not-checkable")).toEqual(
    expect.arrayContaining([
      "no-early-stopping",
      "on-demand-hyperscaler",
      "no-evaluation",
      "annotation-as-engineering",
      "unclaimed-spend",
    ]),
  );
});

/** An MLflow server that answers a search of experiments and of the runs of the first one, and nothing after that. */
function stopsAnswering(): ReturnType<typeof createServer> {
  const run = {
    info: { run_id: "a".repeat(32), experiment_id: "1", run_name: "first", status: "FINISHED" },
    data: { params: [{ key: "lr", value: "0.1" }] },
  };
  const experiments = ["1", "2"].map((id) => ({ experiment_id: id, name: `experiment-${id}` }));
  return createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      if (request.url!.endsWith("experiments/search")) response.end(JSON.stringify({ experiments }));
      else if (body.includes('"experiment_ids":["1"]')) response.end(JSON.stringify({ runs: [run] }));
    });
  });
}

test("a server that stops answering after its first runs is named with their number and the command for the rest", async () => {
  const hanging = stopsAnswering();
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
  try {
    await writeSources(folder, { "partly/sft.yaml": LLAMA_FACTORY });
    for (const sources of [["partly", url], [url]]) {
      const out = `stopped-${sources.length}`;
      const words = ["audit", "import", ...sources, "--out", out, "--base", "Qwen/Qwen2.5-7B", "--json", "--quiet"];
      const { code, stdout, stderr } = await runHere(words, {
        cwd: folder,
        env: { MLFLOW_HTTP_REQUEST_TIMEOUT: "2" },
      });
      expect(code, stderr).toBe(0);
      const draft = AuditImport.parse(JSON.parse(stdout));
      expect(draft.runs, "none of them is counted as a whole").toEqual([]);
      expect(draft.skipped).toEqual([
        {
          source: url,
          reason: `127.0.0.1:${url.split(":").at(-1)} does not answer: no answer within 2 s; 1 run read before that is kept, and tunewright -C ${out} runs import ${url} reads the rest`,
        },
      ]);
      const listed = await runHere(["runs", "list", "--json"], { cwd: join(folder, out) });
      expect((JSON.parse(listed.stdout) as { runs: { name: string }[] }).runs.map(({ name }) => name)).toEqual([
        "first",
      ]);
    }
  } finally {
    hanging.closeAllConnections();
    await new Promise((resolve) => hanging.close(resolve));
  }
});

test("a server that accepts a connection and never answers is given up after the time limit", async () => {
  const hanging = createServer(() => undefined);
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  const { port } = hanging.address() as AddressInfo;
  try {
    await writeSources(folder, { "hung/sft.yaml": LLAMA_FACTORY });
    const words = ["audit", "import", "hung", `http://127.0.0.1:${port}`, "--out", "hanged", "--json", "--quiet"];
    const { code, stdout, stderr } = await runHere(words, {
      cwd: folder,
      env: { MLFLOW_HTTP_REQUEST_TIMEOUT: "2" },
    });
    expect(code, stderr).toBe(0);
    expect(AuditImport.parse(JSON.parse(stdout)).skipped).toEqual([
      { source: `http://127.0.0.1:${port}`, reason: `127.0.0.1:${port} does not answer: no answer within 2 s` },
    ]);
  } finally {
    hanging.closeAllConnections();
    await new Promise((resolve) => hanging.close(resolve));
  }
});
