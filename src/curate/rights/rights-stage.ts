import type { RightsFile, RightsOptions, RightsVerdict, SourceRights } from "../../domain/rights.ts";
import type { CuratedRow, DroppedRow, RowNote, RowStage } from "../stage.ts";
import { judgeRights } from "./judge-rights.ts";
import { readSignal } from "./signals/read-signal.ts";
import type { Signal } from "./signals/signal.ts";

/** What the rights stage needs: its options, and what the files that they name hold. */
export type RightsInput = RightsOptions & {
  sources: RightsFile["sources"];
  /** Texts of the opt-out files, by the name that the rights file gives them. */
  texts: ReadonlyMap<string, string>;
};

/**
 * Lets through the rows that may be trained on. Reasons of a drop are the rules of `judgeRights`, rows held for counsel
 * as `counsel: RULE`; every row has a note with its verdict, licence and duties.
 */
export const rightsStage: RowStage<RightsInput> = {
  kind: "row",
  name: "rights",
  version: 1,
  run: (rows, input) => {
    const judge = rightsJudge(input);
    const kept: CuratedRow[] = [];
    const dropped: DroppedRow[] = [];
    const notes: RowNote[] = [];
    for (const row of rows) {
      const { verdict, rule, detail, licence, duties } = judge(row);
      notes.push({ id: row.id, note: { verdict, rule, licence, duties } });
      if (verdict === "allowed" || (verdict === "needs-counsel" && input.counsel === "keep")) kept.push(row);
      else dropped.push({ row, reason: verdict === "blocked" ? rule : `counsel: ${rule}`, detail });
    }
    return { kept, dropped, notes };
  },
};

/** Judges rows; what is alike is judged once. */
export function rightsJudge(input: RightsInput): (row: CuratedRow) => RightsVerdict {
  const verdicts = new Map<string, RightsVerdict>();
  return ({ source: name, fields }) => {
    const [licence, url, model] = [input.licenceField, input.urlField, input.generatedByField].map((field) =>
      field === undefined ? undefined : wordOf(fields[field]),
    );
    const key = JSON.stringify([name, licence, url, model]);
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    const source = sourceOf(input.sources, name);
    const verdict = judgeRights(
      {
        source,
        licence,
        generatedBy: [...(source?.generatedBy ?? []), ...(model === undefined ? [] : [model])],
        signals: source === undefined ? [] : signalsOf(source, { url, texts: input.texts }),
      },
      input,
    );
    if (verdicts.size < MOST_VERDICTS) verdicts.set(key, verdict);
    return verdict;
  };
}

/** Verdicts that are remembered: rows with a page of their own would fill the memory. */
const MOST_VERDICTS = 100_000;

/** The facts of a dataset: those of its name, else those for all. */
function sourceOf(sources: readonly SourceRights[], name: string): SourceRights | undefined {
  return sources.find(({ source }) => source === name) ?? sources.find(({ source }) => source === "*");
}

function signalsOf(
  { optOut }: SourceRights,
  { url, texts }: { url: string | undefined; texts: ReadonlyMap<string, string> },
): Signal[] {
  const page = url === undefined ? undefined : parsed(url);
  const path = page === undefined ? "/" : `${page.pathname}${page.search}`;
  return optOut
    .filter(({ host }) => host === undefined || page === undefined || isHost(page.hostname, host))
    .map(({ kind, file }) => readSignal({ kind, text: texts.get(file) ?? "", name: file }, { path }));
}

function isHost(hostname: string, host: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replace(/^www\./, "");
  return bare(hostname) === bare(host);
}

function parsed(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function wordOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(wordOf).filter(Boolean).join(" AND ") || undefined;
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
