// Reads a table of traces that trace-golden.mjs made.
import { readFileSync } from "node:fs";

const KINDS = ["weights", "gradients", "optimizer", "activations", "logits", "temporaries", "workspace"];
const INSTANTS = ["reference", "forward", "loss", "backward", "optimizer"];

/** Rows of test/golden/trace/NAME: the case, and its counts as `plan trace` has them. */
export function readTraces(name) {
  const text = readFileSync(new URL(`../test/golden/trace/${name}`, import.meta.url), "utf8");
  const [head, ...lines] = text.trim().split("\n");
  const columns = head.split("\t");
  return lines.map((line) => {
    const row = Object.fromEntries(line.split("\t").map((cell, index) => [columns[index], cell]));
    const number = (field) => Number(row[field]);
    const counts = {
      weightsBytes: number("weightsBytes"),
      persistentBytes: number("persistentBytes"),
      instants: INSTANTS.filter((instant) => row[instant] !== "").map((instant) => pointOf(instant, row[instant])),
      tokens: number("tokens"),
      matrixFlops: number("matrixFlops"),
      attentionFlops: number("attentionFlops"),
      paramCount: number("paramCount"),
      trainedParamCount: number("trainedParamCount"),
      lossPath: row.lossPath,
    };
    const { id, model, source } = row;
    return { id, model, source, run: JSON.parse(row.run), options: JSON.parse(row.options), counts };
  });
}

function pointOf(instant, cell) {
  const given = Object.fromEntries(cell.split(" ").map((word) => [word.split("=")[0], Number(word.split("=")[1])]));
  const byKind = Object.fromEntries(KINDS.map((kind) => [kind, given[kind] ?? 0]));
  return { instant, bytes: Object.values(byKind).reduce((sum, bytes) => sum + bytes, 0), byKind };
}
