import { counted, whole } from "../../base/words.ts";
import { judgeLines, judgePlanText } from "../../curate/judge/judge-text.ts";
import type { WatchJudged } from "../../domain/watch-judge.ts";

/** Text of judging requests. */
export function judgedText({ watch, sampled, known, withoutText, plan, judge, verdicts }: WatchJudged): string {
  return [
    `${watch}: ${counted(sampled, "request")} in the sample, ${whole(known)} already judged`,
    ...(withoutText === 0 ? [] : [`not judged: the texts of ${whole(withoutText)} are no longer kept`]),
    ...(plan === null ? [] : [judgePlanText(plan)]),
    ...(judge === null ? [] : judgeLines(judge)),
    `verdicts on record: ${whole(verdicts)}`,
  ].join("\n");
}
