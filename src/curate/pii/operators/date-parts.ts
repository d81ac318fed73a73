/** The format of a date, with placeholders for day, month and year. */
export type WrittenDate = {
  day: number;
  month: number;
  year: number;
  write: (date: { day: number; month: number; year: number }) => string;
};

/** Order of day and month in dates such as 03/04/2020. */
export type DateOrder = "mdy" | "dmy";

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/**
 * Reads a full date: 2020-03-04, 3/4/2020, 4 March 2020, March 4, 2020. Undefined if the text is not a date or has no
 * year.
 */
export function writtenDate(text: string, order: DateOrder): WrittenDate | undefined {
  const iso = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})/.exec(text);
  if (iso !== null) {
    const [whole, year, separator, month, day] = iso as unknown as [string, string, string, string, string];
    const rest = text.slice(whole.length);
    return valid(
      { day: Number(day), month: Number(month), year: Number(year) },
      (date) => `${date.year}${separator}${padded(date.month, month)}${separator}${padded(date.day, day)}${rest}`,
    );
  }
  const numeric = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})/.exec(text);
  if (numeric !== null) {
    const [whole, first, separator, second, year] = numeric as unknown as [string, string, string, string, string];
    const isDayFirst = Number(first) > 12 || (Number(second) <= 12 && order === "dmy");
    const [day, month] = isDayFirst ? [first, second] : [second, first];
    const rest = text.slice(whole.length);
    const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) > 40 ? 1900 : 2000);
    return valid({ day: Number(day), month: Number(month), year: full }, (date) => {
      const shownYear = year.length === 4 ? String(date.year) : String(date.year % 100).padStart(2, "0");
      const parts = [padded(date.day, day), padded(date.month, month)];
      return `${(isDayFirst ? parts : parts.toReversed()).join(separator)}${separator}${shownYear}${rest}`;
    });
  }
  return inWords(text);
}

function inWords(text: string): WrittenDate | undefined {
  const monthOf = (word: string): number =>
    MONTHS.findIndex((month) => month.startsWith(word.toLowerCase()) && word.length >= 3) + 1;
  const name = (month: number): string => MONTHS[month - 1]!.charAt(0).toUpperCase() + MONTHS[month - 1]!.slice(1);
  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th)? (?:of )?([A-Za-z]{3,9})\.?,? (\d{4})/.exec(text);
  if (dayFirst !== null && monthOf(dayFirst[2]!) > 0) {
    const rest = text.slice(dayFirst[0].length);
    return valid(
      { day: Number(dayFirst[1]), month: monthOf(dayFirst[2]!), year: Number(dayFirst[3]) },
      (date) => `${date.day} ${name(date.month)} ${date.year}${rest}`,
    );
  }
  const monthFirst = /^([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})/.exec(text);
  if (monthFirst === null || monthOf(monthFirst[1]!) === 0) return undefined;
  const rest = text.slice(monthFirst[0].length);
  return valid(
    { day: Number(monthFirst[2]), month: monthOf(monthFirst[1]!), year: Number(monthFirst[3]) },
    (date) => `${name(date.month)} ${date.day}, ${date.year}${rest}`,
  );
}

function valid(
  date: { day: number; month: number; year: number },
  write: WrittenDate["write"],
): WrittenDate | undefined {
  const time = new Date(Date.UTC(date.year, date.month - 1, date.day));
  return time.getUTCMonth() === date.month - 1 && time.getUTCDate() === date.day ? { ...date, write } : undefined;
}

/** A number padded with as many zeros as the original had. */
function padded(value: number, like: string): string {
  return String(value).padStart(like.length, "0");
}
