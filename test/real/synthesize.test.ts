import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SynthesisResult, SyntheticMark } from "../../src/domain/synthesis-result.ts";
import { runCli } from "../cli/run-cli.ts";
import { unlockFolder } from "../programme/evaluate/programme-folder.ts";
import { canServe, SERVING_NEEDED, SERVING_PYTHON } from "./python-modules.ts";

/** Rows to ask for: 60 take a minute on an idle core; TUNEWRIGHT_SYNTHESIS_ROWS=200 by hand. */
const REQUESTS = Number(process.env["TUNEWRIGHT_SYNTHESIS_ROWS"] ?? 60);

const DOCUMENTS = [
  "The library opens at nine in the morning and closes at seven in the evening. On Sundays it stays closed. Readers may borrow six books at once.",
  "A parcel may weigh up to thirty kilograms. Heavier goods travel by pallet, and a driver calls before he comes. The label must lie on the largest side.",
  "Honey bees visit about two million flowers to make one jar of honey. A worker bee lives for six weeks in summer. The queen lays eggs all day.",
  "Concrete needs four weeks to reach its full strength. It must be kept wet in the first days. Frost before that time makes it crumble.",
  "The night train leaves from platform eight. Passengers with a bicycle need a ticket for it. Breakfast is served one hour before arrival.",
  "Olive oil turns bitter in the light. A dark bottle in a cool cupboard keeps it fresh for a year. After opening it should be used within three months.",
  "The lighthouse was built from granite that came by ship. Its lamp turns once in ten seconds. The keeper climbs one hundred and ninety steps.",
  "A refund is paid within five working days after the goods have come back. The buyer pays for the return. Opened software is not taken back.",
  "Salt lowers the freezing point of water. Roads are salted before the frost comes. Below minus ten degrees salt alone does not help.",
  "The garden is watered before sunrise. Tomatoes need water at the root and none on the leaves. Wet leaves bring blight.",
  "A violin has four strings and no frets. The bow is strung with the hair of horses. Rosin makes the hair grip the string.",
  "The warranty covers the motor for ten years. Worn belts and broken glass are excluded. A claim needs the number on the plate.",
];

describe.skipIf(!canServe)(`SmolLM2-135M behind llama.cpp, asked for rows (${SERVING_NEEDED})`, () => {
  let engine: ChildProcess;
  let [dir, url] = ["", ""];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-synthesis-real-"));
    engine = spawn(SERVING_PYTHON, [fileURLToPath(new URL("serve-smollm2.py", import.meta.url)), "--slots", "2"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const [line] = (await once(engine.stdout!, "data")) as [Buffer];
    url = line.toString("utf8").trim();
    await mkdir(join(dir, "synthesize"));
    const write = (name: string, rows: readonly object[]): Promise<void> =>
      writeFile(join(dir, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    await write(
      "documents.jsonl",
      DOCUMENTS.map((text) => ({ text })),
    );
    await write(
      "answers.jsonl",
      DOCUMENTS.map((text) => ({ prompt: `Tell me more about this: ${text.split(". ")[0]}.`, completion: text })),
    );
    await stated("qa", {
      recipe: "question-answer",
      inputs: [{ path: "documents.jsonl" }],
      endpoint: { structured: true },
      pilot: REQUESTS,
    });
    await stated("pairs", { recipe: "rejected-answer", inputs: [{ path: "answers.jsonl" }], requests: 24, pilot: 12 });
  });
  afterAll(async () => {
    engine.stdin!.end();
    await once(engine, "close");
    unlockFolder(dir);
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  });

  /** Writes a synthesis. Its prices are nobody's: what cap and ledger are tried with. */
  async function stated(name: string, { endpoint, ...more }: Record<string, unknown>): Promise<void> {
    const asked = { url, model: "smollm2-135m-instruct", usdPerMtokInput: "0.10", usdPerMtokOutput: "0.20" };
    const synthesis = {
      requests: REQUESTS,
      endpoint: { ...asked, maxUsd: "0.05", concurrency: 2, timeoutSec: 1800, ...(endpoint as object) },
      sampling: { maxTokens: 120, temperature: 0.7 },
      decision: { verdict: "allowed", by: "QA", on: "2026-01-01", reason: "Apache-2.0 weights, run here" },
      ...more,
    };
    await writeFile(join(dir, `synthesize/${name}.yaml`), JSON.stringify(synthesis));
  }

  async function synthesized(name: string): Promise<{ code: number | null; result: SynthesisResult }> {
    const { code, stdout, stderr } = await runCli(["data", "synthesize", name, "--yes", "--json"], { cwd: dir });
    expect(stdout, stderr).not.toBe("");
    const result = SynthesisResult.parse(JSON.parse(stdout));
    for (const { rowsIn, rowsKept, dropped } of result.checks) {
      expect(rowsKept + dropped.reduce((sum, { rows }) => sum + rows, 0)).toBe(rowsIn);
    }
    return { code, result };
  }

  async function rowsOf({ sealed }: SynthesisResult): Promise<Record<string, unknown>[]> {
    if (sealed === null) return [];
    const lines = (await readFile(join(dir, sealed.dir, "rows.jsonl"), "utf8")).trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  test("rejected answers are estimated by a pilot, sealed, priced, and not asked for again", async () => {
    const { code, result } = await synthesized("pairs");
    expect(code).toBe(0);
    expect(result).toMatchObject({ asked: 24, answered: 24, stopped: null, pilot: { remainingUsd: { unit: "USD" } } });
    expect(result.kept).toBeGreaterThan(0);
    expect(Number(result.cost.usd)).toBeGreaterThan(0);
    expect(Number(result.cost.usd)).toBeLessThanOrEqual(0.05);
    expect(result.ledgerUsd).toBe(result.cost.usd);
    const rows = await rowsOf(result);
    expect(rows.length).toBe(result.kept);
    for (const { chosen, rejected } of rows) expect(rejected).not.toBe(chosen);
    const { result: again } = await synthesized("pairs");
    expect(again).toMatchObject({ plan: { known: 24 }, ledgerUsd: "0.00", sealed: { isNew: false } });
  });

  test("questions on documents are kept with a quote that stands there, or dropped with a reason", async () => {
    const { code, result } = await synthesized("qa");
    expect(code).toBe(result.kept > 0 ? 0 : 5); // a model of 135M parameters keeps few
    expect(result).toMatchObject({ asked: REQUESTS, answered: REQUESTS, stopped: null });
    for (const row of await rowsOf(result)) {
      const mark = SyntheticMark.parse(row["synthetic"]);
      const document = DOCUMENTS[Number(mark.inputs[0]!.split(":")[1]) - 1]!;
      expect(document.slice(mark.quote!.start, mark.quote!.end).split(" ").length).toBeGreaterThanOrEqual(3);
    }
    process.stdout.write((await runCli(["data", "synthesize", "qa"], { cwd: dir })).stdout);
  });
});
