import { textTable } from "../../base/text-table.ts";
import type { StagesResult } from "../../domain/training-stages.ts";

/** A plan of stages as a table. */
export function stagesText({ name, id, ok, stages }: StagesResult): string {
  const table = textTable(
    [{ head: "stage" }, { head: "kind" }, { head: "state" }, { head: "what", wrap: 60 }, { head: "SHA-256" }],
    stages.map((stage) => [
      stage.name,
      stage.kind,
      stage.state,
      stage.detail ?? "",
      stage.sha256 === null ? "" : stage.sha256.slice(0, 16),
    ]),
  );
  return `${name} (${id}): ${ok ? "every stage has passed" : "not finished"}\n\n${table}`;
}
