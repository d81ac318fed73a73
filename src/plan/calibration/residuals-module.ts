import { CalibratedQuantity, type Residual } from "../../domain/calibration.ts";

/** The module `training-residuals.ts` as text, from residuals in their order. @param dated  ISO day */
export function residualsModule(residuals: readonly Residual[], dated: string): string {
  const blocks = CalibratedQuantity.options.map((quantity) => {
    const rows = residuals.filter((row) => row.quantity === quantity);
    const names = Object.keys(rows[0]?.facets ?? {});
    const lines = rows.map(({ facets, source, n, logRatios }) =>
      [...names.map((name) => facets[name]), source, n, logRatios.join(" ")].join(" | "),
    );
    return `  ${quantity}: \`\n${[[...names, "source", "n", "ln(measured / physics)"].join(" | "), ...lines].join("\n")}\n\`,`;
  });
  return `/**
 * How far published measurements lie from physics, by cell and source. Written by \`npm run calibrate\`, never by hand:
 * whoever changes the physics or the facets runs it again, and of two versions either may be thrown away.
 */
export const TRAINING_RESIDUALS = {
  dated: "${dated}",
${blocks.join("\n")}
};
`;
}
