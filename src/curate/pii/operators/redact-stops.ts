const CLASS_HINT =
  "list the names that are only classes under `allow` (--allow), and those to replace under `deny` (--deny), or rename the classes";

/** Findings of redaction after which a run stops unless it may continue, each with what to do. */
export const REDACT_STOPS: Readonly<Record<string, string>> = {
  "class-identifiers": CLASS_HINT,
  "class-names-replaced": CLASS_HINT,
  "unsearched-script":
    "add a model that reads these languages (--ner, --ner-model, or nerModel of the stage), name the people under `deny`, or separate these rows",
};
