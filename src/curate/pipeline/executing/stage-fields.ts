import { Failure } from "../../../base/failure.ts";
import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import { noField } from "../reading/named-fields.ts";
import type { Manifest } from "../storing/artefact.ts";
import { openArtefact } from "../storing/artefact-store.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Maximum names kept for a hint. */
const KNOWN_NAMES = 1000;

/** Fields named by the options of a stage, by the way in which the stage finds them in a row. */
type Named = {
  /** Ignoring case. */
  anyCase: readonly (string | undefined)[];
  /** Exact name. */
  written: readonly (string | undefined)[];
  /** Exact name, or a path of names with dots. */
  path: readonly (string | undefined)[];
};

/**
 * Checks that at least one row of a stage's input has each field named by its options, because rows without a mistyped
 * field would count as rows without a text. Stops at the first row that has them all.
 *
 * @param place position of the stage, for the message
 * @throws Failure bad_input if there are rows and none has one of the fields
 */
export async function mustHaveFields(
  item: PipelineStage,
  input: { folder: string; manifest: Manifest },
  place: string,
): Promise<void> {
  const left = new Map(tests(namedIn(item)));
  const known = new Set<string>();
  const artefact = openArtefact(input.folder);
  for (const record of input.manifest.shards) {
    if (left.size === 0) return;
    for (const { fields } of await artefact.keptRows(record)) {
      for (const [name, isIn] of left) if (isIn(fields)) left.delete(name);
      if (left.size === 0) return;
      if (known.size < KNOWN_NAMES) for (const name of Object.keys(fields)) known.add(name);
    }
  }
  const [unknown] = left.keys();
  if (unknown === undefined || input.manifest.totals.rowsKept === 0) return;
  const { message, hint } = noField(unknown, known);
  throw new Failure("bad_input", `${place}: ${message}`, { hint });
}

function namedIn(item: PipelineStage): Partial<Named> {
  switch (item.stage) {
    case "trainable":
    case "exact":
    case "quality":
      return { anyCase: [item.fields?.text, item.fields?.prompt, item.fields?.completion] };
    case "dedup":
      return { anyCase: [item.textField], written: [item.by] };
    case "redact":
      return { written: [item.textField, item.personField] };
    case "decontaminate":
      return { written: [...(item.textFields ?? []), item.vectorField] };
    case "rights":
      return { written: [item.licenceField, item.urlField, item.generatedByField] };
    case "split":
      return {
        anyCase: [item.fields?.text, item.fields?.prompt, item.fields?.completion],
        path: [...item.groupBy, item.stratifyBy, item.timeField],
      };
    default:
      return {};
  }
}

function tests({ anyCase = [], written = [], path = [] }: Partial<Named>): [string, (fields: Fields) => boolean][] {
  const stated = (names: readonly (string | undefined)[]): string[] => names.filter((name) => name !== undefined);
  return [
    ...stated(anyCase).map((name): [string, (fields: Fields) => boolean] => {
      const lower = name.toLowerCase();
      return [name, (fields) => name in fields || Object.keys(fields).some((key) => key.toLowerCase() === lower)];
    }),
    ...stated(written).map((name): [string, (fields: Fields) => boolean] => [name, (fields) => name in fields]),
    ...stated(path).map((name): [string, (fields: Fields) => boolean] => [name, (fields) => isAt(fields, name)]),
  ];
}

function isAt(fields: Fields, name: string): boolean {
  if (name in fields) return true;
  let value: unknown = fields;
  for (const part of name.split(".")) {
    if (value === null || typeof value !== "object" || !(part in value)) return false;
    value = (value as Fields)[part];
  }
  return true;
}
