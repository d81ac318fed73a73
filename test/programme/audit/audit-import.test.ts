import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { trainingConfig } from "../../../src/audit/sources/training-config.ts";
import { Audit } from "../../../src/domain/audit.ts";
import { AuditImport } from "../../../src/domain/audit-import.ts";
import { runHere } from "../../cli/run-here.ts";
import { AXOLOTL, chatRow, LLAMA_FACTORY, TRL_DPO, writeSources } from "./foreign-sources.ts";
import { longTest } from "../../long-suite.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-import-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function imported(...words: string[]): Promise<AuditImport> {
  const { code, stdout, stderr } = await runHere(["audit", "import", ...words, "--json", "--quiet"], { cwd: folder });
  expect(code, stderr).toBe(0);
  return AuditImport.parse(JSON.parse(stdout));
}

describe("training configurations of other tools", () => {
  // Keys and defaults: docs.axolotl.ai (config reference), TRL's SFTConfig, LLaMA-Factory's FinetuningArguments.
  test.each([
    { library: "axolotl", text: AXOLOTL, weights: "full", objective: "sft", held: "cut-from-training", epochs: 3 },
    { library: "trl", text: TRL_DPO, weights: "lora", objective: "dpo", held: "cut-from-training", epochs: 1 },
    { library: "llama-factory", text: LLAMA_FACTORY, weights: "lora", objective: "sft", held: "nothing", epochs: 2 },
  ])("$library is recognised by its keys, each value with its line", ({ library, text, ...expected }) => {
    const config = trainingConfig(text, "a.yaml")!;
    expect(config).toMatchObject({
      library,
      weights: { value: expected.weights },
      objective: { value: expected.objective },
      heldOut: { kind: expected.held },
      epochs: { value: expected.epochs },
    });
    const line = text.split("\n").findIndex((each) => /num_(?:train_)?epochs/.test(each)) + 1;
    expect(config.epochs!.place).toMatch(new RegExp(`^a\\.yaml, line ${line}, `));
  });

  test("a file of something else is none", () => {
    expect(trainingConfig("name: CI\non: [push]\n", "ci.yaml")).toBeNull();
  });
});

longTest(
  "a draft has the origin of each field, names contradictions, and asks first what changes the cost most",
  async () => {
    const rows = Array.from({ length: 1200 }, (_, row) => chatRow(`Where is parcel ${row}?`, `In depot ${row}.`));
    await writeSources(folder, {
      "mine/sft.yaml": AXOLOTL,
      "mine/dpo/config.yaml": TRL_DPO,
      "mine/support.jsonl": rows.join(""),
      "mine/notes.txt": "not a source",
      "mine/broken.yaml": "a: [",
      "mine/lm/results_2026.json": JSON.stringify({
        results: {
          gsm8k: { alias: "gsm8k", "exact_match,strict-match": 0.41, "exact_match_stderr,strict-match": 0.01 },
        },
        versions: { gsm8k: 3 },
        "n-samples": { gsm8k: { original: 1319, effective: 200 } },
        model_name: "acme/support",
      }),
    });
    const draft = await imported("mine", "--out", "drafted");
    const byField = new Map(draft.fields.map((field) => [field.field, field]));
    expect(byField.get("model.base")).toMatchObject({
      value: "mistralai/Mistral-7B-v0.1",
      origin: "configs/sft.yaml, line 1, base_model",
    });
    expect(byField.get("data.plannedRows")).toMatchObject({ value: 1200, origin: "counted in the training files" });
    expect(byField.get("task.kind")!.isAssumed).toBe(true);
    expect(byField.get("evaluation.frozenRows")!.value).toBe(200);
    expect(draft.record.results).toMatchObject([{ series: "gsm8k", model: "acme/support", score: 0.41, items: 200 }]);
    expect(draft.contradictions.find(({ field }) => field === "training.epochs")!.values).toEqual([
      { value: "3", place: "configs/sft.yaml, line 10, num_epochs" },
      { value: "1", place: "configs/dpo-config.yaml, line 12, num_train_epochs" },
    ]);
    const changes = draft.questions.flatMap(({ changesUsd }) => (changesUsd === null ? [] : Number(changesUsd)));
    expect(changes).toEqual(changes.toSorted((a, b) => b - a));
    expect(draft.questions.map(({ field }) => field)).not.toContain("data.plannedRows");
    expect(draft.skipped.map(({ source }) => source)).toEqual(["broken.yaml", "notes.txt"]);
    const yaml = readFileSync(join(folder, "drafted/programme.yaml"), "utf8");
    expect(yaml).toContain("  # configs/sft.yaml, line 10, num_epochs\n  epochs: 3\n");

    const ran = await runHere(["audit", "drafted", "--on", "2026-11-28", "--json", "--quiet"], { cwd: folder });
    expect(ran.code, ran.stderr).toBe(0);
    const { answers } = Audit.parse(JSON.parse(ran.stdout));
    const stateOf = (rule: string): string => answers.find((answer) => answer.rule === rule)!.state;
    expect(stateOf("full-fine-tune")).toBe("finding");
    expect(stateOf("no-contamination-check")).toBe("finding"); // test_prefs is trained on
    expect(stateOf("on-demand-hyperscaler")).toBe("not-checkable"); // nobody says who sells the GPUs
    expect(stateOf("personal-data")).toBe("pass"); // the rows were searched

    appendFileSync(join(folder, "drafted/data/support.jsonl"), chatRow("Added later", "Yes."));
    const again = await runHere(["audit", "drafted", "--on", "2026-11-28", "--json", "--quiet"], { cwd: folder });
    const personal = Audit.parse(JSON.parse(again.stdout)).answers.find(({ rule }) => rule === "personal-data")!;
    expect(personal.text).toContain("data/support.jsonl changed since the import");
  },
);

longTest(
  "an unknown base, a closed server and a bill in another currency are named, and --base answers the first",
  async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await writeSources(folder, {
      "half/sft.yaml": AXOLOTL.replace("mistralai/Mistral-7B-v0.1", "acme/secret-9000"),
      "half/bill.csv":
        "BilledCost,BillingCurrency,ChargePeriodStart\n12.50,EUR,2026-11-02T00:00:00Z\nnot-a-sum,USD,x\n",
    });
    const sources = ["half", `http://127.0.0.1:${port}`];
    const asked = await imported(...sources, "--out", "asked");
    expect(asked.problem).toContain("acme/secret-9000");
    const answered = await imported(...sources, "--out", "answered", "--base", "Qwen/Qwen2.5-7B");
    expect(answered.skipped.map(({ source }) => source).toSorted()).toEqual(["bill.csv", `http://127.0.0.1:${port}`]);
    for (const { reason } of answered.skipped) expect(reason).not.toBe("");
    expect(answered.problem).toBeNull();
  },
);

test.each([
  [["nowhere", "--out", "x"], 3, "nowhere does not exist"],
  [["empty.txt", "--out", "x"], 2, "nothing in empty.txt can be read"],
])("%s is refused", async (words, code, message) => {
  await writeSources(folder, { "empty.txt": "" });
  const ran = await runHere(["audit", "import", ...words], { cwd: folder });
  expect(ran.stderr).toContain(message);
  expect(ran.code).toBe(code);
  expect(existsSync(join(folder, "x/programme.yaml"))).toBe(false);
});

test("a folder that holds a programme is not overwritten", async () => {
  await writeSources(folder, { "held/programme.yaml": "name: held\n", "a.yaml": AXOLOTL });
  const ran = await runHere(["audit", "import", "a.yaml", "--out", "held"], { cwd: folder });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("held already contains a programme.yaml");
});
