import * as z from "zod";

/** A stored span of a trace with its texts, which were redacted before they were stored. */
export const StoredSpan = z.strictObject({
  traceId: z.string().describe("Trace: tr- and 32 hexadecimal digits"),
  spanId: z.string().describe("Span, 16 hexadecimal digits"),
  name: z.string().describe("Name"),
  startNs: z.string().describe("Start, nanoseconds since 1970"),
  endNs: z.string().describe("End, nanoseconds since 1970"),
  model: z.string().nullable().describe("Model that answered"),
  costUsd: z.string().nullable().describe("Stated cost, US dollars"),
  content: z.string().describe("Attributes and events as JSON"),
});
export type StoredSpan = z.infer<typeof StoredSpan>;

/** End of a page of spans. */
export const SpanPlace = z.strictObject({
  trace: z.coerce.number().int().min(0).default(0).describe("Number of the last trace that was read"),
  span: z.string().default("").describe("Last span of that trace that was read"),
});
export type SpanPlace = z.infer<typeof SpanPlace>;

/** A page of stored spans, in a fixed order. */
export const SpanPage = z.strictObject({
  spans: z.array(StoredSpan).describe("Spans"),
  next: z
    .strictObject({ trace: z.int().describe("Number of a trace"), span: z.string().describe("Span of it") })
    .nullable()
    .describe("Where the next page begins; null at the end"),
});
export type SpanPage = z.infer<typeof SpanPage>;
