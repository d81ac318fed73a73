import * as z from "zod";

import { LoadTestSpec } from "./loadtest-spec.ts";
import { PRICE_FIELDS } from "./run-request.ts";

const { slo: _slo, extraBody: _extraBody, usdPerGpuHour: _usd, url, ...SPEC_FLAGS } = LoadTestSpec.shape;

/** Request of `loadtest`: a test to run, or, with `from`, the record of a test to evaluate again. */
export const LoadTestStart = z.strictObject({
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
    .describe("Limits for every request, milliseconds: ttft=500,tpot=50 (also itl, e2e)"),
  extraBody: z.string().min(1).optional().describe(`Additional fields of every request, as JSON: '{"temperature":0}'`),
  apiPrice: z
    .string()
    .min(1)
    .optional()
    .describe("API model of the price book whose token prices limit the test, as in openai/gpt-4o"),
  apiKeyEnv: z
    .string()
    .min(1)
    .default("OPENAI_API_KEY")
    .describe("Environment variable with the key, which is never printed or stored"),
  out: z
    .string()
    .min(1)
    .optional()
    .describe("Folder for test.json, requests.jsonl (one line per completed request), result.json and report.html"),
  from: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of an interrupted test: rebuild result.json and report.html from its requests.jsonl, without sending anything. Cannot be combined with other options",
    ),
  ...PRICE_FIELDS,
});

export type LoadTestStart = z.infer<typeof LoadTestStart>;
