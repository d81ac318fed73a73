import { join } from "node:path";

import { commandLine, flagName } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { LoadTestResult } from "../../domain/loadtest-result.ts";
import { LoadTestStart } from "../../domain/loadtest-start.ts";
import { type Answer, defineCommand } from "../command.ts";

/** `tunewright loadtest`: measures an endpoint under load. */
export default defineCommand({
  description:
    "Measure an OpenAI-compatible endpoint under load: latencies that count failed requests, goodput and attainment under an SLO, saturation, and the capacity at the SLO. Requests are sent when they are due, regardless of the others (open loop), unless a concurrency is set. The test is limited by --max-requests, --max-seconds and, if token prices are known, --max-usd; an address on another machine requires --yes.",
  args: ["url"],
  options: LoadTestStart,
  output: LoadTestResult,
  examples: [
    "loadtest http://localhost:8000 --rate 4 --slo ttft=500,tpot=50 --out run-1",
    "loadtest http://localhost:8000 --find-capacity --rate 2 --slo ttft=500,tpot=50 --gpu H100 --gpu-count 2",
    "loadtest http://localhost:8000 --mode sweep --rates 1 2 4 8 --input-tokens 1000 --output-tokens 300",
    "loadtest http://localhost:8000 --mode trace --trace-file trace.jsonl --speedup 2",
    "loadtest --from run-2",
    "loadtest https://api.openai.com --model gpt-4o-mini --api-price openai/gpt-4o-mini --max-usd 0.50 --rate 1 --yes",
  ],
  run: async (io, start, stated) => {
    const { loadTestText } = await import("../../loadtest/loadtest-text.ts");
    if (start.from !== undefined) {
      requireAlone(start, stated);
      const { rebuildLoadTest } = await import("../../programme/loadtest/rebuild-load-test.ts");
      const rebuilt = await rebuildLoadTest(io, start.from);
      return { json: rebuilt, text: () => loadTestText(rebuilt) };
    }
    const { loadTest } = await import("../../programme/loadtest/load-test.ts");
    const { toolName } = await import("../tool-name.ts");
    const { result, writeFailure } = await loadTest(io, start, toolName());
    return {
      json: result,
      text: () => loadTestText(result),
      ...ending(result, writeFailure),
      ...nextOf(start, result),
    };
  },
});

/** Refuses flags that would be ignored, because the folder of a recorded test contains its settings. */
function requireAlone({ url }: LoadTestStart, stated: ReadonlySet<string>): void {
  const other = url === undefined ? [...stated].find((field) => field !== "from") : "url";
  if (other === undefined) return;
  throw new Failure(
    "bad_input",
    `--from cannot be combined with ${other === "url" ? "a URL" : flagName(other)} or other options`,
    {
      hint: "the target and the settings are in the folder's test.json",
    },
  );
}

/** A test that was interrupted or got no answers is printed and exits with its kind of failure. */
function ending(result: LoadTestResult, writeFailure: string | undefined): Pick<Answer, "ended"> {
  if (writeFailure !== undefined) {
    return { ended: { kind: "outside", message: `${writeFailure}; the results so far are above` } };
  }
  if (result.stopped === "interrupted") {
    return {
      ended: { kind: "interrupted", message: "interrupted: the partial results are above" },
    };
  }
  const { sent, ok } = result.points.reduce(
    (sum, { counts }) => ({ sent: sum.sent + counts.sent, ok: sum.ok + counts.ok }),
    { sent: 0, ok: 0 },
  );
  if (ok > 0) return {};
  const bound = result.stopped === "max-usd" ? "--max-usd: a single request may cost more" : `--${result.stopped}`;
  const reason = sent === 0 ? `none could be sent within ${bound}` : (result.failedRequests[0]?.reason ?? "unknown");
  return { ended: { kind: "outside", message: `no request was answered: ${reason}` } };
}

/** After a test at one rate, suggests the capacity search; after that, the comparison with the estimate. */
function nextOf({ findCapacity, mode, url, slo, out }: LoadTestStart, result: LoadTestResult): Pick<Answer, "next"> {
  if (result.counts.ok === 0 || result.stopped === "interrupted") return {};
  if (!findCapacity && mode === "poisson") {
    if (url!.includes("?")) return {}; // a query may contain a key, so it is not repeated
    return { next: commandLine(["loadtest", url!, "--find-capacity", "--slo", slo ?? "ttft=500,tpot=50"]) };
  }
  return out === undefined ? {} : { next: commandLine(["plan", "check", "serving", join(out, "result.json")]) };
}
