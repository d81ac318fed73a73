import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { croissant } from "../../../../src/curate/pipeline/lineage/croissant.ts";
import { openLineage } from "../../../../src/curate/pipeline/lineage/open-lineage.ts";
import { lineageText, rowLineageText } from "../../../../src/curate/pipeline/lineage/lineage-text.ts";
import { funnelText } from "../../../../src/curate/pipeline/storing/funnel-text.ts";
import { rowFields } from "../../../../src/curate/pipeline/storing/row-fields.ts";
import { rowLineage } from "../../../../src/curate/pipeline/lineage/row-lineage.ts";
import { dataLineage, dataRowLineage } from "../../../../src/programme/data-run/data-lineage.ts";
import { dataRun } from "../../../../src/programme/data-run/data-run.ts";
import { sha256 } from "../../../../src/base/hash.ts";
import { DataLineage } from "../../../../src/domain/data-lineage.ts";
import { runHere } from "../../../cli/run-here.ts";
import { folderOf, jsonl } from "../rows.ts";
import { PROGRAMME } from "../tree.ts";

const ROWS = [
  { prompt: "q", completion: "a" },
  { instruction: "" },
  { prompt: 'it says "id":"x"', completion: "b" },
  { completion: "a", prompt: "q" },
];

let dir: string;
let found: Awaited<ReturnType<typeof dataLineage>>;
const run = (folder: string) =>
  dataRun(folder, {
    executor: "inline",
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });

beforeAll(async () => {
  const programme = PROGRAMME.replace("origin: own", "origin: own, licence: CC-BY-4.0");
  dir = await folderOf({ "programme.yaml": programme, "data.jsonl": `${jsonl(ROWS)}torn {\n` });
  await run(dir);
  found = await dataLineage(dir);
});

describe("the lineage of a run", () => {
  test("names each source by its hash and licence, and each stage by what went in and what came out", () => {
    const { lineage } = found;
    expect(DataLineage.parse(lineage)).toEqual(lineage);
    expect(lineage.sources).toEqual([
      {
        source: "data.jsonl",
        sha256: sha256(readFileSync(join(dir, "data.jsonl"))),
        bytes: readFileSync(join(dir, "data.jsonl")).length,
        licence: "CC-BY-4.0",
        origin: "own",
      },
    ]);
    expect(lineage.stages.map(({ stage, rowsIn, rowsKept }) => [stage, rowsIn, rowsKept])).toEqual([
      ["read", 5, 4],
      ["trainable", 4, 3],
      ["exact", 3, 2],
    ]);
    // Each stage's rows are what the next one was made of.
    expect(lineage.stages.map(({ input }) => input)).toEqual([
      null,
      ...lineage.stages.slice(0, 2).map((each) => each.sha256),
    ]);
    expect(lineage.out).toMatchObject({ path: "curated.jsonl", rows: 2 });
    expect(lineage.out!.sha256).toBe(sha256(readFileSync(join(dir, "curated.jsonl"))));
  });

  test("warns of a file that is not what the run read or wrote, and of none that is", async () => {
    const own = await folderOf({ "programme.yaml": PROGRAMME, "data.jsonl": jsonl(ROWS) });
    await run(own);
    expect((await runHere(["data", "lineage"], { cwd: own })).stderr).not.toContain("warning");
    writeFileSync(join(own, "curated.jsonl"), "{}\n");
    writeFileSync(join(own, "data.jsonl"), jsonl(ROWS.slice(1)));
    const { code, stderr } = await runHere(["data", "lineage"], { cwd: own });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("warning: curated.jsonl has changed since the run wrote it");
    expect(stderr).toContain("warning: data.jsonl has changed since it was read");
  });

  test("is refused where nothing was run", async () => {
    const fresh = await folderOf({ "programme.yaml": PROGRAMME, "data.jsonl": jsonl(ROWS) });
    await expect(dataLineage(fresh)).rejects.toThrow("has no data run");
  });

  test("does not take the file of an earlier run for that of the last one", async () => {
    const other = await folderOf({ "programme.yaml": PROGRAMME, "data.jsonl": jsonl(ROWS) });
    await run(other);
    writeFileSync(join(other, "data.jsonl"), jsonl(ROWS.slice(1)));
    await dataRun(other, {
      executor: "inline",
      stopAfter: "trainable",
      mayReplace: () => Promise.resolve(false),
      now: () => new Date(0),
      onEstimate: () => undefined,
      onProgress: () => undefined,
    });
    expect((await dataLineage(other)).lineage.out).toBeNull();
  });
});

