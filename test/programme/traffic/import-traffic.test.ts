import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { TrafficImport } from "../../../src/domain/traffic-import.ts";
import { importTraffic, type TrafficOptions } from "../../../src/programme/traffic/import-traffic.ts";
import { USAGE_READERS } from "../../../src/programme/traffic/usage-format.ts";
import { trafficText } from "../../../src/programme/traffic/traffic-text.ts";

const OPTIONS: TrafficOptions = {
  format: "auto",
  model: undefined,
  from: undefined,
  to: undefined,
  days: undefined,
  nowMs: Date.parse("2026-11-25T12:00:00Z"),
  countTokens: undefined,
};

/** Fields that one reader or another looks at. */
const ROW_FIELDS = [
  "id usage prompt_tokens completion_tokens input_tokens output_tokens timestamp created",
  "response messages metadata usageDetails startTime start_time end_time results type",
].flatMap((line) => line.split(" "));

/** Hours of the average month. */
const MONTH = 730.5;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-traffic-"));
});
afterAll(() => rm(dir, { recursive: true }));

function fixture(name: string): { path: string; shown: string } {
  return { path: fileURLToPath(new URL(`../../fixtures/traffic/${name}`, import.meta.url)), shown: name };
}

async function read(name: string, over: Partial<TrafficOptions> = {}): Promise<TrafficImport> {
  return importTraffic([fixture(name)], { ...OPTIONS, ...over });
}

async function readText(name: string, text: string, over: Partial<TrafficOptions> = {}): Promise<TrafficImport> {
  const path = join(dir, name);
  await writeFile(path, text);
  return importTraffic([{ path, shown: name }], { ...OPTIONS, ...over });
}

function failure(promise: Promise<unknown>): Promise<{ kind: string; message: string; hint?: string }> {
  return promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as { kind: string; message: string; hint?: string },
  );
}

/** Lines of requests, one an hour from midnight on, with as many input tokens each as told, and 10 output tokens. */
function lines(inputs: readonly number[], start = "2026-10-05T00:00:00Z"): string {
  return inputs
    .map((prompt_tokens, index) => {
      const timestamp = new Date(Date.parse(start) + index * 3_600_000).toISOString();
      return `${JSON.stringify({ timestamp, model: "m", prompt_tokens, completion_tokens: 10 })}\n`;
    })
    .join("");
}

