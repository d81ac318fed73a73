import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

import { profileDataset, type ProfileOptions } from "../../../src/curate/profile/profile.ts";
import { profileText } from "../../../src/curate/profile/profile-text.ts";
import type { DatasetProfile } from "../../../src/domain/dataset-profile.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { lawRuns } from "../../law-runs.ts";
import { longTest } from "../../long-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-profile-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(content: string | Uint8Array, extension = ".jsonl"): string {
  files += 1;
  const path = join(folder, `${files}${extension}`);
  writeFileSync(path, content);
  return path;
}
const scan = (content: string | Uint8Array, options: ProfileOptions & { extension?: string } = {}) =>
  profileDataset(write(content, options.extension), { tokenizer: "characters", ...options });
const invalid = ({ findings }: DatasetProfile): number =>
  findings
    .filter(({ kind }) => kind !== "duplicate" && kind !== "mixed-format")
    .reduce((sum, { count }) => sum + count, 0);
const nameless = ({ path: _path, ...rest }: DatasetProfile) => rest;

const line = fc.oneof(
  fc.record({ text: fc.constantFrom("a", "b", "", "漢字", "x".repeat(90)) }).map((row) => JSON.stringify(row)),
  fc
    .record({ prompt: fc.constantFrom("p", ""), completion: fc.constantFrom("c", null) })
    .map((row) => JSON.stringify(row)),
  fc.constantFrom("", "  ", "{", '{"x": NaN}', "[]", '{"other":1}', '{"text":"a","text":"b"}'),
);
const readable = '{"text":"readable"}';

describe("laws", () => {
  test("rows are conserved: each is valid or has one finding", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const profile = await scan([readable, ...lines].join("\n"));
        expect(profile.rows).toBe(1 + lines.filter((each) => each.trim() !== "").length);
        expect(profile.validRows + invalid(profile)).toBe(profile.rows);
        expect(Object.values(profile.formats).reduce((sum, count) => sum + count, 0)).toBe(profile.validRows);
        expect(profile.histogram.reduce((sum, bin) => sum + bin.rows, 0)).toBe(profile.validRows);
      }),
      { numRuns: lawRuns(50) },
    );
  });

  test("the result does not depend on how the file is cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.integer({ min: 1, max: 300 }),
        async (lines, chunkBytes) => {
          const text = [readable, ...lines].join("\n");
          const options = { sampleRows: 5, limits: { lineBytes: 80 } };
          const cut = await scan(text, { ...options, limits: { lineBytes: 80, chunkBytes } });
          expect(nameless(cut)).toEqual(nameless(await scan(text, options)));
        },
      ),
      { numRuns: lawRuns(50) },
    );
  });

  test("duplicates are counted the same in any order of the rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 20 })
          .chain((texts) => fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, { minLength: texts.length }))),
        async ([texts, shuffled]) => {
          const write = (list: readonly string[]) => list.map((text) => JSON.stringify({ text })).join("\n");
          const expected = texts.length - new Set(texts).size;
          expect((await scan(write(texts))).duplicateRows).toBe(expected);
          expect((await scan(write(shuffled))).duplicateRows).toBe(expected);
        },
      ),
      { numRuns: lawRuns(30) },
    );
  });

  test("every container of the same rows gives the same findings, tokens and lengths", async () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({
      prompt: `question "${index % 250}"`,
      completion: "x,\ny".repeat(index),
    }));
    rows[0]!.completion = " ";
    const csv = [
      "prompt,completion",
      ...rows.map((row) => [row.prompt, row.completion].map((each) => `"${each.replaceAll('"', '""')}"`).join(",")),
    ];
    const jsonl = rows.map((row) => JSON.stringify(row)).join("\n");
    const parquet = join(folder, "same.parquet");
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`copy (select * from read_json('${write(jsonl)}')) to '${parquet}' (format parquet)`);
    const of = ({ findings, ...profile }: DatasetProfile) => {
      const { path: _path, sha256: _hash, bytes: _bytes, container: _container, delimiter: _, ...rest } = profile;
      return { ...rest, findings: findings.map(({ kind, count }) => ({ kind, count })) };
    };
    const options = { exact: true, tokenizer: "o200k_base" };
    const expected = of(await scan(jsonl, options));
    expect(expected).toMatchObject({ rows: 300, validRows: 299, formats: { "prompt-completion": 299 } });
    expect(of(await scan(gzipSync(jsonl), { ...options, extension: ".jsonl.gz" }))).toEqual(expected);
    expect(of(await scan(JSON.stringify(rows, null, 2), { ...options, extension: ".json" }))).toEqual(expected);
    expect(of(await scan(jsonl, { ...options, extension: ".json" }))).toEqual(expected);
    expect(of(await scan(csv.join("\r\n"), { ...options, extension: ".csv" }))).toEqual(expected);
    expect(of(await profileDataset(parquet, options))).toEqual(expected);
  });
});

