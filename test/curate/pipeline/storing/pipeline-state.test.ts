import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import {
  artefactsFolder,
  isForeignState,
  outsOf,
  type PipelineState,
  readPipelineState,
  type StateOut,
  writePipelineState,
  writtenBefore,
} from "../../../../src/curate/pipeline/storing/pipeline-state.ts";
import { folderOf } from "../rows.ts";

const out = (path: string, replaces: string | null = null): StateOut => ({
  path,
  sha256: `hash of ${path}`,
  bytes: 10,
  digest: "d",
  replaces,
});

const state = (more: Partial<PipelineState> = {}): PipelineState => ({
  store: null,
  sources: [{ source: "rows.jsonl", sha256: "s", bytes: 1 }],
  stages: [{ stage: "exact", artefact: "a" }],
  out: out("train.jsonl"),
  ...more,
});

test("the record of a run comes back, and there is none in an empty folder or below a file", async () => {
  const dir = await folderOf({ file: "x" });
  expect(await readPipelineState(dir)).toBeUndefined();
  expect(await readPipelineState(join(dir, "file"))).toBeUndefined();
  expect(await isForeignState(dir)).toBe(false);
  await mkdir(join(dir, ".tunewright"));
  await writePipelineState(dir, state());
  expect(await readPipelineState(dir)).toEqual(state());
  expect(await isForeignState(dir)).toBe(false);
  expect(artefactsFolder(dir)).toBe(join(dir, ".tunewright", "artefacts"));
});

test("a record that was changed, or that cannot be read, holds nothing and is called foreign or an error", async () => {
  const dir = await folderOf({});
  await mkdir(join(dir, ".tunewright"));
  await writePipelineState(dir, state());
  const path = join(dir, ".tunewright", "pipeline.json");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("train.jsonl", "other.jsonl"));
  expect(await readPipelineState(dir)).toBeUndefined();
  expect(await isForeignState(dir)).toBe(true);
  const folder = await folderOf({});
  await mkdir(join(folder, ".tunewright", "pipeline.json"), { recursive: true });
  await expect(readPipelineState(folder)).rejects.toMatchObject({ message: expect.stringContaining("pipeline.json") });
});

test("the files of a run are its rows and the other parts of a split, or none where it did not end", () => {
  expect(outsOf(undefined)).toEqual([]);
  expect(outsOf(state({ out: null, parts: [out("test.jsonl")] }))).toEqual([]);
  expect(outsOf(state()).map(({ path }) => path)).toEqual(["train.jsonl"]);
  const paths = outsOf(state({ parts: [out("test.jsonl"), out("validation.jsonl")] })).map(({ path }) => path);
  expect(paths).toEqual(["train.jsonl", "test.jsonl", "validation.jsonl"]);
});

test("files that were written are remembered with what they replaced, each once, fifty of them", () => {
  expect(writtenBefore(undefined)).toEqual([]);
  const earlier = { path: "train.jsonl", sha256: "hash of train.jsonl" };
  const sameFile = { path: "train.jsonl", sha256: "older" };
  const sameHash = { path: "copy.jsonl", sha256: "hash of train.jsonl" };
  const before = state({ out: out("train.jsonl", "replaced"), written: [earlier, sameFile, sameHash] });
  expect(writtenBefore(before)).toEqual([earlier, { path: "train.jsonl", sha256: "replaced" }, sameFile, sameHash]);
  const many = Array.from({ length: 80 }, (_, index) => ({ path: `f${index}`, sha256: "h" }));
  const kept = writtenBefore(state({ written: many }));
  expect([kept.length, kept[0]?.path, kept[1]?.path, kept.at(-1)?.path]).toEqual([50, "train.jsonl", "f0", "f48"]);
});
