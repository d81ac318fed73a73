import * as z from "zod";

import { Programme } from "../../domain/programme.ts";

/** The part of a JSON schema that is used here. */
type Described = { description?: string; properties?: Record<string, Described> };

let described: Described | undefined;

/**
 * Description of a field of `programme.yaml`: the first part of its description in the schema; the path if it has none.
 */
export function fieldWords(path: string): string {
  described ??= z.toJSONSchema(Programme, { io: "input", unrepresentable: "any" }) as Described;
  let field: Described | undefined = described;
  for (const key of path.split(".")) field = field?.properties?.[key];
  return field?.description?.split(/[;:,(]/)[0]?.trim() ?? path;
}
