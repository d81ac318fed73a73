import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { ForeignResult } from "../../domain/audit-import.ts";

type Group = Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is Group =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Fields of an item with the question; the first one present counts. */
const ASKED = ["task", "query", "question", "prompt", "input", "instruction", "doc"];

/** Fields of an item that state whether it was solved; the first one present counts. */
const SOLVED = ["success", "correct", "passed", "score", "acc"];

/**
 * Results of an evaluation in a JSON file: of lm-evaluation-harness, a list of solved tasks, or a summary of one.
 *
 * @returns an empty list if the file has none of these formats
 */
export function evaluationResults(value: unknown, file: string): ForeignResult[] {
  if (Array.isArray(value)) return listResults(value, file);
  if (!isGroup(value)) return [];
  if (isGroup(value["results"]) && (isGroup(value["configs"]) || isGroup(value["versions"])))
    return harnessResults(value, file);
  const summary = value["summary"];
  return isGroup(summary) ? summaryResults(summary, file) : [];
}

/** A task of a list: its prompt as text, and its score; null if the list has none. */
export type AskedItem = { text: string; score: number | null };

/** The tasks of a list that have a prompt; empty if the file is not such a list. */
export function askedItems(value: unknown): AskedItem[] {
  if (!Array.isArray(value)) return [];
  const items = value.filter(isGroup);
  const solved = solvedField(items);
  return items.flatMap((item) => {
    const key = ASKED.find((name) => item[name] !== undefined && item[name] !== null);
    if (key === undefined) return [];
    const asked = item[key];
    return [
      {
        text: typeof asked === "string" ? asked : JSON.stringify(asked),
        score: solved === undefined ? null : Number(item[solved]),
      },
    ];
  });
}

/** Field that states of every item whether it was solved; undefined if there is none. */
function solvedField(items: readonly Group[]): string | undefined {
  return SOLVED.find((name) => items.every((item) => ["boolean", "number"].includes(typeof item[name])));
}

/** Results of lm-evaluation-harness 0.4: one per task, by its first metric. */
function harnessResults(value: Group, file: string): ForeignResult[] {
  const { results, versions, configs } = value as { results: Group; versions?: Group; configs?: Group };
  const [hashes, samples] = [value["task_hashes"], value["n-samples"]].map((group) => (isGroup(group) ? group : {}));
  const config = isGroup(value["config"]) ? value["config"] : {};
  const named = value["model_name"] ?? config["model_args"];
  return Object.entries(results).flatMap(([task, scores]) => {
    if (!isGroup(scores)) return [];
    const metric = Object.entries(scores).find(
      ([key, score]) => typeof score === "number" && !key.includes("stderr") && key !== "alias" && key !== "sample_len",
    );
    if (metric === undefined) return [];
    const counts = samples![task];
    const ofTask = isGroup(configs?.[task]) ? configs[task] : {};
    return [
      {
        file,
        series: task,
        model: typeof named === "string" && named !== "" ? named : null,
        items: isGroup(counts) && typeof counts["effective"] === "number" ? counts["effective"] : null,
        set: sha256(
          canonicalJson([
            versions?.[task] ?? ofTask["version"] ?? null,
            hashes![task] ?? null,
            ofTask["dataset_path"] ?? null,
            ofTask["test_split"] ?? null,
          ]),
        ),
        score: metric[1] as number,
        metric: metric[0],
      },
    ];
  });
}

/** A list of tasks, each with whether it was solved. */
function listResults(value: readonly unknown[], file: string): ForeignResult[] {
  const items = value.filter(isGroup);
  const solved = solvedField(items);
  if (items.length === 0 || items.length < value.length || solved === undefined) return [];
  const asked = askedItems(value).map(({ text }) => text);
  const total = items.reduce((sum, item) => sum + Number(item[solved]), 0);
  return [
    {
      file,
      series: seriesOf(file),
      model: null,
      items: items.length,
      set: asked.length === items.length ? sha256(canonicalJson(asked.toSorted())) : null,
      score: total / items.length,
      metric: solved,
    },
  ];
}

/** A summary of a list of tasks: their number and the share that was solved. */
function summaryResults(summary: Group, file: string): ForeignResult[] {
  const rate = summary["success_rate"] ?? summary["accuracy"];
  const total = summary["total_tasks"] ?? summary["total"];
  if (typeof rate !== "number" || typeof total !== "number") return [];
  return [{ file, series: seriesOf(file), model: null, items: total, set: null, score: rate, metric: "success rate" }];
}

/** Name of a series of result files: their name without the numbers that distinguish them. */
function seriesOf(file: string): string {
  const name = file
    .split("/")
    .at(-1)!
    .replace(/\.json$/, "");
  return name.replaceAll(/[\d_.-]*\d[\d_.-]*/g, "").replaceAll(/[_.-]+$/g, "") || name;
}
