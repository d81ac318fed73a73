import { AFRICA } from "./countries/africa.ts";
import { AUSTRALIA } from "./countries/australia.ts";
import { CANADA } from "./countries/canada.ts";
import { GERMANY } from "./countries/germany.ts";
import { INDIA } from "./countries/india.ts";
import { ITALY } from "./countries/italy.ts";
import { KOREA } from "./countries/korea.ts";
import { NORDICS } from "./countries/nordics.ts";
import { POLAND } from "./countries/poland.ts";
import { SINGAPORE } from "./countries/singapore.ts";
import { SOUTH_EAST_ASIA } from "./countries/south-east-asia.ts";
import { SPAIN } from "./countries/spain.ts";
import { TURKEY } from "./countries/turkey.ts";
import { UNITED_KINGDOM } from "./countries/united-kingdom.ts";
import { UNITED_STATES } from "./countries/united-states.ts";
import { age } from "./age.ts";
import { creditCard } from "./credit-card.ts";
import { cryptoAddress } from "./crypto-address.ts";
import { date } from "./date.ts";
import { dateOfBirth, oldBirthYear } from "./date-of-birth.ts";
import { dateInWords, monthAndYear } from "./date-in-words.ts";
import { emailAddress } from "./email-address.ts";
import { HEALTH_IDENTIFIERS } from "./health-identifiers.ts";
import { iban } from "./iban.ts";
import { ipAddress } from "./ip-address.ts";
import { LABELLED_NUMBERS } from "./labelled-number.ts";
import { macAddress } from "./mac-address.ts";
import { monthAndDay, monthAndDayAfterCue, paddedMonthAndDay } from "./month-and-day.ts";
import { passport } from "./passport.ts";
import { phoneNumber } from "./phone-number.ts";
import { phoneNumberNearby } from "./phone-number-nearby.ts";
import { type Recogniser } from "./recogniser.ts";
import { SECRETS } from "./secrets.ts";
import { spelledEmailAddress } from "./spelled-email-address.ts";
import { url } from "./url.ts";
import { USER_NAMES } from "./user-name.ts";
import { weekday } from "./weekday.ts";

/** All recognisers; of two equal spans, the one from the earlier recogniser wins. */
export const RECOGNISERS: readonly Recogniser[] = [
  emailAddress,
  spelledEmailAddress,
  url,
  ipAddress,
  macAddress,
  iban,
  creditCard,
  cryptoAddress,
  ...HEALTH_IDENTIFIERS,
  date,
  dateInWords,
  monthAndYear,
  monthAndDay,
  paddedMonthAndDay,
  monthAndDayAfterCue,
  dateOfBirth,
  weekday,
  age,
  oldBirthYear,
  phoneNumber,
  phoneNumberNearby,
  ...UNITED_STATES,
  ...UNITED_KINGDOM,
  ...CANADA,
  ...AUSTRALIA,
  ...GERMANY,
  ...ITALY,
  ...SPAIN,
  ...POLAND,
  ...NORDICS,
  ...TURKEY,
  ...INDIA,
  ...SINGAPORE,
  ...SOUTH_EAST_ASIA,
  ...KOREA,
  ...AFRICA,
  passport,
  ...LABELLED_NUMBERS,
  ...SECRETS,
  ...USER_NAMES,
];
