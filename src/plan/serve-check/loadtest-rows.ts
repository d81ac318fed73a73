import type { CsvRow, CsvRows } from "../../base/csv.ts";
import type { LoadTestPoint, LoadTestResult, OfferedLoad } from "../../domain/loadtest-result.ts";

const COLUMNS = [
  "id source engine model precision gpu n_gpus concurrency load input_len output_len",
  "output_tokens_per_s_total ttft_ms tpot_ms ttft_statistic tpot_statistic extra_facts",
].flatMap((names) => names.split(" "));

/** Largest share of failed requests at a point; above it, the answered load differs from the offered one. */
const MOST_FAILED = 0.05;

/**
 * Converts the operating points of a load test to rows of measurements, in order; the line of a row is the number of
 * its point. Unmeasured values are empty. Latencies are means over the answered requests. A point with many failures is
 * marked as not to be scored.
 */
export function loadTestRows(result: LoadTestResult): CsvRows {
  const points = result.points.length === 0 ? [result] : result.points;
  return { columns: COLUMNS, rows: points.map((point, index) => rowOf(result, point, index + 1)), ragged: [] };
}

function rowOf(result: LoadTestResult, point: LoadTestPoint, line: number): CsvRow {
  const { inputTokens, outputTokens, latency, counts } = point;
  const flags = result.flags ?? "";
  const fields: Record<string, string> = {
    id: `point-${line}`,
    source: result.target,
    engine: result.engine ?? "",
    model: result.model,
    precision: /--quantization[ =](\S+)/.exec(flags)?.[1] ?? /--dtype[ =](\S+)/.exec(flags)?.[1] ?? "",
    gpu: result.gpu ?? "",
    n_gpus: String(result.gpuCount),
    concurrency: offered(point.load, counts.sent),
    load: point.load.kind === "concurrency" ? "closed-loop, steady" : "open-loop",
    input_len: length(inputTokens?.mean ?? null, inputTokens?.cv ?? null),
    output_len: length(outputTokens.mean, outputTokens.cv),
    output_tokens_per_s_total: shown(point.outputTokensPerSec),
    ttft_ms: shown(latency.ttft.mean),
    tpot_ms: shown(latency.tpot.mean),
    ttft_statistic: "mean",
    tpot_statistic: "mean",
    extra_facts: [
      flags,
      ...(point.cachedShare === null ? [] : [`prefix_hit=${point.cachedShare}`]),
      ...(latency.ttft.failedRequests > MOST_FAILED * counts.inWindow ? ["requests failed: exclude from scoring"] : []),
    ].join("; "),
  };
  return { line, fields };
}

function offered(load: OfferedLoad, sent: number): string {
  return load.kind === "concurrency" ? String(load.requests) : `${load.perSec} req/s, ${sent} prompts`;
}

function length(mean: number | null, cv: number | null): string {
  if (mean === null) return "";
  return cv === null || cv === 0 ? String(mean) : `${mean} ± ${mean * cv}`;
}

function shown(value: number | null): string {
  return value === null ? "" : String(value);
}
