import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { Answer } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { DedupResult } from "../../src/domain/dedup.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-dedup-"));
  const texts = ["The invoice is late.", "Something else", "the INVOICE is late", "The invoice is late!"];
  await writeFile(join(cwd, "rows.jsonl"), texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
});
afterAll(() => rm(cwd, { recursive: true }));

/** Runs a line in this process; nobody answers its questions. */
async function run(line: string, saysYes = false): Promise<Answer> {
  const done = await runProgram(line.split(" "), {
    version: "0.0.0",
    write: () => undefined,
    io: () => ({
      out: () => undefined,
      note: () => undefined,
      progress: () => undefined,
      confirm: () => Promise.resolve(saysYes),
      untilInterrupted: (work) => work(new AbortController().signal),
      cwd,
      env: {},
      now: () => new Date("2026-11-25T12:00:00Z"),
    }),
  });
  return done!.answer;
}

test("--clusters gives a line for each kept row with the rows that go, by line numbers from 0", async () => {
  const { json } = await run("data dedup rows.jsonl --text-field text --threshold 0.8 --clusters --json");
  const lines: unknown[] = [];
  for await (const line of json as AsyncIterable<unknown>) lines.push(line);
  expect(lines).toEqual([
    {
      keep: 0,
      drop: [
        { row: 2, jaccard: 1 },
        { row: 3, jaccard: 1 },
      ],
    },
  ]);
});