describe("duplicates", () => {
  test("are rows with the same trained text, whatever their ids and the order of their keys", async () => {
    const profile = await scan(
      [
        '{"id":1,"prompt":"p","completion":"c"}',
        '{"completion":"c","prompt":"p","id":2}',
        '{"prompt":"pc","completion":"c"}',
        '{"prompt":"p","completion":"c"}',
      ].join("\n"),
    );
    expect(profile.duplicateRows).toBe(2);
    expect(profile.findings).toEqual([
      {
        kind: "duplicate",
        count: 2,
        examples: [
          { line: 2, detail: "same as line 1" },
          { line: 4, detail: "same as line 1" },
        ],
      },
    ]);
  });

  test("differ by who speaks", async () => {
    const chat = (...roles: string[]) => JSON.stringify({ messages: roles.map((role) => ({ role, content: "hi" })) });
    expect((await scan([chat("user", "assistant"), chat("assistant", "user")].join("\n"))).duplicateRows).toBe(0);
  });
});

describe("training rows", () => {
  test("are the valid ones without exact duplicates", async () => {
    const rows = ['{"text":"a"}', '{"text":"a"}', '{"text":"b"}', '{"text":""}', '{"prompt":"p","completion":"c"}'];
    expect(await scan(rows.join("\n"))).toMatchObject({ rows: 5, validRows: 4, duplicateRows: 1, trainableRows: 3 });
  });
});

describe("classes", () => {
  const labelled = (labels: readonly string[]) =>
    labels.map((label, index) => JSON.stringify({ text: `message ${index}`, label })).join("\n");

  test("are counted without duplicates, the largest first, however the file is cut", async () => {
    const rows = `${labelled(["b", "a", "c", "a", "b", "a"])}\n${labelled(["b"])}`;
    for (const chunkBytes of [20, 4_000]) {
      expect(await scan(rows, { limits: { chunkBytes } })).toMatchObject({
        format: "prompt-completion",
        duplicateRows: 1,
        classes: {
          field: "label",
          counts: [
            { name: "a", rows: 3 },
            { name: "b", rows: 2 },
            { name: "c", rows: 1 },
          ],
        },
      });
    }
  });

  test("are found in chats and in fields that the user names", async () => {
    const chat = (answer: string, index: number) =>
      JSON.stringify({
        messages: [
          { role: "user", content: `u${index}` },
          { role: "assistant", content: answer },
        ],
      });
    expect((await scan(["yes", "no", "no", "yes"].map(chat).join("\n"))).classes).toMatchObject({ field: "assistant" });
    const csv = "Schadentext,Kategorie\nRohr,Wasser\nDach,Sturm\nKeller,Wasser\nZiegel,Sturm\n";
    const fields = { prompt: "schadentext", completion: "Kategorie" };
    expect((await scan(csv, { extension: ".csv", fields })).classes).toMatchObject({ field: "Kategorie" });
  });

  test("that differ only in case or white space are named as variants, in the text too", async () => {
    const profile = await scan(labelled(["Auto", "auto ", "AUTO", "Hausrat", "Auto", "AUTO", "Hausrat", "auto "]));
    expect(profile.classes).toMatchObject({ variants: [["AUTO", "Auto", "auto "]] });
    expect(profile.classes!.counts).toHaveLength(4);
    expect(profileText([profile])).toContain(
      'warning: classes that differ only in case or white space: "AUTO", "Auto", "auto ".',
    );
    expect((await scan(labelled(["a", "b", "a", "b"]))).classes).not.toHaveProperty("variants");
  });

  test.each([
    ["each answer is another", Array.from({ length: 30 }, (_, index) => `answer ${index}`)],
    ["there is one", ["a", "a", "a"]],
    ["an answer is long", ["a", "a", "b", "b", "x".repeat(101)]],
    ["there are more than 200", Array.from({ length: 402 }, (_, index) => `${index % 201}`)],
  ])("are none where %s", async (_name, labels) => {
    expect((await scan(labelled(labels))).classes).toBeNull();
  });
});

describe("the delimiter of a CSV file", () => {
  test("is found in a file as Excel writes it in German, and said", async () => {
    const csv = '\ufeffText;Label\r\n"Dach, Rinne; beide";Sturm\r\nKeller, nass;Wasser\r\n';
    expect(await scan(csv, { extension: ".csv" })).toMatchObject({
      delimiter: "semicolon",
      format: "prompt-completion",
      validRows: 2,
    });
  });

  test("is the one that the user names", async () => {
    const profile = await scan("text|a;b\nx|1;2\n", { extension: ".csv", delimiter: "bar" });
    expect(profile).toMatchObject({ delimiter: "bar", validRows: 1, format: "text" });
  });

  test("means nothing for another kind of file", async () => {
    const failure = await catchFailureAsync(() => scan(readable, { delimiter: "semicolon" }));
    expect(failure.message).toContain("is not a CSV file, so it has no delimiter");
  });
});

