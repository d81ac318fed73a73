import { afterAll, beforeAll, expect, test } from "vitest";

import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.end());

/** Value of a line of the text format of Prometheus. */
function valueOf(text: string, line: string): number {
  const found = text.split("\n").find((each) => each.startsWith(`${line} `));
  return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
}

test("requests are counted by route and status, whatever their ids are", async () => {
  for (const id of ["a", "b", "c"]) await server.call(`GET /api/v1/runs/${id}`);
  await server.call("POST /api/2.0/mlflow/runs/create", { experiment_id: "0", start_time: 1 });
  await server.call("GET /nothing/like/this");
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(valueOf(text, 'tunewright_http_requests_total{method="GET",route="/api/v1/runs/:id",status="400"}')).toBe(3);
  const histogram = 'tunewright_http_request_duration_seconds_bucket{method="GET",route="/api/v1/runs/:id"';
  expect(valueOf(text, `${histogram},le="+Inf"}`)).toBe(3);
  expect(valueOf(text, `${histogram},le="0.001"}`)).toBeLessThanOrEqual(3);
  expect(valueOf(text, "tunewright_runs")).toBe(1);
  expect(valueOf(text, "tunewright_runs_running")).toBe(1);
  expect(text).not.toContain("like/this");
});

test("every line is one of the text format", async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line =
    /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\})? [-+\d.e]+)$/;
  expect(text.endsWith("\n")).toBe(true);
  expect(
    text
      .trimEnd()
      .split("\n")
      .filter((each) => !line.test(each)),
  ).toEqual([]);
});
