import { resolve } from "node:path";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { WatchImport } from "../../domain/watch-import.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z
    .array(z.string().min(1))
    .default([])
    .describe("Files of requests with their texts: .jsonl, .json, .csv (also .gz), .parquet"),
  traces: z
    .boolean()
    .default(false)
    .describe("Import the model calls of the traces that /v1/traces stored, already redacted"),
  sample: z.number().min(0.001).max(1).default(1).describe("Share of the requests to import, by a hash of their id"),
  sampleSlice: z
    .array(z.string().regex(/^.+=(?:0?\.\d+|1(?:\.0*)?)$/, "expected SLICE=SHARE, as in refunds=1"))
    .default([])
    .describe("Share of the requests of one slice, as in refunds=1, if not that of --sample; repeatable"),
  sliceField: z.string().min(1).optional().describe("Field with the slice of a request; default: slice"),
});

/** `tunewright watch import FILE...`: imports requests with their texts. */
export default defineCommand({
  description:
    "Import requests and answers into the traffic of this programme: messages or prompt, answer and time; also user, model, latency, cost, feedback and a reference answer if present. With --traces, the model calls of stored OpenTelemetry traces. Personal data is replaced by stable surrogates before anything is stored. A request is imported only once; if the command is killed, run it again to continue.",
  args: ["file"],
  options: Options,
  output: WatchImport,
  examples: [
    "watch import requests.jsonl",
    "watch import --traces",
    "watch import october.jsonl.gz --sample 0.1 --sample-slice refunds=1 --slice-field product",
  ],
  run: async (io, { file, traces, sample, sampleSlice, sliceField }) => {
    if (file.length === 0 && !traces) {
      throw new Failure("bad_input", "nothing to import was given", {
        hint: "name files of requests, or pass --traces",
      });
    }
    const { tracedRows } = await import("../../programme/watch/traced-rows.ts");
    const { importRequests } = await import("../../programme/watch/import-requests.ts");
    const { importText } = await import("../../programme/watch/import-text.ts");
    const answer = await importRequests({
      programmeDir: io.cwd,
      files: file.map((shown) => ({ path: resolve(io.cwd, shown), shown })),
      spans: traces ? tracedRows({ programmeDir: io.cwd, env: io.env, now: io.now }) : undefined,
      sample,
      sampleSlices: new Map(sampleSlice.map((text) => [text.replace(/=[^=]*$/, ""), Number(text.split("=").at(-1))])),
      sliceField,
      env: io.env,
      nowMs: io.now().getTime(),
      onProgress: (path, fraction) => io.progress(`importing ${path}`, fraction),
    });
    return { json: answer, text: () => importText(answer), next: "tunewright watch check NAME" };
  },
});
