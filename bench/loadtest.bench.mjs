// Does the load-test client keep time, and what does it cost? 200 requests/s against a stub that answers at once, in a
// process of its own: how late each request is sent, and the CPU time of the client over the time of sending.
// `npm run build && node bench/loadtest.bench.mjs [--rate 200] [--seconds 20] [--requests 100000]`: the last adds a run of
// so many requests, 64 at once, as fast as they are answered. Prints one table, whether each case by the clock holds the
// bar (sent within 2 ms of due at p99, under one core), and one JSON line. Other work on the machine is measured with it:
// `chrt -r 3 node bench/loadtest.bench.mjs` has precedence over it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "20" },
    requests: { type: "string" },
  },
  strict: false,
});
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
const print = (line) => process.stdout.write(`${line}\n`);
const dist = new URL("../dist/loadtest/run-loadtest.js", import.meta.url);
if (!existsSync(fileURLToPath(dist))) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}

/** The client as a process of its own, with nothing but the library. */
const client = `
  const { runLoadTest } = await import(${JSON.stringify(dist.href)});
  const { LoadTestSpec } = await import(${JSON.stringify(new URL("../domain/loadtest-spec.js", dist).href)});
  const spec = LoadTestSpec.parse(JSON.parse(process.argv[1]));
  const [started, startedMs] = [process.cpuUsage(), performance.now()];
  const { latency, counts } = await runLoadTest(spec);
  const { user, system } = process.cpuUsage(started);
  const [wallSec, cpuSec] = [(performance.now() - startedMs) / 1000, (user + system) / 1e6];
  const peakRssMib = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ counts, late: latency.queueDelay, ttft: latency.ttft, wallSec, cpuSec, peakRssMib }));
`;

const CASES = [
  { mode: "constant", outputTokens: 16 },
  { mode: "poisson", outputTokens: 16 },
  { mode: "poisson", outputTokens: 128 },
];
if (values.requests !== undefined) {
  CASES.push({
    mode: "concurrent",
    concurrency: 64,
    requests: Number(values.requests),
    outputTokens: 4,
    maxSeconds: 3600,
  });
}

/** Limits of the client, at 200 requests/s against a stub that answers at once. */
const BAR = { lateP99Ms: 2, cores: 1 };
const holds = ({ late, cores }) => late.p99 <= BAR.lateP99Ms && cores < BAR.cores;

const results = [];
for (const load of CASES) {
  const server = fileURLToPath(new URL("../test/loadtest/stub-server.mjs", import.meta.url));
  const stub = spawn(process.execPath, [server, JSON.stringify({ slots: 4096, prefillMs: 5, perTokenMs: 2 })]);
  try {
    const url = String(await new Promise((resolve) => stub.stdout.once("data", resolve))).trim();
    const spec = { url, model: "stub", warmup: 0, tail: 0, rate, seconds, inputTokens: 64, maxRequests: 1_000_000 };
    const run = spawn(process.execPath, [
      "--input-type=module",
      "--eval",
      client,
      JSON.stringify({ ...spec, ...load }),
    ]);
    let text = "";
    run.stdout.on("data", (part) => (text += part));
    run.stderr.pipe(process.stderr);
    await new Promise((resolve) => run.once("close", resolve));
    const account = await (await fetch(`${url}/stub/account`)).json();
    const measured = JSON.parse(text);
    results.push({
      ...load,
      ...measured,
      cores: measured.cpuSec / measured.wallSec,
      stubLateP99Ms: account.lateP99Ms,
      stubCores: account.cpuSec / measured.wallSec,
    });
  } finally {
    stub.stdin.end();
  }
}

print(
  `${rate} requests/s for ${seconds} s, ${cpus().length} cores, load average ${loadavg()[0].toFixed(1)}, Node ${process.version}`,
);
print(
  "mode        tokens  requests  failed  per s  sent late ms: p50    p99    max  client cores  RSS MiB  stub late p99 ms",
);
for (const { mode, outputTokens, counts, late, wallSec, cores, peakRssMib, stubLateP99Ms } of results) {
  const numbers = [
    String(outputTokens).padStart(7),
    String(counts.sent).padStart(9),
    String(counts.sent - counts.ok).padStart(7),
    (counts.sent / wallSec).toFixed(0).padStart(6),
    late.p50.toFixed(2).padStart(18),
    late.p99.toFixed(2).padStart(6),
    late.max.toFixed(1).padStart(6),
    cores.toFixed(2).padStart(13),
    peakRssMib.toFixed(0).padStart(8),
    stubLateP99Ms.toFixed(1).padStart(17),
  ];
  print(`${mode.padEnd(10)} ${numbers.join(" ")}`);
}
for (const result of results.filter(({ mode }) => mode !== "concurrent")) {
  const { mode, outputTokens, late, cores, stubLateP99Ms } = result;
  print(
    `bar (${BAR.lateP99Ms} ms at p99, under ${BAR.cores} core), ${mode}, ${outputTokens} tokens: ${holds(result) ? "held" : "NOT held"}: ${late.p99.toFixed(2)} ms, ${cores.toFixed(2)} of a core; the stub itself ${stubLateP99Ms.toFixed(1)} ms late`,
  );
}
print(
  JSON.stringify({
    benchmark: "loadtest",
    rate,
    seconds,
    bar: BAR,
    results: results.map((each) => ({ ...each, holds: holds(each) })),
  }),
);
