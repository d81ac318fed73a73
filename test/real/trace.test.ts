import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { isRefusal } from "../../src/domain/estimate.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { runCli } from "../cli/run-cli.ts";
import { hasModules } from "./python-modules.ts";

const GIB = 2 ** 30;
const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasTrl = hasModules(python, "torch", "transformers", "peft", "trl");
const why = "needs TUNEWRIGHT_PYTHON: a virtual environment with torch, transformers, peft and trl";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-real-trace-"));
});
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 20 }));

/** A trace by the command line, with nothing cached. */
async function trace(words: string): Promise<Trace> {
  const ran = await runCli(["plan", "trace", "--no-cache", "--json", "--python", python, ...words.split(" ")], {
    cwd: dir,
  });
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout) as Trace;
}

const bytesAt = ({ counts }: Trace, name: string): number =>
  counts.instants.find(({ instant }) => instant === name)!.bytes;

const gibOf = ({ allocated }: Trace): number => (isRefusal(allocated) ? 0 : allocated.p50);

describe.skipIf(!hasTrl)(`a traced step comes to what was measured on a GPU (${why})`, () => {
  // foundation-model-stack/fms-acceleration@876e2ed6fc, scripts/benchmarks/refs/a100_80gb.csv: allocated GiB, one A100
  test.each([
    ["--model mistralai/Mistral-7B-v0.1 --method full --batch-sequences 4 --sequence-tokens 4096", 67.46],
    ["--model mistralai/Mistral-7B-v0.1 --method full --batch-sequences 8 --sequence-tokens 4096", 67.461],
    ["--model meta-llama/Meta-Llama-3-8B --method full --batch-sequences 4 --sequence-tokens 4096", 74.802],
  ])("%s", async (words, measured) => {
    const traced = await trace(words);
    expect(traced.peak).toBe("optimizer");
    expect(Math.abs(gibOf(traced) / measured - 1)).toBeLessThan(0.003);
  });

  test.each([
    [4, 24.871],
    [8, 36.082],
  ])("LoRA at batch %i, with the two bytes per logit that the loss of 2024 held more", async (batch, measured) => {
    const traced = await trace(
      `--model mistralai/Mistral-7B-v0.1 --method lora --lora-targets attention --batch-sequences ${batch} --sequence-tokens 4096`,
    );
    expect(traced.peak).toBe("loss");
    const ofThen = gibOf(traced) + (2 * traced.counts.tokens * 32_000) / GIB;
    expect(Math.abs(ofThen / measured - 1)).toBeLessThan(0.03);
  });

  test("FLOPs per token of full training under checkpoints: 8 per parameter, less the head's and each layer's last product again", async () => {
    const traced = await trace("--model mistralai/Mistral-7B-v0.1 --method full --batch-sequences 1");
    expect(traced.flopsPerToken.matrices / (7.2417e9 - 32_000 * 4096)).toBeCloseTo(7.43, 1);
  });
});

describe.skipIf(!hasTrl)(`what a trace knows (${why})`, () => {
  test("over n GPUs the state of FSDP2 is that of n shards", async () => {
    const words = "--model HuggingFaceTB/SmolLM2-135M --method full --batch-sequences 1 --sequence-tokens 512";
    const [two, four] = [await trace(`${words} --gpu-count 2`), await trace(`${words} --gpu-count 4`)];
    expect(two.counts.persistentBytes / four.counts.persistentBytes).toBeCloseTo(2, 1);
    expect(bytesAt(two, "optimizer") / ((20 * 134_515_008) / 2)).toBeCloseTo(1, 1);
  });

  test("a preference pair holds two sequences, and a second model where all weights are trained", async () => {
    const words = "--model HuggingFaceTB/SmolLM2-135M --method full --batch-sequences 1 --sequence-tokens 512";
    const [sft, dpo] = [await trace(words), await trace(`${words} --objective dpo --loss-path chunked`)];
    expect(dpo.counts.tokens).toBe(2 * sft.counts.tokens);
    expect(dpo.counts.weightsBytes / sft.counts.weightsBytes).toBeCloseTo(2, 2);
    expect(dpo.counts.lossPath).toBe("trl-chunked");
  });

  test("mixtures of experts and latent attention are traced by what transformers makes of them", async () => {
    const traced = await trace("--model deepseek-ai/DeepSeek-V2-Lite --lora-targets attention --batch-sequences 1");
    expect(traced.counts.paramCount / 15.7065e9).toBeCloseTo(1, 3);
  });

  test("a configuration cannot make foreign code run", async () => {
    const auto_map = { AutoConfig: "evil.Config", AutoModelForCausalLM: "evil.Model" };
    await writeFile(join(dir, "evil.py"), `open(${JSON.stringify(join(dir, "ran"))}, "w")\n`);
    const config = { model_type: "llama", hidden_size: 64, intermediate_size: 128, num_hidden_layers: 2 };
    const heads = { num_attention_heads: 4, num_key_value_heads: 2, vocab_size: 256, auto_map };
    await writeFile(join(dir, "config.json"), JSON.stringify({ ...config, ...heads }));
    const traced = await trace("--model config.json --method full");
    expect(traced.counts.paramCount).toBeGreaterThan(0);
    expect(existsSync(join(dir, "ran"))).toBe(false);
  });
});
