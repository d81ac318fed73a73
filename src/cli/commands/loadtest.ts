import { join, resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { keyIn } from "../../base/secret.ts";
import { LoadTestResult } from "../../domain/loadtest-result.ts";
import { LoadTestSpec } from "../../domain/loadtest-spec.ts";
import type { Answer } from "../command.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";
import { PRICE_FLAGS, priceLookUp } from "../run-flags.ts";

const { slo: _slo, extraBody: _extraBody, usdPerGpuHour: _usd, url, ...SPEC_FLAGS } = LoadTestSpec.shape;

const Options = z.strictObject({
  url: url.optional().describe(url.description ?? ""),
  ...SPEC_FLAGS,
  rates: z
    .array(z.coerce.number().positive().max(100_000))
    .min(1)
    .max(100)
    .optional()
    .describe(LoadTestSpec.shape.rates.description ?? ""),
  slo: z
    .string()
    .min(1)
    .optional()
    .describe("What every request must keep, milliseconds: ttft=500,tpot=50 (also itl, e2e)"),
  extraBody: z.string().min(1).optional().describe("Further fields of every request, as JSON: '{\"temperature\":0}'"),
  apiPrice: z
    .string()
    .min(1)
    .optional()
    .describe("API model of the price book whose token prices bound the test, as openai/gpt-4o"),
  apiKeyEnv: z
    .string()
    .min(1)
    .default("OPENAI_API_KEY")
    .describe("Environment variable that holds the key; it is never printed nor stored"),
  out: z
    .string()
    .min(1)
    .optional()
    .describe("Folder for test.json, requests.jsonl (a line as each request ends), result.json and report.html"),
  from: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of a test that was killed: makes result.json and report.html of its requests.jsonl, sends nothing, and takes no other option",
    ),
  ...PRICE_FLAGS,
});

type Flags = z.output<typeof Options>;

/** `tunewright loadtest`: what an endpoint does under load. */
export default defineCommand({
  description:
    "Measure an OpenAI-compatible endpoint under load: latencies with misses counted, goodput and attainment under an SLO, saturation, and the capacity at the SLO. Requests are sent when they are due, whatever becomes of the others (open loop), unless a concurrency is held. It is bounded by --max-requests, --max-seconds and, where token prices are known, --max-usd; an address that is not this machine needs --yes.",
  args: ["url"],
  options: Options,
  output: LoadTestResult,
  examples: [
    "loadtest http://localhost:8000 --rate 4 --slo ttft=500,tpot=50 --out run-1",
    "loadtest http://localhost:8000 --find-capacity --rate 2 --slo ttft=500,tpot=50 --gpu H100 --gpu-count 2",
    "loadtest http://localhost:8000 --mode sweep --rates 1 2 4 8 --input-tokens 1000 --output-tokens 300",
    "loadtest http://localhost:8000 --mode trace --trace-file trace.jsonl --speedup 2",
    "loadtest --from run-2",
    "loadtest https://api.openai.com --model gpt-4o-mini --api-price openai/gpt-4o-mini --max-usd 0.50 --rate 1 --yes",
  ],
  run: async (io, flags, given) => {
    if (flags.from !== undefined) return rebuilt(io, flags.from, { url: flags.url, given });
    const { spec, priceSource } = await specOf(io, flags);
    const { checkSpec } = await import("../../loadtest/check-spec.ts");
    checkSpec(spec);
    const key = keyIn(io.env, { name: flags.apiKeyEnv, flag: "--api-key-env" });
    await agree(io, spec, key === undefined ? undefined : flags.apiKeyEnv);
    const { result, writeFailure } = await measure(io, spec, { out: flags.out, apiKey: key, priceSource });
    if (flags.out !== undefined) await writeResult(io, flags.out, result);
    const { loadTestText } = await import("../../loadtest/loadtest-text.ts");
    return {
      json: result,
      text: () => loadTestText(result),
      ...ending(result, writeFailure),
      ...nextOf(flags, result),
    };
  },
});

