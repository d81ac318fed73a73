import type { ReactNode } from "react";

import type { CurvePoint, Curves } from "../../curves/curve.ts";
import { summaries } from "../../curves/curve-summary.ts";
import { metricRank } from "../../../report/usual-columns.ts";
import { DataTable } from "../data-table.tsx";
import { shownValue } from "../words.ts";

/** Last, lowest and highest value of each metric of a run, with their steps; losses first, those of the machine last. */
export function MetricSummary({ curves }: { curves: Curves | undefined }): ReactNode {
  const rows = curves === undefined ? [] : summaries(curves).toSorted((a, b) => place(a.key) - place(b.key));
  return (
    <section className="panel metrics" aria-labelledby="metrics">
      <div className="panel-head">
        <h2 id="metrics">
          Metrics <span className="soft small">{rows.length}</span>
        </h2>
      </div>
      {rows.length === 0 ? (
        <p className="soft">None was logged.</p>
      ) : (
        <DataTable label="metrics" head={["Metric", "Last", "Lowest", "Highest"]} numbers={[1, 2, 3]}>
          {rows.map(({ key, last, low, high }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <Value point={last} />
              <Value point={low} />
              <Value point={high} />
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}

function place(key: string): number {
  return key.startsWith("system/") ? Number.POSITIVE_INFINITY : metricRank(key);
}

function Value({ point }: { point: CurvePoint | undefined }): ReactNode {
  if (point === undefined) return <td className="number soft">none</td>;
  const [step, , value] = point;
  return (
    <td className="number">
      {Number.isFinite(value) ? shownValue(value) : <span className="state bad">{shownValue(value)}</span>}
      <span className="soft small"> at {step}</span>
    </td>
  );
}
