/**
 * Cyrillic and Greek letters that look like Latin ones. Greek letters that denote a quantity next to Latin letters,
 * as in `hν`, are excluded.
 *
 * @source our own selection after the method of Unicode Technical Standard 39; not compared with its confusables.txt
 */
const LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...pairs("аеорсухіјѕһԁԛԝѵАВЕКМНОРСТУХІЈЅ", "aeopcyxijshdqwvABEKMHOPCTYXIJS"),
    ...pairs("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX"),
  }),
);

/** The letters that look like Latin ones. */
export const LOOK_ALIKES: readonly string[] = [...LATIN.keys()];

const CLASS = `[${LOOK_ALIKES.join("")}]`;

/** A look-alike letter next to a Latin letter, or as a single-letter word between two Latin words. */
export const LOOK_ALIKE_SIGN = new RegExp(
  `${CLASS}(?:(?<=[a-zA-Z].)|(?=[a-zA-Z])|(?<=[a-zA-Z][,.;:]? .)(?= [a-zA-Z]))`,
);

/** Longest run of such letters that is read; it bounds the time for a text that contains nothing else. */
const LONGEST = 30;

/**
 * The run of look-alike letters around an offset, as Latin letters; undefined if no Latin word continues before or
 * after it, or if the word has other letters of its script.
 */
export function lookAlike(text: string, position: number): { start: number; end: number; plain: string } | undefined {
  let [start, end] = [position, position + 1];
  while (end - start <= LONGEST && LATIN.has(text[start - 1] ?? "")) start -= 1;
  while (end - start <= LONGEST && LATIN.has(text[end] ?? "")) end += 1;
  const [before, after] = [text[start - 1] ?? "", text[end] ?? ""];
  if (end - start > LONGEST || OTHER.test(before) || OTHER.test(after)) return undefined;
  const isWord = !/[a-zA-Z]/.test(before + after);
  if (isWord && (end - start > 1 || !isBetween(text, position))) return undefined;
  const plain = Array.from(text.slice(start, end), (letter) => LATIN.get(letter)!).join("");
  return { start, end, plain };
}

/** A letter of those scripts. */
const OTHER = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** True if a letter is a single-letter word between two Latin words. */
function isBetween(text: string, position: number): boolean {
  return (
    /[a-zA-Z][,.;:]? $/.test(text.slice(Math.max(0, position - 3), position)) &&
    /^ [a-zA-Z]/.test(text.slice(position + 1, position + 3))
  );
}

function pairs(letters: string, latin: string): Record<string, string> {
  return Object.fromEntries(Array.from(letters, (letter, index) => [letter, latin[index]!]));
}
