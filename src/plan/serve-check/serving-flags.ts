import type { RowText } from "../check/row-text.ts";
import type { ServeRun } from "../serve/serve-run.ts";

/** Engine limits that a row states as flags of any engine. */
export type ServingFlags = Partial<
  Pick<ServeRun, "maxRunning" | "maxBatchedTokens" | "memoryShare" | "prefixHitShare">
>;

const AMOUNT = String.raw`[ =:]*(\d*\.?\d+)(\s?%)?`;

const FLAGS: readonly (readonly [keyof ServingFlags, RegExp])[] = [
  ["maxRunning", new RegExp(`max[-_](?:num[-_]seqs|running[-_]requests|batch[-_]size)${AMOUNT}`, "i")],
  ["maxBatchedTokens", new RegExp(`(?:max[-_]num[-_](?:batched[-_])?tokens|chunked[-_]prefill[-_]size)${AMOUNT}`, "i")],
  [
    "memoryShare",
    new RegExp(
      `(?:gpu[-_]memory[-_]utili[sz]ation|mem[-_]fraction[-_]static|gpu[-_]mem(?:ory)?[-_]fraction)${AMOUNT}`,
      "i",
    ),
  ],
  ["prefixHitShare", new RegExp(`prefix[-_ ](?:cache[-_ ])?hit(?:s|[-_ ](?:rate|share))?${AMOUNT}`, "i")],
];

/** Flags of a row, from `concurrency` and `extra_facts`; impossible values are skipped. */
export function servingFlags(text: RowText): ServingFlags {
  const words = `${text("concurrency")}; ${text("extra_facts")}`;
  return Object.fromEntries(
    FLAGS.flatMap(([name, pattern]) => {
      const found = pattern.exec(words);
      const value = Number(found?.[1]) / (found?.[2] === undefined ? 1 : 100);
      const isShare = name === "memoryShare" || name === "prefixHitShare";
      const isSound = isShare ? value >= 0 && value < 1 : Number.isInteger(value) && value >= 1;
      return found !== null && isSound ? [[name, value]] : [];
    }),
  );
}
