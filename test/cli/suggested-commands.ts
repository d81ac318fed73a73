/** Commands that wait for something outside: a server that runs until it is told to end, an endpoint to load. */
export const OUTSIDE = /^(?:-C \S+ )?(?:serve|loadtest)\b/;

/** Words that end a command line inside a sentence: what the command does, or what follows it. */
const REST =
  /,|>| or | and | then |: |\. |\)| \(| (?:with|as) (?=[a-z])| (?:approves|lists|shows|writes|rewrites|reads|makes|made|wrote|names|starts|converts|compares|covers|has|tries)\b/;

/** Names in capitals that stand for a value of the reader: FILE, TASK.yaml, FOLDER-OF-THE-SET. */
const PLACEHOLDER = /(?:^|\s)[A-Z]{2,}(?:-[A-Z]+)*(?:\.[a-z]+)?(?=\s|$)/;

/** A command line, without `tunewright`, that an answer suggests; as the next step, or as the remedy of a failure. */
export type Suggestion = { as: "next" | "hint"; line: string };

/** Words of a command line; those in single quotes are one. */
export function commandWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/**
 * Suggestions of an answer that can be run as they stand: without a value that only the reader knows, without an outside
 * system, and without something to do first ("describe a run in training.yaml, then: ...").
 */
export function suggestedCommands(stderr: string): Suggestion[] {
  return stderr.split("\n").flatMap((text) => {
    const [, as, rest] = /^(next|hint): (.*)$/.exec(text) ?? [];
    if (rest === undefined || (as === "next" && !rest.startsWith("tunewright "))) return [];
    return [...rest.matchAll(/(?<!then: )\btunewright ([^`;]+)/g)]
      .map(([, line]) => ({ as: as as Suggestion["as"], line: line!.split(REST)[0]!.trim() }))
      .filter(({ line }) => !OUTSIDE.test(line) && !PLACEHOLDER.test(line));
  });
}