describe("the exports that are known", () => {
  test.each([
    {
      name: "openai-usage.csv",
      format: "openai-usage",
      hours: 96,
      input: 190_248,
      output: 90_131,
      requests: 33,
      cached: 13_952,
      written: 0,
      batch: 24_000,
    },
    {
      name: "openai-usage.json",
      format: "openai-usage",
      hours: 3,
      input: 10_000,
      output: 2000,
      requests: 14,
      cached: 2000,
      written: 200,
      batch: 1200,
    },
    {
      name: "litellm-spend.csv",
      format: "litellm-spend",
      hours: 24,
      input: 2000,
      output: 400,
      requests: 3,
      cached: 600,
      written: 60,
      batch: 0,
    },
    {
      name: "litellm-spend.json",
      format: "litellm-spend",
      hours: 48,
      input: 1300,
      output: 300,
      requests: 2,
      cached: 500,
      written: 0,
      batch: 0,
    },
    {
      name: "langfuse.json",
      format: "langfuse-observations",
      hours: 24,
      input: 2500,
      output: 500,
      requests: 2,
      cached: 1300,
      written: 100,
      batch: 0,
    },
    {
      name: "langfuse.csv",
      format: "langfuse-observations",
      hours: 48,
      input: 2000,
      output: 400,
      requests: 2,
      cached: 500,
      written: 0,
      batch: 0,
    },
    {
      name: "requests.jsonl",
      format: "requests",
      hours: 24,
      input: 3050,
      output: 450,
      requests: 5,
      cached: 1100,
      written: 200,
      batch: 360,
    },
  ])("$name", async ({ name, format, hours, input, output, requests, cached, written, batch }) => {
    const { traffic, files } = await read(name);
    expect(files[0]!.format).toBe(format);
    expect(traffic.inputTokensPerMonth).toBeCloseTo((input * MONTH) / hours, 2);
    expect(traffic.outputTokensPerMonth).toBeCloseTo((output * MONTH) / hours, 2);
    expect(traffic.requestsPerMonth).toBeCloseTo((requests * MONTH) / hours, 4);
    expect(traffic.cachedInputShare).toBeCloseTo(cached / input, 5);
    expect(traffic.cacheWriteShare).toBeCloseTo(written / input, 5);
    expect(traffic.batchShare).toBeCloseTo(batch / (input + output), 5);
  });

  test("every row is used, skipped or rejected, and the answer keeps to its schema", async () => {
    for (const name of ["openai-usage.csv", "litellm-spend.csv", "langfuse.json", "requests.jsonl"]) {
      const imported = await read(name);
      expect(TrafficImport.parse(imported)).toEqual(imported);
      for (const { rows, used, skipped, rejected } of imported.files) {
        expect([...skipped, ...rejected].reduce((total, each) => total + each.rows, used)).toBe(rows);
      }
    }
  });

  test("the text is a golden file", async () => {
    await expect(`${trafficText(await read("litellm-spend.csv"))}\n`).toMatchFileSnapshot(
      "../../golden/traffic-litellm.txt",
    );
  });

  test("pages are read as one export, and a request in two of them is counted once", async () => {
    const once = await read("requests.jsonl");
    const twice = await importTraffic([fixture("requests.jsonl"), fixture("requests.jsonl")], OPTIONS);
    // The one row without an id cannot be told from another like it.
    expect(twice.files[1]!.skipped[0]).toMatchObject({
      rows: 5,
      reason: "a request that was already counted (same id)",
    });
    expect(twice.traffic.inputTokensPerMonth).toBeCloseTo(once.traffic.inputTokensPerMonth * (3300 / 3050), 2);
  });

  test("of one model, and of some days", async () => {
    const of = await read("openai-usage.csv", { model: "gpt-4o-2024-08-06", from: "2026-10-06", to: "2026-10-08" });
    expect(of.traffic).toMatchObject({ from: "2026-10-06", to: "2026-10-08" });
    expect(of.traffic.inputTokensPerMonth).toBeCloseTo(((20_000 + 64_784) * MONTH) / 72, 2);
  });
});

test("a model that no row is of is said with the near name", async () => {
  expect(await failure(read("openai-usage.csv", { model: "gpt-4o-2024-08-6" }))).toMatchObject({
    kind: "not_found",
    hint: expect.stringContaining('did you mean "gpt-4o-2024-08-06"'),
  });
});

test("whatever the fields of a row hold, it is used, skipped or rejected", () => {
  const names = fc.constantFrom(...ROW_FIELDS);
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue()), (fields) => {
      for (const reader of Object.values(USAGE_READERS)) {
        const read = reader(fields, OPTIONS.nowMs);
        expect(["row", "empty", "skip", "reject"]).toContain(read.kind);
        if (read.kind === "reject" || read.kind === "skip") expect(read.reason).not.toBe("");
        if (read.kind === "row") expect(read.inputTokens).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 300 },
  );
});