/** The result of a test that was killed, of the record that it left. */
async function rebuilt(
  io: Io,
  from: string,
  { url, given }: { url: string | undefined; given: ReadonlySet<string> },
): Promise<Answer<LoadTestResult>> {
  const other = url === undefined ? [...given].find((field) => field !== "from") : "url";
  if (other !== undefined) {
    throw new Failure("bad_input", `--from stands alone, and ${flagName(other)} is given too`, {
      hint: "what was asked of whom is in the test.json of the folder",
    });
  }
  const { recordedTest, testFolder } = await import("../../loadtest/recorded-test.ts");
  const { rebuildResult } = await import("../../loadtest/rebuild-result.ts");
  const { loadTestText } = await import("../../loadtest/loadtest-text.ts");
  const { existsSync } = await import("node:fs");
  const shown = testFolder(from);
  if (existsSync(resolve(io.cwd, shown, "result.json"))) {
    throw new Failure(
      "bad_input",
      `${join(shown, "result.json")} exists: the test came to its end, or was read before`,
      {
        hint: "move that file away to make it anew",
      },
    );
  }
  const result = await rebuildResult(await recordedTest(resolve(io.cwd, shown), shown));
  await writeResult(io, shown, result);
  return { json: result, text: () => loadTestText(result) };
}

