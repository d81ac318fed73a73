import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { Answer } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";

const TEXTS = [
  "My name is Rebecca Thornton, SSN 536-22-8145.",
  "Dr. Thornton lives in Suurküla since 03/04/2019.",
  "What foods should I avoid with Crohn's disease?",
];

let cwd: string;
const notes: string[] = [];
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-redact-"));
  writeFileSync(join(cwd, "rows.jsonl"), TEXTS.map((text) => `${JSON.stringify({ text })}\n`).join(""));
});
afterAll(() => rm(cwd, { recursive: true }));

/** Runs a line in this process; nobody answers its questions. */
async function run(line: string): Promise<Answer> {
  const done = await runProgram(line.split(" "), {
    version: "0.0.0",
    write: () => undefined,
    io: () => ({
      out: () => undefined,
      note: (text) => void notes.push(text),
      progress: () => undefined,
      confirm: () => Promise.resolve(false),
      untilInterrupted: (work) => work(new AbortController().signal),
      cwd,
      env: {},
      now: () => new Date("2026-11-25T12:00:00Z"),
    }),
  });
  return done!.answer;
}

async function spansOf(line: string): Promise<{ spans: { type: string }[]; problem?: string }[]> {
  const { json } = await run(line);
  const rows: { spans: { type: string }[] }[] = [];
  for await (const row of json as AsyncIterable<{ spans: { type: string }[] }>) rows.push(row);
  return rows;
}

function written(name: string): string[] {
  const lines = readFileSync(join(cwd, name), "utf8").trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { text: string }).text);
}

test("rows are redacted, counted by entity with masked samples, and what the profile cannot see is said", async () => {
  const { json } = await run(
    "data redact rows.jsonl --text-field text --profile hipaa --out hipaa.jsonl --review review.jsonl --json",
  );
  expect(json).toMatchObject({
    profile: "hipaa",
    keyId: null,
    leaks: { rows: 0 },
    funnel: [{ rowsIn: 3, rowsKept: 3 }],
  });
  expect(written("hipaa.jsonl")).toEqual([
    "My name is <PERSON>, SSN <US_SSN>.",
    "Dr. <PERSON> lives in <LOCATION> since 2019.",
    TEXTS[2],
  ]);
  expect(JSON.stringify(json)).toMatch(/biometric/);
  expect(JSON.stringify(json)).not.toMatch(/ebecca|hornton|8145/);
  expect(statSync(join(cwd, "review.jsonl")).mode & 0o777).toBe(0o600);
});

test("a surrogate needs a key; one is made where the file is not there, and a person has one name in all rows", async () => {
  await expect(run("data redact rows.jsonl --out none.jsonl --operator person=surrogate")).rejects.toThrow(
    /need a key/,
  );
  await run("data redact rows.jsonl --text-field text --out named.jsonl --operator person=surrogate --key-file key");
  expect(notes.join()).toContain("a key was created");
  const [first, second] = written("named.jsonl") as [string, string];
  const name = /^My name is (\S+) (\S+), SSN <US_SSN>\.$/.exec(first)!;
  expect(second).toContain(`Dr. ${name[2]!} lives`);
  expect(notes.join()).not.toContain(readFileSync(join(cwd, "key"), "utf8").trim());
});

test("what was encrypted comes back by its key, and by no other", async () => {
  await run("data redact rows.jsonl --text-field text --out sealed.jsonl --operator all=encrypt --key-file key");
  const around = written("sealed.jsonl")
    .join()
    .replaceAll(/:sealed:[^>]+/g, "");
  expect(around).not.toMatch(/Thornton|536/);
  expect(around.match(/<[A-Z_]+>/g)).toHaveLength(6);
  await run("data redact sealed.jsonl --restore --key-file key --out back.jsonl");
  expect(written("back.jsonl")).toEqual(TEXTS);
  writeFileSync(join(cwd, "other"), `${"ab".repeat(32)}\n`, { mode: 0o600 });
  const { json } = await run("data redact sealed.jsonl --restore --key-file other --out closed.jsonl --json");
  expect(json).toMatchObject([{ stage: "restore", rowsKept: 1, dropped: [{ reason: "sealed", rows: 2 }] }]);
  const { failed } = await run(
    "data redact sealed.jsonl --restore --key-file other --out closed2.jsonl --dropped still.jsonl",
  );
  expect(failed).toMatch(/^2 rows contain values/);
  expect(readFileSync(join(cwd, "still.jsonl"), "utf8").trim().split("\n")).toHaveLength(2);
});

