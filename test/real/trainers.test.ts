import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { exportFiles } from "../../src/curate/formats/export-files.ts";
import { exportRow } from "../../src/curate/formats/export-row.ts";
import { readCanonical } from "../../src/curate/formats/read-canonical.ts";
import type { ExportResult, ExportTrainer } from "../../src/domain/data-export.ts";
import { EXAMPLES } from "../curate/formats/examples.ts";
import { hasModules } from "./python-modules.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const why = "needs TUNEWRIGHT_PYTHON: a virtual environment with torch, transformers and trl";
const SCRIPT = join(import.meta.dirname, "take-exports.py");

const TOOLS = [
  { type: "function", function: { name: "f", parameters: { type: "object", properties: { a: { type: "string" } } } } },
];
const CALL = { tool_calls: [{ type: "function", function: { name: "f", arguments: { a: "x" } } }] };
const said = (...turns: string[]): unknown[] =>
  turns.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content }));

/** Text of a row that each trainer trains on, with turns separated by a bar; undefined if `data export` omits it. */
type Learnt = Partial<Record<ExportTrainer, string>>;

const ROWS: readonly { row: Record<string, unknown>; learnt: Learnt }[] = [
  { row: { text: "T1" }, learnt: { trl: "T1", axolotl: "T1", "llama-factory": "T1" } },
  {
    row: { messages: [{ role: "system", content: "s" }, ...said("q", "A1", "q", "A2")] },
    learnt: { trl: "A1|A2", axolotl: "A1|A2", "llama-factory": "A1|A2", openai: "A1|A2" },
  },
  {
    row: { messages: [...said("q"), { role: "assistant", content: "B1", weight: 0 }, ...said("q", "B2")] },
    learnt: { trl: "B2", axolotl: "B2", "llama-factory": "B1|B2", openai: "B2" }, // LLaMA-Factory: the weight is lost
  },
  {
    row: { prompt: said("q", "C1", "q"), completion: [{ role: "assistant", content: "C2" }] },
    learnt: { trl: "C2", axolotl: "C2", "llama-factory": "C1|C2", openai: "C2" }, // LLaMA-Factory: the kind is lost
  },
  { row: { messages: said("q", "D1", "q") }, learnt: { trl: "D1", axolotl: "D1", openai: "D1" } },
  {
    row: {
      messages: [
        ...said("q"),
        { role: "assistant", content: "", ...CALL },
        { role: "tool", content: "t" },
        { role: "assistant", content: "E" },
      ],
      tools: TOOLS,
    },
    learnt: {
      trl: '<call>{"name": "f", "arguments": {"a": "x"}}</call>|E',
      axolotl: '<call>{"name": "f", "arguments": {"a": "x"}}</call>|E',
      "llama-factory": 'Action: f\nAction Input: {"a": "x"}|E',
      openai: "|E",
    },
  },
  {
    row: { messages: [...said("q"), { role: "assistant", thinking: "F0", content: "F1" }] },
    learnt: { trl: "<think>F0</think>F1", axolotl: "<think>F0</think>F1", "llama-factory": "F1", openai: "F1" },
  },
  { row: { prompt: "p ", completion: "G" }, learnt: { trl: "G", axolotl: "G", "llama-factory": "G", openai: "G" } },
  {
    row: { prompt: "p ", chosen: "H1", rejected: "H2" },
    learnt: { trl: "H1 > H2", axolotl: "H1 > H2", "llama-factory": "H1 > H2", openai: "H1 > H2" },
  },
  { row: { chosen: "p good", rejected: "p bad" }, learnt: { trl: " good >  bad" } },
  {
    row: { chosen: said("q", "J1"), rejected: said("q", "J2"), prompt: "q" },
    learnt: { trl: "J1 > J2", axolotl: "J1 > J2", "llama-factory": "J1 > J2", openai: "J1 > J2" },
  },
  {
    row: {
      prompt: said("q"),
      chosen: [{ role: "assistant", ...CALL }],
      rejected: [{ role: "assistant", content: "K2" }],
      tools: TOOLS,
    },
    learnt: {
      trl: '<call>{"name": "f", "arguments": {"a": "x"}}</call> > K2',
      "llama-factory": 'Action: f\nAction Input: {"a": "x"} > K2',
      openai: " > K2",
    },
  },
  {
    row: { prompt: "p ", completion: "L", label: true },
    learnt: { trl: "True L", axolotl: "True L", "llama-factory": "True L" },
  },
  {
    row: { prompt: said("q"), completion: [{ role: "assistant", content: "M" }], label: false },
    learnt: { trl: "False M", "llama-factory": "False M" },
  },
  {
    row: { instruction: "i", input: "n", output: "N2", history: [["h", "N1"]] },
    learnt: { trl: "N1|N2", axolotl: "N1|N2", "llama-factory": "N1|N2", openai: "N1|N2" },
  },
];

