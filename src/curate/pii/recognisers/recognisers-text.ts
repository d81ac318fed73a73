import { textTable } from "../../../base/text-table.ts";
import type { PiiMeasurement, PiiRecogniser } from "../../../domain/pii.ts";

/** Recognisers as a table: entity, country, whether it is on, and measured quality. */
export function recognisersText(recognisers: readonly PiiRecogniser[]): string {
  const rows = recognisers.flatMap(({ entity, name, locales, isDefault, isChecked, measured }) => {
    const own = [entity, name, locales.join(" ") || "all", isDefault ? "on" : "off", isChecked ? "yes" : "no"];
    const shown: (PiiMeasurement | undefined)[] = measured.length === 0 ? [undefined] : measured;
    return shown.map((measurement) => [...own, ...measuredCells(measurement)]);
  });
  const table = textTable(
    [
      { head: "entity" },
      { head: "recogniser" },
      { head: "countries" },
      { head: "default" },
      { head: "checked" },
      { head: "precision", align: "right" },
      { head: "recall", align: "right" },
      { head: "n", align: "right" },
      { head: "measured on" },
    ],
    rows,
  );
  const on = recognisers.filter(({ isDefault }) => isDefault).length;
  return `${table}\n\n${recognisers.length} recognisers, ${on} on by default; n: spans of the entity in the set, unknown where no set has it`;
}

function measuredCells(measured: PiiMeasurement | undefined): string[] {
  if (measured === undefined) return ["unknown", "unknown", "", ""];
  const share = (value: number | null): string => (value === null ? "unknown" : value.toFixed(3));
  return [share(measured.precision), share(measured.recall), String(measured.known), `${measured.set}, ${measured.on}`];
}
