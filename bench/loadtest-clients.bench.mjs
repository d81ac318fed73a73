// Other load-test clients next to ours, each on a fresh stub of the same known speed, at the same rate and with the same
// prompts. Next to them stands the stub's own account: what it sent, from when a request had arrived.
// `npm run build && node bench/loadtest-clients.bench.mjs [--guidellm BIN] [--aiperf BIN] [--tokenizer FOLDER] [--only NAME]`
// Clients that are not named are left out. `pip install guidellm`, `pip install aiperf`; both want a tokenizer, which no
// figure here depends on. `--engine PYTHON` adds llama.cpp with SmolLM2-135M on the CPU, as test/real/ has it. Prints one table and one JSON line; loadtest-clients.md holds what came out, and when.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: Object.fromEntries(
    ["guidellm", "aiperf", "tokenizer", "engine", "only"].map((name) => [name, { type: "string" }]),
  ),
  strict: false,
});
const print = (line) => process.stdout.write(`${line}\n`);
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
if (!existsSync(MAIN)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}

const SERVICE = { slots: 8, prefillMs: 100, perTokenMs: 10 }; // 0.29 s for 20 tokens: 27.6 requests a second
const FAULTS = ["500", "zero-tokens", "half"].map((kind, index) => ({ kind, every: 20, from: 3 + 5 * index }));
/** Even arrivals, so that every client sends the same. */
const CASES = [
  { name: "steady", rate: 20, count: 300, stub: SERVICE },
  { name: "overload", rate: 40, count: 300, stub: SERVICE },
  { name: "stall of 2 s", rate: 40, count: 400, stub: { ...SERVICE, slots: 32, stall: { atRequest: 100, ms: 2000 } } },
  { name: "4 tokens per chunk", rate: 20, count: 300, stub: { ...SERVICE, tokensPerChunk: 4 } },
  { name: "15 % faults", rate: 40, count: 400, stub: { ...SERVICE, slots: 32, faults: FAULTS } },
  ...(values.engine === undefined ? [] : [{ name: "llama.cpp", rate: 0.8, count: 40 }]),
].filter(({ name }) => values.only === undefined || name === values.only);

