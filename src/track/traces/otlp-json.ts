import * as z from "zod";

import { invalid } from "../track-failure.ts";
import type { OtlpSpan, OtlpValue } from "./otlp.ts";

const Integer = z.union([z.string().regex(/^-?\d+$/), z.int(), z.bigint()]).transform(String);

const Value: z.ZodType<OtlpValue> = z.lazy(() =>
  z
    .object({
      stringValue: z.string(),
      boolValue: z.boolean(),
      intValue: Integer,
      doubleValue: z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number)]),
      arrayValue: z.object({ values: z.array(Value).default([]) }),
      kvlistValue: z.object({ values: z.array(Attribute).default([]) }),
      bytesValue: z.string(),
    })
    .partial(),
) as z.ZodType<OtlpValue>;

const Attribute = z.object({ key: z.string(), value: Value.default({}) });

const Span = z.object({
  traceId: z.string().regex(/^[\da-f]{32}$/i),
  spanId: z.string().regex(/^[\da-f]{16}$/i),
  parentSpanId: z.string().default(""),
  name: z.string().default(""),
  startTimeUnixNano: Integer.default("0"),
  endTimeUnixNano: Integer.default("0"),
  attributes: z.array(Attribute).default([]),
  events: z
    .array(
      z.object({
        timeUnixNano: Integer.default("0"),
        name: z.string().default(""),
        attributes: z.array(Attribute).default([]),
      }),
    )
    .default([]),
  status: z.object({ code: z.int().default(0), message: z.string().default("") }).default({ code: 0, message: "" }),
});

const Request = z.object({
  resourceSpans: z
    .array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(Span).default([]) })).default([]) }))
    .default([]),
});

/**
 * Parses spans in OTLP's JSON encoding. Unknown fields are ignored, as its specification requires.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE
 */
export function spansOfJson(body: unknown): OtlpSpan[] {
  const parsed = Request.safeParse(body);
  if (!parsed.success) throw invalid("Invalid OpenTelemetry JSON: not an ExportTraceServiceRequest");
  return parsed.data.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, traceId: span.traceId.toLowerCase(), spanId: span.spanId.toLowerCase() })),
    ),
  );
}
