import { performance } from "node:perf_hooks";

import type { Hono } from "hono";

import { stateCounts } from "../../programme/runs/state-counts.ts";
import type { ServerContext } from "../context.ts";
import { type RequestMetrics, sample } from "../request-metrics.ts";

/** `GET /metrics`: metrics of the server, for Prometheus. */
export function addMetricsRoute(app: Hono, { store, version, now }: ServerContext, requests: RequestMetrics): void {
  const started = now().getTime();
  app.get("/metrics", async () => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const { runs, running, jobs } = await stateCounts(store);
    const lines = [
      ...gauge("tunewright_info", "Version and database.", [{ version, database: store.kind }, 1]),
      ...gauge("tunewright_uptime_seconds", "Time since the start.", [{}, (now().getTime() - started) / 1000]),
      ...gauge("tunewright_runs", "Runs logged.", [{}, runs]),
      ...gauge("tunewright_runs_running", "Runs with the status RUNNING.", [{}, running]),
      ...gauge("tunewright_training_jobs_open", "Training jobs that have not ended.", [{}, jobs]),
      ...requests.lines(),
      ...gauge("process_resident_memory_bytes", "Resident memory of the process.", [{}, rss]),
      ...gauge("nodejs_heap_size_used_bytes", "JavaScript heap in use.", [{}, heapUsed]),
      "# HELP process_cpu_seconds_total Processor time of the process.",
      "# TYPE process_cpu_seconds_total counter",
      sample("process_cpu_seconds_total", {}, (user + system) / 1e6),
      ...gauge("nodejs_eventloop_utilization", "Share of time in which the event loop was busy.", [
        {},
        performance.eventLoopUtilization().utilization,
      ]),
    ];
    return new Response(`${lines.join("\n")}\n`, {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    });
  });
}

function gauge(name: string, help: string, [labels, value]: [Record<string, string>, number]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, sample(name, labels, value)];
}
