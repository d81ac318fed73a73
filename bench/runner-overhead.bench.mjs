// Overhead of a runner of evaluations per request: `eval run`, lm-evaluation-harness and Inspect ask the same questions of
// the same local server, which answers at once, in turn, several rounds in one run. Next to them a client that does nothing
// but send, which is the floor. Seconds are counted from the first request that arrives to the last answer, so that the start
// of a Python is not in them; CPU seconds are those of the whole process. CPU per request is that of all items less that of a
// fifth of them, so that it holds no start either. Each figure is the median of the rounds, because a busy machine slows some.
// A run that sends too few requests is run again; if it does so three times, its row says how many arrived. Prints one table
// and one JSON line.
//
//     node bench/runner-overhead.bench.mjs --lm-eval VENV/bin/python --inspect VENV/bin/python
//         [--items 1000] [--concurrency 1,32] [--rounds 3]
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "1000" },
    concurrency: { type: "string", default: "1,32" },
    rounds: { type: "string", default: "3" },
    "lm-eval": { type: "string" },
    inspect: { type: "string" },
  },
  strict: false,
});
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
if (!existsSync(MAIN)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const { inspectTask, lmEvalTask, ITEMS_FILE, LM_EVAL_START } = await import(
  new URL("../dist/evaluate/benchmarks/harness-task.js", import.meta.url).href
);
const print = (line) => process.stdout.write(`${line}\n`);

const [SERVE, SEND] = ["--serve", "--send"];
if (process.argv[2] === SERVE) await serve();
else if (process.argv[2] === SEND) await send(process.argv[3], Number(process.argv[4]), Number(process.argv[5]));
else await compare();

/** A server that answers every question with 7 at once, and tells on /seen when the first came and the last went. */
async function serve() {
  let seen = { requests: 0, firstMs: 0, lastMs: 0 };
  const answer = JSON.stringify({
    id: "1",
    object: "chat.completion",
    created: 1,
    model: "stub",
    choices: [{ index: 0, message: { role: "assistant", content: "The answer is 7." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });
  const server = createServer((asked, response) => {
    response.setHeader("content-type", "application/json");
    if (asked.url === "/seen") {
      response.end(JSON.stringify(seen));
      seen = { requests: 0, firstMs: 0, lastMs: 0 };
      return;
    }
    if (seen.requests === 0) seen.firstMs = performance.now();
    seen.requests += 1;
    asked.resume().on("end", () => {
      response.end(answer, () => (seen.lastMs = performance.now()));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => print(`http://127.0.0.1:${server.address().port}`));
  process.stdin.resume().on("end", () => process.exit(0));
}

/** The floor: `count` requests by `concurrency` loops over kept connections, and nothing else. */
async function send(url, count, concurrency) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const headers = { "content-type": "application/json" };
  const post = (body) =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}/v1/chat/completions`, { method: "POST", agent, headers }, (response) => {
        response.resume().on("end", resolve);
      });
      sent.on("error", reject).end(body);
    });
  let next = 0;
  const loop = async () => {
    while (next < count) {
      const content = `What is ${next++} + 0?`;
      await post(JSON.stringify({ model: "stub", messages: [{ role: "user", content }], max_tokens: 16 }));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  agent.destroy();
}

/** Runs a program to its end; its CPU seconds, those of its children included. */
async function run(program, words, { cwd, env = {} }) {
  const child = spawn("bash", ["-c", 'TIMEFORMAT="cpu %U %S"; time "$@"', "bash", program, ...words], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${program} ${words.join(" ")}: ${code}\n${printed.slice(-2000)}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(printed);
  return Number(user) + Number(system);
}

async function compare() {
  const items = Number(values.items);
  const work = mkdtempSync(join(tmpdir(), "tunewright-overhead-"));
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url), SERVE], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await new Promise((resolve) => server.stdout.once("data", (data) => resolve([String(data)])));
  const url = line.trim();
  const rows = [];
  try {
    for (const concurrency of values.concurrency.split(",").map(Number)) {
      const fewItems = Math.ceil(items / 5);
      const measured = new Map();
      for (let round = 0; round < Number(values.rounds); round++) {
        const few = await runners({ work, url, items: fewItems, concurrency, round });
        const all = await runners({ work, url, items, concurrency, round });
        for (const [index, runner] of all.entries()) {
          const least = await whole(few[index], { url, items: fewItems });
          const most = await whole(runner, { url, items });
          const cpuMs = ((most.cpuSec - least.cpuSec) / (most.requests - least.requests)) * 1000;
          measured.set(runner.name, [...(measured.get(runner.name) ?? []), { ...most, cpuMs }]);
        }
      }
      for (const [runner, found] of measured) {
        const medianOf = (field) => median(found.map((one) => one[field]));
        const [seconds, cpuSec, cpuMs, requests] = [
          medianOf("seconds"),
          medianOf("cpuSec"),
          medianOf("cpuMs"),
          medianOf("requests"),
        ];
        const rates = { requestsPerSec: requests / seconds, requestsPerCpuSec: 1000 / cpuMs };
        const rounds = found.map((one) => Number(one.cpuMs.toFixed(3)));
        rows.push({ runner, concurrency, requests, seconds, cpuSec, cpuMs, ...rates, cpuMsOfRounds: rounds });
      }
    }
  } finally {
    server.stdin.end();
    rmSync(work, { recursive: true, force: true });
  }
  for (const row of rows) {
    const floor = rows.find(({ runner, concurrency }) => runner === "only sending" && concurrency === row.concurrency);
    row.addedMs = (row.seconds / row.requests - floor.seconds / floor.requests) * 1000 * row.concurrency;
  }
  print(`${items} questions, a local server that answers at once, median of ${values.rounds} rounds\n`);
  print(
    "| runner | at once | requests per second | added ms per request | CPU ms per request | requests per CPU second | CPU s |\n|---|---|---|---|---|---|---|",
  );
  for (const { runner, concurrency, requestsPerSec, addedMs, cpuMs, cpuSec } of rows) {
    print(
      `| ${runner} | ${concurrency} | ${requestsPerSec.toFixed(0)} | ${addedMs.toFixed(2)} | ${cpuMs.toFixed(2)} | ${(1000 / cpuMs).toFixed(0)} | ${cpuSec.toFixed(1)} |`,
    );
  }
  for (const { runner, concurrency, requests } of rows) {
    if (requests < items) print(`${runner}, ${concurrency} at once: only ${requests} of ${items} requests arrived`);
  }
  for (const [name, option] of [
    ["lm-evaluation-harness", "lm-eval"],
    ["Inspect", "inspect"],
  ]) {
    if (values[option] === undefined) print(`${name} was not run: name its Python with --${option}`);
  }
  print(JSON.stringify({ benchmark: "runner-overhead", items, rows }));
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

/** Runs a runner until all items were asked, three times at most; what the server saw of the last time, and its CPU seconds. */
async function whole(runner, { url, items }) {
  for (let attempt = 1; ; attempt++) {
    await fetch(`${url}/seen`);
    const cpuSec = await runner.run();
    const { requests, firstMs, lastMs } = await (await fetch(`${url}/seen`)).json();
    if (requests >= items || attempt === 3) return { cpuSec, requests, seconds: (lastMs - firstMs) / 1000 };
    process.stderr.write(`${runner.name} sent ${requests} of ${items} requests\n`);
  }
}

/** The runners, each in a folder of its own with the same items. */
async function runners({ work, url, items, concurrency, round }) {
  const dir = join(work, `${concurrency}-${items}-${round}`);
  mkdirSync(join(dir, "eval"), { recursive: true });
  const rows = Array.from({ length: items }, (_, index) => ({
    id: `q${index}`,
    question: `What is ${index} + 0?`,
    answer: "7",
  }));
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(dir, "set.jsonl"), text);
  writeFileSync(join(dir, ITEMS_FILE), text);
  for (const task of [lmEvalTask, inspectTask]) {
    const { files } = task({ name: "overhead", score: "numeric", maxTokens: 16 });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  }
  const target = `{ url: "${url}", model: stub, free: true, concurrency: ${concurrency} }`;
  writeFileSync(
    join(dir, "eval/e.yaml"),
    `set: set\nprompt: "{{question}}"\nreference: answer\nsampling: { maxTokens: 16 }\ntargets: { stub: ${target} }\nscorers: [{ kind: numeric }]\n`,
  );
  const ours = (words) => run(process.execPath, [MAIN, ...words.split(" ")], { cwd: dir });
  await ours("data freeze set.jsonl --out frozen/v1 --by bench --reason overhead --quiet");
  await ours("eval init e --set frozen/v1 --set-name set --quiet");
  const own = { HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1", HF_HOME: join(work, "hub"), OPENAI_API_KEY: "none" };
  const settings = {
    model: "stub",
    base_url: `${url}/v1/chat/completions`,
    num_concurrent: concurrency,
    max_retries: 5,
    tokenized_requests: false,
  };
  const asks = "--tasks overhead --include_path . --output_path out --log_samples --apply_chat_template";
  const lmEval = [LM_EVAL_START, "--model", "local-chat-completions", "--model_args", JSON.stringify(settings)];
  const shows = `--log-dir logs --display none --max-connections ${concurrency}`;
  const inspect = `-m inspect_ai eval task.py --model openai-api/overhead/stub ${shows}`.split(" ");
  // With click 8.4 or later Inspect caches answers for a week by default, so that a second run would ask less.
  const inspectKeys = { INSPECT_EVAL_CACHE: "false", OVERHEAD_API_KEY: "none", OVERHEAD_BASE_URL: `${url}/v1` };
  const peers = [
    { name: "lm-evaluation-harness", python: values["lm-eval"], words: [...lmEval, ...asks.split(" ")], env: own },
    { name: "Inspect", python: values.inspect, words: inspect, env: { ...own, ...inspectKeys } },
  ].flatMap(({ name, python, words, env }) =>
    python === undefined ? [] : [{ name, run: () => run(python, words, { cwd: dir, env }) }],
  );
  return [
    {
      name: "only sending",
      run: () =>
        run(process.execPath, [fileURLToPath(import.meta.url), SEND, url, String(items), String(concurrency)], {
          cwd: dir,
        }),
    },
    { name: "eval run", run: () => ours("eval run e --quiet") },
    ...peers,
  ];
}