describe("times", () => {
  test("a zone moves a request to its hour, a naive time is UTC and said to be", async () => {
    const rows = [
      { timestamp: "2026-10-05T01:30:00+02:00", prompt_tokens: 10, completion_tokens: 10 },
      { timestamp: "2026-10-04 23:30:00", prompt_tokens: 10, completion_tokens: 10 },
    ];
    const { traffic } = await readText("zones.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    expect(traffic).toMatchObject({ from: "2026-10-04", to: "2026-10-04", peakOverMean: 24 });
    expect(traffic.notes).toContain("1 time without a zone was read as UTC");
  });

  test("peak over mean is of hours, over all hours of the days that were read", async () => {
    // 24 hours of 10 + 40/4 = 20, but for one of 10 + 440/4 = 120: mean 580/24, peak 120.
    const inputs = Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 440 : 40));
    const { traffic } = await readText("peak.jsonl", lines(inputs));
    expect(traffic.peakBucket).toBe("hour");
    expect(traffic.peakOverMean).toBeCloseTo(120 / (580 / 24), 4);
  });

  test("growth is read off two months of days", async () => {
    // 60 days: load doubles from the first 30 to the second 30 days, which is 2^(30.4375 / 30) in a month.
    const rows = Array.from({ length: 60 }, (_, day) => ({
      timestamp: new Date(Date.UTC(2026, 8, 1 + day)).toISOString(),
      prompt_tokens: 0,
      completion_tokens: day < 30 ? 100 : 200,
    }));
    const { traffic } = await readText("growth.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    expect(traffic.growthPerMonth).toBeCloseTo(2 ** (30.4375 / 30) - 1, 3);
  });

  test("requests without a time need the days that they cover", async () => {
    const text = `${JSON.stringify({ prompt_tokens: 1000, completion_tokens: 100 })}\n`;
    expect(await failure(readText("untimed.jsonl", text))).toMatchObject({
      kind: "bad_input",
      message: "untimed.jsonl: requests: 1 row of 1 have no time",
      hint: expect.stringContaining("--days"),
    });
    const { traffic } = await readText("untimed.jsonl", text, { days: 30.4375 });
    expect(traffic).toMatchObject({ inputTokensPerMonth: 1000, peakOverMean: 3 });
    expect(traffic.peakBucket).toBeUndefined();
  });
});

describe("what is implausible", () => {
  test.each([
    [{ prompt_tokens: -5 }, "prompt_tokens is -5: a count cannot be negative"],
    [{ prompt_tokens: 12.5 }, "prompt_tokens is 12.5: not a whole number; is it in thousands?"],
    [{ prompt_tokens: "many" }, 'prompt_tokens is "many", not a number'],
    [{ prompt_tokens: 4e9 }, "more tokens in one request than any model accepts: is the count in another unit?"],
    [
      { prompt_tokens: 1, total_tokens: 11_000 },
      "total_tokens is 11000, but its parts add up to 11: they are in different units",
    ],
    [{ timestamp: "31/10/2026" }, '"31/10/2026" is not a time'],
    [{ timestamp: "2031-01-01" }, "2031-01-01 is in the future"],
    [{ timestamp: 9_999_999_999 }, "9999999999 is in the future"],
    [{ timestamp: "1970-01-01T00:00:00Z" }, "is before 2018"],
    [
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 90 } },
      "90 cached tokens are more than the 10 input tokens that they are part of",
    ],
  ])("%j is rejected with its line", async (over, reason) => {
    const good = lines([100]);
    const bad = { timestamp: "2026-10-05T05:00:00Z", prompt_tokens: 10, completion_tokens: 10, ...over };
    const { files, traffic } = await readText("bad.jsonl", `${good}${JSON.stringify(bad)}\n`);
    expect(files[0]!.rejected).toEqual([{ rows: 1, firstLine: 2, reason: expect.stringContaining(reason) }]);
    expect(files[0]!.used).toBe(1);
    expect(traffic.notes[0]).toContain("of the rows that should count were rejected");
  });

  test("a broken line is one row, and the rest is read", async () => {
    const { files } = await readText("broken.jsonl", `${lines([100])}{"prompt_tokens": 1\n[1]\n${lines([100])}`);
    expect(files[0]).toMatchObject({ rows: 4, used: 2 });
    expect(files[0]!.rejected.map(({ firstLine }) => firstLine)).toEqual([2, 3]);
  });

  test("a file without one row that counts is refused with the usual reason", async () => {
    const text = `${JSON.stringify({ timestamp: "2026-10-05", prompt_tokens: -1, completion_tokens: 1 })}\n`;
    expect(await failure(readText("none.jsonl", text))).toMatchObject({
      message: "none of 1 row in none.jsonl can be counted",
      hint: "none.jsonl, line 1: prompt_tokens is -1: a count cannot be negative (1 row)",
    });
  });

  test("an export of costs and a file of another kind are refused with what to give", async () => {
    const costs = "start_time,end_time,amount_value,amount_currency,line_item\n1791158400,1791244800,1.5,eur,gpt-4o\n";
    expect((await failure(readText("costs.csv", costs))).message).toBe(
      "costs.csv is an export of costs: it has no tokens",
    );
    expect((await failure(readText("other.csv", "name,age\nx,3\n"))).hint).toMatch(/LiteLLM spend logs/);
  });

  test("one giant row is counted and shown", async () => {
    const { giants } = await readText("giant.jsonl", lines([...Array.from({ length: 50 }, () => 90), 1_000_000]));
    expect(giants).toEqual([
      {
        path: "giant.jsonl",
        line: 51,
        tokens: 1_000_010,
        shareOfTokens: 1_000_010 / 1_005_010,
        timesMedian: expect.closeTo(10_000.1, 1),
      },
    ]);
  });

  test("a spend that is not a price of these tokens is noted", async () => {
    const row = (spend: number): string =>
      JSON.stringify({
        request_id: `r${spend}`,
        call_type: "c",
        spend,
        prompt_tokens: 900,
        completion_tokens: 100,
        startTime: "2026-10-05T00:00:00Z",
      });
    const { traffic } = await readText("odd.jsonl", `${row(5)}\n${row(6)}\n`);
    expect(traffic.notes.find((note) => note.includes("not an API price"))).toMatch(/5,500 per million tokens/);
  });
});