function flagName(field: string): string {
  return field === "url" ? "a URL" : `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Says what will be sent, and asks where it leaves this machine. */
async function agree(io: Io, spec: LoadTestSpec, keyName: string | undefined): Promise<void> {
  const { loadPlan } = await import("../../loadtest/load-plan.ts");
  const plan = loadPlan(spec, keyName);
  for (const line of ["load test:", ...plan.lines.map((each) => `  ${each}`)]) io.note(line);
  if (plan.isLoopback || (await io.confirm("send this load?"))) return;
  throw new Failure(
    "bad_input",
    `${plan.target} is not this machine, and nobody said yes: ${plan.lines.slice(1).join("; ")}`,
    {
      hint: "load tests of endpoints that are not yours are attacks; add --yes where you may",
    },
  );
}

type Measured = { result: LoadTestResult; writeFailure: string | undefined };

async function measure(
  io: Io,
  spec: LoadTestSpec,
  {
    out,
    apiKey,
    priceSource,
  }: { out: string | undefined; apiKey: string | undefined; priceSource: string | undefined },
): Promise<Measured> {
  const { runLoadTest } = await import("../../loadtest/run-loadtest.ts");
  const { requestWriter } = await import("../../loadtest/request-writer.ts");
  const { loadText } = await import("../../loadtest/loadtest-text.ts");
  const { toolName } = await import("../tool-name.ts");
  const { formatNumber } = await import("../../base/units.ts");
  return io.untilInterrupted(async (interrupted) => {
    const stop = new AbortController();
    interrupted.addEventListener("abort", () => stop.abort());
    let writeFailure: string | undefined;
    const writer =
      out === undefined
        ? undefined
        : await requestWriter(resolve(io.cwd, out), out, (failure) => {
            writeFailure = failure instanceof Error ? failure.message : "unknown";
            stop.abort(failure);
          });
    try {
      const result = await runLoadTest(spec, {
        apiKey,
        priceSource,
        signal: stop.signal,
        cwd: io.cwd,
        tool: toolName(),
        onStart: (head) => writer?.begin(head),
        onRequest: (request) => writer?.add(request),
        onPoint: (point) =>
          io.note(
            `measured ${loadText(point.load)}: ${point.counts.ok} of ${point.counts.sent} answered${point.outputTokensPerSec === null ? "" : `, ${formatNumber(point.outputTokensPerSec)} output ${point.countedBy === "usage" ? "tokens" : "chunks"}/s`}`,
          ),
      });
      return { result, writeFailure };
    } finally {
      await writer?.close();
    }
  });
}

async function writeResult(io: Io, out: string, result: LoadTestResult): Promise<void> {
  const { atomicWrite } = await import("../../base/atomic-write.ts");
  const { loadTestDocument } = await import("../../loadtest/loadtest-document.ts");
  const { htmlPage } = await import("../../report/html.ts");
  await atomicWrite(resolve(io.cwd, out, "result.json"), `${JSON.stringify(result, null, 1)}\n`);
  await atomicWrite(resolve(io.cwd, out, "report.html"), htmlPage(loadTestDocument(result)));
  io.note(
    `wrote ${["test.json", "requests.jsonl", "result.json", "report.html"].map((name) => join(out, name)).join(", ")}`,
  );
}

/** A test that was cut off, or of which nothing came back, is printed and ends with its kind of failure. */
function ending(result: LoadTestResult, writeFailure: string | undefined): Pick<Answer, "ended"> {
  if (writeFailure !== undefined) {
    return { ended: { kind: "outside", message: `${writeFailure}; what was measured until then is above` } };
  }
  if (result.stopped === "interrupted") {
    return {
      ended: { kind: "interrupted", message: "interrupted: what was measured until then is above, as partial" },
    };
  }
  const { sent, ok } = result.points.reduce(
    (sum, { counts }) => ({ sent: sum.sent + counts.sent, ok: sum.ok + counts.ok }),
    { sent: 0, ok: 0 },
  );
  if (ok > 0) return {};
  const bound = result.stopped === "max-usd" ? "--max-usd: one alone may cost more" : `--${result.stopped}`;
  const reason = sent === 0 ? `none could be sent within ${bound}` : (result.misses[0]?.reason ?? "unknown");
  return { ended: { kind: "outside", message: `no request was answered: ${reason}` } };
}

/** After one rate the capacity; after that, the estimate beside what was measured. */
function nextOf(flags: Flags, result: LoadTestResult): Pick<Answer, "next"> {
  if (result.counts.ok === 0 || result.stopped === "interrupted") return {};
  if (!flags.findCapacity && flags.mode === "poisson") {
    if (flags.url!.includes("?")) return {}; // a query may hold a key: it is not repeated
    const slo = flags.slo ?? "ttft=500,tpot=50";
    return { next: commandLine(["loadtest", flags.url!, "--find-capacity", "--slo", slo]) };
  }
  return flags.out === undefined
    ? {}
    : { next: commandLine(["plan", "check", "serving", join(flags.out, "result.json")]) };
}

async function specOf(io: Io, flags: Flags): Promise<{ spec: LoadTestSpec; priceSource: string | undefined }> {
  const {
    slo,
    extraBody,
    apiPrice,
    apiKeyEnv: _key,
    out: _out,
    from: _from,
    term: _term,
    sellerClass: _class,
    on: _on,
    ...plain
  } = flags;
  if (plain.url === undefined) {
    throw new Failure("bad_input", "which endpoint? no URL is given", {
      hint: "tunewright loadtest http://HOST:PORT, or --from FOLDER for a test that was killed",
    });
  }
  const { parseSlo } = await import("../../loadtest/slo.ts");
  const gpu = await gpuOf(io, flags);
  const spec = LoadTestSpec.parse({
    ...plain,
    ...gpu.facts,
    ...(apiPrice === undefined ? {} : await tokenPrices(io, flags, apiPrice)),
    ...(slo === undefined ? {} : { slo: parseSlo(slo) }),
    ...(extraBody === undefined ? {} : { extraBody: parseExtra(extraBody) }),
  });
  return { spec, priceSource: gpu.priceSource };
}

/** The GPU by its name in the catalogue, with the price of an hour: the stated one, else the price book's median. */
async function gpuOf(
  io: Io,
  flags: Flags,
): Promise<{ facts: { gpu?: string; usdPerGpuHour?: string }; priceSource: string | undefined }> {
  const stated =
    flags.usdPerGpuHour === undefined ? {} : { usdPerGpuHour: formatMoney(parseMoney(flags.usdPerGpuHour)) };
  if (flags.gpu === undefined) return { facts: stated, priceSource: undefined };
  const { findGpu } = await import("../../catalog/gpus.ts");
  const { isRefusal } = await import("../../domain/estimate.ts");
  const gpu = findGpu(flags.gpu).id;
  if (flags.usdPerGpuHour !== undefined) {
    return { facts: { gpu, ...stated }, priceSource: undefined };
  }
  const { priceOf } = await priceLookUp(io, flags);
  const price = priceOf(gpu);
  if (isRefusal(price)) {
    io.note(`warning: no cost: ${price.refused}`);
    return { facts: { gpu }, priceSource: undefined };
  }
  return {
    facts: { gpu, usdPerGpuHour: formatMoney(parseMoney(price.p50.toFixed(6))) },
    priceSource: `median of ${price.basis}`,
  };
}

async function tokenPrices(io: Io, flags: Flags, model: string): Promise<Partial<LoadTestSpec>> {
  const { isoDay } = await import("../../base/clock.ts");
  const { findApiPrice } = await import("../../catalog/api-prices.ts");
  const price = findApiPrice(model, flags.on ?? isoDay(io.now()));
  return {
    usdPerMtokInput: flags.usdPerMtokInput ?? price.inputUsdPerMtok,
    usdPerMtokOutput: flags.usdPerMtokOutput ?? price.outputUsdPerMtok,
  };
}

function parseExtra(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Failure("bad_input", `--extra-body: ${text} is not a JSON object`, { hint: `as in '{"temperature":0}'` });
}