describe("tokens", () => {
  const rows = Array.from({ length: 3_000 }, (_, index) =>
    JSON.stringify({ text: `row ${index} ${"some words of it ".repeat(index % 40)}` }),
  ).join("\n");

  test("of a sample are near those of every row, and inside the interval", async () => {
    const [sampled, exact] = [
      await scan(rows, { tokenizer: "o200k_base", sampleRows: 300 }),
      await scan(rows, { tokenizer: "o200k_base", exact: true }),
    ];
    expect([
      sampled.tokens!.exact,
      sampled.tokens!.sampledRows,
      exact.tokens!.exact,
      exact.tokens!.sampledRows,
    ]).toEqual([false, 300, true, 3_000]);
    expect(sampled.tokens!.total / exact.tokens!.total).toBeCloseTo(1, 1);
    expect(sampled.tokens!.totalLow).toBeLessThan(exact.tokens!.total);
    expect(sampled.tokens!.totalHigh).toBeGreaterThan(exact.tokens!.total);
    expect(sampled.rowTokens!.p50 / exact.rowTokens!.p50).toBeCloseTo(1, 1);
  });

  test("are the same for the same seed and differ between seeds", async () => {
    const totals = await Promise.all(
      [1, 1, 2].map(
        async (seed) => (await scan(rows, { tokenizer: "o200k_base", sampleRows: 50, seed })).tokens!.total,
      ),
    );
    expect(totals[0]).toBe(totals[1]);
    expect(totals[0]).not.toBe(totals[2]);
  });

  test("of a file smaller than the sample are exact without being asked", async () => {
    expect((await scan('{"text":"one two"}')).tokens).toMatchObject({ exact: true, sampledRows: 1 });
  });

  test("are null if no row is valid", async () => {
    const profile = await scan('{"a":1}\n{"b":2}');
    expect(profile).toMatchObject({
      rows: 2,
      validRows: 0,
      format: "unknown",
      tokens: null,
      rowTokens: null,
      histogram: [],
    });
  });
});

describe("rows of every bad kind are counted with their lines", () => {
  test("in one file", async () => {
    const bytes = Buffer.concat([
      Buffer.from(
        '\ufeff{"text":"good"}\r\n\r\n{"text":"cut\n{"text": NaN}\n{"text":""}\n{"foo":"bar"}\n{"prompt":"p","completion":"c"}\n',
      ),
      Buffer.from('{"text":"caf\xe9"}\n', "latin1"),
      Buffer.from(
        `{"text":"${"x".repeat(200)}"}\n{"text":"good"}\n{"text":"a","text":"b"}\n{"messages":[]}\n["text"]\n{"prompt":"p","completion":null}\n{"text":"trunc`,
      ),
    ]);
    const profile = await scan(bytes, { limits: { lineBytes: 100 } });
    expect(profile).toMatchObject({
      rows: 14,
      validRows: 3,
      format: "text",
      formats: { text: 2, "prompt-completion": 1 },
    });
    const found = profile.findings.map(
      ({ kind, count, examples }) =>
        `${kind} ${count}: ${examples.map((each) => `line ${each.line}, ${each.detail}`).join("; ")}`,
    );
    await expect(found.join("\n")).toMatchFileSnapshot("../../golden/dataset-findings.txt");
  });

  test("where there are many, the first five are named and all are counted", async () => {
    const profile = await scan(`${readable}\n${"{\n".repeat(40)}`, { limits: { chunkBytes: 16 } });
    const [finding] = profile.findings;
    expect([finding!.count, finding!.examples.map((each) => each.line)]).toEqual([40, [2, 3, 4, 5, 6]]);
  });

  longTest("a line of 100 MB is one finding and is not held in memory", async () => {
    const path = write(`${readable}\n`);
    execFileSync(process.execPath, [
      "-e",
      "const fs=require('fs');const f=fs.openSync(process.argv[1],'a');fs.writeSync(f,'{\"text\":\"');for(let i=0;i<100;i++)fs.writeSync(f,'x'.repeat(1e6));fs.writeSync(f,'\"}\\n'+process.argv[2]+'\\n');",
      path,
      readable,
    ]);
    const before = process.memoryUsage().arrayBuffers;
    const profile = await profileDataset(path, { tokenizer: "characters" });
    expect(profile).toMatchObject({ rows: 3, validRows: 2, duplicateRows: 1 });
    expect(profile.findings[0]).toEqual({
      kind: "too-long",
      count: 1,
      examples: [
        { line: 2, detail: "the row has 100000011 bytes, more than the limit of 16777216: split it into several rows" },
      ],
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
  });
});

test("progress goes from 0 to 1 and the hash is that of the bytes", async () => {
  const content = gzipSync(`${readable}\n`.repeat(50));
  const seen: number[] = [];
  const profile = await scan(content, { extension: ".jsonl.gz", onProgress: (fraction) => seen.push(fraction) });
  expect(seen.at(-1)).toBe(1);
  expect(profile.sha256).toBe(createHash("sha256").update(content).digest("hex"));
  expect(profile.bytes).toBe(content.length);
});
