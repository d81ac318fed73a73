import type { Figure } from "../../domain/figure.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/**
 * The figures of a programme's fields with the source of each value: `programme.yaml`, the command line, or a default
 * of the schema, which the user did not state.
 */
export function withOrigins(figures: readonly Figure[], loaded: LoadedProgramme): Figure[] {
  return figures.map((figure) => {
    if (!figure.id.startsWith("user.")) return figure;
    const field = figure.id.slice("user.".length);
    return { ...figure, source: loaded.origin(field.split(".")) };
  });
}
