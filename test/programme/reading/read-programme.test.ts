import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { FAILURES } from "../../../src/base/failure.ts";
import { sha256 } from "../../../src/base/hash.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { atPlace, readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { catchFailure, catchFailureAsync } from "../../catch-failure.ts";

const ON = "2026-06-15";

const GOOD = `name: A programme
task: { kind: qa, goals: [format] }
model: { base: Qwen/Qwen2.5-7B }
data: { plannedRows: 5000 }
`;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-programme-"));
});
afterAll(() => rm(root, { recursive: true }));

let count = 0;
async function folder(content: string | Uint8Array): Promise<string> {
  count += 1;
  const dir = join(root, `p${count}`);
  await mkdir(join(dir, "data"), { recursive: true });
  await writeFile(join(dir, "programme.yaml"), content);
  await writeFile(join(dir, "data/rows.jsonl"), '{"text":"a"}\n');
  return dir;
}

const withData = (lines: string): string =>
  GOOD.replace("data: { plannedRows: 5000 }", `data:\n  plannedRows: 5000\n${lines}`);
const file = (path: string): string => withData(`  files:\n    - { path: ${JSON.stringify(path)}, origin: own }`);

/** Every kind of bad file, by what is wrong with it. */
const BAD: Record<string, string | Uint8Array> = {
  "an empty file": "",
  "nothing but comments": "# nothing here\n",
  "a truncated file": `${GOOD}training: { method: "lora`,
  "a list, not fields": "- a\n- b\n",
  "a binary file": Uint8Array.of(0x50, 0x4b, 0x03, 0x04, 0x00, 0x00, 0x08),
  "UTF-16": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(GOOD, "utf16le")]),
  "Latin-1": Buffer.from(GOOD.replace("A programme", "Fran\u00e7ais"), "latin1"),
  "a repeated key": `${GOOD}name: Again\n`,
  "an alias bomb": `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`,
  "two documents": `${GOOD}---\n${GOOD}`,
  "a tab as indentation": GOOD.replace("task: {", "task:\n\tkind: qa\nx: {"),
  "an unknown field": GOOD.replace("kind: qa,", "kind: qa, narow: true,"),
  "an unknown group": `${GOOD}trainning: { method: lora }\n`,
  "a missing group": GOOD.replace(/^task.*\n/m, ""),
  "a word that is none of the choices": `${GOOD}training: { method: qlorra }\n`,
  "names that the catalogue does not know": `${GOOD.replace("Qwen/Qwen2.5-7B", "Qwen/Qwen9-7B")}training: { gpu: H1000 }
serving: { gpu: B2000 }
today: { api: openai/gpt-4p }
assumptions: { training.run: 3 }
`,
  "twenty-two unknown fields": `${GOOD}${Array.from({ length: 22 }, (_, at) => `x${at}: 1\n`).join("")}`,
  "neither rows nor a corpus": GOOD.replace("plannedRows: 5000", "personalData: none"),
  "a corpus alone for a method that trains on rows": `${GOOD.replace("plannedRows: 5000", "corpusTokens: 2.0e9")}training: { method: lora }
`,
  "a corpus alone for a pass over prompts": `${GOOD.replace("plannedRows: 5000", "corpusTokens: 2.0e9")}training: { preferencePass: grpo }
`,
  "a negative number": withData("  meanTokens: -3"),
  "not a number": withData("  meanTokens: .nan"),
  "an infinite number": withData("  meanTokens: .inf"),
  "text for a number": withData("  meanTokens: many"),
  "a broken amount": `${GOOD}training: { gpu: H100, gpuUsdPerHour: "1,71" }\n`,
  "a negative amount": `${GOOD}training: { gpuUsdPerHour: "-1.71" }\n`,
  "a day that does not exist": `${GOOD}start: 2026-02-30\n`,
  "a deadline in the past": `${GOOD}requirements: { deadline: 2026-01-01 }\n`,
  "a start after the deadline": `${GOOD}start: 2026-09-01\nrequirements: { deadline: 2026-08-01 }\n`,
  "batch 0": `${GOOD}training: { batchSequences: 0 }\n`,
  "an override that is text": `${GOOD}assumptions: { training.runs: many }\n`,
  "a reversed override": `${GOOD}assumptions: { training.runs: { p10: 9, p50: 5, p90: 1 } }\n`,
  "more synthetic rows than rows": withData("  syntheticRows: 6000"),
  "a price for no GPU": `${GOOD}training: { gpuUsdPerHour: "1.71" }\n`,
  "a corpus that is not there": `${GOOD}training: { method: continued-pretraining }\n`,
  "a path that climbs out": file("../p1/data/rows.jsonl"),
  "an absolute path": file("/etc/hostname"),
  "a Windows path": file("C:\\rows.jsonl"),
  "a missing file": file("data/none.jsonl"),
  "a folder for a file": file("data"),
  "a file listed twice": withData(
    "  files:\n    - { path: data/rows.jsonl, origin: own }\n    - { path: data/rows.jsonl, origin: own }",
  ),
  "the same file by another path, to train and to prove": withData(
    "  files:\n    - { path: data/rows.jsonl, origin: own }\n    - { path: ./data//rows.jsonl, role: eval, origin: own }",
  ),
  "a field in the wrong group": `${GOOD}deadline: 2027-01-01\n`,
  "a field that two groups have": `${GOOD}gpuCount: 8\n`,
  "an override in quotes": `${GOOD}assumptions: { training.runs: { p10: "1", p50: "2", p90: 3 } }\n`,
  "an override with a mistyped end": `${GOOD}assumptions: { training.runs: { p10: 1, p50: 2, p99: 3 } }\n`,
  "endless brackets": `${GOOD}training: ${"[".repeat(5000)}\n`,
  "volumes beyond every run": `${GOOD.replace("plannedRows: 5000", "plannedRows: 9007199254740991, meanTokens: 1.0e-300")}training:
  epochs: 1000000000
  gpuCount: 1000000000
  batchSequences: 1000000
  sequenceTokens: 100000000
  hoursPerRun: 1.0e+9
`,
  "seven mistakes": GOOD.replace("kind: qa", "kind: qaa")
    .replace("goals: [format]", "goals: []")
    .replace("plannedRows: 5000", "plannedRows: 0.5, meanTokens: 0, personalData: some, annotatedShare: 2, foo: 1"),
};

