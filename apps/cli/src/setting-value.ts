/**
 * Reads a setting's value as typed: `true`, `false` and numbers are themselves, `[…]` and `"…"` are JSON, anything
 * else is text.
 */
export function parseSettingValue(text: string): unknown {
  if (/^(?:true|false|null|-?\d+(?:\.\d+)?|\[.*\]|".*"|\{.*\})$/s.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return text;
}
