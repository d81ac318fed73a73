/** Special tokens of chat templates and tokenisers that should not occur in a text. */
const MARKS =
  /<\|(?:im_start|im_end|im_sep|endoftext|end_of_text|begin_of_text|start_header_id|end_header_id|eot_id|eom_id|system|user|assistant|end|pad|fim_prefix|fim_middle|fim_suffix|end_of_turn|return|channel)\|>|<(?:start|end)_of_turn>|<<\/?sys>>|\[\/?inst\]|<(?:unk|eos|bos|pad)>|### (?:instruction|response|human|assistant):|<｜[^｜\n]{1,30}｜>/i;

/** The end-of-text token at the end of a text. */
const END = /<\/?s>\s*$/;

/** A turn of another speaker inside an answer. */
const OTHER_SPEAKERS = /^(?:Human|User|Assistant|AI|System):(?=\s)/gm;

/** Words of a prompt that requests a conversation. */
const ASKS_FOR_SPEAKERS =
  /\b(?:conversations?|dialog(?:ue)?s?|chat|interview|script|transcript|role-?play|screenplay|scene|characters?|skit|debate|play between|di[áa]logos?|gespräch|conversaci[óo]n)\b/i;

/** Words of a row about templates or tokenisers. */
const OF_TEMPLATES =
  /\bchatml\b|\bspecial tokens?\b|chat templates?|tokeni[sz]|prompt (?:format|template)|end[- ]of[- ](?:text|turn|sequence)/i;

/** The start of a chain of thought; if it is not closed, the answer is missing. */
const THOUGHT = /<(think(?:ing)?|thought|reasoning|scratchpad)>(?![\s\S]*<\/\1>)/i;

/** Words before a token on its line that refer to it: "What does <|im_end|> mean?". */
const SPOKEN_OF =
  /(?:\b(?:what|why|how|where|when|does|is|the|a|of|with|without|remove|strip|replace|print|see|token|tag|mark|mean|was|qué|que|was|wie|comment|pourquoi|est-ce)\b|什么|とは)[^\n]{0,60}$/i;

/** The template token in a text; undefined if the row is about such tokens. `asked` must be in lower case. */
export function templateMark(
  prose: string,
  { asked, isAnswer }: { asked: string; isAnswer: boolean },
): string | undefined {
  const found = MARKS.exec(prose) ?? END.exec(prose);
  if (found !== null) return isAskedFor(found, { asked, isAnswer, prose }) ? undefined : found[0].trim();
  if (!isAnswer) return undefined;
  const thought = THOUGHT.exec(prose)?.[0];
  if (thought !== undefined)
    return asked.includes(thought.toLowerCase()) ? undefined : `${thought} without its closing tag`;
  const speakers = new Set(Array.from(prose.matchAll(OTHER_SPEAKERS), ([mark]) => mark.trim()));
  const [speaker] = speakers;
  if (speaker === undefined || ASKS_FOR_SPEAKERS.test(asked)) return undefined;
  // One that the prompt speaks of: "Human: is that a typo?"
  const isNamed = speakers.size === 1 && new RegExp(`\\b${speaker.slice(0, -1)}\\b`, "i").test(asked);
  return isNamed ? undefined : JSON.stringify(speaker);
}

/** True for a row about tokenisers, a token that a prompt discusses, or one that prompt and answer share. */
function isAskedFor(
  { 0: mark, index }: RegExpExecArray,
  { asked, isAnswer, prose }: { asked: string; isAnswer: boolean; prose: string },
): boolean {
  if (OF_TEMPLATES.test(asked)) return true;
  if (isAnswer) return asked.includes(mark.trim().toLowerCase());
  const before = prose.slice(Math.max(0, index - 200), index);
  const after = prose.slice(index + mark.length, index + mark.length + 40);
  return SPOKEN_OF.test(before) && /[\s"'“‘(]$/.test(before) && /^["'”’)]?(?:\s{0,2}[\p{L}]|[?？,])/u.test(after);
}
