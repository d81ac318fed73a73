import { parseExactJson } from "../../base/exact-json.ts";
import { redactContent } from "../../programme/traces/redact-content.ts";
import { invalid, type TrackCode, TrackFailure } from "../../track/track-failure.ts";
import { spansOfJson } from "../../track/traces/otlp-json.ts";
import { spansOfProtobuf } from "../../track/traces/otlp-protobuf.ts";
import { type SpanRow, spanRows } from "../../track/traces/span-rows.ts";

/** A question: a text to redact, or the spans of an export in one of the encodings of OTLP. */
export type RedactQuestion =
  | { kind: "text"; text: string }
  | { kind: "spans"; encoding: "json" | "protobuf"; body: Uint8Array };

/** The result, or the error in a form that passes between threads. */
export type RedactAnswer =
  | { kind: "text"; text: string }
  | { kind: "spans"; spans: SpanRow[] }
  | { kind: "refused"; code: TrackCode; message: string }
  | { kind: "failed"; error: Error };

/** Parses and redacts in this thread. Every error is an answer. */
export function redactNow(question: RedactQuestion): RedactAnswer {
  try {
    if (question.kind === "text") return { kind: "text", text: redactContent(question.text) };
    const { encoding, body } = question;
    const spans = encoding === "json" ? spansOfJson(jsonOf(body)) : spansOfProtobuf(body);
    return { kind: "spans", spans: spanRows(spans, redactContent) };
  } catch (error) {
    if (error instanceof TrackFailure) return { kind: "refused", code: error.code, message: error.message };
    return { kind: "failed", error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return parseExactJson(Buffer.from(body).toString("utf8"));
  } catch (error) {
    if (error instanceof RangeError) throw error; // nested too deeply
    throw invalid("Malformed JSON in the request body");
  }
}
