import { PLAIN, REGRETS } from "./refusal-languages.ts";

/** Maximum characters of a refusal: a longer answer usually goes on to help. */
const REFUSAL_MAX = 800;

/** Number of characters at its start that are checked. */
const LOOKED_AT = 240;

/** Phrases before the refusal: regret, thanks, a self-description. */
const REGRET =
  "(?:(?:oh|well|hello|hi|hey)\\b[ ,.!]{1,3})?(?:(?:i'm|i am) (?:(?:really|so|very|truly|deeply|terribly) )?sorry|sorry|(?:my |please accept my )?(?:sincere )?apologies|i (?:do )?(?:sincerely )?apologi[sz]e|unfortunately|regrettably|thank you|thanks)";

const AI =
  "as an? (?:(?!ai\\b)[a-z-]{2,20} ){0,2}(?:ai|artificial intelligence|(?:large )?language model|assistant)[^,.]{0,40},?";

/** "I cannot" in its variants, about giving an answer. */
const CANNOT =
  "(?:i (?:can't|cannot|can not|won't|will not|am unable|am not (?:able|allowed|permitted|equipped|programmed|designed|comfortable))|i'm (?:unable|not (?:able|allowed|permitted|equipped|programmed|designed|comfortable))|we (?:can't|cannot|are unable))";

/** Abilities that a model says it does not have. */
const LACKS =
  "i (?:do not|don't) (?:currently |actually )?have (?:the |any |direct |real-?time )?(?:ability|capability|capabilities|means|tools?|functionality|access to|function to)";

/** Actions that a model refuses and a person in a story does not: to help, to answer, to write. */
const WORK =
  "(?:to )?(?:help (?:you )?(?:with|to|create|write|find)\\b|assist|provide (?!for)|comply|fulfil|generate|create (?:that|this|any|content|such|an?)|write (?:that|this|such|about)|answer (?:that|this|your|the|any)|process (?:that|this|your)|do (?:that|this)\\b|discuss|support (?:that|this)|engage (?:in|with)|participate in|complete (?:that|this|your)|produce|respond to|offer (?:that|any|an? (?:opinion|view))|give (?:you )?(?:that|any|an? (?:opinion|view)|advice)|share (?:that|any|this)|access|view|browse|see images|perform|fulfill|continue with|facilitate|endorse|promote|(?:with )?(?:answering|helping|assisting|discussing|providing|generating|writing (?:that|this|such)|creating (?:that|this|such|content)|doing (?:that|this))\\b|be able to (?:help|assist|provide))";

/** Start of a refusal, in lower case with straight quotes. */
const REFUSALS: readonly RegExp[] = [
  new RegExp(
    `^(?:${REGRET}[^.!?\\n]{0,60}?[,.!;: ]{1,3}(?:but |however,? |that )?)?(?:${AI} )?${CANNOT} (?:\\w{1,12} )?${WORK}`,
  ),
  new RegExp(`^(?:${REGRET}[^.!?\\n]{0,60}?[,.!;: ]{1,3}(?:but |however,? |that )?)?(?:${AI} )?${LACKS}\\b`),
  new RegExp(
    `^${REGRET}[^.!?\\n]{0,60}?[,.!;: ]{1,3}(?:but |however,? |that )?i (?:must|have to|need to) (?:respectfully )?(?:decline|refuse)\\b`,
  ),
  /^[^.!?\n]{0,120}\b(?:goes|go|is|are|would be) against (?:my|our|openai's) (?:guidelines|policy|policies|programming|principles|values)/,
  /^i (?:must|have to) (?:respectfully )?(?:decline|refuse)\b/,
  // A person in a story is afraid of other things.
  /^(?:i'm|i am) afraid(?: that)? i (?:can't|cannot|am unable to|am not able to|won't be able to) (?:help|assist|comply|do that|provide)\b/,
];

/** Requests for another person's words: a message that declines, a sentence in another language. */
const ASKS_FOR_WORDS =
  /\b(?:e-?mails?|mail|letters?|messages?|reply|replies|respond to|texts?|notes?|sms|declin\w*|refus\w*|reject\w*|say no|turn down|apolog\w*|excuse\w*|translat\w*|how (?:do|would) (?:you|i) say|sentences?|phrases?|dialog\w*|nachricht|brief|absage\w*|entschuldig\w*|mensaje|carta|correo|disculpa\w*|message|lettre|courriel|excuses?|messaggio|lettera|mensagem|bericht|meddelande|besked|melding|viesti|wiadomość|zpráv\w*|mesaj|pesan|surat|tin nhắn|thư)\b|письм|сообщени|лист|повідомлен|邮件|信|消息|メール|手紙|返信|메일|편지|메시지|رسالة|संदेश|पत्र/;

/** Signs that an answer goes on to help: enough text, or a list. */
const HELPS =
  /\b(?:but|however|instead|still|though)\b[^.!?\n]{0,40}(?:\bhere(?:'s| is| are)\b|\b(?:you|we) (?:can|could|may) (?:use|start|secure|check|learn|try|look)\b)[^\n]{40}|\b(?:aquí (?:tienes|tiene|hay|va)|voici|hier (?:ist|sind|is|zijn|findest)|ecco|aqui (?:está|estão|vai)|här är|her er|oto|вот|以下|以下は|다음은)[^\n]{30}|(?:\n\s*(?:[-*•]|\d{1,2}[.)])\s[^\n]{8,}){2}/;

/**
 * The refusal in an answer; undefined if there is none or the answer continues with help. `asked` must be in lower
 * case.
 */
export function refusal(answer: string, asked: string): string | undefined {
  if (answer.length > REFUSAL_MAX) return undefined;
  const whole = answer.trimStart().toLowerCase().replaceAll("’", "'").replaceAll("，", ",");
  const start = whole.slice(0, LOOKED_AT);
  for (const patterns of [REFUSALS, PLAIN, REGRETS]) {
    for (const pattern of patterns) {
      const found = pattern.exec(start);
      if (found === null) continue;
      if (HELPS.test(whole) || (patterns === REGRETS && ASKS_FOR_WORDS.test(asked))) return undefined;
      return found[0].slice(0, 80);
    }
  }
  return undefined;
}
