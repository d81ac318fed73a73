import type { ReactNode } from "react";

import { fingerprintRows } from "../../../report/evaluation-rows.ts";
import { DataTable } from "../data-table.tsx";
import { type Side, sideHeads } from "./sides.ts";

/** Hashes of set, prompts, scorers and targets, and the models; of a second side only those that differ. */
export function FingerprintsPanel({ sides }: { sides: readonly Side[] }): ReactNode {
  const columns = sides.map(({ result }) => new Map([["id", result.id], ...fingerprintRows(result)]));
  const [first] = columns;
  return (
    <section className="panel" aria-labelledby="fingerprints">
      <h2 id="fingerprints">Fingerprints</h2>
      <DataTable label="Fingerprints" head={["Part", ...sideHeads(sides, "SHA-256 or value")]}>
        {[...(first ?? [])].map(([part, value]) => (
          <tr key={part}>
            <td>{part}</td>
            {columns.map((column, index) => (
              <td className="wrap" key={sides[index]!.side}>
                {index > 0 && column.get(part) === value ? "the same" : <code>{column.get(part) ?? "none"}</code>}
              </td>
            ))}
          </tr>
        ))}
      </DataTable>
    </section>
  );
}
