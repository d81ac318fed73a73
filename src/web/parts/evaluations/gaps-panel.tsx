import type { ReactNode } from "react";

import { gapRows } from "../../../report/evaluation-rows.ts";
import { DataTable } from "../data-table.tsx";
import { shownScore } from "./score-words.ts";
import { type Side, sideHeads } from "./sides.ts";

/** Answers that could not be scored, and the items that were found in training rows. */
export function GapsPanel({ sides }: { sides: readonly Side[] }): ReactNode {
  const counts = sides.map(({ result }) => gapRows(result));
  return (
    <section className="panel" aria-labelledby="gaps">
      <h2 id="gaps">What could not be scored</h2>
      <DataTable
        label="Answers by what happened to them"
        head={["What", ...sideHeads(sides, "Answers")]}
        numbers={sides.map((_, index) => index + 1)}
      >
        {counts[0]?.map(([what], row) => (
          <tr key={what}>
            <td>{what}</td>
            {counts.map((rows, index) => (
              <td className="number" key={sides[index]!.side}>
                {rows[row]![1]}
              </td>
            ))}
          </tr>
        ))}
      </DataTable>
      <div className="panel-body">
        {sides.map((side) => (
          <Words key={side.side} {...side} />
        ))}
      </div>
    </section>
  );
}

function Words({ side, result: { errors, contamination } }: Side): ReactNode {
  const before = side === null ? "" : `${side}: `;
  return (
    <>
      {errors.map(({ item, message }) => (
        <p className="small" key={item}>
          {before}
          {item}: {message}
        </p>
      ))}
      <p>
        {before}
        {contamination === null
          ? "The set was not compared with training rows: the target does not state trainedOn."
          : `Items found in ${contamination.against}: ${contamination.hitItems.length} (training rows: ${contamination.trainingRows}).`}{" "}
        {contamination === null || contamination.hitItems.length === 0
          ? ""
          : contamination.clean
              .map(({ scorer, mean, n }) => `Without them ${scorer} is ${shownScore(mean)} on ${n} items.`)
              .join(" ")}
      </p>
    </>
  );
}
