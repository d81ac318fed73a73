import {
  countIn,
  type ImportedAnswer,
  type ImportedRun,
  plainName,
  recordIn,
  recordsIn,
  wordIn,
} from "./imported-run.ts";

type Fields = Record<string, unknown>;

/** Names of the scores of every cell. A metric that the user named so becomes `named.pass` or `named.score`. */
const OWN: ReadonlySet<string> = new Set(["pass", "score"]);

/** `failureReason` of a row whose provider did not answer. */
const ERROR = 2;

/**
 * Results of promptfoo (`eval --output FILE.json`): one run for each provider and prompt. The cells are `pass`, right
 * or wrong, `score`, and the named scores.
 *
 * @returns the problem in words, if there is one
 * @source promptfoo 0.12x, `results.version` 3
 */
export function promptfooRuns(file: unknown, name: string): ImportedRun[] | string {
  const top = recordIn(file);
  const results = recordIn(top?.["results"]);
  const rows = recordsIn(results?.["results"]);
  if (rows.length === 0) return "it has no results.results";
  const groups = new Map<string, Fields[]>();
  const columnsByProvider = new Map<string, Set<number>>();
  for (const row of rows) {
    const provider = providerOf(row);
    columnsByProvider.set(provider, (columnsByProvider.get(provider) ?? new Set()).add(countIn(row["promptIdx"])));
    const key = JSON.stringify([providerOf(row), countIn(row["promptIdx"])]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const provider = providerOf(first!);
    const column = countIn(first!["promptIdx"]);
    const columns = [...columnsByProvider.get(provider)!].toSorted((a, b) => a - b);
    return {
      tool: "promptfoo",
      toolVersion: wordIn(recordIn(top?.["metadata"])?.["promptfooVersion"]),
      task: name,
      target: columns.length === 1 ? provider : `${provider}-prompt-${columns.indexOf(column) + 1}`,
      model: provider,
      finishedAt: wordIn(results?.["timestamp"]),
      reported: reportedScores(results!, column),
      items: itemsOf(group),
      stopped: null,
      settings: recordIn(top?.["config"])?.["defaultTest"] ?? {},
      template: { prompt: recordIn(first!["prompt"])?.["label"] ?? recordIn(first!["prompt"])?.["raw"] ?? "" },
      usage: tokensOf(group),
    } satisfies ImportedRun;
  });
}

function providerOf(row: Fields): string {
  const provider = recordIn(row["provider"]);
  return wordIn(provider?.["label"]) ?? wordIn(provider?.["id"]) ?? wordIn(row["provider"]) ?? "provider";
}

/**
 * The share of passed tests, as counted by promptfoo. @param column `promptIdx`: it counts over providers and prompts
 */
function reportedScores(results: Fields, column: number): ImportedRun["reported"] {
  const prompt = Array.isArray(results["prompts"]) ? recordIn(results["prompts"][column]) : undefined;
  const metrics = recordIn(prompt?.["metrics"]);
  const counts = ["testPassCount", "testFailCount", "testErrorCount"].map((name) => countIn(metrics?.[name]));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all === 0 ? [] : [{ scorer: "pass", value: counts[0]! / all, standardError: null }];
}

function itemsOf(rows: readonly Fields[]): ImportedRun["items"] {
  const items = new Map<string, ImportedRun["items"][number]>();
  for (const row of rows) {
    const id = String(countIn(row["testIdx"]));
    const item = items.get(id) ?? {
      id,
      prompt: wordIn(recordIn(row["prompt"])?.["raw"]) ?? JSON.stringify(row["vars"] ?? {}),
      reference: referenceOf(row),
      answers: [],
    };
    item.answers.push(answerOf(row));
    items.set(id, item);
  }
  return [...items.values()].toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** Value that the first assertion compares with. */
function referenceOf(row: Fields): string | null {
  const [first] = recordsIn(recordIn(row["testCase"])?.["assert"]);
  return wordIn(first?.["value"]);
}

function answerOf(row: Fields): ImportedAnswer {
  const output = recordIn(row["response"])?.["output"];
  const text =
    output === undefined || output === null ? null : typeof output === "string" ? output : JSON.stringify(output);
  const isError = row["failureReason"] === ERROR || text === null;
  const named = Object.entries(recordIn(row["namedScores"]) ?? {}).flatMap(([name, value]) =>
    typeof value === "number" ? [[OWN.has(plainName(name)) ? `named.${plainName(name)}` : plainName(name), value]] : [],
  );
  if (isError) return { text: null, error: wordIn(row["error"]) ?? "no answer", scores: {} };
  const score = row["score"];
  return {
    text,
    error: null,
    scores: {
      pass: Number(row["success"] === true),
      ...(typeof score === "number" ? { score } : {}),
      ...Object.fromEntries(named),
    },
  };
}

function tokensOf(rows: readonly Fields[]): ImportedRun["usage"] {
  const usages = recordsIn(rows.map((row) => recordIn(row["response"])?.["tokenUsage"]));
  return {
    inputTokens: usages.reduce((sum, usage) => sum + countIn(usage["prompt"]), 0),
    outputTokens: usages.reduce((sum, usage) => sum + countIn(usage["completion"]), 0),
  };
}
