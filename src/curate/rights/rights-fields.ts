import type { RightsOptions, SourceRights } from "../../domain/rights.ts";
import { type NamedFields, namedFields } from "../pipeline/reading/named-fields.ts";
import type { CuratedRow } from "../stage.ts";

/** Consequence for a row without each field. */
const WITHOUT = {
  licenceField: "their dataset's licence counts",
  urlField: "they state no page",
  generatedByField: "only their dataset states which model wrote them",
} as const;

/**
 * Checks whether rows have the fields by which their rights are judged: those named by the options, and those by which
 * a rights file identifies withdrawn consents.
 *
 * `end` returns the warnings about rows without one.
 *
 * @throws Failure bad_input, from `end`, for a field of the options that no row has, if there are rows
 */
export function rightsFields(input: Pick<RightsOptions, keyof typeof WITHOUT> & { sources: readonly SourceRights[] }): {
  add: (row: CuratedRow) => void;
  end: () => string[];
} {
  const watched: NamedFields[] = (Object.keys(WITHOUT) as (keyof typeof WITHOUT)[]).flatMap((option) => {
    const name = input[option];
    return name === undefined ? [] : [namedFields([name], { anyCase: false, without: WITHOUT[option] })];
  });
  const named = new Set(input.sources.map(({ source }) => source));
  const withdrawn = new Map<string, string>();
  for (const { source, personalData } of input.sources) {
    if (personalData?.withdrawn !== undefined) withdrawn.set(source, personalData.withdrawn.field);
  }
  const [seen, found] = [new Set<string>(), new Set<string>()];
  return {
    add: ({ source, fields }) => {
      for (const fieldsOf of watched) fieldsOf.add(fields);
      const name = named.has(source) ? source : "*";
      const field = withdrawn.get(name);
      if (field === undefined) return;
      seen.add(name);
      if (Object.hasOwn(fields, field)) found.add(name);
    },
    end: () => [
      ...watched.flatMap((fields) => fields.end()),
      ...[...seen]
        .filter((name) => !found.has(name))
        .map((name) => `no row of "${name}" has the field ${withdrawn.get(name)} that records withdrawn consent`),
    ],
  };
}