test("a file in which nothing is sealed is not restored, and nothing is written", async () => {
  const line = "data redact named.jsonl --restore --key-file key --out nothing.jsonl";
  await expect(run(line)).rejects.toMatchObject({ kind: "bad_input", hint: expect.stringContaining("surrogates") });
  expect(existsSync(join(cwd, "nothing.jsonl"))).toBe(false);
});

test("under hipaa no operator keeps an identifier, and one that leaves a code of it is told", async () => {
  const line = "data redact rows.jsonl --text-field text --profile hipaa --out unmet.jsonl --json --operator";
  await expect(run(`${line} PERSON=keep`)).rejects.toThrow(/profile hipaa: PERSON would be kept/);
  await expect(run(`${line} all=keep`)).rejects.toThrow(/PERSON, STREET_ADDRESS, LOCATION and \d+ more would be kept/);
  expect(existsSync(join(cwd, "unmet.jsonl"))).toBe(false);
  const { text } = await run(`${line} person=surrogate --key-file key`);
  expect(text()).toMatch(/not met to the letter: .*164\.514\(c\).*\(PERSON=surrogate\)/);
  const narrow = await run("data redact rows.jsonl --profile hipaa --entity US_SSN --out narrow.jsonl --json");
  expect(narrow.text()).toContain("other entities of the profile hipaa: only US_SSN was searched for");
});

test("an entity that is kept in one place and replaced in another has a line for each operator", async () => {
  writeFileSync(join(cwd, "places.jsonl"), '{"text":"He lives in Suurküla, Estonia, and Estonia is cold."}\n');
  const { text, json } = await run("data redact places.jsonl --out places-out.jsonl");
  expect((json as { entities: { entity: string; operator: string; spans: number }[] }).entities).toMatchObject([
    { entity: "LOCATION", operator: "keep", spans: 2, rows: 1 },
    { entity: "LOCATION", operator: "replace", spans: 1, rows: 1 },
  ]);
  expect(text()).toMatch(/LOCATION +keep +2/);
  expect(text()).toMatch(/LOCATION +replace +1/);
});

test("an entity with two operators is refused, and a mistyped one gets what may be meant", async () => {
  const line = "data redact rows.jsonl --out x.jsonl --key-file key";
  await expect(run(`${line} --operator PERSON=mask --operator person=surrogate`)).rejects.toThrow(
    /person=surrogate: PERSON already has the operator mask/,
  );
  await expect(run(`${line} --operator PERSN=mask`)).rejects.toMatchObject({
    message: "--operator PERSN=mask: PERSN is unknown",
    hint: 'did you mean "PERSON"?',
  });
  await expect(run(`${line} --entity person`)).rejects.toMatchObject({
    message: "--entity: person is unknown",
    hint: 'did you mean "PERSON"?',
  });
  await expect(run(`${line} --entity QQQQQQ`)).rejects.toMatchObject({ hint: "tunewright data redact --list" });
});

test("a field that no row has is refused with the nearest name, and rows without it are counted", async () => {
  writeFileSync(join(cwd, "some.jsonl"), '{"text":"My SSN is 536-22-8145."}\n{"other":"My SSN is 536-22-8145."}\n');
  const typo = run("data redact some.jsonl --text-field txt --out typo.jsonl");
  await expect(typo).rejects.toMatchObject({ kind: "bad_input", hint: 'did you mean "text"?' });
  expect(existsSync(join(cwd, "typo.jsonl"))).toBe(false);
  await expect(spansOf("data redact some.jsonl --text-field txt --spans --json")).rejects.toThrow(/no row has/);
  const person = run("data redact some.jsonl --person-field txt --out typo.jsonl");
  await expect(person).rejects.toMatchObject({ kind: "bad_input", hint: 'did you mean "text"?' });
  const { json, text } = await run("data redact some.jsonl --text-field text --out some-out.jsonl --json");
  expect(json).toMatchObject({ rowsWithoutField: 1 });
  expect(text()).toContain("1 row with nothing in the field");
  expect(await spansOf("data redact some.jsonl --text-field text --spans --json")).toMatchObject([
    { spans: [{ type: "US_SSN" }] },
    { spans: [], problem: 'nothing in the field "text"' },
  ]);
});

