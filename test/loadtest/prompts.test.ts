import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { LoadTestSpec } from "../../src/domain/loadtest-spec.ts";
import { filePrompts } from "../../src/loadtest/file-prompts.ts";
import { madeUpPrompts } from "../../src/loadtest/made-up-prompts.ts";
import type { Prompt, PromptSource } from "../../src/loadtest/prompt-source.ts";
import { requestBody } from "../../src/loadtest/request-body.ts";
import { catchFailureAsync } from "../catch-failure.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-prompts-"));
});
afterAll(() => rm(dir, { recursive: true }));

const opened: PromptSource[] = [];
afterEach(async () => {
  for (const source of opened.splice(0)) await source.close();
});

const spec = (over: object = {}): LoadTestSpec => LoadTestSpec.parse({ url: "http://localhost", ...over });

async function fileOf(text: string, over: object = {}, name = "p.jsonl"): Promise<PromptSource> {
  await writeFile(join(dir, name), text);
  const isTrace = "traceFile" in over;
  const source = await filePrompts({ path: join(dir, name), shown: name, isTrace }, spec(over));
  opened.push(source);
  return source;
}

async function take(source: PromptSource, count: number): Promise<(Prompt | undefined)[]> {
  const prompts: (Prompt | undefined)[] = [];
  for (let index = 0; index < count; index++) prompts.push(await source.next());
  return prompts;
}

const textOf = (prompt: Prompt | undefined): string =>
  prompt !== undefined && "messages" in prompt.content
    ? (prompt.content.messages[0] as { content: string }).content
    : ((prompt?.content as { prompt: string } | undefined)?.prompt ?? "");

describe("made-up prompts", () => {
  test("have their length, and differ from their first words on", async () => {
    const prompts = await take(madeUpPrompts(spec({ inputTokens: 40 })), 200);
    for (const prompt of prompts) expect(textOf(prompt).split(" ")).toHaveLength(40);
    expect(new Set(prompts.map((prompt) => textOf(prompt).split(" ").slice(0, 8).join(" "))).size).toBe(200);
  });

  test("share a prefix where one is asked for, and it alone", async () => {
    const prompts = await take(madeUpPrompts(spec({ inputTokens: 40, sharedPrefix: 30 })), 50);
    const from = (start: number, end: number): Set<string> =>
      new Set(prompts.map((prompt) => textOf(prompt).split(" ").slice(start, end).join(" ")));
    expect(from(0, 30).size).toBe(1);
    expect(from(30, 40).size).toBe(50);
  });

  test("are those of their seed, and so is their hash", async () => {
    const [one, same, other] = [spec({ seed: 1 }), spec({ seed: 1 }), spec({ seed: 2 })].map(madeUpPrompts);
    expect(await take(one!, 3)).toEqual(await take(same!, 3));
    expect(one!.dataset.sha256).toBe(same!.dataset.sha256);
    expect(one!.dataset.sha256).not.toBe(other!.dataset.sha256);
  });
});

describe("prompts of a file", () => {
  test("are messages or text, with their own lengths, and begin again at its end", async () => {
    const rows = [{ prompt: "a" }, { messages: [{ role: "user", content: "b" }], max_tokens: 9 }];
    const source = await fileOf(rows.map((row) => JSON.stringify(row)).join("\n\n"));
    const prompts = await take(source, 3);
    expect(prompts.map(textOf)).toEqual(["a", "b", "a"]);
    expect(prompts.map((prompt) => prompt!.maxTokens)).toEqual([128, 9, 128]);
    expect(source.repeats()).toBe(1);
    expect(source.dataset).toMatchObject({ kind: "prompts", rows: 2, name: "p.jsonl" });
    expect(source.dataset.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("may be CSV, with messages as JSON text", async () => {
    const source = await fileOf('prompt,max_tokens\n"a, b",7\n', {}, "p.csv");
    expect(await take(source, 1)).toMatchObject([{ content: { messages: [{ content: "a, b" }] }, maxTokens: 7 }]);
  });

  test("a trace has times from its first row, in its unit, divided by the speed-up, and ends", async () => {
    const rows = [5000, 6000, 9000].map((timestamp) => ({ timestamp, input_length: 4, output_length: 3 }));
    const source = await fileOf(rows.map((row) => JSON.stringify(row)).join("\n"), { traceFile: "p", speedup: 2 });
    const prompts = await take(source, 4);
    expect(prompts.map((prompt) => prompt?.dueSec)).toEqual([0, 0.5, 2, undefined]);
    expect(textOf(prompts[0]).split(" ")).toHaveLength(4);
  });

  test("dates are times too: with their zone, and UTC where none stands", async () => {
    const rows = ["2026-11-25T12:00:00+01:00", "2026-11-25 11:00:01.5"].map((timestamp) => ({
      timestamp,
      prompt: "a",
    }));
    const source = await fileOf(rows.map((row) => JSON.stringify(row)).join("\n"), { traceFile: "p" });
    expect((await take(source, 2)).map((prompt) => prompt!.dueSec)).toEqual([0, 1.5]);
  });

  test.each<[string, string, object, RegExp]>([
    ["a row that is not JSON", '{"prompt":"a"}\n{"prompt":', {}, /^p\.jsonl, line 2: it is not JSON/],
    ["a row that is a list", "[1]", {}, /line 1: it is not a JSON object/],
    ["a row that has nothing to send", '{"a":1}', {}, /line 1: it has no prompt, messages or length/],
    ["a prompt that is a number", '{"prompt":3}', {}, /line 1: its prompt is not text/],
    ["messages for the completions API", '{"messages":[{}]}', { api: "completions" }, /does not accept/],
    ["a length below one", '{"input_length":0}', {}, /input_length is 0, expected a whole number/],
    ["a trace without times", '{"prompt":"a"}', { traceFile: "p" }, /line 1: its timestamp is missing/],
    [
      "a trace that goes back",
      '{"timestamp":2,"prompt":"a"}\n{"timestamp":1,"prompt":"a"}',
      { traceFile: "p" },
      /line 2.*before/,
    ],
    [
      "a trace in seconds since 1970 that is read as milliseconds",
      '{"timestamp":1790900000,"prompt":"a"}',
      { traceFile: "p" },
      /looks like seconds since 1970, read as ms/,
    ],
    [
      "a trace in milliseconds since 1970 that is read as seconds",
      '{"timestamp":"1790900000000","prompt":"a"}',
      { traceFile: "p", timestampUnit: "s" },
      /looks like milliseconds since 1970, read as s/,
    ],
    ["an empty file", "\n\n", {}, /has no rows/],
  ])("refused before anything is sent: %s", async (_name, ...[text, over, message]) => {
    expect(await catchFailureAsync(() => fileOf(text, over))).toMatchObject({
      kind: "bad_input",
      message: expect.stringMatching(message),
    });
  });
});

test("a request asks for a stream with its usage; further fields stand in place of ours", async () => {
  const [prompt] = await take(madeUpPrompts(spec({ inputTokens: 2 })), 1);
  const body = (over: object): unknown =>
    JSON.parse(Buffer.from(requestBody(prompt!, spec(over), "m")).toString("utf8"));
  expect(body({})).toMatchObject({
    model: "m",
    max_tokens: 128,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(body({})).not.toHaveProperty("ignore_eos");
  expect(body({ ignoreEos: true, maxTokensField: "max_completion_tokens" })).toMatchObject({
    ignore_eos: true,
    max_completion_tokens: 128,
  });
  expect(body({ extraBody: { temperature: 0, stream_options: null } })).toMatchObject({
    temperature: 0,
    stream_options: null,
  });
});
