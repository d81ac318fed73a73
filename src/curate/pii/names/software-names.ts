import { factsOf, GAP, keyOf, type Token } from "./tokens.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/**
 * Languages, typefaces, programs and assistants that are also in the lists of names, and that are rarely a person if
 * they stand alone.
 */
const SURE = set("haskell arial siri perl scala lua nim kafka vue keras seaborn sass");

/** Those that may equally be a person: the context decides. */
const MAYBE = set(
  "ruby julia ada pascal crystal elm swift dart delphi georgia cambria maven ember jenkins watson alexa claude gemini cassandra eclipse spring babel rust bash atom flask newton basic jackson travis hudson hugo jekyll dapper guice jersey lombok spock cypress sinatra padrino puma thor celery luigi beam nomad vault polly fabric express hapi backbone underscore rocket diesel pest twig blade solr flink samza storm maxwell jasmine karma mocha ansible franz patroni caddy argo maven jetty apollo phoenix paramiko hazelcast tempo mimir loki thanos ",
);

/** Products and terms of two words of which each may be a name. */
const PRODUCTS: ReadonlySet<string> = new Set([
  "mac os",
  "mac osx",
  "intel mac",
  "perl c",
  "santa claus",
  "habeas corpus",
]);

/** True for tokens that begin with such a product or term, or that end with a language: "Prepend Perl". */
export function isProduct(tokens: readonly Token[], from: number, to: number): boolean {
  if (to - from < 2) return false;
  if (isOfCalendar(tokens, from)) return true;
  if (SURE.has(keyOf(tokens[to - 1])) && factsOf(tokens[from]!).first === 0) return true;
  return PRODUCTS.has(`${keyOf(tokens[from])} ${keyOf(tokens[from + 1])}`);
}

/** Verbs that describe software in the third person; for people, other tenses or objects are used. */
const DOES = set(
  "parses serializes serialises deserializes deserialises maps converts validates compiles transpiles renders implements throws injects generates stores streams indexes caches wraps exposes emits returns outputs stubs mocks orchestrates queries encodes decodes binds instantiates proxies extends overrides shards replicates parse serialize convert",
);

/** Verbs that people also use with code and tables; software uses them with formats. */
const DOES_AS_PEOPLE_DO = set(
  "supports requires handles loads reads writes runs deploys builds tests schedules fetches formats registers resolves integrates uses ships support implement",
);

/** Formats, protocols and tools. */
const FORMATS = set(
  "json xml yaml csv toml html css http https rest grpc sql jdbc orm dom urls utf protobuf avro parquet markdown pojo pojos jax-rs static headless deserialization serialization",
);

/** Parts of programs: objects of such a verb if the subject is software. */
const TECHNICAL = set(
  "api apis url template templates object objects pojo pojos bean beans class classes method methods function functions annotation annotations field fields getter getters setter setters dependency dependencies module modules package packages string strings array arrays query queries schema schemas table tables row rows partition index indexes thread threads exception exceptions byte bytes stream streams event events log logs request requests response responses endpoint endpoints container containers pipeline pipelines build builds test tests browser server servers client node nodes cluster image images script scripts code runtime compiler syntax type types generics middleware cache session token tokens site sites",
);

/** Other names of their kind; next to them, the word is not a person. */
const OTHERS = set(
  "python java javascript typescript php rust go golang kotlin sql html css c cpp csharp fortran cobol lisp clojure erlang elixir matlab r ocaml verdana helvetica calibri tahoma consolas courier garamond times futura roboto django rails react angular docker kubernetes git github hadoop spark mongodb redis postgres mysql node linux",
);

/** Words immediately after the name that identify it as software. */
const TAILS = set(
  "programming idiom idioms idiomatic snippet snippets equivalent implementation implementations code script scripts developer developers programmer programmers language languages gem gems class classes method methods function functions program programs programme syntax library libraries framework interpreter compiler module modules array hash version font fonts typeface bold italic sdk api server plugin pipeline pipelines job jobs database cluster package packages project skill annotation annotations dependency parser serializer deserializer databind middleware plugins template templates orm",
);