test("a delimiter that is named is taken, for spans and for redaction", async () => {
  writeFileSync(join(cwd, "bars.csv"), "a;b|text\n1;2|My SSN is 536-22-8145.\n");
  const flags = "--delimiter bar --text-field text";
  expect(await spansOf(`data redact bars.csv ${flags} --spans --json`)).toMatchObject([
    { spans: [{ type: "US_SSN" }] },
  ]);
  await run(`data redact bars.csv ${flags} --out bars.jsonl --json`);
  expect(JSON.parse(readFileSync(join(cwd, "bars.jsonl"), "utf8"))).toMatchObject({
    "a;b": "1;2",
    text: "My SSN is <US_SSN>.",
  });
});

test("spans are those that redaction by the same flags looks for", async () => {
  writeFileSync(join(cwd, "age.jsonl"), '{"text":"Patient aged 93 was seen in ward Bluebell."}\n');
  const types = async (flags: string): Promise<string[]> =>
    (await spansOf(`data redact age.jsonl --spans --json${flags}`)).flatMap(({ spans }) =>
      spans.map(({ type }) => type),
    );
  expect(await types("")).not.toContain("AGE");
  expect(await types(" --profile hipaa")).toContain("AGE");
  expect(await types(" --deny Bluebell")).toContain("DENIED");
});

test("flags that mean nothing together are refused", async () => {
  await expect(run("data redact rows.jsonl --spans --out x.jsonl --operator all=mask")).rejects.toThrow(
    /--out, --operator: cannot be used with --spans/,
  );
  await expect(run("data redact rows.jsonl --restore --out x.jsonl --profile hipaa")).rejects.toThrow(
    /--profile: cannot be used with --restore/,
  );
  await expect(run("data redact rows.jsonl --out x.jsonl --ner-language de")).rejects.toThrow(/--ner-language/);
});

test("a key that cannot be written is told as such", async () => {
  const line = "data redact rows.jsonl --out x.jsonl --operator person=hash --key-file nodir/key";
  await expect(run(line)).rejects.toMatchObject({ kind: "outside", message: expect.stringContaining("nodir/key") });
});

test("a row in which something is left is shown with no text", async () => {
  writeFileSync(join(cwd, "leak.jsonl"), '{"text":"write to ann@example.org","ref":"ann@example.org"}\n');
  const { json } = await run("data redact leak.jsonl --text-field text --out leak-out.jsonl --json");
  expect(json).toMatchObject({ funnel: [{ dropped: [{ reason: "leak", samples: [{ line: 1, text: "" }] }] }] });
  expect(JSON.stringify(json)).not.toContain("ann@example");
});

test("mistakes are refused before anything is written", async () => {
  chmodSync(join(cwd, "other"), 0o644);
  await expect(run("data redact rows.jsonl --out a.jsonl --operator person=hash --key-file other")).rejects.toThrow(
    /others can read it/,
  );
  await expect(run("data redact rows.jsonl --out a.jsonl --operator persona=hash")).rejects.toThrow(
    /PERSONA is unknown/,
  );
  await expect(run("data redact rows.jsonl --out a.jsonl --operator person=hush")).rejects.toThrow(/hush is unknown/);
  await expect(run("data redact rows.jsonl --out hipaa.jsonl")).rejects.toThrow(/hipaa\.jsonl/);
});