test("a similarity that is not known says why", async () => {
  const reasons: [flags: string, reason: string][] = [
    ["--method simhash --distance 7", "64-bit hashes were compared, not shingles"],
    ["--no-verify", "not compared: --no-verify"],
    ["--compat datasketch", "datasketch makes clusters from bands alone, without comparing rows"],
  ];
  const long = Array.from({ length: 1000 }, (_, at) => `word${at}`);
  const texts = [long, [...long.slice(0, -1), "other"]].map((words) => words.join(" "));
  await writeFile(join(cwd, "near.jsonl"), texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  for (const [flags, reason] of reasons) {
    const { json } = await run(`data dedup near.jsonl --text-field text ${flags} --json`);
    expect(json, flags).toMatchObject({ samples: [{ keep: 0, drop: [{ row: 1, jaccard: null, reason }] }] });
  }
  const { json } = await run("data dedup near.jsonl --text-field text --json");
  expect((json as { samples: unknown }).samples).toEqual([{ keep: 0, drop: [{ row: 1, jaccard: 995 / 997 }] }]);
});

test("rows are written once, an index is filled only with rows that were written, and a second import adds nothing", async () => {
  await run("data dedup rows.jsonl --text-field text --index seen.index");
  await run("data dedup rows.jsonl --text-field text --index seen.index --out kept.jsonl");
  expect(await readFile(join(cwd, "kept.jsonl"), "utf8")).toBe(
    '{"text":"The invoice is late."}\n{"text":"Something else"}\n',
  );
  await expect(run("data dedup rows.jsonl --text-field text --out kept.jsonl")).rejects.toThrow("already exists");
  const again = await run("data dedup rows.jsonl --text-field text --index seen.index --out again.jsonl");
  expect(again.json).toMatchObject({ files: [{ rowsIn: 4, rowsKept: 0, exact: 4 }] });
});

test("a flag that does nothing together with the others is refused, with what to leave out or to add", async () => {
  const lines: [flags: string, message: string, hint: string][] = [
    ["--by score", "--by has no effect with --keep first", "omit --by, or add --keep best"],
    ["--sources rows.jsonl", "--sources has no effect with --keep first", "omit --sources, or add --keep source"],
    ["--distance 2", "--distance has no effect with --method near", "omit --distance, or add --method simhash"],
    [
      "--vector-field v",
      "--vector-field has no effect with --method near",
      "omit --vector-field, or add --method vectors",
    ],
    [
      "--permutations 64",
      "--permutations has no effect with no --compat",
      "omit --permutations, or add --compat datasketch",
    ],
    [
      "--method exact --threshold 0.9",
      "--threshold has no effect with --method exact",
      "omit --threshold, or add --method near",
    ],
    [
      "--method exact --no-verify",
      "--no-verify has no effect with --method exact",
      "omit --no-verify, or add --method near",
    ],
    [
      "--compat datasketch --no-verify",
      "--no-verify has no effect with --compat datasketch",
      "omit --no-verify or --compat",
    ],
    [
      "--compat datasketch --cluster-alarm 9",
      "--cluster-alarm has no effect with --compat datasketch",
      "omit --cluster-alarm or --compat",
    ],
  ];
  for (const [flags, message, hint] of lines) {
    await expect(run(`data dedup rows.jsonl --text-field text ${flags}`), flags).rejects.toMatchObject({
      kind: "bad_input",
      message,
      hint,
    });
  }
});

test("a field to keep by that no row has is refused, with the fields that there are", async () => {
  await expect(run("data dedup rows.jsonl --text-field text --keep best --by nope")).rejects.toMatchObject({
    kind: "bad_input",
    message: "no row has a field nope",
    hint: "the rows have text",
  });
});

test("a field that no row has is refused, with the fields that there are", async () => {
  await expect(run("data dedup rows.jsonl --text-field body")).rejects.toMatchObject({
    kind: "bad_input",
    message: "no row has a field body",
    hint: "the rows have text",
  });
});

test("--dropped takes each row that goes, with its id, its line, the reason and the row that stays for it", async () => {
  await writeFile(join(cwd, "more.jsonl"), `{"text":"other"}\nbroken\n{"text":"the invoice is late"}\n`);
  await run("data dedup rows.jsonl more.jsonl --text-field text --dropped gone.jsonl");
  const gone = (await readFile(join(cwd, "gone.jsonl"), "utf8")).trim().split("\n");
  const detail = "the same words as line 1 of rows.jsonl, but written differently";
  const row = (source: string, line: number, text: string): unknown => ({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    source,
    line,
    reason: "exact-duplicate",
    detail,
    fields: { text },
  });
  expect(gone.map((line) => JSON.parse(line) as unknown)).toEqual([
    row("rows.jsonl", 3, "the INVOICE is late"),
    row("rows.jsonl", 4, "The invoice is late!"),
    {
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      source: "more.jsonl",
      line: 2,
      reason: "broken",
      detail: 'it is not valid JSON: "broken"',
    },
    row("more.jsonl", 3, "the invoice is late"),
  ]);
  await expect(run("data dedup rows.jsonl --text-field text --dropped gone.jsonl")).rejects.toThrow("already exists");
  await expect(run("data dedup rows.jsonl --text-field text --dropped rows.jsonl")).rejects.toThrow();
});

test("near-duplicates beyond the limit stop the run before anything is written, and --yes goes on", async () => {
  const words = Array.from({ length: 100 }, (_, at) => `w${at}`);
  const texts = [
    ...Array.from({ length: 30 }, (_, row) => words.with(50, `a${row}`).join(" ")),
    ...Array.from({ length: 70 }, (_, row) => `something else is said in row ${row}`),
  ];
  await writeFile(join(cwd, "many.jsonl"), texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  const line = "data dedup many.jsonl --text-field text --out few.jsonl --dropped rest.jsonl --index many.index";
  const stopped = await run(line);
  expect(stopped.failed).toContain("--near-limit");
  expect(stopped.next).toBe("tunewright data dedup many.jsonl --text-field text --clusters");
  expect(stopped.json).toMatchObject({ out: null, findings: [{ finding: "near-removal", rows: 29 }] });
  expect(existsSync(join(cwd, "few.jsonl")) || existsSync(join(cwd, "rest.jsonl"))).toBe(false);
  expect(existsSync(join(cwd, "many.index"))).toBe(false);
  const looked = await run("data dedup many.jsonl --text-field text --clusters --json");
  expect(looked.failed).toBeUndefined();
  expect((await run("data dedup many.jsonl --text-field text --near-limit 0.3")).failed).toBeUndefined();
  expect((await run(line, true)).failed).toBeUndefined();
  expect((await readFile(join(cwd, "few.jsonl"), "utf8")).trim().split("\n")).toHaveLength(71);
});

test("masks personal data in the samples of label conflicts and of rows that are written differently", async () => {
  const rows = [
    { prompt: "Who signs for ann.smith@example.org this week?", completion: "Send it to mary@example.org." },
    { prompt: "Who signs for ann.smith@example.org this week?", completion: "Nobody, it was cancelled on Monday." },
    { prompt: "Where do I find the key?", completion: "Ask bob@example.org." },
    { prompt: "Where do I find the key?", completion: "ask bob@example.org" },
  ];
  await writeFile(join(cwd, "mail.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const { json } = await run("data dedup mail.jsonl --json", true);
  const { conflicts, writtenDifferently } = json as DedupResult;
  expect([conflicts.samples.length, writtenDifferently.samples.length]).toEqual([1, 1]);
  const shown = JSON.stringify([conflicts, writtenDifferently]);
  expect(shown).toContain("<EMAIL_ADDRESS>");
  expect(shown).not.toContain("@example.org");
});
