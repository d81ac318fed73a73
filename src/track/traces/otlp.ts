/** A value of an attribute, in OTLP's JSON notation; 64-bit integers are texts. */
export type OtlpValue = {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number;
  arrayValue?: { values: OtlpValue[] };
  kvlistValue?: { values: OtlpAttribute[] };
  bytesValue?: string;
};

/** An attribute of a span. */
export type OtlpAttribute = { key: string; value: OtlpValue };

/** An event within a span. */
export type OtlpEvent = { timeUnixNano: string; name: string; attributes: OtlpAttribute[] };

/** A span; ids are hexadecimal, times are nanoseconds since 1970 as text. */
export type OtlpSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: OtlpAttribute[];
  events: OtlpEvent[];
  /** 0 unset, 1 ok, 2 error. */
  status: { code: number; message: string };
};

/** Facts about a model call in a span. @source OpenTelemetry GenAI conventions, 1.41 */
export type SpanUsage = {
  provider: string | null;
  model: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costAmount: string | null;
  costCurrency: string | null;
};

/** Provider, model, tokens and reported cost of a span; null if not reported. */
export function usageOf({ attributes }: Pick<OtlpSpan, "attributes">): SpanUsage {
  const text = (...keys: string[]): string | null => {
    for (const key of keys) {
      const value = attributes.find((attribute) => attribute.key === key)?.value;
      if (value?.stringValue !== undefined) return value.stringValue;
      if (value?.intValue !== undefined) return value.intValue;
      if (value?.doubleValue !== undefined) return decimalText(value.doubleValue);
    }
    return null;
  };
  const count = (...keys: string[]): number | null => {
    const found = text(...keys);
    return found !== null && /^\d{1,15}$/.test(found) ? Number(found) : null;
  };
  const amount = text("gen_ai.usage.cost.amount");
  return {
    provider: text("gen_ai.provider.name", "gen_ai.system"),
    model: text("gen_ai.response.model", "gen_ai.request.model"),
    inputTokens: count("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    outputTokens: count("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    costAmount: amount !== null && /^\d+(\.\d+)?$/.test(amount) ? amount : null,
    costCurrency: text("gen_ai.usage.cost.currency"),
  };
}

/** A double without an exponent, because an amount of money is a decimal. */
function decimalText(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(15).replace(/\.?0+$/, "") : text;
}
