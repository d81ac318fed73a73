import type { StageFinding } from "../../../domain/funnel.ts";
import type { ClassField, ClassName, PiiProfile } from "../../../domain/redact.ts";
import { ANSWER } from "./kept-classes.ts";

/** Maximum number of classes that a finding names. */
const NAMED = 5;

/** Findings on the classes of a dataset: names of classes that redaction keeps, and those that it replaces. */
export function classFindings(fields: readonly ClassField[], profile: PiiProfile): StageFinding[] {
  return fields.flatMap(({ field, classes }): StageFinding[] => {
    const found = classes.filter(({ entity }) => entity !== null);
    const [kept, replaced] = [found.filter(({ isKept }) => isKept), found.filter(({ isKept }) => !isKept)];
    const where = `${classes.length} classes of ${field === ANSWER ? "the answers" : `the field "${field}"`}`;
    const isIdentifier = profile === "hipaa";
    const findings: StageFinding[] = [];
    if (kept.length > 0) {
      findings.push({
        finding: isIdentifier ? "class-identifiers" : "class-names-kept",
        rows: rowsOf(kept),
        detail: `${named(kept)}: kept, as names among the ${where}${isIdentifier ? "; Safe Harbor makes no exception for classes" : ""}`,
      });
    }
    if (replaced.length > 0) {
      findings.push({
        finding: "class-names-replaced",
        rows: rowsOf(replaced),
        detail: `${named(replaced)}: replaced although they are names among the ${where}, because they are personal data anywhere; the classes of these rows are no longer distinguished`,
      });
    }
    return findings;
  });
}

function rowsOf(classes: readonly ClassName[]): number {
  return classes.reduce((sum, { rows }) => sum + rows, 0);
}

function named(classes: readonly ClassName[]): string {
  const shown = classes.slice(0, NAMED).map(({ name, entity }) => `"${name}" (${entity})`);
  return classes.length > NAMED ? `${shown.join(", ")} and ${classes.length - NAMED} more` : shown.join(", ");
}
