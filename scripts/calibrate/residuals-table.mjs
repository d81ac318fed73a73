/** Residuals by cell and source as lines of text: n, and p10, median and p90 of measured over physics. */
export function residualsTable(residuals, { textTable, quantileSorted }) {
  const right = { align: "right" };
  return textTable(
    [
      { head: "cell", wrap: 90 },
      { head: "source" },
      { head: "n", ...right },
      { head: "p10", ...right },
      { head: "measured / physics", ...right },
      { head: "p90", ...right },
    ],
    residuals.map(({ quantity, facets, source, n, logRatios }) => [
      `${quantity}: ${Object.values(facets).join(", ")}`,
      source,
      String(n),
      ...[0.1, 0.5, 0.9].map((each) => Math.exp(quantileSorted(logRatios, each)).toFixed(2)),
    ]),
  );
}
