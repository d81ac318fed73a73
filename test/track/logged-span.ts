import { redactContent } from "../../src/programme/traces/redact-content.ts";
import { dataFolder, openStore } from "../../src/store/open-store.ts";
import { logSpans } from "../../src/track/traces/log-spans.ts";
import { spanRows } from "../../src/track/traces/span-rows.ts";

/** A span of a model's call in the state of a folder, an hour ago. */
export async function loggedSpan(folder: string): Promise<void> {
  const store = await openStore({ dataDir: dataFolder(folder) }, () => new Date());
  try {
    const startNs = BigInt(Date.now() - 3_600_000) * 1_000_000n;
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const span = {
      traceId: "a".repeat(32),
      spanId: "b".repeat(16),
      parentSpanId: "",
      name: "chat",
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(startNs + 800_000_000n),
      attributes: [
        attribute("gen_ai.prompt.0.content", "Where is my order?"),
        attribute("gen_ai.completion.0.content", "It is on its way."),
      ],
      events: [],
      status: { code: 0, message: "" },
    };
    await logSpans(store, { experimentId: "0", spans: spanRows([span], redactContent) });
  } finally {
    await store.close();
  }
}
