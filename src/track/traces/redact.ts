/** Removes personal data from a text. Long texts take seconds, so that a thread may do it. */
export type Redact = (text: string) => Promise<string>;
