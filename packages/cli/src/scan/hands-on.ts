const HANDS_ON = /\bexport\s*(?:\*|\{[^}]*\})\s*(?:as\s+\w+\s*)?from\b|\bexports\s*=\s*require\b/

/**
 * Whether a text may export what it imports without naming it: `export * from`, `export { x } from`,
 * `module.exports = require()`.
 */
export function handsOn(text: string): boolean {
  return HANDS_ON.test(text)
}
