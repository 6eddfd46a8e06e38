/** A sentence of the integration in two: what everybody understands, and what only helps to find the cause. */
export interface Told {
  text: string;
  details: string;
}

/** What no person says: calls, registers, addresses, exceptions. */
const TECHNICAL = /\w+_\w+|\w\(|Error\b|Errno|0x[\da-f]|\[\w+/i;

/** Keep the technical part of a problem apart, from the last colon before it on; all of it where nothing else is left. */
export function plainly(sentence: string): Told {
  const found = TECHNICAL.exec(sentence);
  if (!found) return { text: sentence, details: "" };
  const colon = sentence.lastIndexOf(": ", found.index);
  return colon < 0
    ? { text: "", details: sentence }
    : { text: `${sentence.slice(0, colon)}.`, details: sentence.slice(colon + 2) };
}

/** The first sentence of a reason, and the numbers behind it. */
export function briefly(reason: string): Told {
  const [text = ""] = /^.*?[.!?](?=\s+[A-Z“])/s.exec(reason) ?? [reason];
  return { text: text.replace(/\.$/, ""), details: reason.slice(text.length).trim() };
}
