import type { Figure } from "../../domain/figure.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/**
 * The figures of a programme's fields with where each value stands: in `programme.yaml`, on the command line, or
 * nowhere, so that it is a default of the schema and not the user's word.
 */
export function withOrigins(figures: readonly Figure[], loaded: LoadedProgramme): Figure[] {
  return figures.map((figure) => {
    if (!figure.id.startsWith("user.")) return figure;
    const field = figure.id.slice("user.".length);
    return { ...figure, source: loaded.origin(field.split(".")) };
  });
}
