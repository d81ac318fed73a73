import { Failure } from "../../../base/failure.ts";
import { askHttp, type HttpAnswer } from "../../../remote/ask-http.ts";
import type { ModelSpans } from "../model-spans.ts";
import type { Span } from "../span.ts";

/** Address of a model that answers over HTTP, and the limits of requests. */
export type NerSidecar = {
  /** Address that takes `{text, language}` and answers `[{start, end, entity_type, score}]`, as Presidio's /analyze does. */
  url: string;
  /** Language as the server knows it. */
  language: string;
  /** Attempts for each piece. */
  tries: number;
  timeoutMs: number;
};

/** Characters of a piece: fewer than the 384 tokens that many models read. */
const PIECE = 1000;

/** Number of characters that two pieces share, so that every name is complete in one of them. */
const SHARED = 120;

/**
 * Spans found by a model on another server. A text is sent in pieces with offsets, cut between words. Nothing is
 * omitted: if the model cannot read a piece after several attempts, the whole run fails.
 * Errors never quote an answer, because it may contain the text with personal data.
 *
 * @throws Failure outside if the server does not answer, or not in the form of Presidio's analyzer
 */
export function nerSidecar(sidecar: NerSidecar): ModelSpans {
  const spansIn = async (text: string): Promise<Span[]> => {
    const spans: Span[] = [];
    for (const { start, end } of pieces(text)) {
      for (const span of await analysed(text.slice(start, end), sidecar)) {
        spans.push({ ...span, start: span.start + start, end: span.end + start });
      }
    }
    const seen = new Set<string>();
    return spans.filter(({ start, end, type }) => {
      const key = `${start} ${end} ${type}`;
      return !seen.has(key) && seen.add(key).size > 0;
    });
  };
  return async (texts) => {
    const all: Span[][] = [];
    for (const text of texts) all.push(await spansIn(text)); // one at a time: the server may be small
    return all;
  };
}

/** Pieces that cover a text; each except the first begins a little before the end of the previous one. */
export function pieces(text: string): { start: number; end: number }[] {
  const all: { start: number; end: number }[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + PIECE);
    if (end < text.length) {
      const space = text.lastIndexOf(" ", end);
      if (space > start + PIECE / 2) end = space;
      else if (isLow(text, end)) end -= 1;
    }
    all.push({ start, end });
    if (end === text.length) break;
    const shared = text.lastIndexOf(" ", end - SHARED);
    start = shared > start ? shared : isLow(text, end - SHARED) ? end - SHARED + 1 : end - SHARED;
  }
  return all;
}

/** True if a cut would separate the two halves of a character. */
function isLow(text: string, position: number): boolean {
  const code = text.charCodeAt(position);
  return code >= 0xdc00 && code <= 0xdfff;
}

async function analysed(text: string, sidecar: NerSidecar): Promise<Span[]> {
  let problem = "";
  for (let attempt = 0; attempt < sidecar.tries; attempt++) {
    try {
      const answer = await askHttp(new URL(sidecar.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text, language: sidecar.language }),
        timeoutMs: sidecar.timeoutMs,
      });
      if (answer.status === 200) return spansOf(jsonOf(answer), text);
      problem = `status ${answer.status}`;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Failure("outside", `${sidecar.url}: no spans after ${sidecar.tries} attempts (${problem})`, {
    hint: 'the server must take {"text", "language"} and answer [{"start", "end", "entity_type", "score"}]',
  });
}

function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new Error("the answer is not JSON"); // the parser's own message would quote it
  }
}

/** Offsets of Presidio count code points; ours count UTF-16 units. */
function spansOf(answer: unknown, text: string): Span[] {
  if (!Array.isArray(answer)) throw new Error("the answer is not a list");
  const units = hasPairs(text) ? unitOffsets(text) : undefined;
  return answer.map((item: unknown) => {
    if (item === null || typeof item !== "object") throw new Error("a span that is not an object");
    const { start, end, entity_type: type, label, score } = item as Record<string, unknown>;
    const name = typeof type === "string" ? type : label;
    if (!Number.isInteger(start) || !Number.isInteger(end) || typeof name !== "string")
      throw new Error("a span without start, end, entity_type");
    const [from, to] = [start as number, end as number].map((index) => units?.[index] ?? index) as [number, number];
    if (from < 0 || to <= from || to > text.length) throw new Error("a span outside of the text");
    return {
      start: from,
      end: to,
      type: name.toUpperCase().replaceAll(" ", "_"),
      score: typeof score === "number" ? Math.min(1, Math.max(0, score)) : 0.85,
      by: "ner-sidecar",
    };
  });
}

function hasPairs(text: string): boolean {
  return /\p{Surrogate}|[\u{10000}-\u{10ffff}]/u.test(text);
}

function unitOffsets(text: string): number[] {
  const offsets: number[] = [];
  let position = 0;
  for (const character of text) {
    offsets.push(position);
    position += character.length;
  }
  offsets.push(position);
  return offsets;
}
