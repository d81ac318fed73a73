/** Marks of chat templates and tokenisers that only a template may write. */
const MARKS =
  /<\|(?:im_start|im_end|im_sep|endoftext|end_of_text|begin_of_text|start_header_id|end_header_id|eot_id|eom_id|system|user|assistant|end|pad|fim_prefix|fim_middle|fim_suffix|end_of_turn|return|channel)\|>|<(?:start|end)_of_turn>|<<\/?sys>>|\[\/?inst\]|<(?:unk|eos|bos|pad)>|### (?:instruction|response|human|assistant):|<｜[^｜\n]{1,30}｜>/i;

/** The mark of the end of a text, where it is at the end. */
const END = /<\/?s>\s*$/;

/** A turn of somebody else inside an answer. */
const OTHER_SPEAKER = /^(?:Human|User|Assistant|AI|System):\s/m;

/** Words of a prompt that asks for a conversation. */
const ASKS_FOR_SPEAKERS =
  /\b(?:conversations?|dialog(?:ue)?s?|chat|interview|script|transcript|role-?play|screenplay|scene|characters?|skit|debate|play between|di[áa]logos?|gespräch|conversaci[óo]n)\b/i;

/** Words of a row that is about templates or tokenisers. */
const OF_TEMPLATES =
  /\bchatml\b|\bspecial tokens?\b|chat templates?|tokeni[sz]|prompt (?:format|template)|end[- ]of[- ](?:text|turn|sequence)/i;

/** What a chat template left in a text; undefined where the row is about such marks. */
export function templateMark(
  prose: string,
  { asked, isAnswer }: { asked: string; isAnswer: boolean },
): string | undefined {
  const mark = MARKS.exec(prose)?.[0] ?? END.exec(prose)?.[0].trim();
  if (mark !== undefined) return OF_TEMPLATES.test(asked) ? undefined : mark;
  if (!isAnswer) return undefined;
  const speaker = OTHER_SPEAKER.exec(prose)?.[0].trim();
  return speaker === undefined || ASKS_FOR_SPEAKERS.test(asked) ? undefined : JSON.stringify(speaker);
}