type Taken = Record<string, { rows: number; learnt: string[]; loss?: number; passed?: boolean; says?: string }>;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-real-trainers-"));
  const rows = [...EXAMPLES, ...ROWS].map(({ row }) => JSON.stringify(row));
  await writeFile(join(dir, "rows.jsonl"), rows.join("\n"));
});
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 20 }));

/** Exports all rows and gives the files to the trainer's own code; skips the test where its library lacks. */
async function take(
  format: ExportTrainer,
  skip: (why: string) => void,
): Promise<{ files: ExportResult["files"]; taken: Taken }> {
  const out = join(dir, format);
  const { files } = await exportFiles([join(dir, "rows.jsonl")], { format, strict: false, out, overwrite: true });
  const { stdout } = await promisify(execFile)(python, [SCRIPT, format, out], { maxBuffer: 2 ** 26 });
  const taken = JSON.parse(stdout) as Taken & { missing?: string };
  if (taken.missing !== undefined) skip(taken.missing);
  return { files, taken };
}

/** The trained text, with a bar between turns instead of the template's marks. */
function plain(learnt: string): string {
  return learnt
    .split(" > ")
    .map((each) => each.replaceAll(/<\|im_end\|>\n?/g, "|").replace(/\|$/, ""))
    .join(" > ");
}

describe.skipIf(!hasModules(python, "torch", "transformers", "trl"))(
  `what data export writes is taken by the trainers' own loaders (${why})`,
  () => {
    test.for<ExportTrainer>(["trl", "llama-factory", "axolotl", "openai"])(
      "%s takes every row of every file and learns what the row says",
      { timeout: 600_000 }, // ten trainings, on a machine that may be busy
      async (trainer, { skip }) => {
        const { files, taken } = await take(trainer, skip);
        const trained = files.filter(({ path }) => path in taken);
        expect(trained.map(({ path, rows }) => [path, rows])).toEqual(
          trained.map(({ path }) => [path, taken[path]!.learnt.length]),
        );
        expect(files.filter(({ path }) => !(path in taken) && !/^(?:prompt|candidates)/.test(path))).toEqual([]);
        const learnt = Object.values(taken).flatMap((each) => each.learnt.map(plain));
        for (const { row, learnt: expected } of ROWS) {
          const read = readCanonical(row);
          if (!("row" in read)) throw new Error(read.detail);
          const text = expected[trainer];
          expect("unsupported" in exportRow(read.row, trainer), JSON.stringify(row)).toBe(text === undefined);
          if (text !== undefined) expect(learnt, JSON.stringify(row)).toContain(text);
        }
      },
    );

    test("Together's check passes every file", async ({ skip }) => {
      const { files, taken } = await take("together", skip);
      for (const { path, rows } of files)
        expect([path, taken[path]]).toEqual([path, expect.objectContaining({ rows, passed: true })]);
    });
  },
);
