import { readTsv } from "../../catalog/read-tsv.ts";
import type { TraceCounts, TraceInstant, TraceKinds } from "../../../src/domain/trace.ts";

/** A row of a golden table of traces: the case as flags say it, and what was counted. */
export type TraceRow = {
  id: string;
  model: string;
  run: Record<string, unknown>;
  options: Record<string, unknown>;
  counts: TraceCounts;
};

const INSTANTS: readonly TraceInstant[] = ["reference", "forward", "loss", "backward", "optimizer"];
const NOTHING: TraceKinds = {
  weights: 0,
  gradients: 0,
  optimizer: 0,
  activations: 0,
  logits: 0,
  temporaries: 0,
  workspace: 0,
};

/** Rows of `test/golden/trace`, which `bench/trace-golden.mjs` makes with the libraries that each row names. */
export function readTraces(name: "traces.tsv" | "measured.tsv"): TraceRow[] {
  return readTsv(`trace/${name}`).map((row) => {
    const number = (field: string): number => Number(row[field]);
    return {
      id: row["id"]!,
      model: row["model"]!,
      run: JSON.parse(row["run"]!) as Record<string, unknown>,
      options: JSON.parse(row["options"]!) as Record<string, unknown>,
      counts: {
        weightsBytes: number("weightsBytes"),
        persistentBytes: number("persistentBytes"),
        instants: INSTANTS.filter((instant) => row[instant] !== "").map((instant) => pointOf(instant, row[instant]!)),
        tokens: number("tokens"),
        matrixFlops: number("matrixFlops"),
        attentionFlops: number("attentionFlops"),
        paramCount: number("paramCount"),
        trainedParamCount: number("trainedParamCount"),
        lossPath: row["lossPath"]!,
      },
    };
  });
}

function pointOf(instant: TraceInstant, cell: string): TraceCounts["instants"][number] {
  const given = cell.split(" ").map((word) => word.split("="));
  const byKind: TraceKinds = { ...NOTHING, ...Object.fromEntries(given.map(([kind, bytes]) => [kind, Number(bytes)])) };
  return { instant, bytes: Object.values(byKind).reduce((sum, bytes) => sum + bytes, 0), byKind };
}
