// Runs this example from the first model to the one that replaces it, and prints each command with what it shows:
// docs/guides/loop.md.
//
//     node examples/loop/loop.mjs FOLDER [--ports 8191,8192,8193]
//
// Needs TUNEWRIGHT_PYTHON and TUNEWRIGHT_SERVING_PYTHON: see README.md. FOLDER must not exist.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { commandsIn, fail, program, readyPython } from "../smollm2/commands.mjs";
import { heldOut, seeded, traffic, trainingRows } from "./make-rows.mjs";

const { values: flags, positionals } = parseArgs({
  options: { ports: { type: "string", default: "8191,8192,8193" } },
  allowPositionals: true,
});
const folder = resolve(positionals[0] ?? "loop-run");
const python = readyPython(folder);
const tunewright = commandsIn(folder);
const began = Date.now();
const times = [];

const say = (text) => process.stdout.write(`${text}\n`);

/** Runs a part of the loop and notes how long it took. */
async function timed(part, work) {
  const start = Date.now();
  const result = await work();
  times.push([part, ((Date.now() - start) / 1000).toFixed(0)]);
  return result;
}

const json = (line, how = {}) => JSON.parse(tunewright(`${line} --json`, { isShown: false, ...how }));

function writeRows(name, rows) {
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

const dialogue = ({ prompt, answer }) => ({
  messages: [
    { role: "user", content: prompt },
    { role: "assistant", content: answer },
  ],
});

/** Starts a program and waits until an address answers. */
async function started(argv, address) {
  const child = spawn(argv[0], argv.slice(1), { cwd: folder, stdio: ["pipe", "ignore", "inherit"] });
  for (let left = 600; left > 0 && child.exitCode === null; left--) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return child;
    await sleep(500);
  }
  return fail(`${argv.join(" ")} did not answer at ${address}`);
}

/** Ends a program and waits for it. */
async function stopped(child) {
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
}

const [portOne, portTwo, portServe] = flags.ports.split(",");
const here = fileURLToPath(new URL(".", import.meta.url));
cpSync(here, folder, { recursive: true });
for (const name of ["make_model.py", "serve.py"]) cpSync(join(here, "../smollm2", name), join(folder, name));
const withPorts = (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  writeFileSync(join(folder, file), text.replaceAll("8191", portOne).replaceAll("8192", portTwo));
};
for (const file of ["stages-2.yaml", "eval/router.yaml"]) withPorts(file);
mkdirSync(join(folder, "data"));
writeRows("data/train.jsonl", trainingRows(200).map(dialogue));
writeRows(
  "data/test.jsonl",
  heldOut(80).map(({ prompt, answer, queue }, k) => ({
    id: `t${k}`,
    question: prompt,
    answer,
    kind: queue === "subscription" ? "new" : "old",
  })),
);
const made = spawnSync(python, ["make_model.py", "."], { cwd: folder, env: { ...process.env, HF_HUB_OFFLINE: "1" }, encoding: "utf8" });
if (made.status !== 0) fail(`make_model.py ended with ${made.status}: ${made.stderr.slice(-2000)}`);

// 1. The first model, and what it answers in production.
await timed("first model: train, merge, GGUF", () => {
  tunewright('data freeze data/train.jsonl --out frozen/train-1 --by me --reason "first version" --quiet', { isShown: false });
  tunewright('data freeze data/test.jsonl --out frozen/test --by me --reason "today\'s mix" --quiet', { isShown: false });
  tunewright("eval init router --set frozen/test --licence Apache-2.0 --slice kind --quiet", { isShown: false });
  tunewright("budget set --cap-usd 5 --set-by me --quiet", { isShown: false });
  tunewright("train stages stages-1.yaml --yes --quiet");
});

