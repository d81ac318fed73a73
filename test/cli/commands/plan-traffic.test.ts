import { cpSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import planTraffic from "../../../src/cli/commands/plan-traffic.ts";
import { TrafficImport } from "../../../src/domain/traffic-import.ts";
import { Traffic } from "../../../src/domain/traffic.ts";
import { runCommand } from "../run-command.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-plan-traffic-"));
  cpSync(fileURLToPath(new URL("../../fixtures/traffic", import.meta.url)), dir, { recursive: true });
});
afterAll(() => rm(dir, { recursive: true }));

test("the month is written as a file that other commands read", async () => {
  const answer = await runCommand(planTraffic, { file: ["openai-usage.csv"], out: "traffic.json" }, dir);
  const written: unknown = JSON.parse(await readFile(join(dir, "traffic.json"), "utf8"));
  expect(Traffic.parse(written)).toEqual(TrafficImport.parse(answer.json).traffic);
  expect(answer.next).toBe("tunewright plan serve --traffic traffic.json");
  expect(answer.text()).toContain("written: traffic.json");
});

test("nothing is written where nothing is asked for, and the next command writes it", async () => {
  const answer = await runCommand(planTraffic, { file: ["langfuse.json"] }, dir);
  expect(TrafficImport.parse(answer.json).out).toBeNull();
  expect(answer.next).toBe("tunewright plan traffic langfuse.json --out traffic.json");
});

test("what the served model's tokenizer makes of a token is noted, or why it is not known", async () => {
  const of = async (file: string): Promise<Traffic> =>
    TrafficImport.parse((await runCommand(planTraffic, { file: [file], ownTokenizer: "cl100k_base" }, dir)).json)
      .traffic;
  expect((await of("openai-usage.csv")).ownTokensPerToken).toMatchObject({ p50: 1.01, unit: "tokens per token" });
  const claude = await runCommand(
    planTraffic,
    { file: ["requests.jsonl"], model: "claude-sonnet-4-5", ownTokenizer: "cl100k_base" },
    dir,
  );
  const { traffic } = TrafficImport.parse(claude.json);
  expect(traffic.ownTokensPerToken).toBeUndefined();
  expect(traffic.notes.at(-1)).toContain("the tokenizer of claude-sonnet-4-5 is not published");
});

test("two tokenizers are compared on the texts of the requests where there are enough", async () => {
  const rows = Array.from({ length: 30 }, (_, index) => ({
    timestamp: new Date(Date.UTC(2026, 9, 5, 0, index)).toISOString(),
    messages: [{ role: "user", content: `Wie heißt die Hauptstadt von Land Nummer ${index}?` }],
    completion: "Das weiß ich leider nicht genau.",
  }));
  await writeFile(join(dir, "texts.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const options = { file: ["texts.jsonl"], tokenizer: "o200k_base", ownTokenizer: "cl100k_base" };
  const { traffic } = TrafficImport.parse((await runCommand(planTraffic, options, dir)).json);
  const ratio = traffic.ownTokensPerToken!;
  expect(ratio).toMatchObject({ n: 60, sources: ["cl100k_base", "o200k_base"] });
  expect(ratio.p50).toBeGreaterThan(1); // German takes more tokens of the older encoding
  expect(ratio.p10).toBeLessThanOrEqual(ratio.p50);
});

test("a file that is not there and a format that does not fit are said", async () => {
  await expect(runCommand(planTraffic, { file: ["none.csv"] }, dir)).rejects.toMatchObject({ kind: "not_found" });
  await expect(
    runCommand(planTraffic, { file: ["langfuse.json"], format: "litellm-spend" }, dir),
  ).rejects.toMatchObject({ kind: "bad_input" });
});
