/**
 * Letters of Cyrillic and Greek that look as one of Latin. Those of Greek that stand for a quantity next to Latin letters,
 * as in `hν`, are not among them.
 *
 * @source Unicode Technical Standard 39, confusables.txt; from memory, the file was not opened
 */
const LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...pairs("аеорсухіјѕһԁԛԝѵАВЕКМНОРСТУХІЈЅ", "aeopcyxijshdqwvABEKMHOPCTYXIJS"),
    ...pairs("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX"),
  }),
);

/** The letters that look as others. */
export const LOOK_ALIKES: readonly string[] = [...LATIN.keys()];

const CLASS = `[${LOOK_ALIKES.join("")}]`;

/** A letter that looks as one of Latin, next to one of Latin, or as a word by itself between two such words. */
export const LOOK_ALIKE_SIGN = new RegExp(
  `${CLASS}(?:(?<=[a-zA-Z].)|(?=[a-zA-Z])|(?<=[a-zA-Z][,.;:]? .)(?= [a-zA-Z]))`,
);

/** Longest run of such letters that is read: bounds the time that a text of nothing else takes. */
const LONGEST = 30;

/**
 * The run of such letters around an offset, as letters of Latin; undefined if no word of Latin goes on before or behind
 * it, or where the word has other letters of its script.
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

/** True if a letter is a word by itself between two words of Latin. */
function isBetween(text: string, position: number): boolean {
  return (
    /[a-zA-Z][,.;:]? $/.test(text.slice(Math.max(0, position - 3), position)) &&
    /^ [a-zA-Z]/.test(text.slice(position + 1, position + 3))
  );
}

function pairs(letters: string, latin: string): Record<string, string> {
  return Object.fromEntries(Array.from(letters, (letter, index) => [letter, latin[index]!]));
}
