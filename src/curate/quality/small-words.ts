import { LOOKED_AT } from "./scripts.ts";

/**
 * Function words by language that a short question can hardly avoid, except those that are also common English words.
 */
const SMALL_WORDS: readonly (readonly [name: string, words: string])[] = Object.entries({
  en: "the he she they it in on at there has had so then what is are was how why who when where which of to and for with do does did you my your give write tell explain list describe make name should can could would this that every me about from have not",
  es: "el la los las qué cuál cuáles cómo por quién dónde cuándo es son una un y para con del al en mi tu dame escribe explica dime haz describe puedo puede se lo más esta este no",
  fr: "le la les des quel quelle quels quelles est sont comment pourquoi qui où quand une un et pour avec du au en mon ton donne écris explique dis fais décris peut ce cette dans sur pas plus je",
  de: "der die das den dem was ist sind wie warum wer wo wann welche welcher eine ein einen und für mit von zu ich du mein dein gib schreibe erkläre nenne mach kann soll dieser nicht auf im",
  it: "il lo gli le che qual quali è sono come perché chi dove quando una un e per con del della di mio tuo dammi scrivi spiega dimmi fai può questo questa nel non più si",
  pt: "o os as que qual quais é são como quem onde quando uma um e para com do da dos meu teu seu escreva explique diga faça pode este esta no na não mais se",
  nl: "de het wat is zijn hoe waarom wie waar wanneer welke een en voor met van ik je mijn jouw geef schrijf leg noem maak kan deze dit niet op in",
  sv: "och att det är ett som på för med av inte jag hur vad varför när vem vilken vilka kan ska skriv förklara mig till från har också eller sig",
  da: "og det er et som på med af ikke jeg hvordan hvad hvorfor hvor hvornår hvem hvilken hvilke skal skriv forklar giv mig til fra har også eller sig",
  no: "og det er et som på med av ikke jeg hvordan hva hvorfor hvor hvem hvilken hvilke skal skriv forklar gi meg til fra har også eller seg",
  fi: "ja ei että hän mikä mitä miten miksi missä milloin kuka ovat oli joka kun kuin myös mutta minun sinun voi kerro kirjoita selitä",
  pl: "w na z się nie jest jak co dlaczego gdzie kiedy kto jaki jaka jakie który która które że są dla od po ale lub napisz wyjaśnij opisz czy oraz",
  cs: "v na se je jak co proč kde kdy kdo jaký jaká jaké který která které že jsou pro od ale nebo napiš vysvětli popiš si z",
  tr: "ve bir bu ne nasıl neden niçin nedir kim nerede hangi için ile mı mi değil olarak çok var yaz açıkla anlat gibi daha ama veya",
  vi: "là và của có không được cho một những các như thế nào tại sao gì ở đâu khi hãy viết giải thích trong với này tôi bạn",
  id: "dan yang di ke dari untuk dengan ini itu adalah apa bagaimana mengapa siapa kapan tidak pada saya anda tulis jelaskan buat atau juga akan bisa",
  ro: "și în pe cu este sunt ce cum cine unde când care nu pentru din mai dar sau scrie explică mea meu",
  hu: "az és hogy nem egy mit miért hogyan hol mikor melyik van vagy írj magyarázd meg csak mint milyen",
  ru: "и в не на что как это по из для от он она они мы вы есть также где когда почему кто или но какой какая какие напиши объясни расскажи чем",
  uk: "і та не на що як це за для від він вона вони ми ви є також де коли чому хто або але який яка які напиши поясни розкажи",
  bg: "и в не на какво как това по от за той тя те ние вие е са също къде кога защо кой или но какъв напиши обясни",
}).map(([name, words]) => [name, words]);

/** Letters that are nearly unique to a language of the list. */
const OWN_LETTERS: Readonly<Record<string, RegExp>> = {
  es: /[ñ¿¡]/,
  fr: /[œùÿ]|^(?:qu|l|d|c|j|n)['’]/,
  de: /ß/,
  pt: /[ãõ]/,
  sv: /å/,
  da: /[åøæ]/,
  no: /[åøæ]/,
  pl: /[łąężźśćń]/,
  cs: /[řěů]/,
  tr: /[ığş]/,
  vi: /[ơưăđ\u1ea0-\u1ef9]/,
  ro: /[șț]/,
  hu: /[őű]/,
  uk: /[їєґ]/,
  ru: /[ыэё]/,
};

/** Languages of each function word, one bit each. */
const LANGUAGES_OF = new Map<string, number>();
for (const [index, [, words]] of SMALL_WORDS.entries()) {
  for (const word of words.split(" ")) LANGUAGES_OF.set(word, (LANGUAGES_OF.get(word) ?? 0) | (1 << index));
}

/** Number of distinct function words of each language in a text. */
export type WordCounts = Readonly<Record<string, number>>;

/** Number of distinct function words of each language in a text. */
export function smallWords(text: string): WordCounts {
  const counts = new Uint16Array(SMALL_WORDS.length);
  const seen = new Set<string>();
  for (const word of wordsOf(text)) {
    const languages = LANGUAGES_OF.get(word);
    if (languages === undefined || seen.size === seen.add(word).size) continue;
    for (let index = 0; index < counts.length; index++) if ((languages >> index) & 1) counts[index]! += 1;
  }
  return Object.fromEntries(SMALL_WORDS.map(([name], index) => [name, counts[index]!]));
}

/** Number of distinct words of each language in a text that are identified by letters alone, without function words. */
export function lettersOfOwn(text: string): WordCounts {
  const words = [...new Set(text.slice(0, LOOKED_AT).toLowerCase().split(/\s+/))];
  const bare = (word: string): string => word.replaceAll(/[^\p{L}]/gu, "");
  return Object.fromEntries(
    Object.entries(OWN_LETTERS).map(([name, pattern]) => [
      name,
      words.filter((word) => pattern.test(word) && !LANGUAGES_OF.has(bare(word))).length,
    ]),
  );
}

/** Words of a text in lower case. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .slice(0, LOOKED_AT)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  );
}