const weekMs = 7 * 86_400_000;
const monday = Math.floor((Date.now() - 4 * 86_400_000) / weekMs) * weekMs + 4 * 86_400_000; // 1970-01-05 was a Monday
const requests = traffic({ weeks: 13, perWeek: 30, driftWeek: 10, startMs: monday - 13 * weekMs });
await timed(`${requests.length} requests of 13 weeks answered by it`, async () => {
  const argv = [python, "serve.py", `v1=released/router-v1.gguf:${portOne}`, "--", python, "-c", "import time; time.sleep(86400)"];
  const server = await started(argv, `http://127.0.0.1:${portOne}/health`);
  const random = seeded(4);
  const rows = [];
  for (const { queue: _queue, answer: right, prompt, ...request } of requests) {
    const sent = Date.now();
    const body = { model: "v1", messages: [{ role: "user", content: prompt }], max_tokens: 16, temperature: 0 };
    const response = await fetch(`http://127.0.0.1:${portOne}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()).choices[0].message.content;
    // Four customers in five rate the answer: up if it is the right queue.
    const feedback = random() < 0.8 ? { feedback: answer.trim() === right ? "up" : "down" } : {};
    rows.push({ ...request, model: "router-v1", prompt, answer, latency_ms: Date.now() - sent, ...feedback });
  }
  writeRows("requests.jsonl", rows);
  await stopped(server);
});

// 2. The change is found.
await timed("import, check, queue", () => {
  tunewright("watch import requests.jsonl --quiet");
  tunewright("watch init router --quiet", { isShown: false });
  const file = join(folder, "watch/router.yaml");
  const weeks = readFileSync(file, "utf8");
  if (!/^format:/m.test(weeks)) writeFileSync(file, `${weeks.trimEnd()}\nformat: json\n`);
  tunewright("watch check router --quiet", { code: 5 });
  tunewright("watch plan --quiet");
  tunewright("watch queue router --rows 60 --usd-per-row 0.05 --quiet");
});

// 3. People label the hard cases. The script plays two of them, who know the right answer, through the API of the page.
const [queue] = readdirSync(join(folder, "watch/queues"));
const edit = (file, from, to) => {
  const path = join(folder, file);
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
};
edit("labelling.yaml", "QUEUE.jsonl", queue);
edit("programme.yaml", /# loop.mjs adds .*/, `- { path: watch/queues/${queue}, role: train, origin: own }`);
const rightOf = new Map(requests.map(({ id, answer }) => [id, answer]));
await timed("labelling", async () => {
  tunewright("data label create labelling.yaml --quiet");
  const invitations = ["Ada", "Ben"].map((name) => json(`data label invite router --name ${name}`));
  const base = `http://127.0.0.1:${portServe}`;
  const server = await started([process.execPath, program, "serve", "--port", portServe, "--quiet"], `${base}/health`);
  const post = async (path, body, cookie = "") => {
    const headers = { "content-type": "application/json", cookie };
    const response = await fetch(`${base}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) fail(`${path}: ${await response.text()}`);
    return response;
  };
  for (const { path, name } of invitations) {
    const session = await post("/label/session", { token: path.split("#")[1] });
    const cookie = session.headers.get("set-cookie").split(";")[0];
    for (;;) {
      const { items } = await (await post("/label/router/items", { limit: 8 }, cookie)).json();
      if (items.length === 0) break;
      for (const { item, fields } of items) {
        const answer = rightOf.get(fields.id);
        await post("/label/router/answers", { key: `answer-${name}-${item}`, item, version: 1, answer, activeMs: 5_000 }, cookie);
      }
    }
  }
  await stopped(server);
  tunewright("data label show router");
  tunewright("data label seal router --by QA --quiet");
});

// 4. A new version of the data, with lineage; the model is trained again by a plan and gated against the first.
await timed("new version of the data", () => {
  tunewright("data run --yes --quiet");
  tunewright('data freeze curated.jsonl --out frozen/train-2 --by me --reason "hard cases of production" --after frozen/train-1 --quiet');
  tunewright("data lineage");
});
await timed("second model: train, merge, GGUF, gates", () => {
  tunewright("train stages stages-2.yaml --yes --quiet");
  tunewright("eval compare v1 v2 --quiet");
});

// 5. What it cost.
tunewright("train list");
tunewright("ledger settle --yes --quiet", { isShown: false });
tunewright("budget show");
tunewright("ledger verify");
for (const [part, seconds] of times) say(`${part.padEnd(48)}${seconds.padStart(6)} s`);
say(`finished after ${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
