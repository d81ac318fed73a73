import type { QualityResult } from "../../domain/quality.ts";
import { counted } from "../../base/words.ts";
import { judgeLines } from "../judge/judge-text.ts";
import { funnelText } from "../pipeline/storing/funnel-text.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Openings in the text. */
const SHOWN = 5;

/** Text of the result. */
export function qualityText({ funnel, noted, summary, judge, out, profile }: QualityResult): string {
  const share = (part: number | null): string => (part === null ? "unknown" : `${(100 * part).toFixed(1)} %`);
  const counts = (pairs: readonly (readonly [string, number])[]): string =>
    pairs.length === 0 ? "none" : pairs.map(([name, rows]) => `${name} ${COUNT.format(rows)}`).join(", ");
  return [
    funnelText(funnel),
    "",
    `profile: ${profile}`,
    ...(noted.length === 0 ? [] : [`kept with a note: ${counts(noted.map(({ reason, rows }) => [reason, rows]))}`]),
    `languages of answers: ${counts(summary.languages.map(({ language, rows }) => [language, rows]))}`,
    ...(summary.answers === null
      ? []
      : [`words of an answer: p10 ${summary.answers.p10}, p50 ${summary.answers.p50}, p90 ${summary.answers.p90}`]),
    `answers per row: ${counts(summary.turns.map(({ answers, rows }) => [`${answers} in`, rows]))}`,
    ...(summary.promptWords === null
      ? []
      : [
          `words of a prompt: p10 ${summary.promptWords.p10}, p50 ${summary.promptWords.p50}, p90 ${summary.promptWords.p90}; repeated prompts: ${share(summary.repeatedPrompts)}`,
          `first words of prompts: ${counts(summary.verbs.slice(0, SHOWN).map(({ verb, rows }) => [verb, rows]))}; evenness ${summary.evenness.verbs.toFixed(2)} of 1`,
        ]),
    ...(summary.sources.length < 2
      ? []
      : [
          `sources: ${counts(summary.sources.slice(0, SHOWN).map(({ source, rows }) => [source, rows]))}; evenness ${summary.evenness.sources.toFixed(2)} of 1`,
        ]),
    `distinct words of prompts: ${share(summary.distinctWords)}; word pairs: ${share(summary.distinctPairs)}; over ${counted(summary.sampledRows, "row")}`,
    `openings of prompts: ${COUNT.format(summary.distinctOpenings)} different, the ten most frequent in ${share(summary.topOpenings)} of rows; ${counts(summary.openings.slice(0, SHOWN).map(({ opening, rows }) => [`"${opening}"`, rows]))}`,
    ...(judge === null ? [] : judgeLines(judge)),
    ...(out === null ? [] : [`rows: ${out}`]),
  ].join("\n");
}
