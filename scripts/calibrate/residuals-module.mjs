/** The text of `src/plan/calibration/training-residuals.ts` from residuals in their order; `dated` is an ISO day. */
export function residualsModule(residuals, dated) {
  const quantities = [...new Set(residuals.map(({ quantity }) => quantity))];
  const blocks = quantities.map((quantity) => {
    const rows = residuals.filter((row) => row.quantity === quantity);
    const names = Object.keys(rows[0].facets);
    const lines = rows.map(({ facets, source, n, logRatios }) =>
      [...names.map((name) => facets[name]), source, n, logRatios.join(" ")].join(" | "),
    );
    const head = [...names, "source", "n", "ln(measured / physics)"].join(" | ");
    return `  ${quantity}: \`\n${[head, ...lines].join("\n")}\n\`,`;
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
