import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

/** Upper bounds of the histogram buckets of durations, seconds. */
const BUCKETS_SEC = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30] as const;

type Series = { method: string; route: string; statuses: Map<number, number>; buckets: number[]; sumSec: number };

/** Counts requests and their durations by route, for Prometheus. Its memory is bounded by the number of routes. */
export class RequestMetrics {
  readonly #series = new Map<string, Series>();
  #open = 0;

  /** Measures each request from its first byte to its answer; a stream counts until it begins. */
  measure(): MiddlewareHandler {
    return async (c, next) => {
      const started = performance.now();
      this.#open++;
      try {
        await next();
      } finally {
        this.#open--;
        const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
        const where = { method: c.req.method, route: route?.path ?? "none" };
        this.#count(where, { status: c.res.status, seconds: (performance.now() - started) / 1000 });
      }
    };
  }

  #count(
    { method, route }: { method: string; route: string },
    { status, seconds }: { status: number; seconds: number },
  ): void {
    const isUnknown = route === "none" || !/^[A-Z]{3,7}$/.test(method);
    const key = isUnknown ? "none" : `${method} ${route}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      const buckets = Array.from({ length: BUCKETS_SEC.length + 1 }, () => 0);
      series = {
        method: isUnknown ? "" : method,
        route: isUnknown ? "none" : route,
        statuses: new Map(),
        buckets,
        sumSec: 0,
      };
      this.#series.set(key, series);
    }
    series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1);
    const bucket = BUCKETS_SEC.findIndex((end) => seconds <= end);
    series.buckets[bucket < 0 ? BUCKETS_SEC.length : bucket]!++;
    series.sumSec += seconds;
  }

  /** The figures in the text format of Prometheus. @source prometheus.io/docs/instrumenting/exposition_formats, 0.0.4 */
  lines(): string[] {
    const all = [...this.#series.values()];
    return [
      "# HELP tunewright_http_requests_total Requests answered.",
      "# TYPE tunewright_http_requests_total counter",
      ...all.flatMap(({ statuses, ...series }) =>
        [...statuses].map(([status, count]) =>
          sample("tunewright_http_requests_total", { ...named(series), status }, count),
        ),
      ),
      "# HELP tunewright_http_request_duration_seconds Time from request to response.",
      "# TYPE tunewright_http_request_duration_seconds histogram",
      ...all.flatMap(histogram),
      "# HELP tunewright_http_requests_open Requests in progress.",
      "# TYPE tunewright_http_requests_open gauge",
      sample("tunewright_http_requests_open", {}, this.#open),
    ];
  }
}

function histogram(series: Series): string[] {
  const name = "tunewright_http_request_duration_seconds";
  let count = 0;
  const buckets = series.buckets.map((own, index) => {
    count += own;
    return sample(`${name}_bucket`, { ...named(series), le: BUCKETS_SEC[index] ?? "+Inf" }, count);
  });
  return [
    ...buckets,
    sample(`${name}_sum`, named(series), series.sumSec),
    sample(`${name}_count`, named(series), count),
  ];
}

function named({ method, route }: { method: string; route: string }): Record<string, string> {
  return { method, route };
}

/** One line: a name, its labels, its value. */
export function sample(name: string, labels: Readonly<Record<string, string | number>>, value: number): string {
  const words = Object.entries(labels).map(([key, label]) => `${key}="${escaped(String(label))}"`);
  return `${name}${words.length === 0 ? "" : `{${words.join(",")}}`} ${value}`;
}

function escaped(label: string): string {
  return label
    .replaceAll("\\", "\\\\")
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);
}
