import { cpSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import watchMigrate from "../../../src/cli/commands/watch-migrate.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { WatchMigration } from "../../../src/domain/watch-migration.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runCommand } from "../../cli/run-command.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-migrate-"));
  cpSync(join(ROOT, "examples/contracts"), join(dir, "contracts"), { recursive: true });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const migrate = async (
  to: string,
  env: Record<string, string> = {},
): Promise<{ plan: WatchMigration; text: string }> => {
  const { json, text } = await runCommand(watchMigrate, { dir: "contracts", to }, { cwd: dir, env });
  return { plan: WatchMigration.parse(json), text: text() };
};
const median = (quantity: Quantity | undefined): number =>
  quantity === undefined || isRefusal(quantity) ? Number.NaN : quantity.p50;

test("a larger base model takes more memory, more hours and more money, and the sum is that of its parts", async () => {
  const { plan, text } = await migrate("Qwen/Qwen2.5-32B-Instruct");
  const { from, to } = plan;
  expect(to.paramCount).toBeGreaterThan(from.paramCount);
  expect(median(to.training?.costPerRun)).toBeGreaterThan(median(from.training?.costPerRun));
  expect(median(to.serving?.usdPerMonth)).toBeGreaterThan(median(from.serving?.usdPerMonth));
  const known = plan.costs.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  expect(known.length).toBeGreaterThan(1);
  const medians = known.reduce((sum, { p50 }) => sum + p50, 0);
  expect(plan.total.p50).toBeGreaterThan(0.9 * medians);
  expect(plan.published.usd).toEqual([8_000, 40_000]); // the article, section on maintenance
  expect(plan.differences.map(({ what }) => what)).toContain("size");
  expect(plan.ends.map(({ kind }) => kind)).toContain("superseded");
  expect(plan.notes.join("\n")).toContain("training.hoursPerRun of programme.yaml apply only to Qwen/Qwen2.5-7B");
  expect(text).toContain("before switching:");
});

test("tokenizers and templates are compared where both models are in the Hub cache", async () => {
  const cache = join(dir, "hub");
  const { plan: without } = await migrate("Qwen/Qwen2.5-32B-Instruct", { HF_HUB_CACHE: cache });
  expect(without.notes[0]).toContain("were not compared");
  const tokenizer = (words: readonly string[]): string =>
    JSON.stringify({
      version: "1.0",
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "Whitespace" },
      post_processor: null,
      decoder: null,
      model: {
        type: "WordLevel",
        vocab: Object.fromEntries(["[UNK]", ...words].map((word, id) => [word, id])),
        unk_token: "[UNK]",
      },
    });
  for (const [model, template] of [
    [without.from.model, "{{ a }}"],
    ["Qwen/Qwen2.5-32B-Instruct", "{{ b }}"],
  ] as const) {
    const folder = join(cache, `models--${model.replace("/", "--")}`, "snapshots", "abc");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "tokenizer.json"), tokenizer(["the"]));
    await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify({ chat_template: template }));
  }
  const { plan } = await migrate("Qwen/Qwen2.5-32B-Instruct", { HF_HUB_CACHE: cache });
  expect(plan.differences.map(({ what }) => what)).toContain("template");
  expect(plan.notes.join("\n")).not.toContain("were not compared");
});

test("the model of today and an unknown one are refused", async () => {
  const { plan } = await migrate("Qwen/Qwen2.5-32B-Instruct");
  expect(await catchFailureAsync(() => migrate(plan.from.model))).toMatchObject({
    kind: "bad_input",
    message: `${plan.from.model} already is the base model of this programme`,
  });
  expect((await catchFailureAsync(() => migrate("nobody/nothing"))).kind).toBe("not_found");
});
