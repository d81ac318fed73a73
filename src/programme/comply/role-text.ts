import { textTable, wrapText } from "../../base/text-table.ts";
import type { ComplianceRole, FactValue, Verification } from "../../domain/compliance.ts";

/** Verification level of a statement, as shown in tables. */
export const LEVEL: Readonly<Record<Verification, string>> = {
  primary: "[P]",
  secondary: "[S]",
  general: "[G]",
  derived: "[D]",
};

/** Table of the roles with their reasons. */
export function rolesTable(roles: readonly ComplianceRole[]): string {
  return textTable(
    [{ head: "role" }, { head: "answer" }, { head: "", wrap: 80 }],
    roles.map(({ title, answer, reason, verification }) => [title, answer, `${reason} ${LEVEL[verification]}`]),
  );
}

/** The chain of each role: the rule, the facts with their sources, and what would change the answer. */
export function roleChains(roles: readonly ComplianceRole[]): string {
  return roles
    .map(({ title, answer, reason, rule, verification, facts, wouldChange }) =>
      [
        `${title}: ${answer}`,
        wrapText(`reason: ${reason}`),
        wrapText(`rule: ${rule} ${LEVEL[verification]}`),
        wrapText(`would change it: ${wouldChange}`),
        textTable(
          [{ head: "fact" }, { head: "value", wrap: 34 }, { head: "source", wrap: 70 }],
          facts.map(({ id, value, source }) => [id, valueWords(value), source]),
        ),
      ].join("\n"),
    )
    .join("\n\n");
}

/** A value of a fact as text. */
function valueWords(value: FactValue): string {
  if (value === null) return "unknown";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number") return Number.isInteger(value) && value < 1e6 ? String(value) : value.toPrecision(2);
  return typeof value === "boolean" ? (value ? "yes" : "no") : value;
}
