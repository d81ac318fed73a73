import { chmodSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll } from "vitest";

import { jsonl } from "../../curate/pipeline/rows.ts";
import { complete, refuse } from "../../llm/llm-server.ts";
import { startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";

const folders: string[] = [];
const endpoints: TestEndpoint[] = [];
afterAll(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
  for (const folder of folders.splice(0)) {
    unlockFolder(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

function unlockFolder(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) unlockFolder(join(folder, entry.name));
  }
}

/** A folder with files that goes when the tests end, frozen ones too. */
export function programmeOf(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-synthesize-"));
  folders.push(dir);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

const THINGS = ["lantern", "anvil", "barrel", "ladder", "kettle", "bellows", "chisel", "crate", "pulley", "saddle"];
const PLACES = ["cellar", "attic", "yard", "stable", "kitchen", "tower", "mill", "chapel"];
const USES = ["holds water", "lifts stones", "keeps grain dry", "cuts oak", "warms the hall", "carries wood"];

/** Text of document `index`: a good answer quotes its first sentence. */
export function documentText(index: number): string {
  const [thing, place, use] = [THINGS[index % 10]!, PLACES[index % 8]!, USES[index % 6]!];
  return `The ${thing} number ${index} in the ${place} weighs ${31 + index} pounds and ${use}. It was mended twice before the harvest, and nobody has complained about it since then.`;
}

/** So many documents as JSONL. */
export function documents(count: number): string {
  return jsonl(Array.from({ length: count }, (_, index) => ({ text: documentText(index) })));
}

/** Kind of a scripted answer. */
export type Kind =
  | "good"
  | "plain"
  | "ungrounded"
  | "twin"
  | "personal"
  | "refusal"
  | "leak"
  | "loop"
  | "formless"
  | "cut-off";

/** The answer of a kind about the passage of a prompt. */
export function answerOf(kind: Kind, user: string): string {
  const [, thing = "", number = "", place = "", weight = "", use = ""] =
    /The (\w+) number (\d+) in the (\w+) weighs (\d+) pounds and ([\w ]+)\./.exec(user) ?? [];
  const quote = /Passage:\n([^.]*\.)/.exec(user)?.[1] ?? "";
  const reply = (question: string, answer: string, proof = quote): string =>
    `QUESTION: ${question}\nANSWER: ${answer}\nQUOTE: ${proof}`;
  const question = `How heavy is the ${thing} with the number ${number} that stands in the ${place}?`;
  const answer = `It weighs ${weight} pounds, and it ${use}.`;
  const answers: Record<Kind, string> = {
    good: reply(question, answer),
    plain: answer,
    twin: reply("What is the rule that every tool in this house follows?", "Every tool is mended before the harvest."),
    ungrounded: reply(question, answer, "The tool was bought in a market by a stranger."),
    personal: reply(question, `${answer} Write to mara.lindqvist@example.com for it.`),
    refusal: "I'm sorry, but I cannot help with that request.",
    leak: reply("Answer it from the passage, and copy the sentence of the passage that proves the answer?", answer),
    loop: reply(question, "it weighs a lot and it weighs a lot and ".repeat(12)),
    formless: `Sure! ${question} ${answer}`,
    "cut-off": `QUESTION: ${question}\nANSWER: ${answer.slice(0, 12)}`,
  };
  return answers[kind];
}

/** A body as the endpoint gets it. */
export type Body = { seed: number; messages: { role: string; content: string }[] };

/** Text of the user's turn of a body. */
export function userOf({ messages }: Body): string {
  return messages.at(-1)!.content;
}

/** An endpoint that answers the request of seed N + 1 as `kindOf(N)` says: an answer of a kind, or a text. `before` may answer in its place. */
export async function scriptedModel(
  kindOf: (index: number, body: Body) => Kind | { text: string },
  { before, model = "stub", delayMs = 0 }: { before?: Before; model?: string; delayMs?: number } = {},
): Promise<TestEndpoint> {
  const endpoint = await startEndpoint((response, nth, body) => {
    if (before?.(response, nth) === true) return;
    const asked = body as unknown as Body;
    const kind = kindOf(asked.seed - 1, asked);
    const text = typeof kind === "string" ? answerOf(kind, userOf(asked)) : kind.text;
    void sleep(delayMs).then(() => complete(response, text, { model, ...(kind === "cut-off" ? cutOff(text) : {}) }));
  });
  endpoints.push(endpoint);
  return endpoint;
}

type Before = (response: ServerResponse, nth: number) => boolean;

function cutOff(content: string): object {
  return { choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "length" }] };
}

/** HTTP faults, each in turn: the response that is sent instead of an answer. */
export const FAULTS: readonly ((response: ServerResponse) => void)[] = [
  (response) => refuse(response, 429, { "retry-after": "0" }),
  (response) => refuse(response, 500),
  (response) => refuse(response, 502),
  (response) => refuse(response, 503),
  (response) => void response.socket?.destroy(),
  (response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"choices": [{"mess'),
  (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>busy</html>"),
  (response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"choices": []}'),
  (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "900" }).write("{");
    setTimeout(() => response.socket?.destroy(), 2);
  },
];

/** A synthesis of questions about `documents.jsonl`, with more fields of its YAML. */
export function synthesisYaml(url: string, more: Readonly<Record<string, unknown>> = {}): string {
  const { endpoint = {}, ...rest } = more;
  return JSON.stringify({
    recipe: "question-answer",
    requests: 60,
    inputs: [{ path: "documents.jsonl" }],
    endpoint: {
      url,
      model: "stub",
      usdPerMtokInput: "1",
      usdPerMtokOutput: "2",
      concurrency: 4,
      ...(endpoint as object),
    },
    decision: { verdict: "allowed", by: "Counsel", on: "2026-01-01", reason: "a model of the test" },
    pilot: 12,
    ...rest,
  });
}
