import type { DatasetFormat } from "../../domain/canonical-row.ts";
import { alpacaFormat } from "./kinds/alpaca-format.ts";
import { candidatesFormat } from "./kinds/candidates-format.ts";
import { ktoFormat } from "./kinds/kto-format.ts";
import { llamaFactoryV1Format } from "./kinds/llama-factory-v1-format.ts";
import { messagesFormat } from "./kinds/messages-format.ts";
import { openaiPreferenceFormat } from "./kinds/openai-preference-format.ts";
import { pairsFormat } from "./kinds/pairs-format.ts";
import { preferenceFormat } from "./kinds/preference-format.ts";
import { promptCompletionFormat } from "./kinds/prompt-completion-format.ts";
import { promptFormat } from "./kinds/prompt-format.ts";
import { queryResponseFormat } from "./kinds/query-response-format.ts";
import type { RowFormat } from "./row-format.ts";
import { segmentsFormat } from "./kinds/segments-format.ts";
import { sharegptFormat } from "./kinds/sharegpt-format.ts";
import { textFormat } from "./kinds/text-format.ts";

/** Every supported format of rows. */
export const FORMATS: Readonly<Record<DatasetFormat, RowFormat>> = {
  text: textFormat,
  prompt: promptFormat,
  "prompt-completion": promptCompletionFormat,
  messages: messagesFormat,
  sharegpt: sharegptFormat,
  alpaca: alpacaFormat,
  preference: preferenceFormat,
  "openai-preference": openaiPreferenceFormat,
  kto: ktoFormat,
  "llama-factory-v1": llamaFactoryV1Format,
  "query-response": queryResponseFormat,
  pairs: pairsFormat,
  candidates: candidatesFormat,
  segments: segmentsFormat,
};
