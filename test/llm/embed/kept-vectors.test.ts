import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type Embedder, keptVectors } from "../../../src/llm/embed/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-vectors-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A model whose vectors show their text's length, and what it was asked. */
function model(numbers = 3): Embedder & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    name: "stub",
    isSemantic: true,
    embed: (texts) => {
      asked.push(...texts);
      return Promise.resolve(texts.map((text) => new Float32Array(numbers).fill(text.length)));
    },
    spent: () => ({ usd: null, inputTokens: asked.length, requests: 1 }),
  };
}

const firsts = (vectors: readonly Float32Array[]): number[] => vectors.map((vector) => vector[0]!);

test("a text is embedded once, also by another embedder of the same file, which holds no text", async () => {
  const path = join(folder, "new", "vectors.jsonl");
  const [one, two] = [model(), model()];
  expect(firsts(await keptVectors(one, path).embed(["a", "bb", "a"]))).toEqual([1, 2, 1]);
  expect(firsts(await keptVectors(two, path).embed(["bb", "a secret", "a"]))).toEqual([2, 8, 1]);
  expect([one.asked, two.asked]).toEqual([["a", "bb"], ["a secret"]]);
  expect(readFileSync(path, "utf8")).not.toContain("secret");
});

test("a line that a crash truncated is asked for again, and spoils no other", async () => {
  const path = join(folder, "vectors.jsonl");
  await keptVectors(model(), path).embed(["a", "bb"]);
  writeFileSync(path, readFileSync(path, "utf8").slice(0, -9));
  const again = model();
  expect(firsts(await keptVectors(again, path).embed(["a", "bb", "ccc"]))).toEqual([1, 2, 3]);
  expect(again.asked).toEqual(["bb", "ccc"]);
  const last = model();
  await keptVectors(last, path).embed(["a", "bb", "ccc"]);
  expect(last.asked).toEqual([]);
});

test("vectors of another length than new ones are computed again: the model behind the name has changed", async () => {
  const path = join(folder, "vectors.jsonl");
  await keptVectors(model(3), path).embed(["a", "bb"]);
  const changed = model(5);
  const vectors = await keptVectors(changed, path).embed(["a", "ccc"]);
  expect(vectors.map(({ length }) => length)).toEqual([5, 5]);
  expect(changed.asked).toEqual(["ccc", "a"]);
});
