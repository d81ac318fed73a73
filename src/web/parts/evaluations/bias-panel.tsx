import type { ReactNode } from "react";

import type { BiasReport } from "../../../domain/bias-report.ts";
import { notComparedText } from "../../../report/evaluation-rows.ts";
import { DataTable } from "../data-table.tsx";
import { shownInterval, shownScore } from "./score-words.ts";

/** Comparison of the groups of an evaluation's slices: gaps, ratios, and items in other wordings. */
export function BiasPanel({ reports }: { reports: readonly BiasReport[] }): ReactNode {
  const [first] = reports;
  if (first === undefined) return null;
  return (
    <section className="panel" aria-labelledby="groups">
      <h2 id="groups">Groups compared</h2>
      {reports.map((report) => (
        <Groups key={report.field} report={report} />
      ))}
      <div className="panel-body">
        <p className="soft small">{first.note}</p>
      </div>
    </section>
  );
}

function Groups({ report }: { report: BiasReport }): ReactNode {
  const { field, scorer, groups, minItems, worstGap, fourFifths, counterfactual } = report;
  return (
    <>
      <DataTable
        label={`${scorer} by ${field}, each group compared with all others together`}
        head={[field, "Items", scorer, "95 % interval", "Less the others", "p, adjusted", "Ratio to highest"]}
        numbers={[1, 2, 3, 4, 5, 6]}
      >
        {groups.map(({ group, n, mean, interval, isCompared, differenceInterval, adjustedP, ratio }) => (
          <tr key={group}>
            <td>{group}</td>
            <td className="number">{n}</td>
            <td className="number">{shownScore(mean)}</td>
            <td className="number">{shownInterval(interval)}</td>
            <td className="number">
              {isCompared ? shownInterval(differenceInterval) : notComparedText({ n }, minItems)}
            </td>
            <td className="number">{adjustedP === null ? "none" : adjustedP.toFixed(4)}</td>
            <td className="number">{ratio === null ? "none" : ratio.toFixed(3)}</td>
          </tr>
        ))}
      </DataTable>
      <div className="panel-body">
        <p>
          {worstGap === null
            ? ""
            : `Largest gap: ${worstGap.highest} over ${worstGap.lowest} by ${shownScore(worstGap.gap)} (${shownInterval(worstGap.interval)}${worstGap.pairs === 1 ? "" : `, adjusted for ${worstGap.pairs} pairs`}). `}
          {fourFifths === null
            ? ""
            : `Four-fifths rule: ${fourFifths.group} has ${fourFifths.ratio.toFixed(3)} of the highest group, ${fourFifths.isBelow ? "below" : "not below"} 0.8. `}
          {counterfactual
            .map(({ group, changed, pairs }) => `Wording ${group}: ${changed} of ${pairs} items score differently.`)
            .join(" ")}
        </p>
      </div>
    </>
  );
}
