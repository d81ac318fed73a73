import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { SpanPage } from "../../../src/domain/watch-spans.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { tracedRows } from "../../../src/programme/watch/traced-rows.ts";
import { dataFolder } from "../../../src/store/open-store.ts";
import { startTestServer } from "../../server/start-test-server.ts";

const NOW = new Date("2026-11-29T12:00:00Z");
const MAIL = "ada.lovelace@example.com";

/** An export of one call, as an OpenTelemetry SDK sends it. */
function exported(k: number, prompt: string): string {
  const startNs = (BigInt(NOW.getTime()) - 3_600_000n) * 1_000_000n;
  const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  const span = {
    traceId: String(k).padStart(32, "0"),
    spanId: String(k).padStart(16, "0"),
    name: "chat",
    kind: 3,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + 800_000_000n),
    attributes: [attribute("gen_ai.prompt.0.content", prompt), attribute("gen_ai.completion.0.content", "Certainly.")],
    status: {},
  };
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

test("spans of 10 MB are stored redacted, read a few at a time, and named where they are too long to watch", async () => {
  const server = await startTestServer(undefined, { now: () => NOW });
  onTestFinished(() => server.end());
  const send = async (body: string): Promise<number> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(`${server.url}/v1/traces`, { method: "POST", headers, body })).status;
  };
  const sentence = "the order of the customer is late and nobody has answered, ";
  const long = `${sentence.repeat(Math.ceil(10_000_000 / sentence.length))}please write to ${MAIL}`;
  const usual = (k: number): string => `Where is order ${k}?`;
  for (const k of [1, 2, 3]) {
    expect(await send(exported(2 * k, long))).toBe(200);
    expect(await send(exported(2 * k + 1, usual(k)))).toBe(200);
  }
  const dir = await mkdtemp(join(tmpdir(), "tunewright-large-spans-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dataFolder(dir), "watch"), { recursive: true });
  const imported = await importRequests({
    programmeDir: dir,
    files: [],
    spans: tracedRows({ programmeDir: dir, env: { TUNEWRIGHT_URL: server.url }, now: () => NOW }),
    sample: 1,
    sliceField: undefined,
    env: {},
    nowMs: NOW.getTime(),
  });
  expect(imported.files[0]).toMatchObject({ rows: 6, imported: 3 });
  expect(imported.files[0]!.rejected).toMatchObject([{ rows: 3, reason: "a text of more than 1,000,000 characters" }]);
  const page = SpanPage.parse((await server.call("GET /api/v1/watch/spans?trace=0&span=")).json);
  expect(page.spans.map(({ content }) => content.length > 10_000_000)).toEqual([true]);
  expect(page.spans[0]!.content).toContain("please write to <EMAIL_ADDRESS>");
  expect(page.spans[0]!.content).not.toContain(MAIL);
});
