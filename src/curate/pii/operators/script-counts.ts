import type { StageFinding } from "../../../domain/funnel.ts";
import type { PiiProfile, ScriptRows } from "../../../domain/redact.ts";
import { counted } from "../../../base/words.ts";
import { textSlots } from "../../rows/text-slots.ts";
import type { CuratedRow } from "../../stage.ts";

/** Scripts whose names are found only next to a label or a form of address, and the languages that they stand for. */
const SCRIPTS: readonly (readonly [name: string, letters: string])[] = [
  ["Chinese and Japanese", "\\p{Script=Han}|\\p{Script=Hiragana}|\\p{Script=Katakana}"],
  ["Korean", "\\p{Script=Hangul}"],
  ["Arabic", "\\p{Script=Arabic}"],
  ["Hebrew", "\\p{Script=Hebrew}"],
  ["Cyrillic", "\\p{Script=Cyrillic}"],
  ["Greek", "\\p{Script=Greek}"],
  ["Devanagari", "\\p{Script=Devanagari}"],
  ["Thai", "\\p{Script=Thai}"],
  ["other", "(?!\\p{Script=Latin}|\\p{Script=Common})\\p{L}"],
];

/** A word of two letters or more outside Latin: single Greek letters are symbols, as in "β-blocker". */
const PATTERNS = SCRIPTS.map(([name, letters]) => ({ name, pattern: new RegExp(`(?:${letters}){2}`, "u") }));

/** Quick test: most texts have no such letter. */
const NOT_LATIN =
  /[\u0370-\u1dff\u1f00-\u1fff\u2c80-\ua63f\ua680-\ua71f\ua800-\uab2f\uab70-\ud7ff\uf900-\ufaff\ufb13-\ufdff\ufe70-\ufefe\uff66-\uffdc]/u;

/** Counts the rows that contain words in each of these scripts; a row counts for the first one that it has. */
export function countScripts(rows: readonly CuratedRow[], textField: string | undefined): ScriptRows[] {
  const counts = new Map<string, number>();
  for (const { fields } of rows) {
    const texts = textSlots(fields, textField)
      .map(({ text }) => text)
      .filter((text) => NOT_LATIN.test(text));
    const script = PATTERNS.find(({ pattern }) => texts.some((text) => pattern.test(text)));
    if (script !== undefined) counts.set(script.name, (counts.get(script.name) ?? 0) + 1);
  }
  return [...counts].map(([name, some]) => ({ script: name, rows: some }));
}

/** The counts of several shards, the largest first. */
export function addScripts(all: readonly (readonly ScriptRows[])[]): ScriptRows[] {
  const counts = new Map<string, number>();
  for (const { script, rows } of all.flat()) counts.set(script, (counts.get(script) ?? 0) + rows);
  return [...counts]
    .map(([script, rows]) => ({ script, rows }))
    .toSorted((a, b) => b.rows - a.rows || (a.script < b.script ? -1 : 1));
}

/** Finding on rows whose names cannot be searched for; under `hipaa` it needs a decision. */
export function scriptFindings(scripts: readonly ScriptRows[], profile: PiiProfile): StageFinding[] {
  if (scripts.length === 0) return [];
  const rows = scripts.reduce((sum, script) => sum + script.rows, 0);
  const shown = scripts.map((script) => `${script.script} ${script.rows}`).join(", ");
  return [
    {
      finding: profile === "hipaa" ? "unsearched-script" : "script-partly-searched",
      rows,
      detail: `${counted(rows, "row")} in other scripts (${shown}): there, names are found only after a label, next to a form of address or by their capitals, and places are not`,
    },
  ];
}