describe("lengths of requests", () => {
  test("mean, spread and histogram are those of the rows", async () => {
    const { traffic } = await readText("lengths.jsonl", lines([100, 300]));
    expect(traffic.inputLengths).toMatchObject({ mean: 200, cv: 0.5 });
    const { histogram } = traffic.inputLengths!;
    expect(histogram.filter(({ requests }) => requests > 0).map(({ tokens }) => tokens)).toEqual([100, 300]);
    for (const { fromTokens, toTokens, requests, tokens } of histogram) {
      if (requests === 0) continue;
      expect(tokens / requests).toBeGreaterThanOrEqual(fromTokens);
      expect(tokens / requests).toBeLessThan(toTokens);
    }
    expect(traffic.outputLengths).toMatchObject({ mean: 10, cv: 0 });
  });

  test("of an export that sums over requests only the mean is known", async () => {
    const { traffic } = await read("openai-usage.json");
    expect(traffic.inputLengths).toEqual({ mean: 10_000 / 14, cv: null, histogram: [] });
  });
});

describe("requests with their texts", () => {
  const text = [
    {
      timestamp: "2026-10-05T00:00:00Z",
      messages: [
        { role: "user", content: "one two three" },
        { role: "assistant", content: "four five" },
      ],
    },
    { timestamp: "2026-10-05T01:00:00Z", prompt: "one two", completion: "three" },
    {
      timestamp: "2026-10-05T02:00:00Z",
      request: { messages: [{ role: "user", content: [{ type: "text", text: "one" }] }] },
      response: { choices: [{ message: { role: "assistant", content: "two three four" } }] },
    },
  ]
    .map((row) => JSON.stringify(row))
    .join("\n");
  const countTokens = (words: string): number => words.split(/\s+/).filter((word) => word !== "").length;

  test("are counted with the tokenizer that was named", async () => {
    const { traffic, files } = await readText("texts.jsonl", text, { countTokens });
    expect(files[0]!.used).toBe(3);
    expect(traffic.inputTokensPerMonth).toBeCloseTo((6 * MONTH) / 24, 6);
    expect(traffic.outputTokensPerMonth).toBeCloseTo((6 * MONTH) / 24, 6);
  });

  test("are skipped with the reason where none was named", async () => {
    expect((await failure(readText("texts.jsonl", text))).hint).toContain("name a --tokenizer that counts them");
  });
});
