import { describe, expect, test } from "vitest";

import { parseFilter } from "../../src/track/search/filter.ts";
import { quotedColumn } from "../../src/report/group-filter.ts";
import { completions } from "../../src/web/filter-completion.ts";

const WORDS = {
  keys: [
    { column: "metrics.eval/loss", runs: 40, values: null },
    { column: "metrics.val acc", runs: 3, values: null },
    { column: "params.lora_rank", runs: 40, values: 3 },
  ],
  statuses: ["RUNNING", "FINISHED", "FAILED"],
};
const labels = (filter: string): string[] => completions(filter, WORDS).map(({ label }) => label);

// source: the grammar of MLflow's search_runs, reference/tracking.md 1.6
describe("what a filter can go on with", () => {
  test("keys that begin with what was typed come before those that hold it", () => {
    expect(labels("lo")).toEqual(["metrics.eval/loss", "params.lora_rank"]);
    expect(labels("params")).toEqual(["params.lora_rank"]);
  });

  test("a number is compared by size, a text is not", () => {
    expect(labels("metrics.eval/loss ")).toEqual(["<", ">", "<=", ">=", "=", "!="]);
    expect(labels("params.lora_rank ")).toEqual(["=", "!=", "LIKE", "ILIKE"]);
  });

  test("a status is chosen from those that exist", () => {
    expect(labels("status = 'F")).toEqual(["'FINISHED'", "'FAILED'"]);
  });

  test("after a whole clause comes another one, which is completed by itself", () => {
    expect(labels("metrics.eval/loss < 0.5 ")).toEqual(["and"]);
    expect(completions("metrics.eval/loss < 0.5 and sta", WORDS)[0]!.text).toBe("metrics.eval/loss < 0.5 and status ");
    expect(completions("params.lora_rank = 'a and b' and ru", WORDS)[0]!.text).toBe(
      "params.lora_rank = 'a and b' and run_name ",
    );
  });

  test("a key with a space is put in backticks, and the grammar takes it", () => {
    expect(quotedColumn("metrics.val acc")).toBe("metrics.`val acc`");
    const grammar = { numeric: [], text: [], lists: [], entities: ["metric", "parameter"] as const, sorted: [] };
    for (const { column } of WORDS.keys) {
      const value = column.startsWith("metrics.") ? "1" : "'1'";
      const [clause] = parseFilter(`${quotedColumn(column)} = ${value}`, grammar);
      expect(`${clause!.entity === "metric" ? "metrics" : "params"}.${clause!.key}`).toBe(column);
    }
  });
});
