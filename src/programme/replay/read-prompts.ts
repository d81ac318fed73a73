import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { fieldValue, textOf } from "../../evaluate/set/eval-item.ts";
import { type SmallestKeys, smallestKeys } from "../../evaluate/set/draw-strata.ts";
import type { LlmMessage } from "../../llm/index.ts";
import { type Fields, objectOf } from "../traffic/usage-row.ts";
import { openUsage } from "../traffic/usage-rows.ts";
import { readRequest } from "../watch/read-request.ts";

/** A prompt of the traffic, before redaction. */
export type DrawnPrompt = {
  /** A text, or the turns before the answer. */
  prompt: string | LlmMessage[];
  user: string | null;
  strata: Record<string, string>;
};

/** Prompts of one stratum. */
export type PromptStratum = { requests: number; distinct: number; drawn: SmallestKeys<DrawnPrompt> };

/** Result of reading the traffic. */
export type ReadPrompts = {
  requests: number;
  unreadable: number;
  repeated: number;
  firstProblem: string | null;
  fromMs: number;
  toMs: number;
  /** By the values of the fields, joined. */
  strata: Map<string, PromptStratum>;
};

/** Options of reading the traffic. */
export type ReadPromptsOptions = {
  files: readonly { path: string; shown: string }[];
  fields: readonly string[];
  /** Number of candidates kept per stratum. */
  most: number;
  seed: number;
  nowMs: number;
  onProgress: (path: string, fraction: number) => void;
};

/** Maximum number of strata; each should have enough prompts to be examined. */
const MOST_STRATA = 100;

/** Separator between the values of several fields. */
const JOINT = " / ";

/**
 * Reads production requests and keeps the prompts of each stratum that a seeded hash draws. Equal prompts of a stratum
 * count once; each request counts towards the weight of its stratum.
 *
 * @throws Failure bad_input if the fields make too many strata, or no row is a request; those of reading files
 */
export async function readPrompts(options: ReadPromptsOptions): Promise<ReadPrompts> {
  const read: ReadPrompts = {
    requests: 0,
    unreadable: 0,
    repeated: 0,
    firstProblem: null,
    fromMs: Number.POSITIVE_INFINITY,
    toMs: Number.NEGATIVE_INFINITY,
    strata: new Map(),
  };
  const seen = new Set<string>();
  for (const { path, shown } of options.files) {
    const source = await openUsage(path, shown);
    for await (const row of source.rows) {
      const refuse = (problem: string): void => {
        read.unreadable += 1;
        read.firstProblem ??= `${shown}${row.line === null ? "" : `, line ${row.line}`}: ${problem}`;
      };
      if ("problem" in row) {
        refuse(row.problem);
        continue;
      }
      const raw = readRequest(row.fields, { nowMs: options.nowMs });
      if (typeof raw === "string") {
        refuse(raw);
        continue;
      }
      read.requests += 1;
      read.fromMs = Math.min(read.fromMs, raw.timeMs);
      read.toMs = Math.max(read.toMs, raw.timeMs);
      const strata = Object.fromEntries(
        options.fields.map((name) => [name, (textOf(fieldValue(row.fields, name)) || "(none)").slice(0, 100)]),
      );
      const stratum = stratumOf(read.strata, Object.values(strata).join(JOINT), options.most);
      stratum.requests += 1;
      const key = sha256(JSON.stringify([options.seed, Object.values(strata), raw.prompt.trim()]));
      if (seen.has(key)) {
        read.repeated += 1;
        continue;
      }
      seen.add(key);
      stratum.distinct += 1;
      stratum.drawn.add(key, () => ({ prompt: turnsOf(row.fields) ?? raw.prompt, user: raw.user, strata }));
      if (read.requests % 5000 === 0) options.onProgress(shown, source.fraction());
    }
  }
  if (read.requests > 0) return read;
  throw new Failure("bad_input", "no row of the files is a request with a prompt and a time", {
    hint: read.firstProblem ?? "the files have no rows",
  });
}

function stratumOf(strata: Map<string, PromptStratum>, name: string, most: number): PromptStratum {
  const known = strata.get(name);
  if (known !== undefined) return known;
  if (strata.size >= MOST_STRATA) {
    throw new Failure("bad_input", `the fields of --stratum make more than ${MOST_STRATA} strata`, {
      hint: "name a field with few values, such as a product or a language",
    });
  }
  const made = { requests: 0, distinct: 0, drawn: smallestKeys<DrawnPrompt>(most) };
  strata.set(name, made);
  return made;
}

/** The turns of a request that come before its answer; undefined if it has no list of plain turns. */
function turnsOf(fields: Fields): LlmMessage[] | undefined {
  const request = objectOf(fields["request"]) ?? objectOf(fields["body"]) ?? fields;
  const messages = request["messages"];
  if (!Array.isArray(messages)) return undefined;
  const turns = messages.map((message: unknown) => {
    const { role, content } = objectOf(message) ?? {};
    if (typeof content !== "string" || (role !== "system" && role !== "user" && role !== "assistant")) return undefined;
    return { role, content } as const;
  });
  const last = turns.findLastIndex((turn) => turn?.role === "user");
  const asked = turns.slice(0, last + 1);
  return last >= 0 && asked.every((turn) => turn !== undefined) ? asked : undefined;
}
