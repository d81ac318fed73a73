/** Placeholders of a template in brackets that are not a link. */
const BRACKETS =
  /\[(?:(?:insert|enter|add|fill in|put)\s[^\]\n]{1,60}|your[ _][^\]\n]{1,60}|placeholder[^\]\n]{0,60}|(?:tu|su|votre|vos|ihr|dein|vostro|il tuo|la tua|seu|sua|uw|jouw) [^\]\n]{1,50}|你的[^\]\n]{1,20}|您的[^\]\n]{1,20})\](?![([:])|【(?:你的|您的|插入)[^】\n]{0,20}】|<(?:insert|your|enter)[ _-][^>\n]{1,60}>|\blorem ipsum dolor\b|\bxxx-xxx-xxxx\b/i;

/** A placeholder recognised by its name. */
const BLANKS =
  /\[(?:(?:recipient|customer|client|company|candidate|employer|sender|manager|employee|friend|hiring manager)(?:['’]?s)?(?:[ _][^\]\n]{1,50})?|(?:first |last |full |user)?name|date|time|location|city|address|phone(?: number)?|e-?mail(?: address)?|job title|signature|nombre|nom|fecha|nome|datum|姓名|日期)\](?![([:])|【(?:姓名|日期)】/i;

/** Requests for a text with blanks: a letter without a named recipient. */
const OF_LETTERS =
  /\b(?:templates?|letters?|e-?mails?|mail|forms?|invitations?|contracts?|agreements?|resumes?|résumés?|cv|job (?:post|posting|description|ad)|notes?|message|memo|announcement|speech|toast|eulogy|vows|voicemail|press releases?|biograph(?:y|ies)|bio|flyer|proposal|petition|certificate|minutes|agenda|report|itinerary|carta|correo|lettre|courriel|brief|lettera)\b/i;

/** Placeholders that are distinguished from words of a text by capitals. */
const CAPITALS = /\bTODO: |\bX{4,40}\b|\[[A-Z]{2,20}[ _](?:[A-Z]{2,20}[ _]?){1,4}\](?![([:])/;

/** A variable of a template engine or of a format string: braces that are not those of a formula. */
const VARIABLE =
  /(?<![\w\\}^_{$])\{\{\s{0,3}[A-Za-z_][\w .|-]{0,40}\}\}|(?<![\w\\}^_{$])\{[a-z]{2,20}(?:_[a-z]{2,20}){1,3}\}(?!\})/;

/** Prompts whose answer may contain such a variable. */
const OF_TEMPLATES =
  /\b(?:templates?|jinja2?|handlebars|mustache|vue|angular|liquid|ansible|helm|django|twig|nunjucks|hugo|github actions|flask|dbt|sqlalchemy|airflow|cookiecutter|saltstack|mail ?merge|merge fields?|render(?:s|ed|ing)?|loops?|workflow|ejs|latex|postman|zapier|variables?|f-?strings?|format strings?|python|javascript|code|api|urls?|paths?|endpoints?|prompt)\b/i;

/** Requests for a text with blanks to fill in. */
const OF_BLANKS =
  /\b(?:templates?|placeholders?|(?:fill[- ]in|with|leave)[- ](?:the )?blanks?|skeleton|boilerplate|mad ?libs?|form letters?|plantillas?|vorlagen?|mustertext|modèles?|gabarit|modelos?|sjablo(?:on|nen)|mall|skabelon|mal|szablon|şablon|шаблон\w*|modello)\b|шаблон|模板|範本|テンプレート|ひな形|템플릿|양식|قالب|نموذج/i;

/** A statement of a template engine: the answer is a template, and its variables are legitimate. */
const STATEMENT =
  /\{%-?\s{0,3}(?:for|if|elif|else|end\w+|block|extends|include|set|macro|import|from|with|filter|raw)\b[^{}\n]{0,80}%\}/;

/** Start and end of a letter. */
const GREETING =
  /^(?:\*\*)?(?:dear|hi|hello|hey|to whom it may concern|good (?:morning|afternoon|evening)|subject:|sehr geehrte|liebe|bonjour|cher|chère|estimad[oa]|hola|gentile|caro|cara|prezad[oa]|beste|geachte)\b/im;
const SIGN_OFF =
  /^(?:(?:yours |most )?(?:sincerely|faithfully|truly|respectfully)|(?:best|kind|warm|warmest|with kind|with best)(?: regards| wishes)?|regards|thanks|thank you|cheers|love|mit freundlichen grüßen|viele grüße|cordialement|atentamente|saludos|cordiali saluti|distinti saluti|atenciosamente|met vriendelijke groet)[^\n]{0,40},?\s{0,4}$/im;

/** A blank that fills the last line, or the last two to five lines, where the sender signs. */
const SIGNED = /\n\s*\[[^\]\n]{2,60}\][.,]?\s*$/;

/** True for a letter: its blanks, such as the name of the sender, are to be filled in by the user. */
function isLetter(prose: string): boolean {
  const isSigned = SIGNED.test(prose);
  return GREETING.test(prose) ? SIGN_OFF.test(prose) || isSigned : SIGN_OFF.test(prose) && isSigned;
}

/** The placeholder in an answer; undefined if the prompt also contains it, or requests a template. */
export function placeholder(prose: string, prompts: readonly string[]): string | undefined {
  for (const pattern of [BRACKETS, BLANKS, CAPITALS, VARIABLE]) {
    const found = pattern.exec(prose)?.[0];
    if (found === undefined) continue;
    const lower = found.toLowerCase();
    if (prompts.some((prompt) => prompt.toLowerCase().includes(lower))) continue;
    if (prompts.some((prompt) => OF_BLANKS.test(prompt)) && !/lorem ipsum|^TODO/i.test(found)) continue;
    if (pattern !== VARIABLE && isLetter(prose) && !/^TODO|X{4}/.test(found)) continue;
    if (pattern !== VARIABLE && pattern !== CAPITALS && prompts.some((prompt) => OF_LETTERS.test(prompt))) continue;
    if (pattern === VARIABLE && STATEMENT.test(prose)) continue;
    if (pattern === VARIABLE && prompts.some((prompt) => OF_TEMPLATES.test(prompt))) continue;
    return found;
  }
  return undefined;
}
