/** A model's unrequested statement about itself: what it is, followed by "I". */
const OF_ITSELF =
  /\bas an? (?:ai|artificial intelligence|large language model|language model|ai assistant)\b[^.!?\n]{0,40}?,? (?:i|my|it's|it is)\b|\bi(?:'m| am) (?:just |only |merely )?an? (?:ai|artificial intelligence|(?:large )?language model)\b|\bcomo (?:un )?(?:modelo de lenguaje|ia|inteligencia artificial)\b[^.\n]{0,40}, |\ben tant (?:que|qu')\s?(?:modèle de langage|ia|intelligence artificielle)|\bals (?:ki|künstliche intelligenz|ki-sprachmodell|ki-modell|sprachmodell)\b[^.\n]{0,30} (?:habe|kann|bin|darf|verfüge) ich|\bcome (?:modello linguistico|modello di linguaggio|ia|intelligenza artificiale)\b|\bcomo (?:um )?modelo de linguagem|как (?:языковая модель|искусственный интеллект|ии)\b|作为(?:一个|一款|一名)?(?:人工智能|ai|大?语言模型)|(?:aiの?|人工知能)(?:言語モデル)?(?:として|なので|である私)|(?:ai|인공지능)(?:\s?언어\s?모델)?(?:로서|이므로)/;

/** Other stock phrases of models, which are useless to the reader unless they are the subject. */
const HABITS =
  /\bmy knowledge cut-?off|\bas of my (?:last|latest|most recent|current) (?:knowledge |training )?(?:update|data|cut-?off|training)|\bmy training data (?:only )?goes|\bi (?:don't|do not) have (?:personal (?:opinions?|experiences?|beliefs|preferences|feelings)|access to (?:real-?time|current|live)|real-?time (?:access|data|information))|\b(?:i(?:'m| am|'ve been| was)[^.\n]{0,30}) (?:trained|developed|created) by (?:openai|anthropic|google|meta|alibaba)/;

/** Questions whose subject may be a model. */
const OF_AI =
  /\b(?:ai|a\.i\.|artificial intelligence|(?:language )?models?|llms?|chat ?bots?|chatgpt|gpt(?:-?\d)?|openai|anthropic|claude|gemini|llama|robots?|ia|ki|knowledge cut-?off|training data)\b|人工智能|语言模型|人工知能|인공지능/;

/** Questions to the model about itself. */
const OF_SPEAKER =
  /\b(?:are|were) you\b|\b(?:who|what|how) (?:are|made|built|created|trained|developed) you|\byour (?:name|creators?|makers?|developers?|training|knowledge)\b|\bdo you (?:have|feel|know|think|dream|sleep|eat|exist|get|ever|call|use|run)\b|\bcan you (?:see|hear|feel|access|browse|think)\b|\b(?:about|introduce|describe) (?:you|yourself)\b|\bwho (?:\w{1,12} you|you are)\b|\beres\b|\bqui (?:es-tu|êtes-vous)|\bbist du\b|\bsind sie\b|你是|あなたは/;

/**
 * A model's stock phrase in an answer; undefined if the question was about it. `asked` must be in lower case with
 * straight quotes.
 */
export function boilerplate(answer: string, asked: string): string | undefined {
  const lower = answer.toLowerCase().replaceAll("’", "'");
  const ofItself = OF_ITSELF.exec(lower);
  if (ofItself !== null && !OF_SPEAKER.test(asked)) return ofItself[0].slice(0, 80);
  const habit = HABITS.exec(lower);
  return habit !== null && !OF_SPEAKER.test(asked) && !OF_AI.test(asked) ? habit[0].slice(0, 80) : undefined;
}
