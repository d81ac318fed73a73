import { Failure } from "../../base/failure.ts";
import type { DedupOptions } from "../../domain/dedup.ts";
import type { KeyList } from "../kernels/key-list.ts";
import { type CandidateKeys, candidateKeys } from "./candidate-keys.ts";
import type { Details } from "./compare-blocks.ts";
import type { Drops, Match } from "./find-drops.ts";
import { comparedText } from "./text-tokens.ts";

/** The parts of a method of duplicate detection that differ between methods. */
export type DuplicateMethod = {
  /** Makes the keys of a row from its shingles. */
  addKeys?: CandidateKeys | undefined;
  /** Receives each row with its fields; if set, rows are parsed. */
  onRow?: ((row: number, fields: Readonly<Record<string, unknown>>, keys: KeyList) => void) | undefined;
  /** True if rows do not need a text. */
  needsNoText?: boolean | undefined;
  /** Compares a row with its candidates, instead of comparing all shingles. */
  match?: Match | undefined;
  /** Compares rows by their vectors, instead of by shingles. */
  vectors?: Details<Float32Array> | undefined;
  /** Decides on all rows, without keys and candidates. */
  drops?: ((rows: number, order: Uint32Array | undefined) => Drops) | undefined;
};

/**
 * The selected method. Rarely used methods are loaded on demand.
 *
 * @throws Failure bad_input if the options cannot be combined
 */
export async function duplicateMethod(options: DedupOptions): Promise<DuplicateMethod> {
  const { method, compat, threshold, permutations, textField, keep } = options;
  const named = textField === undefined ? undefined : { text: textField };
  if (compat !== undefined) {
    if (method !== "near")
      throw new Failure("bad_input", `--compat finds near-duplicates, not ${method}`, {
        hint: "omit --compat, or use --method near",
      });
    const { compatClusters } = await import("./compat/compat-clusters.ts");
    const clusters = await compatClusters(compat, { threshold, values: permutations });
    return { onRow: withText(named, clusters.add), drops: clusters.drops };
  }
  switch (method) {
    case "exact":
      return {};
    case "simhash": {
      const { simHashRows } = await import("./sim-hash-rows.ts");
      return simHashRows(options.distance);
    }
    case "paragraphs":
    case "passages": {
      if (keep !== "first")
        throw new Failure("bad_input", `--method ${method} always keeps the first occurrence`, {
          hint: "omit --keep",
        });
      if (method === "passages") {
        const { add, drops } = (await import("./passage-rows.ts")).passageRows(threshold);
        return { onRow: withText(named, add), drops };
      }
      const { paragraphRows, paragraphSplitter } = await import("./paragraph-rows.ts");
      const { add, drops } = paragraphRows(threshold);
      const split = paragraphSplitter();
      return { onRow: withText(named, (row, text) => add(row, split(text))), drops };
    }
    case "vectors": {
      const field = options.vectorField;
      if (field === undefined) {
        throw new Failure("bad_input", "the field with the vectors is not stated", { hint: "add --vector-field NAME" });
      }
      const { cosineComparison, vectorKeys } = await import("./vector-rows.ts");
      const { add } = vectorKeys(threshold);
      const held: Float32Array[] = [];
      const vectors: Details<Float32Array> = {
        budgetBytes: Infinity,
        bytesOf: (row) => 4 * (held[row]?.length ?? 0),
        load: async () => (row) => held[row]!,
        comparison: () => cosineComparison(threshold),
      };
      const onRow = (row: number, fields: Readonly<Record<string, unknown>>, keys: KeyList): void => {
        held[row] = add(row, fields[field], { keys, name: `row ${row}` });
      };
      return { onRow, vectors, needsNoText: true };
    }
    default:
      return { addKeys: threshold === 1 ? undefined : candidateKeys(threshold, { isVerified: options.verify }) };
  }
}

function withText(
  named: { text: string } | undefined,
  take: (row: number, text: string) => void,
): DuplicateMethod["onRow"] {
  return (row, fields) => {
    const text = comparedText(fields, named);
    if (text !== undefined) take(row, text);
  };
}
