import type { ReactNode } from "react";

import type { EvaluationComparison } from "../../../domain/evaluation-comparison.ts";
import { denominatorText } from "../../../report/evaluation-rows.ts";
import { DataTable } from "../data-table.tsx";
import { Interval } from "./interval.tsx";
import { shownInterval, shownScore } from "./score-words.ts";
import { bothSides } from "./sides.ts";

/** Scores of both targets over all of their items, and the items by the headline score in the same bins. */
export function BothScores({ comparison }: { comparison: EvaluationComparison }): ReactNode {
  const sides = bothSides(comparison);
  return (
    <section className="panel" aria-labelledby="scores">
      <h2 id="scores">Scores of both</h2>
      {sides.map(({ side, result: { isComplete, stopped } }) =>
        isComplete ? null : (
          <p className="notice warn" key={side}>
            {side} is not complete: {stopped}
          </p>
        ),
      )}
      <DataTable
        label="Scores of both, each over all of its items"
        head={["Side", "Of", "Score", "Mean", "95 % interval", "Range", "Denominator"]}
        numbers={[3, 4]}
      >
        {sides.flatMap(({ side, result }) =>
          result.scores.map((score) => (
            <tr key={`${side} ${score.scorer}`}>
              <td>{side}</td>
              <td>{result.target}</td>
              <td>{score.scorer}</td>
              <td className="number">{shownScore(score.mean)}</td>
              <td className="number">{shownInterval(score.interval)}</td>
              <td>
                <Interval value={score.mean} low={score.interval?.low} high={score.interval?.high} ends={[0, 1]} />
              </td>
              <td className="wrap">{denominatorText(score)}</td>
            </tr>
          )),
        )}
      </DataTable>
      {comparison.target.judged.length === 0 ? null : (
        <p className="panel-body soft small">Scores of judges are uncorrected here.</p>
      )}
      <Distribution comparison={comparison} />
    </section>
  );
}

function Distribution({ comparison: { bins, target } }: { comparison: EvaluationComparison }): ReactNode {
  if (bins.length < 2) return null;
  const name = target.scores[0]?.scorer ?? "";
  const most = Math.max(1, ...bins.flatMap(({ baseline, target: now }) => [baseline, now]));
  return (
    <>
      <h3>Items by {name}</h3>
      <DataTable label={`Items by ${name}`} head={[name, "Baseline", "Target"]}>
        {bins.map(({ label, baseline, target: now }) => (
          <tr key={label}>
            <td>{label}</td>
            <CountCell count={baseline} most={most} />
            <CountCell count={now} most={most} />
          </tr>
        ))}
      </DataTable>
    </>
  );
}

function CountCell({ count, most }: { count: number; most: number }): ReactNode {
  return (
    <td>
      <span className="share">
        <span className="share-track" aria-hidden>
          <span className="share-fill" style={{ width: `${(100 * count) / most}%` }} />
        </span>
        {count}
      </span>
    </td>
  );
}
