import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { exportFiles } from "../../../src/curate/formats/export-files.ts";
import { exportRow } from "../../../src/curate/formats/export-row.ts";
import { exportText, formatReportText } from "../../../src/curate/formats/formats-text.ts";
import { importFiles } from "../../../src/curate/formats/import-files.ts";
import { readCanonical } from "../../../src/curate/formats/read-canonical.ts";
import type { ExportTrainer } from "../../../src/domain/data-export.ts";
import { EXAMPLES } from "./examples.ts";

const row = (name: string): Readonly<Record<string, unknown>> => EXAMPLES.find((each) => each.name === name)!.row;

function exported(name: string, as: ExportTrainer): unknown {
  const read = readCanonical(row(name));
  if (!("row" in read)) throw new Error(read.detail);
  const written = exportRow(read.row, as);
  return "unsupported" in written
    ? written.unsupported
    : { row: written.row, lost: [...new Set(written.lost.map(({ part }) => part))] };
}

describe("rows are written as the documentation of each trainer has them", () => {
  test("a call of a tool: TRL as a value, OpenAI as text with ids, LLaMA-Factory as a turn of its own", () => {
    const name = "TRL: thinking and a call of a tool";
    expect(exported(name, "trl")).toEqual({ row: row(name), lost: [] });
    expect(exported(name, "openai")).toEqual({
      row: {
        messages: [
          { role: "user", content: "Weather in Paris?" },
          {
            role: "assistant",
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } },
            ],
          },
          { role: "tool", content: "sunny", tool_call_id: "call_1", name: "weather" },
          { role: "assistant", content: "Sunny." },
        ],
        tools: row(name)["tools"],
      },
      lost: ["thinking"],
    });
    expect(exported(name, "llama-factory")).toEqual({
      row: {
        conversations: [
          { from: "human", value: "Weather in Paris?" },
          { from: "function_call", value: '{"name":"weather","arguments":{"city":"Paris"}}' },
          { from: "observation", value: "sunny" },
          { from: "gpt", value: "Sunny." },
        ],
        tools: expect.stringMatching(/^\[\{"name":"weather"/) as string,
      },
      lost: ["thinking", "name"],
    });
  });

  test("weights: OpenAI and Together take 0 and 1, Axolotl true and false, TRL none", () => {
    const name = "OpenAI: weights, a call as text, an answer of the tool";
    const weights = (as: ExportTrainer): unknown[] => {
      const { row: written, lost } = exported(name, as) as {
        row: { messages: Record<string, unknown>[] };
        lost: string[];
      };
      return [written.messages.map((each) => each["weight"] ?? each["train"] ?? null), lost];
    };
    expect(weights("openai")).toEqual([[null, null, null, null, 0, null, null], []]);
    expect(weights("axolotl")).toEqual([[null, null, null, null, false, null, null], []]);
    expect(weights("trl")).toEqual([[null, null, null, null, null, null, null], ["weight"]]);
  });

  test("pairs: OpenAI and Together nest the prompt, Axolotl has one message for each answer", () => {
    const name = "TRL preference of messages";
    expect(exported(name, "together")).toEqual({
      row: {
        input: { messages: [{ role: "user", content: "Sky?" }] },
        preferred_output: [{ role: "assistant", content: "Blue." }],
        non_preferred_output: [{ role: "assistant", content: "Green." }],
      },
      lost: [],
    });
    expect(exported(name, "axolotl")).toEqual({
      row: {
        messages: [{ role: "user", content: "Sky?" }],
        chosen: { role: "assistant", content: "Blue." },
        rejected: { role: "assistant", content: "Green." },
      },
      lost: [],
    });
  });

  test("plain text goes where no template is put around it, or that is said", () => {
    const name = "prompt and completion";
    expect(exported(name, "axolotl")).toEqual({
      row: {
        segments: [
          { label: false, text: "The sky is" },
          { label: true, text: " blue." },
        ],
      },
      lost: [],
    });
    expect(exported(name, "together")).toEqual({ row: { prompt: "The sky is", completion: " blue." }, lost: [] });
    expect(exported(name, "openai")).toMatchObject({ lost: ["kind"] });
  });

  test("the nulls of a table are no parts that could be lost", () => {
    expect(exported("messages as a table has them, with nulls", "openai")).toEqual({
      row: {
        messages: [
          { role: "user", content: "Weather?" },
          {
            role: "assistant",
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } },
            ],
          },
        ],
      },
      lost: [],
    });
  });

  test("what a trainer cannot hold is refused", () => {
    expect(exported("KTO", "openai")).toBe("kind");
    expect(exported("answers to choose from", "axolotl")).toBe("kind");
    expect(exported("ShareGPT with other names of the speakers and a broken call", "llama-factory")).toBe("calls");
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tunewright-formats-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const here = (name: string): string => join(folder, name);
  const lines = (name: string): string[] => readFileSync(here(name), "utf8").trimEnd().split("\n");

  test("import, then export native, gives every row back as it was", async () => {
    const rows = EXAMPLES.map((each) => JSON.stringify(each.row));
    writeFileSync(here("mixed.jsonl"), [...rows, '{"a": 1}', "{broken"].join("\n"));
    const report = await importFiles([here("mixed.jsonl")], {
      dropErrors: false,
      sources: ["mixed"],
      out: here("rows.jsonl"),
    });
    expect(report.funnel.map(({ stage, rowsIn, rowsKept }) => [stage, rowsIn, rowsKept])).toEqual([
      ["read", rows.length + 2, rows.length + 1],
      ["import", rows.length + 1, rows.length],
    ]);
    expect(JSON.parse(lines("rows.jsonl")[0]!)).toMatchObject({ source: "mixed", line: 1, kind: "text" });
    const result = await exportFiles([here("rows.jsonl")], {
      format: "native",
      strict: false,
      out: here("back.jsonl"),
    });
    expect(lines("back.jsonl")).toEqual(rows);
    expect(result.lost).toEqual([]);
    await expect(formatReportText(report)).toMatchFileSnapshot("../../golden/data-import.txt");
  });

  test("a folder for LLaMA-Factory has a file for each use and the description of all", async () => {
    const names = [
      "ShareGPT with a call as Python writes it",
      "ShareGPT preference",
      "ShareGPT with a KTO tag",
      "Alpaca",
      "text",
      "TRL preference",
    ];
    writeFileSync(here("mixed.jsonl"), names.map((name) => JSON.stringify(row(name))).join("\n"));
    const result = await exportFiles([here("mixed.jsonl")], {
      format: "llama-factory",
      strict: false,
      out: here("data"),
    });
    await expect(exportText({ ...result, out: "data" })).toMatchFileSnapshot("../../golden/data-export.txt");
    const info = JSON.parse(readFileSync(here("data/dataset_info.json"), "utf8")) as Record<
      string,
      { file_name: string; columns: Record<string, string> }
    >;
    for (const { file_name: file, columns } of Object.values(info)) {
      const fields = new Set(lines(`data/${file}`).flatMap((line) => Object.keys(JSON.parse(line) as object)));
      expect(Object.values(columns).filter((column) => !fields.has(column))).toEqual([]);
    }
    expect(info["preference_sharegpt"]).toEqual({
      file_name: "preference-sharegpt.jsonl",
      formatting: "sharegpt",
      ranking: true,
      columns: { messages: "conversations", chosen: "chosen", rejected: "rejected" },
    });
  });

  test("rows that would lose a part are left out where that is asked for", async () => {
    writeFileSync(
      here("a.jsonl"),
      `${JSON.stringify(row("TRL: thinking and a call of a tool"))}\n${JSON.stringify(row("ChatML with the content first"))}`,
    );
    const options = { format: "openai" as const, out: here("out.jsonl") };
    const { lost, files } = await exportFiles([here("a.jsonl")], { ...options, strict: false });
    expect([lost.map(({ part, rows }) => [part, rows]), files[0]!.rows]).toEqual([
      [
        ["thinking", 1],
        ["beside", 1],
      ],
      2,
    ]);
    await expect(exportFiles([here("a.jsonl")], { ...options, strict: true })).rejects.toThrow(/already exists/);
    const strict = exportFiles([here("a.jsonl")], { ...options, strict: true, overwrite: true });
    await expect(strict).rejects.toThrow(/no row can be written as openai: lost-/);
    expect(lines("out.jsonl")).toHaveLength(2); // what was there stays
  });

  test("nothing is left where the input is torn", async () => {
    writeFileSync(here("a.jsonl.gz"), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]));
    await expect(importFiles([here("a.jsonl.gz")], { dropErrors: false, out: here("rows.jsonl") })).rejects.toThrow(
      /gzip/,
    );
    expect(existsSync(here("rows.jsonl"))).toBe(false);
  });
});
