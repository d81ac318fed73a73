/** Characters that no shell reads as anything but themselves. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A command line of Tunewright that can be pasted into a POSIX shell.
 *
 * @param words  what stands after `tunewright`, one argument each
 */
export function commandLine(words: readonly string[]): string {
  return ["tunewright", ...words.map(shellWord)].join(" ");
}

/** The command that writes a copy of a text file in UTF-8. */
export function iconvCommand(encoding: string, path: string): string {
  return `iconv -f ${encoding} -t UTF-8 ${shellWord(path)} > new-file`;
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The flag of a field of a request: `meanTokens` is `--mean-tokens`. */
export function flagName(field: string): string {
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Fields of a request as words of a command line, in the order of `fields`. */
export function flagWords(request: Readonly<Record<string, unknown>>, fields: Iterable<string>): string[] {
  return [...fields].flatMap((field) => {
    const flag = flagName(field);
    const value = request[field];
    if (typeof value !== "boolean") return [flag, String(value)];
    return [value ? flag : flag.replace("--", "--no-")];
  });
}
