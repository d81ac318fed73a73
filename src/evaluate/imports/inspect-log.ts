import {
  countIn,
  type ImportedAnswer,
  type ImportedItem,
  type ImportedRun,
  plainName,
  recordIn,
  recordsIn,
  type ReportedScore,
  wordIn,
} from "./imported-run.ts";

type Fields = Record<string, unknown>;

/** Values by which scorers of Inspect grade, as numbers (`value_to_float` of Inspect). */
const GRADES: ReadonlyMap<string, number> = new Map([
  ["C", 1],
  ["I", 0],
  ["P", 0.5],
  ["N", 0],
]);

/** Words that it takes in any case. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ["yes", 1],
  ["true", 1],
  ["no", 0],
  ["false", 0],
]);

/**
 * A log of Inspect: its header, and its samples from a `.json` or from the members of a `.eval`.
 *
 * @returns the problem in words, if it is not such a log
 * @source inspect_ai 0.3, EvalLog version 2
 */
export function inspectRun(header: unknown, samples: readonly unknown[]): ImportedRun | string {
  const log = recordIn(header);
  const evaluation = recordIn(log?.["eval"]);
  const task = wordIn(evaluation?.["task"]);
  if (log === undefined || evaluation === undefined || task === null) return "it has no eval.task";
  const model = wordIn(evaluation["model"]);
  const status = wordIn(log["status"]);
  const stats = recordIn(log["stats"]);
  const usages = recordsIn(Object.values(recordIn(stats?.["model_usage"]) ?? {}));
  const config = recordIn(evaluation["config"]) ?? {};
  return {
    tool: "Inspect",
    toolVersion: wordIn(recordIn(evaluation["packages"])?.["inspect_ai"]),
    task,
    target: model ?? "model",
    model,
    finishedAt: wordIn(stats?.["completed_at"]) ?? wordIn(evaluation["created"]),
    reported: reportedScores(log),
    items: itemsOf(recordsIn(samples)),
    stopped:
      status === "success"
        ? null
        : `${status ?? "no status"}: ${wordIn(recordIn(log["error"])?.["message"]) ?? "not finished"}`,
    settings: { generate: evaluation["model_generate_config"] ?? {}, epochs: config["epochs"] ?? 1 },
    template: { version: evaluation["task_version"] ?? 0, args: evaluation["task_args"] ?? {} },
    usage: {
      inputTokens: usages.reduce((sum, usage) => sum + countIn(usage["input_tokens"]), 0),
      outputTokens: usages.reduce((sum, usage) => sum + countIn(usage["output_tokens"]), 0),
    },
  };
}

function reportedScores(log: Fields): ReportedScore[] {
  return recordsIn(recordIn(log["results"])?.["scores"]).flatMap((score) => {
    const name = wordIn(score["name"]);
    const metrics = recordIn(score["metrics"]);
    const value = recordIn(metrics?.["accuracy"] ?? metrics?.["mean"])?.["value"];
    const error = recordIn(metrics?.["stderr"])?.["value"];
    if (name === null || typeof value !== "number") return [];
    return { scorer: plainName(name), value, standardError: typeof error === "number" ? error : null };
  });
}

/** Items in the order of the log; the epochs of an item are its answers. */
function itemsOf(samples: readonly Fields[]): ImportedItem[] {
  const items = new Map<string, ImportedItem>();
  const sorted = samples.toSorted((a, b) => countIn(a["epoch"]) - countIn(b["epoch"]));
  for (const sample of sorted) {
    const attachments = recordIn(sample["attachments"]) ?? {};
    const id = String(sample["id"]);
    const target = sample["target"];
    const item = items.get(id) ?? {
      id,
      prompt: textOf(sample["input"], attachments),
      reference: Array.isArray(target) ? (target.length === 0 ? null : target.join(" | ")) : wordIn(target),
      answers: [],
    };
    item.answers.push(answerOf(sample, attachments));
    items.set(id, item);
  }
  return [...items.values()];
}

function answerOf(sample: Fields, attachments: Fields): ImportedAnswer {
  const output = recordIn(sample["output"]);
  const [choice] = recordsIn(output?.["choices"]);
  const error = wordIn(recordIn(sample["error"])?.["message"]);
  const scores = Object.entries(recordIn(sample["scores"]) ?? {}).flatMap(([name, score]) => {
    const value = recordIn(score)?.["value"];
    const parts = recordIn(value);
    if (parts === undefined) return [[plainName(name), gradeOf(value)] as const];
    return Object.entries(parts).map(([key, part]) => [plainName(`${name}.${key}`), gradeOf(part)] as const);
  });
  const message = recordIn(choice?.["message"]);
  const text = message === undefined ? null : textOf(message["content"], attachments);
  return {
    text: error === null ? text : null,
    error: error ?? (text === null ? "no answer" : null),
    scores: Object.fromEntries(scores),
  };
}

function gradeOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string") return null;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  return GRADES.get(value) ?? WORDS.get(value.toLowerCase()) ?? (Number.isFinite(number) ? number : null);
}

/** A text, the texts of parts, or of messages; references to attachments are resolved. */
function textOf(value: unknown, attachments: Fields): string {
  if (typeof value === "string") {
    const [, key] = /^attachment:\/\/(.+)$/.exec(value) ?? [];
    const attached = key === undefined ? undefined : attachments[key];
    return typeof attached === "string" ? attached : value;
  }
  return recordsIn(value)
    .map((part) => {
      const inner = textOf(part["content"] ?? part["text"] ?? "", attachments);
      return typeof part["role"] === "string" ? `${part["role"]}: ${inner}` : inner;
    })
    .join("\n\n");
}
