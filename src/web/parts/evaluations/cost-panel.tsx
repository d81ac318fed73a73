import type { ReactNode } from "react";

import { costLines } from "../../../report/evaluation-rows.ts";
import { DataTable } from "../data-table.tsx";
import { shownUsd } from "../words.ts";
import type { Side } from "./sides.ts";

/** Cost of the answers, of each judge and its check, and of the vectors. */
export function CostPanel({ sides }: { sides: readonly Side[] }): ReactNode {
  const isSingle = sides.length === 1;
  const head = ["Of", "Requests", "Input tokens", "Output tokens", "USD", "Of it without an answer"];
  return (
    <section className="panel" aria-labelledby="cost">
      <h2 id="cost">Cost</h2>
      <DataTable
        label="Cost"
        head={isSingle ? head : ["Side", ...head]}
        numbers={isSingle ? [1, 2, 3, 4, 5] : [2, 3, 4, 5, 6]}
      >
        {sides.flatMap(({ side, result }) =>
          costLines(result).map(({ of, requests, inputTokens, outputTokens, usd, unansweredUsd }) => (
            <tr key={`${side} ${of}`}>
              {isSingle ? null : <td>{side}</td>}
              <td>{of}</td>
              <td className="number">{requests.toLocaleString()}</td>
              <td className="number">{inputTokens.toLocaleString()}</td>
              <td className="number">{outputTokens.toLocaleString()}</td>
              <td className="number">{usd === null ? "free" : shownUsd(usd)}</td>
              <td className="number">{unansweredUsd === null ? "" : shownUsd(unansweredUsd)}</td>
            </tr>
          )),
        )}
      </DataTable>
      <div className="panel-body">
        {sides.map(({ side, result: { cost, endpoint } }) => (
          <p className="soft small" key={side}>
            {side === null ? "" : `${side}: `}Price: {cost.price}. Endpoint: {endpoint}.
          </p>
        ))}
      </div>
    </section>
  );
}
