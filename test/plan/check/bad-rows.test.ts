import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { Failure } from "../../../src/base/failure.ts";
import { readText } from "../../../src/base/read-text.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { checkTraining } from "../../../src/plan/check/check-training.ts";
import { MEASURED_ROW, measuredCsv } from "./measured-rows.ts";
import { lawRuns } from "../../law-runs.ts";

const checkText = (text: string): EstimateCheck =>
  EstimateCheck.parse(checkTraining(parseRaggedCsv(text, "rows.csv"), { findModel, findGpu }));
const check = (...rows: Record<string, string>[]): EstimateCheck => checkText(measuredCsv(rows));

describe("a row that is implausible is rejected with its reason, and the others are answered", () => {
  test.each([
    [{ method: "pretrain", lora_rank: "", quant: "nf4" }, "quant is nf4, but the method pretrain trains the weights"],
    [
      { parallelism: "tp4_pp2_cp1", n_gpus: "4", stack: "nemo", global_batch: "64" },
      "tp4_pp2_cp1 splits the model over 8 GPUs, but the run has 4 GPUs",
    ],
    [{ seq_len: "0" }, 'seq_len is "0", expected a whole number of at least 1'],
    [{ seq_len: "-5" }, 'seq_len is "-5"'],
    [{ n_gpus: "1.5" }, 'n_gpus is "1.5"'],
    [{ lora_rank: "sixteen" }, 'lora_rank is "sixteen"'],
    [{ gpu_mem_gb: "lots" }, 'gpu_mem_gb is "lots", expected a positive number'],
    [
      { memory_kind: "resident" },
      'memory_kind is "resident", expected allocated, reserved, device, unknown or nothing',
    ],
    [{ trainable_params: "9000000000" }, "trainable_params is 9000000000, more than the 7.242 billion parameters"],
    [{ peak_mem_gib: "NaN" }, 'peak_mem_gib is "NaN", expected a positive number such as 1234.5, without a unit'],
    [
      { peak_mem_gib: "80", notes: "peak set to VRAM size, not a measurement" },
      "peak_mem_gib is not a measurement, according to the notes of its row",
    ],
    [{ peak_mem_gib: "Infinity" }, 'peak_mem_gib is "Infinity"'],
    [{ peak_mem_gib: "24.9 GiB" }, 'peak_mem_gib is "24.9 GiB"'],
    [{ peak_mem_gib: "24,9" }, 'peak_mem_gib is "24,9"'],
    [{ peak_mem_gib: "25498" }, "peak_mem_gib is 25498 on a GPU with 80: another unit, or a sum over GPUs"],
    [
      { peak_mem_gib: "", tokens_per_s_per_gpu: "4000000" },
      " times what A100-80GB-SXM can compute; is it the sum of all GPUs?",
    ],
    [
      // 9,500 × 4 × 7.1 GFLOP of the model are 270 TFLOP/s, with those that checkpointing repeats 366 of 312
      { peak_mem_gib: "", tokens_per_s_per_gpu: "9500" },
      "tokens_per_s_per_gpu is 9500: 1.2 times what A100-80GB-SXM can compute",
    ],
  ])("%j: %s", (over, words) => {
    const { rows, summary } = check({ id: "good-1" }, { id: "bad-1", ...over }, { id: "good-2" });
    const bad = rows.find(({ id }) => id === "bad-1")!;
    expect("rejected" in bad && bad.rejected).toContain(words);
    expect(bad.line).toBe(3);
    expect(rows.filter((row) => "p50" in row).map(({ id }) => id)).toEqual(["good-1", "good-2"]);
    expect(summary.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(1);
  });

  test("prompts of reinforcement count otherwise than answers: a micro-batch above them is none", () => {
    const { rows } = check({ method: "grpo", micro_batch: "8", stack: "agilerl" });
    expect("rejected" in rows[0]!).toBe(false);
  });

  test("a row that is cut or has a field too many is rejected, also where it is the last", () => {
    const text = `${measuredCsv([{ id: "a-1" }])}\n"a-2","mistralai/Mistral-7B-v0.1"\n${measuredCsv([{ id: "a-3" }]).split("\n")[1]},more`;
    const { rows } = checkText(text);
    expect(rows.map((row) => [row.line, "rejected" in row && row.rejected])).toEqual([
      [2, false],
      [3, expect.stringContaining("has 2 fields; the header has 23")],
      [4, expect.stringContaining("has 24 fields; the header has 23")],
    ]);
  });
});

describe("what is missing or not known is refused, with a near name", () => {
  test.each([
    [{ model: "mistralai/Mistral-7B-v0.7" }, /no model "mistralai\/Mistral-7B-v0\.7".*did you mean/],
    [{ model: "" }, /model not stated/],
    [{ method: "" }, /method not stated/],
    [{ method: "telepathy" }, /method telepathy is not covered/],
    [{ micro_batch: "", global_batch: "" }, /micro-batch not stated/],
  ])("%j: %s", (over, words) => {
    const [row] = check(over).rows;
    expect("refused" in row! && row.refused).toMatch(words);
  });
});

describe("columns", () => {
  test("in another unit are turned into ours, and it is said", () => {
    const columns = Object.keys(MEASURED_ROW).map((column) => (column === "peak_mem_gib" ? "peak_mem_mib" : column));
    const { rows, notes } = checkText(measuredCsv([{ peak_mem_mib: "25497.6" }], columns));
    expect("measured" in rows[0]! && rows[0].measured).toBeCloseTo(24.9, 9);
    expect(notes).toEqual(["the values of peak_mem_mib were converted to GiB"]);
    const decimal = Object.keys(MEASURED_ROW).map((column) => (column === "peak_mem_gib" ? "peak_mem_gb" : column));
    const [row] = checkText(measuredCsv([{ peak_mem_gb: "26.7361722" }], decimal)).rows;
    expect("measured" in row! && row.measured).toBeCloseTo(24.9, 5);
  });

  test("of what was measured and of what was run are needed, and a near name is shown", () => {
    const without = (name: string, instead: string): string[] =>
      Object.keys(MEASURED_ROW).map((column) => (column === name ? instead : column));
    const told = (columns: string[]): string => {
      try {
        checkText(measuredCsv([{}], columns));
      } catch (error) {
        if (error instanceof Failure) return `${error.message}; ${error.hint}`;
        throw error;
      }
      return "no failure";
    };
    expect(told(without("model", "modle"))).toMatch(/^the file has no column model; did you mean "modle"\? A file of/);
    const bare = without("peak_mem_gib", "peak_memory_gib").filter((column) => column !== "tokens_per_s_per_gpu");
    expect(told(bare)).toMatch(/no column peak_mem_gib or tokens_per_s_per_gpu; did you mean "peak_memory_gib"\?/);
  });
});

test("whatever stands in a row, it is answered, refused or rejected, and never stops the file", () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      "",
      "0",
      "-1",
      "1e309",
      "NaN",
      "9007199254740993",
      "=cmd()",
      "../../etc",
      "\u0000",
      "full",
      "tp99999_pp0",
      "__proto__",
    ),
    fc.string({ maxLength: 20 }),
    fc.integer().map(String),
  );
  const column = fc.constantFrom(
    ...Object.keys(MEASURED_ROW).filter((name) => name !== "id" && name !== "peak_mem_gib"),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(column, hostile), { minLength: 1, maxLength: 4 }), (changes) => {
      const { rows, summary } = check({ ...Object.fromEntries(changes), id: "x-1" }, { id: "y-1" });
      expect(rows.filter(({ id }) => id === "x-1").length).toBeGreaterThan(0);
      expect(rows.some((row) => row.id === "y-1" && "p50" in row)).toBe(true);
      for (const { rows: all, answered, refused, rejected } of summary) expect(answered + refused + rejected).toBe(all);
    }),
    { numRuns: lawRuns(200), seed: 20_261_125 },
  );
});

