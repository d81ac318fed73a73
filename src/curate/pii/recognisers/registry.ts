import { creditCard } from "./credit-card.ts";
import { emailAddress } from "./email-address.ts";
import { type Recogniser } from "./recogniser.ts";

/** All recognisers, in the order in which the earlier of two equal spans wins. */
export const RECOGNISERS: readonly Recogniser[] = [emailAddress, creditCard];
