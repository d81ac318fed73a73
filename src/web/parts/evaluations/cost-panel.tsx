import type { ReactNode } from "react";

import type { EvaluationResult } from "../../../domain/evaluation-result.ts";
import { DataTable } from "../data-table.tsx";
import { shownUsd } from "../words.ts";

/** Cost of the target, of each judge and of the vectors. */
export function CostPanel({
  result: { target, cost, judged, embeddings },
}: {
  result: Pick<EvaluationResult, "target" | "cost" | "judged" | "embeddings">;
}): ReactNode {
  const rows = [
    { name: target, part: "target", ...cost },
    ...judged.flatMap(({ judges }) => judges.map((card) => ({ name: card.judge, part: "judge", ...card.cost }))),
    ...embeddings.map((use) => ({ name: use.source, part: "vectors", ...use, outputTokens: 0, price: "" })),
  ];
  return (
    <section className="panel" aria-labelledby="cost">
      <h2 id="cost">Cost</h2>
      <DataTable
        label="Cost"
        head={["Of", "Part", "Requests", "Input tokens", "Output tokens", "USD", "Price"]}
        numbers={[2, 3, 4, 5]}
      >
        {rows.map(({ name, part, requests, inputTokens, outputTokens, usd, price }) => (
          <tr key={`${part} ${name}`}>
            <td>{name}</td>
            <td>{part}</td>
            <td className="number">{requests.toLocaleString()}</td>
            <td className="number">{inputTokens.toLocaleString()}</td>
            <td className="number">{outputTokens.toLocaleString()}</td>
            <td className="number">{usd === null ? "free" : shownUsd(usd)}</td>
            <td className="wrap">{price}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}