describe("files that are not a table", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "bad-rows-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test("are told as in the golden file", async () => {
    const good = measuredCsv([{}]);
    const files: [string, string | Uint8Array][] = [
      ["empty.csv", ""],
      ["blank.csv", "\n\n  \n"],
      ["header-only.csv", good.split("\n")[0]!],
      ["open-quote.csv", `${good}\n"a-1,mistralai\n${good}\n${good}`],
      ["repeated-column.csv", "id,model,method,model,peak_mem_gib\na,b,lora,c,3"],
      ["json.csv", '{"id": "a-1", "model": "x", "peak_mem_gib": 3}'],
      [
        "latin-1.csv",
        Uint8Array.from([...Buffer.from("id,model,method,peak_mem_gib\na-1,mod"), 0xe8, ...Buffer.from("le,lora,3\n")]),
      ],
      ["semicolons.csv", good.replaceAll(",", ";")],
      ["old-mac.csv", good.replaceAll("\n", "\r")],
      ["windows.csv", `\ufeff${good.replaceAll("\n", "\r\n")}\r\n`],
      ["utf-16-bare.csv", Uint8Array.from(Buffer.from(good, "utf16le"))],
      ["utf-16.csv", Uint8Array.from(Buffer.from(`\ufeff${good}`, "utf16le"))],
      ["binary.csv", Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0])],
      ["one-long-cell.csv", `${good}\n"${"x".repeat(1_100_000)}"`],
      ["many-columns.csv", `${Array.from({ length: 2_001 }, (_, index) => `c${index}`).join(",")}\n`],
    ];
    const told: string[] = [];
    for (const [name, content] of files) {
      const path = join(dir, name);
      await writeFile(path, content);
      try {
        const { summary, rows } = checkText(await readText(path, { shown: name }));
        told.push(`${name}: ${rows.length} values, ${summary.length} quantities`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        told.push(
          `${name}: ${error.message.replaceAll("rows.csv", name)}${error.hint ? `\n  hint: ${error.hint}` : ""}`,
        );
      }
    }
    const huge = join(dir, "100-mb.csv");
    await writeFile(huge, good);
    await truncate(huge, 100 * 2 ** 20);
    const failure = await readText(huge, { shown: "100-mb.csv" }).then(
      () => undefined,
      (error: Failure) => error,
    );
    told.push(`${failure?.message}\n  hint: ${failure?.hint}`);
    await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../golden/plan/check-bad-files.txt");
  });
});