describe("the lineage of a row", () => {
  test("goes through every stage up to the one that dropped it, with why", async () => {
    const row = await dataRowLineage("data.jsonl:4", found);
    expect(row).toMatchObject({ source: "data.jsonl", line: 4, licence: "CC-BY-4.0" });
    expect(row.steps.map(({ stage, outcome, reason }) => [stage, outcome, reason])).toEqual([
      ["read", "kept", null],
      ["trainable", "kept", null],
      ["exact", "dropped", "repeated"],
    ]);
    expect(await dataRowLineage(row.id, found)).toEqual(row);
    const broken = await dataRowLineage("data.jsonl:5", found);
    expect(broken.steps.map(({ outcome, reason }) => [outcome, reason])).toEqual([["dropped", "broken"]]);
  });

  test("is not mistaken for that of a row whose text says its id", async () => {
    await expect(dataRowLineage("x", found)).rejects.toThrow("read no row x");
    await expect(dataRowLineage("data.jsonl:99", found)).rejects.toThrow("read no row");
  });

  test("says where a stage is gone", async () => {
    const other = await folderOf({ "programme.yaml": PROGRAMME, "data.jsonl": jsonl(ROWS) });
    await run(other);
    const { folders } = await dataLineage(other);
    rmSync(folders[1]!.folder, { recursive: true });
    await expect(dataLineage(other)).rejects.toThrow("is missing or corrupt");
    expect((await rowLineage({ source: "data.jsonl", line: 1 }, folders))!.steps).toHaveLength(1);
  });
});

describe("exports", () => {
  test("Croissant: what the specification asks for and is known, derived from the sources, made by the stages", () => {
    const made = croissant(found.lineage, { url: "https://example.com/d", published: "2026-11-25" });
    expect(made).toMatchObject({
      "@type": "sc:Dataset",
      conformsTo: "http://mlcommons.org/croissant/1.1",
      license: "https://spdx.org/licenses/CC-BY-4.0.html",
      url: "https://example.com/d",
      datePublished: "2026-11-25",
      distribution: [
        { "@type": "cr:FileObject", encodingFormat: "application/jsonlines", sha256: found.lineage.out!.sha256 },
      ],
      recordSet: [
        {
          field: [
            { name: "prompt", dataType: "sc:Text" },
            { name: "completion", dataType: "sc:Text" },
          ],
        },
      ],
    });
    expect(made).not.toHaveProperty("creator");
    expect(made["prov:wasDerivedFrom"]).toHaveLength(1);
    expect(made["prov:wasGeneratedBy"]).toHaveLength(3);
  });

  test("OpenLineage: one START and one COMPLETE of each stage, and each stage's input is the output of the one before", () => {
    const events = openLineage(found.lineage) as {
      eventType: string;
      run: { runId: string };
      inputs: { name: string }[];
      outputs: { name: string }[];
    }[];
    expect(events.map(({ eventType }) => eventType)).toEqual([
      "START",
      "COMPLETE",
      "START",
      "COMPLETE",
      "START",
      "COMPLETE",
    ]);
    expect(new Set(events.map(({ run: { runId } }) => runId)).size).toBe(3);
    for (const {
      run: { runId },
    } of events)
      expect(runId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const completed = events.filter(({ eventType }) => eventType === "COMPLETE");
    expect(completed.slice(1).map(({ inputs }) => inputs[0]!.name)).toEqual(
      completed.slice(0, -1).map(({ outputs }) => outputs[0]!.name),
    );
    expect(completed.at(-1)!.outputs.map(({ name }) => name)).toContain("curated.jsonl");
    expect(openLineage(found.lineage)).toEqual(events); // the same ids in every export
  });

  test("fields of objects, and of objects in lists, are described as far as that", () => {
    const row = (fields: Record<string, unknown>) => ({ id: "", source: "", line: 1, fields });
    expect(
      rowFields([
        row({ messages: [{ role: "user", content: "x" }], n: 1, tag: null }),
        row({ messages: [{ role: "user", weight: 0 }], n: 1.5, meta: { ok: true } }),
      ]),
    ).toEqual([
      {
        name: "messages",
        type: "list",
        inner: [
          { name: "role", type: "text" },
          { name: "content", type: "text" },
          { name: "weight", type: "integer" },
        ],
      },
      { name: "n", type: "float", inner: [] },
      { name: "meta", type: "object", inner: [{ name: "ok", type: "boolean" }] },
    ]);
  });
});

describe("what is printed", () => {
  const GOLDEN = "../../../golden";

  test("of a lineage and of a row", async () => {
    await expect(lineageText(found.lineage)).toMatchFileSnapshot(`${GOLDEN}/data-lineage.txt`);
    const row = await dataRowLineage("data.jsonl:4", found);
    await expect(rowLineageText(row)).toMatchFileSnapshot(`${GOLDEN}/data-lineage-row.txt`);
  });

  test("of a funnel", async () => {
    const again = await run(dir);
    await expect(funnelText(again.stages)).toMatchFileSnapshot(`${GOLDEN}/data-funnel.txt`);
  });
});
