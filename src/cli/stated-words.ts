import { flagWords } from "../base/command-line.ts";
import type { Stated } from "../domain/run-request.ts";

/** The given fields among `fields`, as command-line arguments. */
export function statedWords(
  { request, stated }: Stated<Readonly<Record<string, unknown>>>,
  fields: readonly string[],
): string[] {
  return flagWords(
    request,
    fields.filter((field) => stated.has(field)),
  );
}
