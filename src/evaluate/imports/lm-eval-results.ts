import {
  type ImportedItem,
  type ImportedRun,
  plainName,
  recordIn,
  recordsIn,
  type ReportedScore,
  wordIn,
} from "./imported-run.ts";

type Fields = Record<string, unknown>;

/**
 * One task of lm-evaluation-harness: the file of results and the rows of its `samples_TASK_TIME.jsonl`.
 *
 * @param results undefined if only the samples are available
 * @returns the problem in words, if there is one
 * @source lm_eval 0.4.13, `--output_path` with `--log_samples`
 */
export function lmEvalRun(
  task: string,
  { results, samples }: { results: unknown; samples: readonly unknown[] },
): ImportedRun | string {
  const rows = recordsIn(samples);
  if (rows.length === 0 || rows[0]!["doc_id"] === undefined)
    return "its rows have no doc_id: run lm_eval with --log_samples";
  const file = recordIn(results) ?? {};
  const config = recordIn(file["config"]) ?? {};
  const taskConfig = recordIn(recordIn(file["configs"])?.[task]) ?? {};
  const model = wordIn(file["model_name"]) ?? wordIn(config["model"]);
  const seconds = file["date"];
  const { limit } = config;
  return {
    tool: "lm-evaluation-harness",
    toolVersion: wordIn(file["lm_eval_version"]) ?? wordIn(file["git_hash"]),
    task,
    target: model ?? "model",
    model,
    finishedAt: typeof seconds === "number" ? new Date(seconds * 1000).toISOString() : null,
    reported: reportedScores(recordIn(recordIn(file["results"])?.[task]) ?? {}),
    items: itemsOf(rows),
    stopped:
      limit === null || limit === undefined ? null : `--limit ${JSON.stringify(limit)}: not all items were asked`,
    settings: { generate: taskConfig["generation_kwargs"] ?? {}, given: config["gen_kwargs"] ?? null },
    template: {
      version: recordIn(file["versions"])?.[task] ?? null,
      shots: recordIn(file["n-shot"])?.[task] ?? null,
      system: file["system_instruction_sha"] ?? null,
      chat: file["chat_template_sha"] ?? null,
    },
    usage: { inputTokens: 0, outputTokens: 0 },
  };
}

/** Names of the tasks of a file of results. */
export function lmEvalTasks(results: unknown): string[] {
  return Object.keys(recordIn(recordIn(results)?.["configs"]) ?? recordIn(recordIn(results)?.["results"]) ?? {});
}

function reportedScores(task: Fields): ReportedScore[] {
  return Object.entries(task).flatMap(([name, value]) => {
    if (!name.includes(",") || name.includes("_stderr,") || typeof value !== "number") return [];
    const error = task[name.replace(",", "_stderr,")];
    return { scorer: scorerName(name), value, standardError: typeof error === "number" ? error : null };
  });
}

/** `exact_match,strict-match` as a name; the filter `none` is omitted. */
function scorerName(name: string): string {
  return plainName(name.replace(/,none$/, "").replace(",", "."));
}

/** One item for each document; each filter has a separate row. */
function itemsOf(rows: readonly Fields[]): ImportedItem[] {
  const items = new Map<string, ImportedItem>();
  for (const row of rows) {
    const id = String(row["doc_id"]);
    const text = answerText(row["resps"]);
    const item = items.get(id) ?? {
      id,
      prompt: promptText(row["arguments"]),
      reference: wordIn(typeof row["target"] === "number" ? String(row["target"]) : row["target"]),
      answers: [{ text, error: text === null ? "no answer" : null, scores: {} }],
    };
    const filter = wordIn(row["filter"]) ?? "none";
    const metrics = Array.isArray(row["metrics"]) ? row["metrics"].filter((name) => typeof name === "string") : [];
    for (const metric of metrics) item.answers[0]!.scores[scorerName(`${metric},${filter}`)] = scoreOf(row[metric]);
    items.set(id, item);
  }
  return [...items.values()].toSorted((a, b) => Number(a.id) - Number(b.id));
}

/**
 * A score; for a list of right and wrong, such as IFEval's one for each instruction, the mean. Other lists, such as the
 * log-likelihood and length of perplexity, are not scores of the item.
 */
function scoreOf(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (!Array.isArray(value) || value.length === 0 || value.some((part) => typeof part !== "boolean")) return null;
  return value.filter(Boolean).length / value.length;
}

/** The first text of nested lists. */
function answerText(value: unknown): string | null {
  return typeof value === "string" ? value : Array.isArray(value) ? answerText(value[0]) : null;
}

function promptText(value: unknown): string {
  const first = recordIn(recordIn(value)?.["gen_args_0"])?.["arg_0"] ?? (Array.isArray(value) ? value[0] : undefined);
  const text = Array.isArray(first) ? first[0] : first;
  if (typeof text !== "string") return text === undefined ? "" : JSON.stringify(text);
  if (!text.startsWith("[{")) return text;
  try {
    const turns = recordsIn(JSON.parse(text) as unknown);
    return turns.map(({ role, content }) => `${String(role)}: ${String(content)}`).join("\n\n");
  } catch {
    return text;
  }
}
