import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { Failure } from "../base/failure.ts";
import { didYouMean } from "../base/suggest.ts";
import { Assumption, type AssumptionOverride } from "../domain/assumption.ts";
import { pointRange } from "../domain/point-range.ts";

let loaded: readonly Assumption[] | undefined;

/**
 * All assumptions, which apply until the user replaces them: ranges of an article of 2026-05-26, corrected where a
 * measurement or arithmetic disagrees. The ends of a published range are p10 and p90, and its geometric mean is p50; a
 * single published value is all three.
 */
export function allAssumptions(): readonly Assumption[] {
  loaded ??= readAssumptions(
    readFileSync(new URL("./data/assumptions.csv", import.meta.url), "utf8"),
    "assumptions.csv",
  );
  return loaded;
}

/**
 * Looks up assumptions, with the user's values in `programme.yaml` overriding the catalogue's.
 *
 * @returns a function from id to assumption; it throws Failure not_found for an unknown id
 * @throws Failure bad_input for an override of an unknown id, a reversed range, a negative value, or a share above 1
 */
export function assumptionsWith(
  overrides: Readonly<Record<string, AssumptionOverride>> = {},
): (id: string) => Assumption {
  const byId = new Map(allAssumptions().map((assumption) => [assumption.id, assumption]));
  const find = (id: string): Assumption => {
    const found = byId.get(id);
    if (found) return found;
    throw new Failure("not_found", `unknown assumption "${id}"`, {
      hint: didYouMean(id, byId.keys()) ?? "docs/reference/assumptions.md lists them",
    });
  };
  for (const [id, override] of Object.entries(overrides)) {
    if (!byId.has(id)) {
      throw new Failure("bad_input", `programme.yaml, assumptions: unknown assumption "${id}"`, {
        hint: didYouMean(id, byId.keys()) ?? "docs/reference/assumptions.md lists them",
      });
    }
    byId.set(id, overridden(find(id), override));
  }
  return find;
}

function overridden(assumption: Assumption, override: AssumptionOverride): Assumption {
  const values =
    typeof override === "number"
      ? { ...pointRange(override), note: undefined }
      : { p10: override.p10, p50: override.p50, p90: override.p90, note: override.note };
  const { p10, p50, p90, note } = values;
  const place = `programme.yaml, assumptions.${assumption.id}`;
  if (![p10, p50, p90].every(Number.isFinite))
    throw new Failure("bad_input", `${place}: a value is not a number`, {
      hint: "write p10, p50 and p90 as plain numbers",
    });
  if (!(p10 <= p50 && p50 <= p90)) {
    throw new Failure("bad_input", `${place}: p10 ${p10}, p50 ${p50}, p90 ${p90} must not decrease`, {
      hint: "write the low end as p10, the middle as p50 and the high end as p90",
    });
  }
  if (p10 < 0)
    throw new Failure("bad_input", `${place}: ${p10} ${assumption.unit} is below zero`, { hint: "give zero or more" });
  if (assumption.unit === "share" && p90 > 1) {
    throw new Failure("bad_input", `${place}: ${p90} is not a share`, { hint: "write 0.15 for 15 %" });
  }
  return {
    ...assumption,
    p10,
    p50,
    p90,
    source: { kind: "user", ref: place },
    note: note ?? `replaces ${assumption.p10}-${assumption.p90} ${assumption.unit} of ${assumption.source.ref}`,
  };
}

/**
 * Reads the assumption file: an empty `p50` becomes the geometric mean of the ends, or the mean if the low end is 0.
 *
 * @throws Failure bad_input that names the line
 */
export function readAssumptions(text: string, name: string): Assumption[] {
  const ids = new Set<string>();
  return parseCsv(text, name).rows.map(({ line, fields }) => {
    const number = (column: string): number => (fields[column] ? Number(fields[column]) : Number.NaN);
    const [p10, p90] = [number("p10"), number("p90")];
    const p50 = fields["p50"] ? number("p50") : middle(p10, p90);
    const parsed = Assumption.safeParse({
      id: fields["id"],
      label: fields["label"],
      unit: fields["unit"],
      p10,
      p50,
      p90,
      use: fields["use"],
      source: {
        kind: fields["kind"] === "" ? "assumption" : fields["kind"],
        ref: fields["source"],
        ...(fields["as_of"] === "" ? {} : { asOf: fields["as_of"] }),
      },
      note: fields["note"],
    });
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw new Failure("bad_input", `${name}, line ${line}, ${issue.path.join(".")}: ${issue.message}`, {
        hint: "correct this cell",
      });
    }
    if (!(p10 <= p50 && p50 <= p90))
      throw new Failure("bad_input", `${name}, line ${line}: p10, p50, p90 must not decrease`, {
        hint: "write the low end as p10, the middle as p50 and the high end as p90",
      });
    if (ids.has(parsed.data.id))
      throw new Failure("bad_input", `${name}, line ${line}: duplicate id "${parsed.data.id}"`, {
        hint: "remove one of the two rows",
      });
    ids.add(parsed.data.id);
    return parsed.data;
  });
}

function middle(low: number, high: number): number {
  if (low === high) return low;
  return low > 0 ? Number(Math.sqrt(low * high).toPrecision(4)) : (low + high) / 2;
}
