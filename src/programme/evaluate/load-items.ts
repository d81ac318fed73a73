import { Failure } from "../../base/failure.ts";
import { parseJson } from "../../base/json.ts";
import { counted } from "../../base/words.ts";
import type { Evaluation } from "../../domain/evaluation.ts";
import type { LockedSet } from "../../domain/testset-lock.ts";
import { fillPrompt, promptAsText } from "../../evaluate/run/fill-prompt.ts";
import { referenceProblems } from "../../evaluate/set/reference-problems.ts";
import { type EvalItem, evalItems, fieldValue, type SetProblem, type SetRow } from "../../evaluate/set/eval-item.ts";
import { type ReadyScorer, readyScorers } from "../../evaluate/score/score-answer.ts";
import type { LlmMessage } from "../../llm/index.ts";
import { type FoundRow, setRows } from "./set-rows.ts";
import { setFolder, TESTSET_LOCK } from "../folder/testset-lock.ts";

/** Fields that a scorer requires of an item. */
function requiredFields(scorer: ReadyScorer): string[] {
  if (scorer.kind === "ifeval") return [scorer.instructions];
  if (scorer.kind === "tool-calls") return []; // an empty list means that no tool may be called
  return scorer.reference === undefined ? [] : [scorer.reference];
}

/** An item with its prompt. */
export type PromptedItem = {
  item: EvalItem;
  prompt: string | LlmMessage[];
  /** Further turns of the user, each asked after the previous one is answered. */
  later: readonly string[];
  /** Tools that the model may call, in the format of the chat API; undefined if there are none. */
  tools: readonly unknown[] | undefined;
  /** All turns of the user as one text, for people and judges. */
  promptText: string;
};

/** Tools of an item. @throws Failure bad_input if its field holds no list */
function toolsOf(tools: Evaluation["tools"], { id, row }: EvalItem): readonly unknown[] | undefined {
  if (typeof tools !== "string") return tools;
  const value = fieldValue(row, tools);
  if (value === undefined || value === null) return undefined;
  const list: unknown =
    typeof value === "string" ? parseJson(value, `item ${JSON.stringify(id)}, field ${tools}`) : value;
  if (Array.isArray(list)) return list.length === 0 ? undefined : list;
  throw new Failure("bad_input", `item ${JSON.stringify(id)}: ${tools} is not a list of tools`, {
    hint: "write them in the format of the chat API: [{ type: function, function: { name, parameters } }]",
  });
}

/** Maximum number of items in a set, because results are held in memory. */
const MOST_ITEMS = 200_000;

/** Maximum number of problems that one message lists. */
const SHOWN = 10;

/** Fails if there are problems of items of a set, and names them. @throws Failure bad_input */
export function refuseProblems(folder: string, problems: readonly SetProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.slice(0, SHOWN).map(({ place, message }) => `  ${place}: ${message}`);
  const more = problems.length > SHOWN ? [`  and ${problems.length - SHOWN} more`] : [];
  throw new Failure(
    "bad_input",
    [`${folder}: ${counted(problems.length, "item")} cannot be evaluated`, ...lines, ...more].join("\n"),
    { hint: "correct the rows, freeze them as a new version, and lock that: a frozen set is not edited" },
  );
}

/** Rows that are JSON objects, and the problems of the others. */
export function objectRows(rows: readonly FoundRow[]): { objects: SetRow[]; broken: SetProblem[] } {
  return {
    objects: rows.filter((row): row is SetRow => row.row !== undefined),
    broken: rows
      .filter(({ row }) => row === undefined)
      .map(({ place }) => ({ place, message: "is not a JSON object" })),
  };
}

/**
 * Items of a locked set with their prompts.
 *
 * @throws Failure bad_input that names every item that cannot be evaluated: a repeated id, no reference, or a missing
 * field
 */
export async function loadItems(
  dir: string,
  { set, evaluation }: { set: LockedSet; evaluation: Evaluation },
): Promise<{ items: PromptedItem[]; scorers: ReadyScorer[] }> {
  const rows = await setRows(await setFolder(dir, set));
  if (rows.length === 0 || rows.length > MOST_ITEMS) {
    throw new Failure("bad_input", `${set.folder} has ${rows.length} items: expected 1 to ${MOST_ITEMS}`, {
      hint: "freeze a set of that size",
    });
  }
  const scorers = readyScorers(evaluation.scorers, evaluation.reference);
  const { objects, broken } = objectRows(rows);
  const { items, problems } = evalItems(objects, {
    id: set.id,
    slices: set.slices,
    cluster: evaluation.cluster,
    required: [...new Set(scorers.flatMap(requiredFields))],
  });
  const places = new Map(rows.map(({ sha256, place }) => [sha256, place]));
  const unusable = items.flatMap((item) =>
    referenceProblems(item, scorers).map((message) => ({ place: places.get(item.sha256)!, message })),
  );
  const all = [...broken, ...problems, ...unusable];
  refuseProblems(set.folder, all);
  const [unknown] = set.slices.filter((name) => items.every(({ row }) => fieldValue(row, name) === undefined));
  if (unknown !== undefined) {
    throw new Failure("bad_input", `${TESTSET_LOCK}: no item of ${set.folder} has the slice field ${unknown}`, {
      hint: "name a field of the items, or remove it from slices",
    });
  }
  return {
    scorers,
    items: items.map((item) => {
      const { prompt, later } = fillPrompt(evaluation.prompt, item);
      const tools = toolsOf(evaluation.tools, item);
      return { item, prompt, later, tools, promptText: promptAsText(prompt, later) };
    }),
  };
}
