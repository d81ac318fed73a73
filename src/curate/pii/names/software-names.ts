import { GAP, keyOf, type Token } from "./tokens.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Languages, typefaces, programmes and assistants that the lists of names hold too, and that are seldom a person by one word. */
const SURE = set("haskell arial siri perl scala lua nim kafka vue keras seaborn sass");

/** Those that may equally be a person: the context decides. */
const MAYBE = set(
  "ruby julia ada pascal crystal elm swift dart delphi georgia cambria maven ember jenkins watson alexa claude gemini cassandra eclipse spring babel rust bash atom flask newton basic",
);

/** Others of their kind, next to which one of them is not a person. */
const OTHERS = set(
  "python java javascript typescript php rust go golang kotlin sql html css c cpp csharp fortran cobol lisp clojure erlang elixir matlab r ocaml verdana helvetica calibri tahoma consolas courier garamond times futura roboto django rails react angular docker kubernetes git github hadoop spark mongodb redis postgres mysql node linux",
);

/** Words immediately after one that identify it. */
const TAILS = set(
  "programming code script scripts developer developers programmer programmers language languages gem gems class classes method methods function functions program programs programme syntax library libraries framework interpreter compiler module modules array hash version font fonts typeface bold italic sdk api server plugin pipeline pipelines job jobs database cluster package packages project skill",
);

/** Words that say in the same sentence that software or type is spoken of. */
const TOPICS = set(
  "programming language languages code coding software script scripts function functions compiler interpreter framework library font fonts typeface program programs developer developers programmer syntax class method api database algorithm",
);

/** Words that precede the name of a tool: "written in Ruby". */
const LEADS = set("in using with via like use uses used learn learning know knows write writing written than or");

/** Words on each side that are examined for a topic. */
const NEAR = 10;

/** True for one word that is a language, a typeface or a programme rather than a person, by the words around it. */
export function isSoftware(tokens: readonly Token[], index: number): boolean {
  const key = keyOf(tokens[index]);
  if (SURE.has(key)) return true;
  if (!MAYBE.has(key)) return false;
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  if (
    after?.gap === GAP.space &&
    (TAILS.has(keyOf(after)) || (keyOf(after) === "on" && keyOf(tokens[index + 2]) === "rails"))
  )
    return true;
  if (isListed(tokens, index)) return true;
  const isLed = before !== undefined && tokens[index]!.gap === GAP.space && LEADS.has(keyOf(before));
  const isDefined = keyOf(after) === "is" && /^(?:an?|the|one)$/.test(keyOf(tokens[index + 2]));
  if (!isLed && !isDefined) return false;
  const around = isLed ? tokens.slice(Math.max(0, index - NEAR), index + NEAR) : tokens.slice(index + 3, index + 6);
  return around.some((token) => TOPICS.has(keyOf(token)));
}

/** Members of one list that are followed on each side. */
const LISTED = 4;

/** "Python, Ruby or Julia": in a list with one that is hardly a person, or with others of the kind up to it. */
function isListed(tokens: readonly Token[], index: number): boolean {
  return [-1, 1].some((step) => {
    let here = index;
    for (let count = 0; count < LISTED; count++) {
      const next = neighbour(tokens, here, step);
      const key = keyOf(tokens[next ?? -1]);
      if (OTHERS.has(key) || SURE.has(key)) return true;
      if (next === undefined || !MAYBE.has(key)) return false;
      here = next;
    }
    return false;
  });
}

/** Position of the next member of a list: after a comma, a slash, "and" or "or". */
function neighbour(tokens: readonly Token[], index: number, step: number): number | undefined {
  const gap = tokens[step < 0 ? index : index + 1]?.gap;
  const key = keyOf(tokens[index + step]);
  if (key === "and" || key === "or") return index + 2 * step;
  return gap === GAP.comma || gap === GAP.other ? index + step : undefined;
}
