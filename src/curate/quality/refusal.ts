/** Characters of the longest answer that is a refusal: a longer one goes on to help. */
const REFUSAL_MAX = 800;

/** Characters at its start that are looked at. */
const LOOKED_AT = 240;

/** What stands before the refusal itself: regret, thanks, what the speaker is. */
const REGRET =
  "(?:(?:oh|well|hello|hi|hey)\\b[ ,.!]{1,3})?(?:(?:i'm|i am) (?:(?:really|so|very|truly|deeply|terribly) )?sorry|sorry|(?:my |please accept my )?(?:sincere )?apologies|i (?:do )?(?:sincerely )?apologi[sz]e|unfortunately|regrettably|thank you|thanks)";

const AI = "as an? (?:ai|artificial intelligence|(?:large )?language model|assistant)[^,.]{0,40},?";

/** "I cannot" in its forms, of a person who speaks of an answer. */
const CANNOT =
  "(?:i (?:can't|cannot|can not|won't|will not|am unable|am not (?:able|allowed|permitted|equipped|programmed|designed|comfortable))|i'm (?:unable|not (?:able|allowed|permitted|equipped|programmed|designed|comfortable))|we (?:can't|cannot|are unable))";

/** What a model says that it lacks. */
const LACKS =
  "i (?:do not|don't) (?:currently |actually )?have (?:the |any |direct |real-?time )?(?:ability|capability|capabilities|means|tools?|functionality|access to|function to)";

/** What a model refuses, as a person in a story does not: to help, to answer, to write. */
const WORK =
  "(?:to )?(?:help (?:you )?(?:with|to|create|write|find)\\b|assist|provide (?!for)|comply|fulfil|generate|create (?:that|this|any|content|such|an?)|write (?:that|this|such|about)|answer (?:that|this|your|the|any)|process (?:that|this|your)|do (?:that|this)\\b|discuss|support (?:that|this)|engage (?:in|with)|participate in|complete (?:that|this|your)|produce|respond to|offer (?:that|any|an? (?:opinion|view))|give (?:you )?(?:that|any|an? (?:opinion|view)|advice)|share (?:that|any|this)|access|view|browse|see images|perform|fulfill|continue with|facilitate|endorse|promote|(?:with )?(?:answering|helping|assisting|discussing|providing|generating|writing (?:that|this|such)|creating (?:that|this|such|content)|doing (?:that|this))\\b|be able to (?:help|assist|provide))";

/** How an answer begins that refuses, in small letters with straight quotes; each stands at the start. */
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
  /^(?:lo siento|lo lamento|disculp[ae]|perdón|lamentablemente|desafortunadamente)[^.\n]{0,80}\bno puedo\b/,
  /^(?:como [^.,\n]{0,60}, )?no puedo (?:ayudar|proporcionar|cumplir|responder|generar|asistir|ofrecer|hacer eso)/,
  /^(?:je suis (?:vraiment |sincèrement )?désolée?|désolée?|je regrette|malheureusement)[^.\n]{0,80}\bje ne (?:peux|suis pas en mesure|puis)/,
  /^je ne (?:peux|suis) pas (?:en mesure de |vous |t'|répondre|aider|fournir|satisfaire)/,
  /^(?:es )?(?:tut mir (?:sehr |wirklich )?leid|leider|entschuldigung)(?=[^.\n]{0,100}\bich\b)(?=[^.\n]{0,100}\b(?:kann|darf)\b)[^.\n]{0,120}\bnicht\b/,
  /^ich (?:kann|darf) (?:ihnen|dir|euch|diese|dabei|das)[^.\n]{0,60}\bnicht (?:helfen|weiterhelfen|beantworten|erfüllen|geben)/,
  /^(?:mi dispiace|spiacente|purtroppo)[^.\n]{0,80}\bnon (?:posso|sono in grado)/,
  /^(?:desculpe|sinto muito|lamento|infelizmente)[^.\n]{0,80}\bnão (?:posso|consigo)/,
  /^(?:het spijt me|sorry|helaas)[^.\n]{0,60}\bik (?:kan|mag)\b[^.\n]{0,80}\bniet\b/,
  /^(?:przykro mi|przepraszam|niestety)[^.\n]{0,80}nie mogę/,
  /^(?:извините|простите|прошу прощения|к сожалению|мне жаль|мне очень жаль)[^.\n]{0,80}не могу/,
  /^(?:üzgünüm|maalesef|özür dilerim)[^.\n]{0,80}(?:yapamam|edemem|amıyorum|emiyorum|olamam|veremem)/,
  /^(?:非常|很)?(?:抱歉|对不起|對不起|遗憾)[^。\n]{0,30}(?:无法|不能|無法|没办法)/,
  /^(?:作为[^。\n]{0,20})?我(?:无法|不能)(?:提供|回答|满足|帮助|协助)/,
  /^(?:申し訳|すみません|恐れ入ります)[^\n]{0,80}(?:できません|できかねます|いたしかねます|出来ません)/,
  /^죄송[^\n]{0,80}(?:없습니다|않습니다|없어요)/,
  /^(?:عذر(?:ا|ً){1,2}|آسف|أعتذر|نعتذر)[^.\n]{0,80}(?:لا أستطيع|لا يمكنني|لا يمكن)/,
  /^(?:क्षमा करें|(?:माफ|माफ़) ?(?:कर|की))[^।\n]{0,80}(?:नहीं|असमर्थ)/,
];

/** How an answer refuses, as it does so; undefined where it does not, or goes on at length. */
export function refusal(answer: string): string | undefined {
  if (answer.length > REFUSAL_MAX) return undefined;
  const start = answer.trimStart().slice(0, LOOKED_AT).toLowerCase().replaceAll("’", "'").replaceAll("，", ",");
  for (const pattern of REFUSALS) {
    const found = pattern.exec(start);
    if (found !== null) return found[0].slice(0, 80);
  }
  return undefined;
}
