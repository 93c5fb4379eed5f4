export type Colour = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'

/** Colours a text; `styleText` of `node:util` is one. */
export type Paint = (colour: Colour, text: string) => string

/** Leaves the text as it is. */
export const plain: Paint = (_colour, text) => text
