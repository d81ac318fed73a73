import type { Found, Recogniser } from "../recognisers/recogniser.ts";

/** Score of a name after a label or before a form of address. */
const SCORE = 0.75;

/** A letter of a script without capitals. Names in Latin, Greek and Cyrillic are found by other rules. */
const OTHER_LETTER =
  /[\u0530-\u1cff\u2d00-\u2dff\u2e80-\ua63f\ua6a0-\ua71f\ua800-\ud7ff\uf900-\ufaff\ufb13-\ufdff\ufe70-\ufeff\uff66-\uffdc]/u;

/**
 * The hundred most frequent Chinese family names, in order.
 *
 * @source National name report 2020 of the Ministry of Public Security of China, 2021-02-08 (a list of facts)
 */
const CHINESE =
  "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔張劉陳楊黃趙吳孫馬鄭謝許韓鄧馮蕭蔣葉魏蘇呂盧鍾譚陸範賈鄒龍賀顧龔錢嚴";

/** The most frequent Korean family names. @source Population census 2015, Statistics Korea (a list of facts) */
const KOREAN = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구";

/** Labels of a name in a form, by the pattern of the name that follows. */
const LABELLED: readonly (readonly [labels: string, name: string])[] = [
  ["姓名|患者姓名|病人姓名|患者|病人|名字|联系人|聯絡人|医生|醫生|医师", "\\p{Script=Han}{2,4}"],
  [
    "氏名|お名前|名前|患者名|患者氏名|担当医|主治医",
    "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]{2,8}(?:[ 　][\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]{1,8})?",
  ],
  ["이름|성명|환자명|환자|담당의|보호자", "\\p{Script=Hangul}{2,5}"],
  [
    "الاسم|اسم المريض|اسم المريضة|المريض|المريضة|الطبيب|نام|نام بیمار|نام خانوادگی",
    "\\p{Script=Arabic}{2,14}(?: \\p{Script=Arabic}{2,14}){0,3}",
  ],
  ["שם|שם המטופל|שם החולה|שם מלא|שם משפחה|רופא", "\\p{Script=Hebrew}{2,14}(?: [\\p{Script=Hebrew}'׳-]{2,14}){0,3}"],
  ["ชื่อ|ชื่อผู้ป่วย|ผู้ป่วย|แพทย์", "[\\p{Script=Thai}]{2,20}(?: [\\p{Script=Thai}]{2,20})?"],
  [
    "नाम|रोगी का नाम|मरीज का नाम|रोगी|चिकित्सक",
    "[\\p{Script=Devanagari}]{2,20}(?: [\\p{Script=Devanagari}]{2,20}){0,2}",
  ],
];

/** Names that need no colon: before or after a form of address or a role, or a family name of a list. */
const ADDRESSED: readonly string[] = [
  `(?:患者|病人|医生|家属)(?=[${CHINESE}])(\\p{Script=Han}{2,3})(?=[,,、。;;::\\s因于在,主诉(]|男|女|诉|$)`,
  `(?<!\\p{Script=Han})([${CHINESE}]\\p{Script=Han}{0,2})(?=先生|女士|小姐|太太|医生|醫生|医师|教授|老师)`,
  "(?<![\\p{Script=Han}\\p{Script=Katakana}])((?!患者|病人|皆|奥|母|父|兄|姉|娘|息子|神|客|看護師|医師|先生|店員|家族|子供|旦那|お)[\\p{Script=Han}]{2,4})(?=さん|様(?!子|々)|さま|先生)",
  `(?<!\\p{Script=Hangul})([${KOREAN}]\\p{Script=Hangul}{2})(?= ?(?:씨|님|환자|선생님|의사|교수)(?!\\p{Script=Hangul}{3}))`,
  "(?:السيد|السيدة|الدكتور|الدكتورة|المريض|المريضة) (\\p{Script=Arabic}{2,14} \\p{Script=Arabic}{2,14})(?! ?\\p{Script=Arabic}*ة من)",
  "(?<!\\p{L})(?:מר|גב׳|גב'|גברת|ד״ר|ד\"ר|דוקטור|פרופ׳|פרופ'|המטופל|המטופלת) (\\p{Script=Hebrew}{2,14}(?: \\p{Script=Hebrew}{2,14})?)",
];

/** A name of any of these scripts after an English word for a person. */
const AFTER_ENGLISH = `(?<!\\p{L})(?:[Pp]atient|[Nn]ame|Mr|Mrs|Ms|Miss|Dr|Prof)(?: is)?[.:]? ?((?!\\p{Script=Latin}|\\p{Script=Greek}|\\p{Script=Cyrillic})\\p{L}[\\p{L}\\p{M}]{1,14})`;

const PATTERNS: readonly RegExp[] = [
  new RegExp(AFTER_ENGLISH, "dgu"),
  ...LABELLED.map(([labels, name]) => new RegExp(`(?<![\\p{L}])(?:${labels})\\s?[::]\\s?(${name})`, "dgu")),
  ...ADDRESSED.map((pattern) => new RegExp(pattern, "dgu")),
];

/**
 * Names of people in Chinese, Japanese, Korean, Arabic, Hebrew, Thai and Hindi after a label or next to a form of address,
 * and the same names elsewhere in the text. Names without either are not found: reports count the rows with such script.
 */
export const namesInOtherScripts: Recogniser = {
  name: "name-in-other-script",
  entity: "PERSON",
  locales: [],
  isDefault: true,
  isChecked: true,
  needs: "text",
  context: [],
  find: (text) => {
    if (!OTHER_LETTER.test(text)) return [];
    const found: Found[] = [];
    const names = new Set<string>();
    for (const pattern of PATTERNS) {
      for (const match of text.matchAll(pattern)) {
        const [start, end] = match.indices![1]!;
        found.push({ start, end, score: SCORE });
        names.add(match[1]!);
      }
    }
    for (const name of names) {
      for (let start = text.indexOf(name); start !== -1; start = text.indexOf(name, start + name.length)) {
        found.push({ start, end: start + name.length, score: SCORE });
      }
    }
    return withoutOverlaps(found);
  },
  source: "labels and forms of address; family names by the name report 2020 of China and the census 2015 of Korea",
};

/** The matches without those that begin inside an earlier one. */
function withoutOverlaps(found: readonly Found[]): Found[] {
  let end = 0;
  return found
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((match) => {
      if (match.start < end) return false;
      ({ end } = match);
      return true;
    });
}
