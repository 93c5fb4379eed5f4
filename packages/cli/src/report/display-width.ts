/**
 * How many columns a text takes in a terminal, and in a Markdown table as formatters pad it: wide
 * characters and emoji take two, combining marks and control characters none.
 */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const part of text.replaceAll(EMOJI, '\u{3000}')) {
    if (!ZERO.test(part)) width += WIDE.test(part) ? 2 : 1
  }
  return width
}

const ASCII = /^[ -~]*$/

// Made from a string, since the compiler knows the flag only for later targets.
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv')

const ZERO = /[\p{Cc}\u{300}-\u{36f}\u{fe00}-\u{fe0f}]/u

const WIDE =
  /[\u{1100}-\u{115f}\u{2329}\u{232a}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{a960}-\u{a97c}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe10}-\u{fe19}\u{fe30}-\u{fe6b}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u
