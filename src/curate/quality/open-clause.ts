/**
 * Endings that leave a clause open, each with preceding words after which it may still end a sentence ("now and then").
 */
const OPEN_ENDS: readonly RegExp[] = [
  // English
  /(?<!\b(?:now|then|every) )\b(?:and|or|but),? (?:then|if|when|finally|afterwards|after that|because)$/,
  /\b(?:so that|such as|as well as|rather than|because of|due to|in addition to|in order to|instead of|so as to|according to)$/,
  /, (?:which|who|that) (?:will|is|are|can|has|have|was|were|would|should|may|might|must)$/,
  /\b(?:if|when|because|that|so|after|before|while|unless|until|although) (?:we|they|he|she|I)$/,
  /\b(?:if|when|because|unless|while|although) (?:you|it)$/,
  /\b(?:you|we|they|I|it) (?:should|must|can|need to|have to) (?:first|also|then)$/,
  // French
  /\b(?:et|ou|mais),? (?:ensuite|puis|alors|apr[eè]s|enfin|si|quand)$/,
  /\b(?:que|parce que|afin que|pour que|lorsque|quand|puisque) (?:vous|nous|tu|on|ils?|elles?|les?|la)$/,
  // Spanish, Italian, Portuguese
  /\b(?:y|o|pero),? (?:luego|despu[eé]s|entonces|si|cuando|finalmente)$/,
  /\b(?:que|porque|para que|cuando|si) (?:primero|usted|ustedes|ellos|el|los|las|se)$/,
  /\b(?:e|o|ma),? (?:poi|quindi|infine|se|quando)$/,
  /\b(?:e|ou|mas),? (?:depois|ent[aã]o|quando|finalmente)$/,
  // Dutch
  /\b(?:en|of|maar),? (?:dan|daarna|vervolgens|als|wanneer)$/,
  // German
  /\b(?:und|oder|aber),? (?:dann|danach|zuerst|anschlie(?:ß|ss)end|wenn|dass|schlie(?:ß|ss)lich)$/,
  /,\s(?:dass|weil|damit|sodass|obwohl|wenn|falls|ob|bevor|nachdem|während|indem|sobald|solange)$/,
];

/** A German clause that begins with a conjunction and therefore ends with its verb. */
const VERB_LAST =
  /,\s(?:dass|weil|damit|sodass|obwohl|wenn|falls|bevor|nachdem|während|indem|sobald|solange|bis)\s([^,.!?]{1,60})$/;

/** Words that cannot be the verb at the end of such a clause. */
const NO_VERB = new Set(
  "man er sie es ich du wir ihr der die das den dem des ein eine einen einem einer zuerst zunächst dann danach auch nicht immer nur alle alles jeder jede noch schon sich hier dort so vorher nach mit im in am an auf bei für von zum zur sehr".split(
    " ",
  ),
);

/** Maximum number of words of such a clause that ends with a noun; in longer ones, text may follow the verb. */
const SHORT_CLAUSE = 3;

/** Words after which a noun may follow the verb: "dass es besser ist als Wasser". */
const COMPARES = /\b(?:als|wie)\s\S+$/;

/** Minimum words of a sentence that is checked. */
const LEAST_WORDS = 4;

/** True for a sentence whose last clause is open: "Mix it with water and then", "Wichtig ist, dass man zuerst". */
export function isOpenClause(sentence: string, words: number): boolean {
  if (words < LEAST_WORDS) return false;
  return OPEN_ENDS.some((pattern) => pattern.test(sentence)) || lacksVerb(sentence);
}

function lacksVerb(sentence: string): boolean {
  const clause = VERB_LAST.exec(sentence)?.[1]?.trim();
  if (clause === undefined) return false;
  const words = clause.split(/\s+/);
  const last = words.at(-1)!;
  if (NO_VERB.has(last)) return true;
  return words.length <= SHORT_CLAUSE && words.length > 1 && /^\p{Lu}\p{Ll}/u.test(last) && !COMPARES.test(clause);
}

/**
 * Words that may end a clause after an interrogative or relative word: "what I was waiting for", "dass es warm ist".
 */
const STRANDED = new Set("to with from by into for at on in of is are was were be as ist sind es".split(" "));

/** Interrogative and relative words before such a clause. */
const RELATES =
  /\b(?:what|who|whom|which|where|how|that|why|whatever|whoever|(?:some|any|no|every)(?:thing|one|body)|place|one)\b[^.!?]*$/i;

/** German and Dutch clauses that end with their verb. */
const VERB_AT_END =
  /,\s(?:dass|weil|damit|sodass|obwohl|wenn|falls|ob|bevor|nachdem|während|da|wie|was|wo|der|die|das|den|dem)\s[^,.!?]*\s(?:ist|sind)$|\b(?:dat|die|wat|omdat|als|hoe|waar)\s[^,.!?]*\sis$/i;

/** True for a last word with which this sentence may end although others may not, because its object came earlier. */
export function isStranded(sentence: string, last: string): boolean {
  return STRANDED.has(last) && (VERB_AT_END.test(sentence) || RELATES.test(sentence.slice(0, -last.length).trimEnd()));
}
