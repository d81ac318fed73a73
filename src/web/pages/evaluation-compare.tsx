import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";

import type { EvaluationComparison, ScoreDifference } from "../../domain/evaluation-comparison.ts";
import { getJson } from "../api.ts";
import { DataTable } from "../parts/data-table.tsx";
import { BothScores } from "../parts/evaluations/both-scores.tsx";
import { CostPanel } from "../parts/evaluations/cost-panel.tsx";
import { FingerprintsPanel } from "../parts/evaluations/fingerprints-panel.tsx";
import { GapsPanel } from "../parts/evaluations/gaps-panel.tsx";
import { Interval } from "../parts/evaluations/interval.tsx";
import { Item } from "../parts/evaluations/item.tsx";
import { JudgePanels } from "../parts/evaluations/judge-panel.tsx";
import { shownDifference, shownDifferenceInterval, shownP, shownScore } from "../parts/evaluations/score-words.ts";
import { bothSides } from "../parts/evaluations/sides.ts";
import { Page } from "../parts/page.tsx";
import { Tiles } from "../parts/tiles.tsx";
import "../evaluations.css";

/** Number of items that are shown with both answers. */
const SHOWN = 60;

/**
 * Two evaluations on one set, paired by item: differences, scores of both with their distribution, slices, the flipped
 * items with both answers, judges, what could not be scored, cost and fingerprints.
 */
export default function EvaluationComparePage(): ReactNode {
  const [words] = useSearchParams();
  const [baseline, target] = [words.get("baseline") ?? "", words.get("target") ?? ""];
  const reading = useQuery({
    queryKey: ["evaluation-comparison", baseline, target],
    queryFn: async () => getJson<EvaluationComparison>("/evaluation-comparison", { baseline, target }),
    retry: false,
  });
  const { data } = reading;
  return (
    <Page
      title={data === undefined ? "Compare evaluations" : `${data.target.target} compared with ${data.baseline.target}`}
      crumbs={<Link to="/evaluations">Evaluations</Link>}
      lead={data === undefined ? "" : `${data.evaluation}: ${data.set.name}, ${data.set.items} items, paired by item`}
      reading={reading}
    >
      {(comparison) => (
        <>
          <Differences comparison={comparison} />
          <BothScores comparison={comparison} />
          {comparison.slices.length === 0 ? null : (
            <section className="panel" aria-labelledby="by-slice">
              <h2 id="by-slice">By slice</h2>
              <DifferenceTable
                label="Differences by slice"
                first="Slice"
                rows={comparison.slices.map((slice) => ({ ...slice, name: `${slice.field} = ${slice.value}` }))}
              />
              <p className="panel-body soft small">p is adjusted by Holm's method over the slices of a field.</p>
            </section>
          )}
          <Flips comparison={comparison} />
          <JudgePanels sides={bothSides(comparison)} />
          <GapsPanel sides={bothSides(comparison)} />
          <CostPanel sides={bothSides(comparison)} />
          <FingerprintsPanel sides={bothSides(comparison)} />
        </>
      )}
    </Page>
  );
}

function Differences({ comparison: { differences, clean, set } }: { comparison: EvaluationComparison }): ReactNode {
  const [headline] = differences;
  if (headline === undefined) return null;
  const { scorer, difference, interval, p, detectable, n, itemsFor80Percent } = headline;
  return (
    <section className="panel" aria-labelledby="differences">
      <h2 id="differences">Difference</h2>
      <Tiles
        tiles={[
          { term: scorer, value: shownDifference(difference), detail: shownDifferenceInterval(interval) },
          { term: "p", value: shownP(p), detail: "two-sided, of no difference" },
          {
            term: "Detectable",
            value: detectable === null ? "not known" : shownScore(detectable),
            detail: `smallest difference that ${n} items detect (power 80 %)`,
          },
        ]}
      />
      {itemsFor80Percent === null ? null : (
        <p className="panel-body">A difference as large as the one seen needs {itemsFor80Percent} items.</p>
      )}
      {clean === null ? null : (
        <p className="panel-body">
          {clean.hits} of {set.items} items were found in training rows. {scorer} without them:{" "}
          {shownDifference(clean.difference.difference)} ({shownDifferenceInterval(clean.difference.interval)}), p{" "}
          {shownP(clean.difference.p)}.
        </p>
      )}
      <DifferenceTable
        label="Differences by score"
        first="Score"
        rows={differences.map((difference) => ({ ...difference, name: difference.scorer }))}
      />
    </section>
  );
}

type Named = ScoreDifference & { name: string };

function DifferenceTable({ label, first, rows }: { label: string; first: string; rows: readonly Named[] }): ReactNode {
  const ends = rows.flatMap(({ interval }) =>
    interval === null ? [] : [Math.abs(interval.low), Math.abs(interval.high)],
  );
  const end = Math.max(0.01, ...ends);
  return (
    <DataTable
      label={label}
      head={[first, "Items", "Baseline", "Target", "Difference", "95 % interval", "Range", "p", "Higher", "Lower"]}
      numbers={[1, 2, 3, 4, 5, 7, 8, 9]}
    >
      {rows.map(({ name, n, baseline, target, difference, interval, adjustedP, onlyTarget, onlyBaseline }) => (
        <tr key={name}>
          <td>{name}</td>
          <td className="number">{n}</td>
          <td className="number">{shownScore(baseline)}</td>
          <td className="number">{shownScore(target)}</td>
          <td className="number">{shownDifference(difference)}</td>
          <td className="number">{shownDifferenceInterval(interval)}</td>
          <td>
            <Interval value={difference} low={interval?.low} high={interval?.high} ends={[-end, end]} />
          </td>
          <td className="number">{shownP(adjustedP)}</td>
          <td className="number">{onlyTarget}</td>
          <td className="number">{onlyBaseline}</td>
        </tr>
      ))}
    </DataTable>
  );
}

function Flips({
  comparison: { flips, flipCount, baseline, target },
}: {
  comparison: EvaluationComparison;
}): ReactNode {
  return (
    <section className="panel" aria-labelledby="flips">
      <h2 id="flips">Items that flipped</h2>
      <div className="panel-body">
        <p className="soft small">
          {flipCount} items have another score; {Math.min(SHOWN, flips.length)} are shown.
        </p>
        {flips.slice(0, SHOWN).map((flip) => (
          <Item
            key={flip.id}
            summary={`${flip.id}: ${flip.better === "target" ? "higher" : "lower"}, ${shownScore(flip.baselineScore)} to ${shownScore(flip.targetScore)}`}
            prompt={flip.prompt}
            reference={flip.reference}
            answers={[
              { name: `Baseline: ${baseline.target}`, text: flip.baselineAnswer ?? "no answer" },
              { name: `Target: ${target.target}`, text: flip.targetAnswer ?? "no answer" },
            ]}
          />
        ))}
      </div>
    </section>
  );
}
