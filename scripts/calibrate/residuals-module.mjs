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
 * Residuals of published measurements relative to physics, by cell and source. Written by \`npm run calibrate\`, never by
 * hand: run it again after changing the physics or the facets; in a merge conflict take either version and run it.
 */
export const TRAINING_RESIDUALS = {
  dated: "${dated}",
${blocks.join("\n")}
};
`;
}