/** Rows of four classes with names that are also those of people and places. */
function branches(name: string, names = ["Paris", "Jordan", "Victoria", "salud"]): void {
  const rows = Array.from({ length: 24 }, (_, index) => ({
    instruction: `Which branch? ${names.join(", ")}`,
    input: `Ticket ${index} by Mary Smith`,
    output: names[index % names.length],
  }));
  writeFileSync(join(cwd, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

function rowsIn(name: string): { instruction: string; input: string; output: string }[] {
  const lines = readFileSync(join(cwd, name), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as { instruction: string; input: string; output: string });
}

test("the names of classes are kept in answers and in the prompt that lists them, and the output says so", async () => {
  branches("branches.jsonl");
  const { json, text } = await run("data redact branches.jsonl --out branches-out.jsonl --json");
  const rows = rowsIn("branches-out.jsonl");
  expect(rows).toHaveLength(24);
  expect(rows[0]).toEqual({
    instruction: "Which branch? Paris, Jordan, Victoria, salud",
    input: "Ticket 0 by <PERSON>",
    output: "Paris",
  });
  expect(new Set(rows.map(({ output }) => output)).size).toBe(4);
  expect(json).toMatchObject({ classes: [{ field: "answer" }] });
  expect(text()).toContain('"salud" (PERSON): kept, as names among the 4 classes of the answers');
});

test("prepared replies that many rows share are no classes: what they hold is redacted as in any text", async () => {
  branches("replies.jsonl", ["Write to jane.doe@acme.com", "Please ask Mary Smith in the office", "We are closed"]);
  await run("data redact replies.jsonl --out replied.jsonl");
  const written = readFileSync(join(cwd, "replied.jsonl"), "utf8");
  expect(written).toContain("Write to <EMAIL_ADDRESS>");
  expect(written).not.toMatch(/jane|Mary/);
});

test("under hipaa, and for classes that are named after people, redaction stops before it writes", async () => {
  await expect(run("data redact branches.jsonl --profile hipaa --out stopped.jsonl")).rejects.toMatchObject({
    kind: "check_failed",
    message: expect.stringContaining("Safe Harbor makes no exception for classes"),
  });
  branches("people.jsonl", ["Mary Smith", "John Miller", "jane.doe@acme.com"]);
  await expect(run("data redact people.jsonl --out stopped.jsonl")).rejects.toThrow(
    '"J*** M*****" (PERSON), "M*** S****" (PERSON), "j***.d**@a***.c**" (EMAIL_ADDRESS): replaced although',
  );
  expect(existsSync(join(cwd, "stopped.jsonl"))).toBe(false);
});

test("answers that are not a closed set are redacted like other texts", async () => {
  branches(
    "names.jsonl",
    Array.from({ length: 24 }, (_, index) => ["Paris", "Jordan", "Mary Smith"][index] ?? `n${index}`),
  );
  await run("data redact names.jsonl --out names-out.jsonl");
  expect(
    rowsIn("names-out.jsonl")
      .slice(0, 3)
      .map(({ output }) => output),
  ).toEqual(["<PERSON>", "<PERSON>", "<PERSON>"]);
});

test("rows in scripts whose names no list contains are counted, and stop redaction under hipaa", async () => {
  const texts = ["患者:王小明,男。王小明主诉头痛", "Η ασθενής πονά", "a β-blocker, 5 μg", "Patient 李娜 rested."];
  writeFileSync(join(cwd, "scripts.jsonl"), texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  const { json, text } = await run("data redact scripts.jsonl --out scripts-out.jsonl --json");
  expect(json).toMatchObject({
    scripts: [
      { script: "Chinese and Japanese", rows: 2 },
      { script: "Greek", rows: 1 },
    ],
  });
  expect(text()).toContain("scripts: 3 rows in other scripts (Chinese and Japanese 2, Greek 1)");
  expect(written("scripts-out.jsonl")).toEqual([
    "患者:<PERSON>,男。<PERSON>主诉头痛",
    texts[1],
    texts[2],
    "Patient <PERSON> rested.",
  ]);
  await expect(run("data redact scripts.jsonl --profile hipaa --out no.jsonl")).rejects.toMatchObject({
    kind: "check_failed",
  });
});
