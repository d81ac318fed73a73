/** Characters that no shell interprets. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A Tunewright command line that can be pasted into a POSIX shell.
 *
 * @param words  the arguments after `tunewright`
 */
export function commandLine(words: readonly string[]): string {
  return ["tunewright", ...words.map(shellWord)].join(" ");
}

/** A command line that is run with the paths of a folder, for commands that take no folder. */
export function commandLineIn(dir: string, words: readonly string[]): string {
  return commandLine(dir === "." ? words : ["-C", dir, ...words]);
}

/** The command that writes a copy of a text file in UTF-8. */
export function iconvCommand(encoding: string, path: string): string {
  return `iconv -f ${encoding} -t UTF-8 ${shellWord(path)} > new-file`;
}

/** A word, quoted for a POSIX shell if necessary. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The flag for a field of a request: `meanTokens` becomes `--mean-tokens`. */
export function flagName(field: string): string {
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Fields of a request as command-line arguments, in the order of `fields`. */
export function flagWords(request: Readonly<Record<string, unknown>>, fields: Iterable<string>): string[] {
  return [...fields].flatMap((field) => {
    const flag = flagName(field);
    const value = request[field];
    if (typeof value !== "boolean") return [flag, String(value)];
    return [value ? flag : flag.replace("--", "--no-")];
  });
}
