import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { findTokenizer, hubCacheOf } from "../../../src/programme/data/find-tokenizer.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";

const YAML = (base: string, tokenizer = ""): string =>
  `name: Test\ntask: { kind: qa, goals: [knowledge] }\nmodel: { base: ${base} }\ndata: { plannedRows: 1000${tokenizer} }\n`;

function folder(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-tokenizer-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

const SNAPSHOTS = "hub/models--Qwen--Qwen2.5-7B/snapshots";

test("the file that the programme names comes first, then the one next to programme.yaml", async () => {
  const both = { "programme.yaml": YAML("Qwen/Qwen2.5-7B", ", tokenizer: own/t.json"), "own/t.json": "{}" };
  const named = folder({ ...both, "tokenizer.json": "{}" });
  expect(await findTokenizer(await readProgramme(named))).toBe(join(named, "own/t.json"));
  const beside = folder({ "programme.yaml": YAML("Qwen/Qwen2.5-7B"), "tokenizer.json": "{}" });
  expect(await findTokenizer(await readProgramme(beside))).toBe(join(beside, "tokenizer.json"));
});

test("the Hub cache is searched for that model, the revision of main first", async () => {
  const dir = folder({
    "programme.yaml": YAML("Qwen/Qwen2.5-7B"),
    [`${SNAPSHOTS}/aaaa/tokenizer.json`]: "{}",
    [`${SNAPSHOTS}/bbbb/tokenizer.json`]: "{}",
    "hub/models--Qwen--Qwen2.5-7B/refs/main": "bbbb\n",
  });
  const loaded = await readProgramme(dir);
  expect(await findTokenizer(loaded, join(dir, "hub"))).toBe(join(dir, SNAPSHOTS, "bbbb/tokenizer.json"));
  expect(await findTokenizer(loaded)).toBeUndefined();
});

test("a name cannot lead out of the cache, and a cached model without a tokenizer gives none", async () => {
  const dir = folder({ "programme.yaml": YAML("Qwen/Qwen2.5-7B"), [`${SNAPSHOTS}/aaaa/config.json`]: "{}" });
  expect(await findTokenizer(await readProgramme(dir), join(dir, "hub"))).toBeUndefined();
  const hostile = folder({ "programme.yaml": YAML('"../../secret/Qwen2.5-7B"') });
  expect(await findTokenizer(await readProgramme(hostile), hostile)).toBeUndefined();
});

test.each([
  [{ HF_HUB_CACHE: "/c", HF_HOME: "/h", HOME: "/u" }, "/c"],
  [{ HF_HOME: "/h", HOME: "/u" }, "/h/hub"],
  [{ XDG_CACHE_HOME: "/x", HOME: "/u" }, "/x/huggingface/hub"],
  [{ HOME: "/u" }, "/u/.cache/huggingface/hub"],
  [{}, undefined],
])("the Hub cache of %j is %s", (env, expected) => {
  expect(hubCacheOf(env)).toBe(expected);
});