/** Runs a program to its end; what it wrote to stdout. */
async function run(program, argv) {
  const env = { ...process.env, HF_HUB_OFFLINE: program === values.guidellm ? "1" : "" };
  const child = spawn(program, argv, { stdio: ["ignore", "pipe", "ignore"], env });
  let text = "";
  child.stdout.on("data", (part) => (text += part));
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

const [folder, promptFile] = (() => {
  const made = mkdtempSync(join(tmpdir(), "tunewright-clients-"));
  const path = join(made, "prompts.jsonl");
  const WORDS = "sea sky stone river field light night road house tree salt wind".split(" ");
  const text = (index) => Array.from({ length: 40 }, (_, at) => WORDS[(index * 5 + at * (index + 1)) % 12]).join(" ");
  const row = (index) => ({ prompt: text(index), text: text(index), max_tokens: 20, output_tokens_count: 20 });
  writeFileSync(path, Array.from({ length: 400 }, (_, index) => `${JSON.stringify(row(index))}\n`).join(""));
  return [made, path];
})();

const CLIENTS = {
  tunewright: async (url, { rate, count }) => {
    const load = ["--mode", "constant", "--rate", String(rate), "--requests", String(count), "--prompts", promptFile];
    const text = await run(process.execPath, [
      MAIN,
      "loadtest",
      url,
      ...load,
      "--warmup",
      "0",
      "--tail",
      "0",
      "--json",
    ]);
    const { latency, counts, requestsPerSec } = JSON.parse(text);
    const { ttft, tpot, e2e, itl } = latency;
    return { ok: counts.ok, ttft, tpot: tpot.p50, itl: itl.p50, e2e: e2e.p50, perSec: requestsPerSec };
  },
  guidellm: async (url, { rate, count }) => {
    const out = join(folder, "guidellm.json");
    const words = `--backend kind=openai_http,target=${url},model=stub --profile kind=constant,rate=${rate} --constraint kind=max_requests,count=${count} --data kind=json_file,path=${promptFile} --tokenizer kind=huggingface_auto,model=${values.tokenizer} --output kind=json,path=${out} --disable-console`;
    await run(values.guidellm, ["run", ...words.split(" ")]);
    const { metrics } = JSON.parse(readFileSync(out, "utf8")).benchmarks[0];
    const metric = (name) => metrics[name].successful;
    const { p50, p90, p99 } = metric("time_to_first_token_ms").percentiles;
    return {
      ok: metrics.request_totals.successful,
      ttft: { p50, p90, p99 },
      tpot: metric("inter_token_latency_ms").percentiles.p50,
      itl: null,
      e2e: 1000 * metric("request_latency").percentiles.p50,
      perSec: metric("requests_per_second").mean,
    };
  },
  aiperf: async (url, { rate, count }) => {
    const out = join(folder, "aiperf");
    rmSync(out, { recursive: true, force: true });
    const words = `profile -m stub -u ${url} --endpoint-type chat --streaming --request-rate ${rate} --arrival-pattern constant --request-count ${count} --input-file ${promptFile} --custom-dataset-type single_turn --use-server-token-count --tokenizer ${values.tokenizer} --artifact-dir ${out} --extra-inputs max_tokens:20 --extra-inputs ignore_eos:true`;
    await run(values.aiperf, words.split(" "));
    const all = JSON.parse(readFileSync(join(out, "profile_export_aiperf.json"), "utf8"));
    const { time_to_first_token: ttft, inter_token_latency: tpot, request_latency: e2e } = all;
    return {
      ok: all.request_count.avg,
      ttft,
      tpot: tpot.p50,
      itl: all.inter_chunk_latency?.p50 ?? null,
      e2e: e2e.p50,
      perSec: all.request_throughput.avg,
    };
  },
};

const quantile = (sorted, share) => sorted[Math.round((sorted.length - 1) * share)];

/** The figures of the stub's account. */
function accountOf({ served }) {
  const sorted = (take) => served.map(take).toSorted((a, b) => a - b);
  const ttft = sorted(({ firstMs }) => firstMs);
  const tpot = sorted(({ firstMs, lastMs, outputTokens }) => (lastMs - firstMs) / (outputTokens - 1));
  return {
    ok: served.length,
    ttft: { p50: quantile(ttft, 0.5), p90: quantile(ttft, 0.9), p99: quantile(ttft, 0.99) },
    tpot: quantile(tpot, 0.5),
    itl: null,
    e2e: quantile(
      sorted(({ lastMs }) => lastMs),
      0.5,
    ),
    perSec: null,
  };
}

/** The stub, or the engine if a case has none. */
function startServer(config) {
  const path = (name) => fileURLToPath(new URL(name, import.meta.url));
  return config === undefined
    ? spawn(values.engine, [path("../test/real/serve-smollm2.py")], { stdio: ["pipe", "pipe", "ignore"] })
    : spawn(process.execPath, [path("../test/loadtest/stub-server.mjs"), JSON.stringify(config)]);
}

const cell = (value, digits, width) => (value === null ? "-" : value.toFixed(digits)).padStart(width);
const results = [];
print(
  "case                who                 ok  TTFT p50      p90      p99  TPOT p50  chunk gap p50  E2E p50  requests/s",
);
for (const each of CASES) {
  for (const name of Object.keys(CLIENTS).filter((client) => client === "tunewright" || values[client] !== undefined)) {
    const stub = startServer(each.stub);
    const url = String(await new Promise((resolve) => stub.stdout.once("data", resolve))).trim();
    const measured = await CLIENTS[name](url, each).catch((error) => ({ failed: error.message.slice(0, 80) }));
    const rows = [[name, measured]];
    if (each.stub !== undefined) {
      rows.push(["  stub's account", accountOf(await (await fetch(`${url}/stub/account`)).json())]);
    }
    stub.stdin.end();
    for (const [who, figures] of rows) {
      results.push({ case: each.name, who: who.trim(), of: name, ...figures });
      if (figures.failed !== undefined) print(`${each.name.padEnd(19)} ${who.padEnd(17)} ${figures.failed}`);
      else {
        const { ok, ttft, tpot, itl, e2e, perSec } = figures;
        print(
          `${each.name.padEnd(19)} ${who.padEnd(17)} ${cell(ok, 0, 4)} ${cell(ttft.p50, 1, 9)} ${cell(ttft.p90, 1, 8)} ${cell(ttft.p99, 1, 8)} ${cell(tpot, 2, 9)} ${cell(itl, 2, 14)} ${cell(e2e, 1, 8)} ${cell(perSec, 1, 11)}`,
        );
      }
    }
  }
}
rmSync(folder, { recursive: true, force: true });
print(JSON.stringify({ benchmark: "loadtest-clients", results }));