/** Words in the same sentence that indicate software or typography. */
const TOPICS = set(
  "programming language languages code coding software script scripts function functions compiler interpreter framework library font fonts typeface program programs developer developers programmer syntax class method api database algorithm json xml yaml csv serialize serialise deserialize deserialise parse parsing serialization deserialization objects annotations dependency",
);

/** Words that precede the name of a tool: "written in Ruby". */
const LEADS = set("in using with via like use uses used learn learning know knows write writing written than or");

/** Words on each side that are examined for a topic. */
const NEAR = 10;

/** True for a word that is more likely a language, a typeface, a program or a term than a person, by the words around it. */
export function isSoftware(tokens: readonly Token[], index: number): boolean {
  const key = keyOf(tokens[index]);
  if (SURE.has(key) || isOfCalendar(tokens, index)) return true;
  if (!MAYBE.has(key)) return false;
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  if (
    after?.gap === GAP.space &&
    (TAILS.has(keyOf(after)) || (keyOf(after) === "on" && keyOf(tokens[index + 2]) === "rails"))
  )
    return true;
  if (isListed(tokens, index) || doesAsSoftware(tokens, index) || ownsIdentifier(tokens, index)) return true;
  const isLed = before !== undefined && tokens[index]!.gap === GAP.space && LEADS.has(keyOf(before));
  const isDefined = keyOf(after) === "is" && /^(?:an?|the|one)$/.test(keyOf(tokens[index + 2]));
  if (!isLed && !isDefined) return false;
  const around = isLed ? tokens.slice(Math.max(0, index - NEAR), index + NEAR) : tokens.slice(index + 3, index + 6);
  return around.some((token) => TOPICS.has(keyOf(token)));
}

/** "the Julian Day", "Julian Date"; not Julian Day, a person. */
function isOfCalendar(tokens: readonly Token[], index: number): boolean {
  if (keyOf(tokens[index]) !== "julian" || tokens[index + 1]?.gap !== GAP.space) return false;
  const after = keyOf(tokens[index + 1]);
  if (/^(?:days|dates?|calendar|years?|century|centuries|period)$/.test(after)) return true;
  return after === "day" && /^(?:the|an?|this|that|same|modified|each|every|per)$/.test(keyOf(tokens[index - 1]));
}

/** Number of words after a verb that are searched for a technical object. */
const OBJECT_WITHIN = 4;

/**
 * "Jackson parses JSON": a verb of software immediately after it, followed soon by a technical word. Not "Jackson
 * reads".
 */
function doesAsSoftware(tokens: readonly Token[], index: number): boolean {
  const verb = tokens[index + 1];
  if (verb === undefined || verb.gap !== GAP.space) return false;
  const isSure = DOES.has(keyOf(verb));
  if (!isSure && !DOES_AS_PEOPLE_DO.has(keyOf(verb))) return false;
  for (let after = index + 2; after < tokens.length && after < index + 2 + OBJECT_WITHIN; after++) {
    const token = tokens[after]!;
    if (token.isFirst || token.gap === GAP.line) return false;
    if (/^(?:his|her|their|me|us|him|them|my|our|your)$/.test(keyOf(token))) return false; // whom software does nothing to
    if (FORMATS.has(keyOf(token)) || OTHERS.has(keyOf(token)) || (isSure && TECHNICAL.has(keyOf(token)))) return true;
  }
  return false;
}

/** "Jackson's ObjectMapper", "Jackson ObjectMapper". */
function ownsIdentifier(tokens: readonly Token[], index: number): boolean {
  const after = tokens[index + 1];
  return (
    after?.gap === GAP.space &&
    /^\p{Lu}\p{Ll}+(?:\p{Lu}\p{Ll}+)+$/u.test(after.text) &&
    !/^(?:Mc|Mac|De|Di|La|Le|Van|O)\p{Lu}/u.test(after.text)
  );
}

/** Maximum number of members of a list that are followed on each side. */
const LISTED = 4;

/** "Python, Ruby or Julia": in a list with a name that is hardly a person, or after others of the kind. */
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
