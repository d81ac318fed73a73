// An OpenAI-compatible server of known speed, as a process of its own: requests wait in one line for a bounded number of
// slots, the first token comes `prefillMs` after a slot is taken, each later one `perTokenMs` after the one before.
// `node stub-server.mjs '{"slots": 4, "prefillMs": 50, "perTokenMs": 5}'` prints its address and ends with its stdin.
import { createServer } from "node:http";

import { timeline } from "./stub-timeline.mjs";

/**
 * slots, prefillMs, perTokenMs: the service.
 * tokensPerChunk: tokens in each chunk after the first, as engines stream under load.
 * stall: {atRequest, ms}: from the arrival of that request (from 0) nothing is computed and nothing sent for so long.
 * faults: [{kind, every, from}]: what is wrong with requests from, from + every, from + 2 every, ...
 */
const config = {
  slots: 1,
  prefillMs: 0,
  perTokenMs: 0,
  tokensPerChunk: 1,
  faults: [],
  ...JSON.parse(process.argv[2] ?? "{}"),
};

const clock = timeline();
const waiting = [];
let freeSlots = config.slots;
let arrived = 0;
/** By how much tokens were late, milliseconds: what the machine took away. */
const late = [];
/** What was served, in milliseconds from its arrival: the server's own account. */
const served = [];

createServer((request, response) => {
  if (request.url === "/v1/models")
    return answerJson(response, { object: "list", data: [{ id: "stub", object: "model" }] });
  if (request.url === "/version") return answerJson(response, { version: "1.0.0" });
  if (request.url === "/stub/account") {
    const { user, system } = process.cpuUsage();
    const sorted = late.toSorted((a, b) => a - b);
    const lateP99Ms = sorted[Math.floor(0.99 * sorted.length)] ?? 0;
    answerJson(response, { served, lateP99Ms, arrived, cpuSec: (user + system) / 1e6 });
    return;
  }
  if (request.method !== "POST") return answerJson(response, { status: "ok" }); // the health check of any client
  const parts = [];
  request.on("data", (bytes) => parts.push(bytes));
  request.on("end", () => arrive(JSON.parse(Buffer.concat(parts).toString("utf8")), request, response));
}).listen(0, "127.0.0.1", function listening() {
  process.stdout.write(`http://127.0.0.1:${this.address().port}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));

/** Faults that stand in place of an answer. */
const REFUSALS = {
  hang: () => undefined,
  reset: (_, socket) => socket.destroy(),
  "not-http": (_, socket) => socket.end("word\n"),
  "no-stream": (response) => answerJson(response, { choices: [{ message: { content: "word" } }] }),
  429: (response) => answerJson(response, error("slow down"), { status: 429, headers: { "retry-after": "2" } }),
  500: (response) => answerJson(response, error("out of memory"), { status: 500 }),
};

function arrive(body, request, response) {
  const index = arrived++;
  if (config.stall?.atRequest === index) clock.hold(config.stall.ms);
  const fault = config.faults.find(({ every = 1, from = 0 }) => index >= from && (index - from) % every === 0)?.kind;
  const refusal = REFUSALS[fault];
  if (refusal !== undefined) {
    refusal(response, request.socket);
    return;
  }
  const isChat = request.url === "/v1/chat/completions";
  const job = {
    index,
    fault,
    response,
    isChat,
    tokens: body.max_tokens ?? body.max_completion_tokens ?? 16,
    inputTokens: wordsOf(isChat ? body.messages.map(({ content }) => content).join(" ") : body.prompt),
    hasUsage: body.stream_options?.include_usage === true && fault !== "no-usage",
    arrivedMs: clock.now(),
    arrivedRealMs: performance.now(),
    isGone: false,
  };
  response.on("close", () => (job.isGone = true));
  if (freeSlots > 0) {
    freeSlots -= 1;
    begin(job, job.arrivedMs);
  } else waiting.push(job);
}

/** Serves a request in a slot from a moment on, then gives the slot to the first that waits and is still there. */
function begin(job, startMs) {
  const step = (sent, atMs) => {
    late.push(clock.now() - atMs);
    const tokens =
      job.fault === "zero-tokens" ? 0 : Math.min(sent === 0 ? 1 : config.tokensPerChunk, job.tokens - sent);
    const now = sent + tokens;
    if (!job.isGone) sendTokens(job, { from: sent, tokens });
    if (!job.isGone && now < job.tokens && tokens > 0) {
      const next = Math.min(config.tokensPerChunk, job.tokens - now);
      clock.at(atMs + next * config.perTokenMs, () => step(now, atMs + next * config.perTokenMs));
      return;
    }
    if (!job.isGone) finish(job, now);
    let next = waiting.shift();
    while (next?.isGone) next = waiting.shift();
    if (next === undefined) freeSlots += 1;
    else begin(next, atMs);
  };
  clock.at(startMs + config.prefillMs, () => step(0, startMs + config.prefillMs));
}

/** Faults in the middle of an answer. */
const BREAKS = {
  half: ({ response }) => response.destroy(),
  "half-clean": (job) => {
    job.isGone = true;
    job.response.end();
  },
  "error-event": (job) => send(job, error("the engine died")),
  "wrong-json": ({ response }) => response.write('data: {"choices": [{"delta": {"content": \n\n'),
};

function sendTokens(job, { from, tokens }) {
  const { response, fault, isChat } = job;
  if (from === 0) {
    job.firstMs = performance.now() - job.arrivedRealMs;
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (isChat)
      send(job, { choices: [{ index: 0, delta: { role: "assistant", content: null }, finish_reason: null }] });
  }
  if (from > 0 && from >= job.tokens / 2) BREAKS[fault]?.(job);
  if (tokens === 0 || response.writableEnded || response.destroyed) return;
  const text = " word".repeat(tokens);
  send(job, { choices: [isChat ? { index: 0, delta: { content: text } } : { index: 0, text }] });
}

function finish(job, outputTokens) {
  const { response, isChat, index, firstMs, arrivedRealMs } = job;
  served.push({ index, firstMs, lastMs: performance.now() - arrivedRealMs, outputTokens });
  send(job, { choices: [{ index: 0, ...(isChat ? { delta: {} } : { text: "" }), finish_reason: "length" }] });
  if (job.hasUsage) {
    const usage = {
      prompt_tokens: job.inputTokens,
      completion_tokens: outputTokens,
      total_tokens: job.inputTokens + outputTokens,
    };
    send(job, { choices: [], usage });
  }
  response.end("data: [DONE]\n\n");
}

function send({ response, isChat }, event) {
  const head = { id: "stub", object: isChat ? "chat.completion.chunk" : "text_completion", created: 0, model: "stub" };
  response.write(`data: ${JSON.stringify({ ...head, ...event })}\n\n`);
}

function answerJson(response, body, { status = 200, headers = {} } = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function error(message) {
  return { error: { message, type: "server_error" } };
}

function wordsOf(text) {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