describe("a bad programme.yaml", () => {
  test("is told with its line, its field, what came and what is expected", async () => {
    const told: string[] = [];
    for (const [what, content] of Object.entries(BAD)) {
      const dir = await folder(content);
      const failure = await catchFailureAsync(() => readProgramme(dir, ON));
      const lines = [`error: ${failure.message}`, ...(failure.hint === undefined ? [] : [`hint: ${failure.hint}`])];
      told.push([`# ${what} (exit ${FAILURES[failure.kind].exit})`, ...lines].join("\n").replaceAll(dir, "DIR"));
    }
    await expect(`${told.join("\n\n")}\n`).toMatchFileSnapshot("../../golden/programme-bad-input.txt");
  });

  test("of more than 1 MiB is refused before it is read", async () => {
    const dir = await folder(`${GOOD}# ${"x".repeat(2 ** 20)}\n`);
    const { message, hint } = await catchFailureAsync(() => readProgramme(dir));
    expect(message).toContain("more than the limit of 1048576 for a file that is read in one piece");
    expect(hint).toBe("a programme lists up to about 10,000 dataset files: join small ones into larger files");
  });

  test("that does not exist says how to create one; a missing folder and a file instead of a folder have different messages", async () => {
    const dir = await folder(GOOD);
    await rm(join(dir, "programme.yaml"));
    const missing = await catchFailureAsync(() => readProgramme(dir));
    expect([missing.kind, missing.hint]).toEqual([
      "not_found",
      `tunewright init ${dir} writes a commented programme to start from`,
    ]);
    expect((await catchFailureAsync(() => readProgramme(join(root, "none")))).kind).toBe("not_found");
    await mkdir(join(dir, "clinical"));
    const mistyped = await catchFailureAsync(() => readProgramme(join(dir, "clincal")));
    expect(mistyped.hint).toMatch(/^did you mean ".*\/clinical"\? Otherwise, tunewright init /);
    const given = await catchFailureAsync(() => readProgramme(join(dir, "data/rows.jsonl")));
    expect(given.message).toContain("is a file, expected a programme folder");
  });
});

describe("paths of dataset files", () => {
  test("do not lead out of the folder through a symbolic link, to a file or through a folder", async () => {
    const outside = await folder(GOOD);
    const dir = await folder(file("data/link.jsonl"));
    await symlink(join(outside, "data/rows.jsonl"), join(dir, "data/link.jsonl"));
    await symlink(join(outside, "data"), join(dir, "there"));
    const failure = await catchFailureAsync(() => readProgramme(dir));
    expect(failure.message).toBe(
      'programme.yaml, line 7, data.files.0.path: "data/link.jsonl" leads out of the programme folder through a symbolic link',
    );
    const inside = await folder(GOOD);
    await symlink(join(outside, "data"), join(inside, "there"));
    const loaded = await readProgramme(inside);
    expect((await catchFailureAsync(() => loaded.resolve("there/rows.jsonl"))).message).toContain("leads out");
  });

  test("may lead through a link that stays inside", async () => {
    const dir = await folder(file("link.jsonl"));
    await symlink(join(dir, "data/rows.jsonl"), join(dir, "link.jsonl"));
    const loaded = await readProgramme(dir);
    expect(await loaded.resolve("link.jsonl")).toMatch(/data\/rows\.jsonl$/);
  });
});

describe("a good programme.yaml", () => {
  test("reads the same with a byte-order mark and with CRLF; its hash is that of its bytes", async () => {
    const plain = await readProgramme(await folder(GOOD), ON);
    const bytes = Buffer.from(`\ufeff${GOOD.replaceAll("\n", "\r\n")}`);
    const marked = await readProgramme(await folder(bytes), ON);
    expect(marked.programme).toEqual(plain.programme);
    expect([plain.sha256, marked.sha256]).toEqual([sha256(GOOD), sha256(bytes)]);
  });

  test("a deadline in the past is let through where no day is given", async () => {
    const dir = await folder(`${GOOD}requirements: { deadline: 2020-01-01 }\n`);
    expect((await readProgramme(dir)).programme.requirements.deadline).toBe("2020-01-01");
  });

  test("a look-up that fails says at which line and field", async () => {
    const loaded = await readProgramme(await folder(`${GOOD}training:\n  gpu: H100\n`));
    expect(loaded.place(["training", "gpu"])).toBe("programme.yaml, line 6, training.gpu");
    const failure = catchFailure(() => atPlace(loaded, ["training", "gpu"], () => findGpu("H1000")));
    expect(failure.message).toMatch(/^programme\.yaml, line 6, training\.gpu: .*H1000/);
  });
});
